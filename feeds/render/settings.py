"""Who publishes, and the addresses that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.model import Channel

RENDER_VERSION = 1
"""Raised when the same stories give other documents."""


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


def atom_path(channel: Channel) -> str:
    """The path of a channel's Atom feed below `out/`."""
    return f"{channel.key}/atom.xml"


def rss_path(channel: Channel) -> str:
    """The path of a channel's RSS feed below `out/`."""
    return f"{channel.key}/rss.xml"


def address(publisher: Publisher, path: str) -> str:
    """The public address of what stands at `path` below `out/`."""
    return f"{publisher.base_url}/{path}"


def feed_tag(publisher: Publisher, channel: Channel) -> str:
    """The id of a channel's feed (RFC 4287 section 4.2.6): it stays when the address changes."""
    return f"tag:{publisher.tag}:feed/{channel.key}"


def scheme(publisher: Publisher, family: str) -> str:
    """What tells topics, datelines and agencies apart in a category (RFC 4287 section 4.2.2.2)."""
    return f"{publisher.base_url}/{family}/"
