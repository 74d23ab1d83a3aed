"""Atom 1.0 (RFC 4287), written by feedgen."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from feeds.canon import clean
from feeds.model import Document, Feed
from feeds.render.content import content
from feeds.render.settings import Publisher, address, atom_path, feed_tag
from feeds.render.splice import REMEMBERED, Shown, splice, written

MEDIA_TYPE = "application/atom+xml"
_END = b"</feed>"


def render(feed: Feed, publisher: Publisher) -> Document:
    """The feed as Atom, entries in the feed's order. Well-formed for any text; its bytes follow from its arguments."""
    empty: bytes = header(feed, publisher).atom_str()
    entries = (_written(Shown(entry, publisher)) for entry in feed.entries)
    return Document(atom_path(feed.channel), splice(empty, _END, entries), MEDIA_TYPE)


def header(feed: Feed, publisher: Publisher) -> FeedGenerator:
    """The feed without its entries. The site is its author, for entries that name none (section 4.1.1)."""
    channel = feed.channel
    head = FeedGenerator()
    head.id(feed_tag(publisher, channel))
    head.title(clean(channel.title) or channel.key)
    head.subtitle(clean(channel.description))
    head.language(feed.language)
    head.updated(feed.updated.astimezone(UTC))
    head.author(name=clean(publisher.site_title) or channel.key)
    head.link(href=address(publisher, atom_path(channel)), rel="self", type=MEDIA_TYPE)
    head.link(href=publisher.site_home, rel="alternate", type="text/html")
    head.generator("Dateline")
    return head


class AtomEntry(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """A feedgen entry whose links keep what feedgen drops: relation and media type (section 4.2.7)."""

    def atom_entry(self, extensions: bool = True) -> Any:
        """The entry as an element."""
        element = super().atom_entry(extensions)
        for written_link, link in zip(element.iterchildren("link"), self.link() or (), strict=True):
            for name in ("rel", "type"):
                if name in link:
                    written_link.set(name, link[name])
        return element


def atom_entry(shown: Shown) -> AtomEntry:
    """The entry as feedgen holds it."""
    said = content(shown)
    atom = AtomEntry()
    atom.id(said.id)
    atom.title(said.title)
    atom.updated(shown.entry.story.updated.astimezone(UTC))
    if shown.entry.published is not None:
        atom.published(shown.entry.published.astimezone(UTC))
    if said.link is not None:
        atom.link({"href": said.link, "rel": "alternate", "type": "text/html"})
    atom.author([{"name": name} for name in said.authors])
    atom.summary(said.summary, type="text")
    if said.full_text is not None:
        atom.content(said.full_text, type="html")
    atom.category([{"term": term, "scheme": scheme} for scheme, term in said.categories])
    return atom


@lru_cache(maxsize=REMEMBERED)
def _written(shown: Shown) -> bytes:
    return written(atom_entry(shown).atom_entry(), {})
