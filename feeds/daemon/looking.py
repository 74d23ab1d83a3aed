"""What hints mean: the files of each source that the store does not know as they are, complete ones and others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from feeds.build.intake import unknown
from feeds.config import Config, Source
from feeds.daemon.hints import Heard, is_dump_name
from feeds.daemon.mounts import is_shared
from feeds.daemon.settling import Settling
from feeds.dumps.inbox import Found, scan
from feeds.errors import UsageError
from feeds.store.engine import Store

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """What a look has found."""

    listed: tuple[tuple[Source, tuple[Found, ...]], ...]
    """The files that can be taken in, by source; sources without any are left out."""
    waiting: frozenset[bytes]
    """Files that are not complete."""

    @property
    def dumps(self) -> int:
        """How many files can be taken in."""
        return sum(len(found) for _, found in self.listed)


def look(
    store: Store, config: Config, heard: Heard, settling: Settling, now: tuple[int, int], stop: Callable[[], bool]
) -> Look:
    """Follow hints. `now` are nanoseconds of the wall clock and of a steady one.

    `stop` is asked now and then whether to leave the rest for later.
    """
    listed: list[tuple[Source, tuple[Found, ...]]] = []
    waiting: set[bytes] = set()
    for source in config.sources:
        complete: list[Found] = []
        shared = is_shared(source.path)
        try:
            found = iter(_found(source, config.limits.max_dump_bytes, heard))
        except UsageError:  # the source is missing, which is said elsewhere
            continue
        while not stop() and (some := list(islice(found, _AT_ONCE))):
            with store.reading() as connection:
                fresh = unknown(connection, source, some)
            for item in fresh:
                if settling.is_complete(item, *now, shared=shared):
                    complete.append(item)
                else:
                    waiting.add(item.path)
        if complete:
            listed.append((source, tuple(complete)))
    settling.forget(waiting)
    return Look(tuple(listed), frozenset(waiting))


def root_of(source: Source) -> bytes:
    """A source's path as scans write it."""
    return os.fsencode(source.path.absolute())


def missing(config: Config) -> list[Source]:
    """The sources that are not there, or where nobody may look, or whose server does not answer."""
    return [source for source in config.sources if not os.path.exists(source.path)]


def _found(source: Source, limit: int, heard: Heard) -> Iterable[Found]:
    """The files of a source that hints are about. Raises UsageError if all are asked for and there is nothing."""
    if heard.everything:
        return scan(source.path, limit)
    root = root_of(source)
    places = {path for path in heard.paths if path == root or (is_dump_name(path) and _is_below(path, root))}
    places |= {path for path in heard.folders if path == root or _is_below(path, root)}
    return _scan_each(sorted(places), limit)


def _scan_each(places: Iterable[bytes], limit: int) -> Iterator[Found]:
    seen: set[bytes] = set()
    for place in places:
        try:
            found = scan(Path(os.fsdecode(place)), limit)
        except UsageError:  # it is gone: nothing there to take in
            continue
        for item in found:
            if item.path not in seen:
                seen.add(item.path)
                yield item


def _is_below(path: bytes, root: bytes) -> bool:
    """Whether a path lies in a folder, and not in one that is hidden below it."""
    inside = path.startswith(root.rstrip(b"/") + b"/")
    return inside and not any(part.startswith(b".") for part in path[len(root) :].split(b"/"))
