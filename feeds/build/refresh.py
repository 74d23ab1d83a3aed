"""Stories into documents: what is stale is rendered, and `out/` made to match."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from feeds import publish
from feeds.build import archives, press
from feeds.build.archives import Archive
from feeds.build.library import Library
from feeds.build.listing import listed_channels, offered_channels
from feeds.build.press import Live
from feeds.build.stale import INDEX, Stale
from feeds.build.windows import Windows
from feeds.canon import digest, instant
from feeds.channels.archiving import Part
from feeds.config import Config
from feeds.config.publishing import publisher_of
from feeds.model import Channel, ChannelKey, Document
from feeds.render import html, opml
from feeds.render.archive import Tombstone, tombstones_document
from feeds.render.pages import story_document
from feeds.render.settings import RENDER_VERSION, archive_path, atom_path, sound, story_page
from feeds.store import documents, ledger, months, shelf, tombs
from feeds.store.counts import ChannelCount, channel_counts, put_entries_shown
from feeds.store.documents import DocumentRow
from feeds.store.engine import Store
from feeds.store.tombs import TOMBSTONES

_RENDERED_WITH, _DERIVED_WITH, _RECONCILED_WITH = "rendered with", "derived with", "tombstones of"
_CHANNELS_AT_ONCE, _PAGES_AT_ONCE = 12, 500

Row = tuple[str, Document, int]
"""A document to publish, what is stale without it, and a hash of what it is made from."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of making `out/` match the stories."""

    written: tuple[str, ...]
    """The keys of the feeds of which a document was written, in order."""
    unchanged: int
    """How many other feeds there are."""
    documents: tuple[str, ...] = ()
    """The paths of the documents that were written, in order."""


def never() -> bool:
    """Go on to the end."""
    return False


def always(_: ChannelKey) -> bool:
    """Everything is due."""
    return True


def refresh(
    store: Store,
    config: Config,
    due: Callable[[ChannelKey], bool] = always,
    stop: Callable[[], bool] = never,
    *,
    verify: bool = True,
) -> Refreshed:
    """Render what changed and is due, write the documents that differ, remove those that are no more.

    `stop` is asked now and then whether to leave the rest for later; `verify` also mends what others changed.
    """
    if stop():
        return Refreshed((), 0)
    return _Refresh(store, config, stop).run(due, verify=verify)


