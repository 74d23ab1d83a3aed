"""Who publishes, and the addresses that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit, urlunsplit

from feeds.canon import clean
from feeds.model import Channel

RENDER_VERSION = 6
"""Raised when the same stories give other documents."""


MOST_BYTES = 1_000_000
"""A feed or a document of an archive has no more (readers refuse them over 1 MB), however long its entries are."""
MOST_CHARACTERS = 12_000
"""What an entry carries of one text, so that no entry is too long for a feed. No headline or paragraph comes near."""
MOST_TEXT = 60_000
"""What an entry carries of an article."""

TOMBSTONES = "tombstones.atom.xml"
OPML = "feeds.opml"

_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
"""What RFC 3987 section 2.2 leaves of an address of the web, without the parts that nobody prints."""
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*/[A-Za-z0-9/._~-]*")
"""An address that needs no closer look: nearly every one."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "!$%&'()*+,/:;=?@~"
"""What stands for itself in a path, query and fragment (RFC 3986 section 3.3), besides letters, digits and `-._`."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that stories come from."""

    name: str
    """As stories name it."""
    title: str
    home: str
    """The address of its news pages."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the feeds, and where."""

    base_url: str
    """The address of `out/`, without a slash at its end: `http://127.0.0.1:8080`."""
    tag: str
    """Authority and date of the `tag:` URIs (RFC 4151 section 2.1): `example.org,2026`."""
    site_title: str
    """The site's name: the author of a feed whose entries name none."""
    site_home: str
    """The address of the site's news pages."""
    language: str
    """BCP 47: the language of the index."""
    index_title: str
    """What stands above the list of feeds."""
    sites: tuple[Site, ...] = ()
    """Where stories come from."""
    hubs: tuple[str, ...] = ()
    """The addresses of WebSub hubs that tell of changes."""
    refresh_minutes: int = 60
    """How often feeds are brought up to date."""
    timezone: str = "UTC"
    """In which people are told times: a name of the IANA database."""

    @property
    def dutch(self) -> bool:
        """Whether people are spoken to in Dutch."""
        return self.language.partition("-")[0].lower() == "nl"


def atom_path(channel: Channel) -> str:
    """The path of a channel's Atom feed below `out/`."""
    return f"{channel.key}/atom.xml"


def rss_path(channel: Channel) -> str:
    """The path of a channel's RSS feed below `out/`."""
    return f"{channel.key}/rss.xml"


def json_path(channel: Channel) -> str:
    """The path of a channel's JSON Feed below `out/`."""
    return f"{channel.key}/feed.json"


def page_path(channel: Channel) -> str:
    """The path of a channel's page below `out/`."""
    return f"{channel.key}/index.html"


def archive_path(channel_key: str, name: str) -> str:
    """The path of a document of a channel's archive below `out/`."""
    return f"{channel_key}/archive/{name}.atom.xml"


def story_page(key: str) -> str:
    """The path of a story's own page below `out/`."""
    return f"story/{key}/index.html"


def address(publisher: Publisher, path: str) -> str:
    """The public address of what stands at `path` below `out/`."""
    return f"{publisher.base_url}/{path.removesuffix('index.html')}"


def sound(link: str | None) -> str | None:
    """The address as a URI (RFC 3986) if it is a sound one of the web, http or https with a named host; else None.

    RSS and JSON Feed know URIs only, so that what is not ASCII is spelled by its octets, and a host in Punycode
    (RFC 3987 section 3.1).
    """
    if link is None or _PLAIN.fullmatch(link):
        return link
    if not _ADDRESS.fullmatch(link) or clean(link) != link:
        return None
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
        netloc = parts.netloc
        if host and not netloc.isascii():
            netloc = host.encode("idna").decode("ascii") + (f":{port}" if port else "")
    except ValueError:  # a bracket without its other half, no number of a port, or no name of a host
        return None
    if not host or "[" in netloc:  # an IPv6 address, which feeds cannot hold and no article is published at
        return None
    path, query, fragment = (quote(_LONE_PERCENT.sub("%25", part), _KEPT) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def feed_tag(publisher: Publisher, channel: Channel) -> str:
    """The id of a channel's feed (RFC 4287 section 4.2.6): it stays when the address changes."""
    return f"tag:{publisher.tag}:feed/{channel.key}"


def scheme(publisher: Publisher, family: str) -> str:
    """What tells topics, datelines and agencies apart in a category (RFC 4287 section 4.2.2.2)."""
    return f"{publisher.base_url}/{family}/"


def tagged_on(tag: str) -> datetime:
    """The day that a tagging entity names (RFC 4151 section 2.1): nothing was published under it before."""
    return datetime.fromisoformat(f"{tag.rpartition(',')[2]}-01-01"[:10]).replace(tzinfo=UTC)
