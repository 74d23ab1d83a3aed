"""The documents of archives (RFC 5005 section 4), and the feed of entries that are no more (RFC 6721)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feedgen.ext.base import BaseExtension
from lxml.etree import SubElement

from feeds.canon import clean
from feeds.model import Channel, ChannelKey, Document, StoryId
from feeds.render.atom import END, MEDIA_TYPE, plain_header
from feeds.render.settings import TOMBSTONES, Publisher, address, archive_path, atom_path, tagged_on
from feeds.render.splice import plain, splice
from feeds.render.words import words

_HISTORY = "http://purl.org/syndication/history/1.0"
_DELETED = "http://purl.org/atompub/tombstones/1.0"
_MOST_TOMBSTONES = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands in the chain: its name and those of the next older and newer ones."""

    name: str
    older: str | None
    newer: str | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A published entry that is no more: since when, and the user's reason or the entry that it is part of now."""

    id: StoryId
    since: datetime
    reason: str | None
    part_of: StoryId | None


def archive_document(
    channel: Channel, place: Place, updated: datetime, entries: Iterable[bytes], publisher: Publisher
) -> Document:
    """A document of a channel's archive: it is marked as one, and names its neighbours and the current feed."""
    path = archive_path(channel.key, place.name)
    head = plain_header(channel, updated, publisher.language, address(publisher, path), publisher)
    head.link(href=address(publisher, atom_path(channel)), rel="current", type=MEDIA_TYPE)
    for rel, name in (("prev-archive", place.older), ("next-archive", place.newer)):
        if name is not None:
            head.link(href=address(publisher, archive_path(channel.key, name)), rel=rel, type=MEDIA_TYPE)
    head.register_extension("history", History, None, rss=False)
    return Document(path, splice(head.atom_str(), END, entries), MEDIA_TYPE)


def tombstones_document(
    tombstones: Sequence[Tombstone], publisher: Publisher, since: datetime | None = None
) -> Document:
    """The newest tombstones, newest first; `since` when there is the newest that there ever was.

    Without any it was last updated on the day that ids are made from.
    """
    newest = sorted(tombstones, key=lambda one: (one.since, one.id), reverse=True)[:_MOST_TOMBSTONES]
    title, description = words(publisher).withdrawn
    channel = Channel(ChannelKey("tombstones"), "all", title, f"{publisher.site_title}: {title}", description)
    updated = max(since or tagged_on(publisher.tag), *(one.since for one in newest[:1]), tagged_on(publisher.tag))
    own = address(publisher, TOMBSTONES)
    head = plain_header(channel, updated, publisher.language, own, publisher, page=address(publisher, "index.html"))
    head.register_extension("deleted", Deleted, None, rss=False)
    head.deleted.tombstones, head.deleted.publisher = newest, publisher
    return Document(TOMBSTONES, plain(head.atom_str()), MEDIA_TYPE)


class History(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The mark of an archive."""

    def extend_ns(self) -> dict[str, str]:
        """What the root declares."""
        return {"fh": _HISTORY}

    def extend_atom(self, feed: Any) -> Any:
        """The feed with its mark."""
        SubElement(feed, f"{{{_HISTORY}}}archive")
        return feed


class Deleted(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Deleted entries. feedgen writes extensions before entries, which is where they must stand."""

    tombstones: Sequence[Tombstone]
    publisher: Publisher

    def extend_ns(self) -> dict[str, str]:
        """What the root declares."""
        return {"at": _DELETED}

    def extend_atom(self, feed: Any) -> Any:
        """The feed with its deleted entries (RFC 6721 section 3)."""
        for one in self.tombstones:
            when = one.since.astimezone(UTC).isoformat()
            element = SubElement(feed, f"{{{_DELETED}}}deleted-entry", ref=one.id, when=when)
            comment = words(self.publisher).merged.format(id=one.part_of) if one.part_of else one.reason
            if comment and clean(comment).strip():
                SubElement(element, f"{{{_DELETED}}}comment").text = clean(comment)
        return feed
