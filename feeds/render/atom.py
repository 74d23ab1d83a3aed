"""Atom 1.0 (RFC 4287), written by feedgen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement

from feeds.canon import clean
from feeds.model import Channel, Document, Feed
from feeds.render.content import content
from feeds.render.settings import Publisher, Site, address, atom_path, feed_tag, page_path
from feeds.render.splice import Shown, splice, written

MEDIA_TYPE = "application/atom+xml"
END = b"</feed>"
GEORSS = "http://www.georss.org/georss"
NAMESPACES = {"georss": GEORSS}
"""What the root of every feed declares beside Atom."""


def render(feed: Feed, publisher: Publisher) -> Document:
    """The feed as Atom, entries in the feed's order. Well-formed for any text; its bytes follow from its arguments."""
    return assemble(feed, publisher, (written_entry(Shown(entry, publisher)) for entry in feed.entries))


def assemble(feed: Feed, publisher: Publisher, entries: Iterable[bytes]) -> Document:
    """The feed of entries that are written already."""
    return Document(atom_path(feed.channel), splice(header(feed, publisher).atom_str(), END, entries), MEDIA_TYPE)


def header(feed: Feed, publisher: Publisher) -> FeedGenerator:
    """The feed without its entries, with the hubs to subscribe at and the newest document of its archive."""
    own = address(publisher, atom_path(feed.channel))
    head = plain_header(feed.channel, feed.updated, feed.language, own, publisher)
    head.link([{"href": hub, "rel": "hub"} for hub in publisher.hubs])
    if feed.archive is not None:
        head.link(href=address(publisher, feed.archive), rel="prev-archive", type=MEDIA_TYPE)
    return head


def plain_header(
    channel: Channel, updated: datetime, language: str, own: str, publisher: Publisher, page: str | None = None
) -> FeedGenerator:
    """What all documents of a channel begin with; `own` is the address of this one.

    The site is the author, for entries that name none (RFC 4287 section 4.1.1); `page`, by default that of the
    channel, is the feed for people.
    """
    head = FeedGenerator()
    head.register_extension("geography", Geography, None, rss=False)
    head.id(feed_tag(publisher, channel))
    head.title(clean(channel.title) or channel.key)
    head.subtitle(clean(channel.description))
    head.language(language)
    head.updated(updated.astimezone(UTC))
    head.author(name=clean(publisher.site_title) or channel.key)
    head.link(href=own, rel="self", type=MEDIA_TYPE)
    head.link(href=page or address(publisher, page_path(channel)), rel="alternate", type="text/html")
    head.generator("Dateline")
    return head


class Geography(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The namespace in which entries say where they are from."""

    def extend_ns(self) -> dict[str, str]:
        """What the root declares."""
        return NAMESPACES


class AtomEntry(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """A feedgen entry that keeps what feedgen drops: its links' relation, type and title, its source's id and date."""

    point: str | None = None
    origin: tuple[Site, datetime] | None = None

    def atom_entry(self, extensions: bool = True) -> Any:
        """The entry as an element."""
        element = super().atom_entry(extensions)
        for written_link, link in zip(element.iterchildren("link"), self.link() or (), strict=True):
            for name in ("rel", "type", "title"):
                if name in link:
                    written_link.set(name, link[name])
        if self.origin is not None:
            _add_source(element, *self.origin)
        if self.point is not None:
            SubElement(element, f"{{{GEORSS}}}point").text = self.point
        return element


def _add_source(element: Any, site: Site, updated: datetime) -> None:
    """Where the entry was taken from (RFC 4287 section 4.2.11); of the site's own date no more is known than its."""
    source = SubElement(element, "source")
    SubElement(source, "id").text = site.home if urlsplit(site.home).path else f"{site.home}/"  # section 4.2.6.1
    SubElement(source, "title").text = clean(site.title)
    SubElement(source, "updated").text = updated.isoformat()
    SubElement(source, "link", href=site.home, rel="alternate", type="text/html")


def atom_entry(shown: Shown) -> AtomEntry:
    """The entry as feedgen holds it."""
    said, updated = content(shown), shown.entry.story.updated.astimezone(UTC)
    atom = AtomEntry()
    atom.id(said.id)
    atom.title(said.title)
    atom.updated(updated)
    if shown.entry.published is not None:
        atom.published(shown.entry.published.astimezone(UTC))
    atom.link({"href": said.link, "rel": "alternate", "type": "text/html"})
    atom.link([{"href": href, "rel": "related", "type": "text/html", "title": title} for href, title in said.related])
    atom.author([{"name": name} for name in said.authors])
    atom.summary(said.summary, type="text")
    if said.full_text is not None:
        atom.content(said.full_text, type="html")
    atom.category([{"term": term, "scheme": scheme} for scheme, term in said.categories])
    atom.point = said.point
    if said.source is not None:
        atom.origin = said.source, updated
    return atom


def written_entry(shown: Shown) -> bytes:
    """The entry as it stands in any Atom document."""
    return written(atom_entry(shown).atom_entry(), NAMESPACES)
