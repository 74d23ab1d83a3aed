"""Which documents of a channel's archive are to be written, and which are no more.

Only the months that may have changed are looked at: those of stories that came, changed or left, those that the feed
has let go of since, and those whose neighbours in the chain are others now. Of these a document is written if
what it is made from differs, which the store remembers as a hash. The only document of an archive has an empty one
before it: readers take a document without neighbours for a broken chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sqlalchemy import Connection

from feeds.build.library import Library
from feeds.canon import instant, mark63
from feeds.channels.archiving import BEGINNING, Archived, Part, cut, newest_first
from feeds.model import Channel, Document
from feeds.render.archive import Place, archive_document
from feeds.render.settings import MOST_BYTES, tagged_on
from feeds.store import months
from feeds.store.months import End

_HEADER_BYTES = 20_000
_BYTES_AT_ONCE = 16_000_000

Links = Mapping[str, tuple[str | None, str | None]]
"""For each document the next older and the next newer one."""


@dataclass(slots=True)
class Archive:
    """A channel's archive as it is to be."""

    channel: Channel
    names: tuple[str, ...]
    """Of all its documents, newest first."""
    changed: tuple[tuple[Part, int], ...]
    """Those to be written, with the hash of what they are made from."""
    gone: tuple[str, ...]
    written: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Sizes and hashes of entries that the store did not have."""

    def documents(
        self, connection: Connection, library: Library, parts: Iterable[tuple[Part, int]]
    ) -> Iterator[tuple[str, Document, int]]:
        """Documents to be written, with their months and hashes."""
        around = links(self.names)
        for part, mark in parts:
            found = library.atoms(connection, [one.story for one in part.stories])
            place = Place(part.name, *around[part.name])
            entries = (found[one.story] for one in part.stories)
            changes = [instant(one.updated) for one in part.stories]
            updated = max(changes, default=tagged_on(library.publisher.tag))
            yield part.name[:7], archive_document(self.channel, place, updated, entries, library.publisher), mark


def plan(
    connection: Connection,
    library: Library,
    channel: Channel,
    end: End | None,
    stale: Collection[str] | None,
    known: Mapping[str, int],
) -> Archive:
    """What becomes of the archive of a channel whose feed ends there; `known` are its documents with their hashes.

    `stale` are the months in which stories came, changed or left; None for all. Without an end there is no archive.
    """
    if end is None:
        return Archive(channel, (), (), tuple(sorted(known)))
    return _Planning(connection, library, channel, end, known).plan(stale)


def links(names: Sequence[str]) -> Links:
    """The chain of documents, which come newest first."""
    older = dict(pairwise(names))
    newer = dict(pairwise(reversed(names)))
    return {name: (older.get(name), newer.get(name)) for name in names}


def batches(parts: Sequence[tuple[Part, int]]) -> Iterator[list[tuple[Part, int]]]:
    """The parts in groups of some megabytes."""
    batch: list[tuple[Part, int]] = []
    size = 0
    for part, mark in parts:
        batch.append((part, mark))
        size += sum(one.size for one in part.stories)
        if size > _BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class _Planning:
    def __init__(
        self, connection: Connection, library: Library, channel: Channel, end: End, known: Mapping[str, int]
    ) -> None:
        self.connection = connection
        self.library = library
        self.channel = channel
        self.end = end
        self.known = known
        self.written: dict[str, tuple[int, int]] = {}
        self.parts: dict[str, tuple[Part, ...]] = {}
        self.standing: dict[str, list[str]] = {}
        for name in sorted(known, key=newest_first):
            self.standing.setdefault(name[:7], []).append(name)

    def plan(self, stale: Collection[str] | None) -> Archive:
        found = months.months(self.connection, self.channel.key, self.end)
        for month in self._suspected(found, stale):
            self._look_at(month)
        before = links([name for names in self.standing.values() for name in names])
        while True:
            names = [name for month in found for name in self._names(month)]
            if len(names) == 1 and BEGINNING not in names:
                names.append(BEGINNING)
                self.parts[BEGINNING] = (Part(BEGINNING, ()),)
            now = links(names)
            moved = {name[:7] for name in names if name[:7] not in self.parts and now[name] != before.get(name)}
            if not moved:
                break
            for month in sorted(moved):
                self._look_at(month)
        parts = (part for month in sorted({*found, BEGINNING}, reverse=True) for part in self.parts.get(month, ()))
        marked = ((part, self._mark(part, now)) for part in parts if part.name in now)
        changed = tuple((part, mark) for part, mark in marked if mark != self.known.get(part.name))
        return Archive(self.channel, tuple(names), changed, tuple(sorted(set(self.known) - set(names))), self.written)

    def _suspected(self, found: Sequence[str], stale: Collection[str] | None) -> Iterator[str]:
        """The months to look at first: what the feed has let go of since fills the newest, down to one that has any."""
        full = False
        for month in found:
            if not full or stale is None or month in stale or month not in self.standing:
                yield month
            full = full or month in self.standing

    def _look_at(self, month: str) -> None:
        stories = months.archived(self.connection, self.channel.key, self.end, month)
        unknown = [one.story for one in stories if not one.size]
        fresh = {
            key: (len(entry), mark63(entry))
            for key, entry in (self.library.atoms(self.connection, unknown) if unknown else {}).items()
        }
        self.written |= fresh
        self.parts[month] = cut(tuple(_measured(stories, fresh)), MOST_BYTES - _HEADER_BYTES)

    def _names(self, month: str) -> list[str]:
        return [part.name for part in self.parts[month]] if month in self.parts else self.standing[month]

    def _mark(self, part: Part, chain: Links) -> int:
        """A hash of all that a document follows from."""
        told = (self.channel.title, self.channel.description, *chain[part.name], *(one.mark for one in part.stories))
        return mark63(repr(told).encode("utf-8", "surrogatepass"))


def _measured(stories: Iterable[Archived], fresh: Mapping[str, tuple[int, int]]) -> Iterator[Archived]:
    for one in stories:
        if one.story in fresh:
            size, mark = fresh[one.story]
            yield replace(one, size=size, mark=mark)
        else:
            yield one