class _Refresh:
    """One refresh of `out/`."""

    def __init__(self, store: Store, config: Config, stop: Callable[[], bool]) -> None:
        self.store = store
        self.config = config
        self.stop = stop
        self.publisher = publisher_of(config)
        self.library = Library(config, self.publisher)
        self.out = config.out
        self.known: dict[str, DocumentRow] = {}
        """What was published, by path; without a mark if it is not what it was."""
        self.shelves: dict[str, dict[str, int]] = {}
        """The names of the documents in the archives of channels, with their marks."""
        self.left: list[Live] = []
        """The channels whose archives are to be seen to, without what their feeds show."""
        self.written: set[str] = set()
        """What the documents that were written belong to."""
        self.paths: set[str] = set()
        """The documents that were written."""

    def run(self, due: Callable[[ChannelKey], bool], *, verify: bool) -> Refreshed:
        with self.store.writing() as connection:
            self._notice_settings(connection)
            self.windows = Windows(connection, self.config, self.config.main_site)
            shelf.mark_stale(connection, self.windows.moved(connection))
            self._take_stock(connection, verify=verify)
            shelf.publish_new(connection)
            stale = Stale.of(key for key in shelf.stale_channels(connection) if due(key))
            counts = channel_counts(connection) if stale != Stale() else []
            if stale != Stale():  # the list of feeds comes last: a run that ends before it leaves it to the next
                shelf.mark_stale(connection, [INDEX])
        if stale == Stale():
            return Refreshed((), sum(path == f"{row.channel}/atom.xml" for path, row in self.known.items()), ())
        listed = listed_channels(counts, self.config)
        for step in self._steps(stale, listed):
            if self.stop():
                break
            step()
        feeds = sorted({shelf.channel_of(key) for key in self.written} & {one.key for one, _ in listed})
        return Refreshed(tuple(feeds), len(listed) - len(feeds), tuple(sorted(self.paths)))

    def _steps(self, stale: Stale, listed: Sequence[tuple[Channel, ChannelCount]]) -> Iterator[Callable[[], None]]:
        """What there is to do, one thing after the other; what is not done stays stale."""
        wanted = [(one, count.stories) for one, count in listed if one.key in stale.channels]
        for chunk in ledger.chunks(wanted, _CHANNELS_AT_ONCE):
            yield partial(self._print, chunk, stale.channels)
        for live in self.left:
            yield partial(self._print_archive, live, stale.channels)
        for pages in ledger.chunks(stale.pages, _PAGES_AT_ONCE):
            yield partial(self._print_pages, pages)
        yield partial(self._print_lists, listed)
        yield partial(self._clear, stale.channels.keys() - {one.key for one, _ in listed})

    def _notice_settings(self, connection: Connection) -> None:
        """Render everything again when anything but the stories would make it different."""
        notes = shelf.notes(connection)
        derived = notes.get(_DERIVED_WITH, "")
        settings = digest(
            *(str(RENDER_VERSION), repr(self.publisher), repr(self.config.selection), repr(self.config.texts)),
            *(repr(self.config.families), repr(self.config.feed), repr(self.config.digest)),
        )
        if (notes.get(_RENDERED_WITH), notes.get(_RECONCILED_WITH)) != (settings, derived):
            if notes.get(_RECONCILED_WITH) != derived:
                tombs.reconcile(connection)
            months.forget_entries(connection)
            listed = {one.key for one, _ in listed_channels(channel_counts(connection), self.config)}
            published = {shelf.channel_of(row.channel) for row in documents.all_documents(connection).values()}
            everything = {INDEX, TOMBSTONES, *listed, *published, *documents.all_pages(connection)}
            shelf.mark_stale(connection, sorted(everything))
            shelf.put_notes(connection, {_RENDERED_WITH: settings, _RECONCILED_WITH: derived})

    def _take_stock(self, connection: Connection, *, verify: bool) -> None:
        """Look at what stands in `out/`, as it was noted, or as it is."""
        self.known = documents.all_documents(connection)
        fallen = {path: row for path, row in self.known.items() if verify and not _stands(self.out, row)}
        shelf.mark_stale(connection, sorted({row.channel for row in fallen.values()}))
        self.known |= {path: replace(row, mark=0) for path, row in fallen.items()}
        for path, row in self.known.items():
            if row.channel != (key := shelf.channel_of(row.channel)):
                name = path.rpartition("/")[2].removesuffix(".atom.xml")
                self.shelves.setdefault(key, {})[name] = row.mark

    def _print(self, channels: Sequence[tuple[Channel, int]], stale: Mapping[ChannelKey, set[str]]) -> None:
        """Render some channels, each with the number of its stories: their feeds, and what those have let go of."""
        with self.store.reading() as connection:
            lives = press.choose(connection, self.library, self.windows, channels)
        rows = [(one.channel.key, document, one.mark) for one in lives for document in one.documents(self.library)]
        with self.store.writing() as connection:
            put_entries_shown(connection, {one.channel.key: len(one.stories) for one in lives})
        self._put(rows, [key for one in lives if not self._has_archive(one) for key in _its(one, stale)])
        # Without what they show: of hundreds of channels that would fill the memory until all archives are done.
        self.left += [replace(one, stories={}, entries={}) for one in lives if self._has_archive(one)]

    def _has_archive(self, live: Live) -> bool:
        return live.end is not None or live.channel.key in self.shelves

    def _print_archive(self, live: Live, stale: Mapping[ChannelKey, set[str]]) -> None:
        """Render the archive of a channel as far as it changed."""
        channel = live.channel
        known, row = self.shelves.get(channel.key, {}), self.known.get(atom_path(channel))
        suspected = stale[channel.key] if row is not None and row.mark == live.mark else None
        with self.store.reading() as connection:
            plan = archives.plan(connection, self.library, channel, live.end, suspected, known)
        if self._put_archive(plan):
            self._put([], _its(live, stale))
            self._remove(archive_path(channel.key, name) for name in plan.gone)

    def _put_archive(self, archive: Archive) -> bool:
        """Publish the documents of an archive, some at a time: all of a large one would fill the memory.

        Says whether that was done to the end.
        """
        if archive.written:
            with self.store.writing() as connection:
                months.put_entries(connection, archive.written)
        for some in archives.batches(archive.changed):
            if self.stop():
                return False
            self._take_over(archive.channel.key, some)
            with self.store.reading() as connection:
                made = list(archive.documents(connection, self.library, some))
            key = archive.channel.key
            self._put([(shelf.archive_month(key, month), one, mark) for month, one, mark in made], ())
        return True

    def _take_over(self, key: ChannelKey, parts: Sequence[tuple[Part, int]]) -> None:
        """Use again what stands in the published documents of the same months."""
        marks = {one.mark: one.story for part, _ in parts for one in part.stories}
        touched = {part.name[:7] for part, _ in parts}
        for name, mark in self.shelves.get(key, {}).items():
            if mark and name[:7] in touched:
                with suppress(OSError):  # what cannot be read any more is written anew
                    self.library.take_over((self.out / archive_path(key, name)).read_bytes(), marks)

    def _print_pages(self, keys: Sequence[str]) -> None:
        """Render the pages of stories that have no other link, remove the others that were published."""
        with self.store.reading() as connection:
            hidden = tombs.withdrawn_stories(connection)
            found = months.stories_by_key(connection, set(keys) - hidden, self.config.tag)
            linkless = {key: story for key, story in sorted(found.items()) if sound(story.link) is None}
            entries = self.library.entries(connection, linkless)
        rows = [(f"story/{key}", story_document(entry, self.publisher), 0) for key, entry in entries.items()]
        self._put(rows, [f"story/{key}" for key in keys])
        self._remove([story_page(key) for key in keys if key not in entries])

    def _print_lists(self, listed: Sequence[tuple[Channel, ChannelCount]]) -> None:
        """Render what tells of all feeds: the front page, the OPML file, the tombstones."""
        offered = tuple(offered_channels(listed))
        index = html.index(offered, self.publisher)
        readers = opml.render([one for one, *_ in offered], self.publisher)
        with self.store.reading() as connection:
            buried, newest = list(self._tombstones(connection)), tombs.newest(connection)
            tombstones = tombstones_document(buried, self.publisher, None if newest is None else instant(newest))
        rows = [(INDEX, index, 0), (INDEX, readers, 0), (TOMBSTONES, tombstones, 0)]
        self._put(rows, (INDEX, TOMBSTONES))

    def _tombstones(self, connection: Connection) -> Iterator[Tombstone]:
        tag = self.config.tag
        for tomb in tombs.all_tombs(connection):
            key = shelf.story_key(tomb.wording)
            part_of = tomb.home if tomb.home != key else None
            named = (key,) if tomb.reason is None or part_of is None else (key, part_of)
            for one in named:
                into = None if tomb.reason is not None or part_of is None else shelf.story_id(part_of, tag)
                yield Tombstone(shelf.story_id(one, tag), instant(tomb.at), tomb.reason, into)

    def _put(self, rows: Sequence[Row], fresh: Collection[str]) -> None:
        """Publish documents. They are noted before, so that a killed run leaves nothing that is unknown."""
        with self.store.writing() as connection:
            documents.put_documents(connection, [DocumentRow(one.path, key, -1, -1) for key, one, _ in rows])
        done = publish.publish(self.out, [one for _, one, _ in rows])
        with self.store.writing() as connection:
            documents.put_documents(connection, [_row(self.out, one.path, key, mark) for key, one, mark in rows])
            shelf.mark_fresh(connection, fresh)
        written = set(done.written)
        self.paths |= written
        self.written |= {key for key, one, _ in rows if one.path in written}

    def _remove(self, paths: Iterable[str]) -> None:
        """Remove documents, as far as they were published."""
        gone = sorted(path for path in paths if path in self.known)
        if gone:
            publish.withdraw(self.out, gone)
            with self.store.writing() as connection:
                documents.drop_documents(connection, gone)

    def _clear(self, gone: Collection[ChannelKey]) -> None:
        """Remove the documents of channels that are no more."""
        if gone:
            rows = [row for row in self.known.values() if shelf.channel_of(row.channel) in gone]
            self._remove([row.path for row in rows])
            with self.store.writing() as connection:
                keys = {key for key in shelf.stale_channels(connection) if shelf.channel_of(key) in gone}
                shelf.mark_fresh(connection, sorted({*keys, *gone}))


def _its(live: Live, stale: Mapping[ChannelKey, set[str]]) -> list[str]:
    """What is no longer stale when a channel is printed."""
    key = live.channel.key
    return [key, *(shelf.archive_month(key, month) for month in sorted(stale[key]))]


def _stands(out: Path, row: DocumentRow) -> bool:
    """Whether a document is as it was published, by size and modification time."""
    try:
        status = os.stat(f"{out}/{row.path}")  # noqa: PTH116 -- in half of the time, for thousands
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (row.size, row.mtime_ns)


def _row(out: Path, path: str, key: str, mark: int) -> DocumentRow:
    status = (out / path).stat()
    return DocumentRow(path, key, status.st_size, status.st_mtime_ns, mark)
