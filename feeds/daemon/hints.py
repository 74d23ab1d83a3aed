"""What was heard of changes, until somebody looks. A hint says where to look; what stands there the scan says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from feeds.dumps.inbox import SIDECAR, holds_rows

MOST = 2000
"""With more hints than this, looking at everything costs less than following each."""
_MOST_FINISHED = 20_000
"""Of a file that is forgotten it has to be seen that it does not change any more; that takes a while longer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All hints of a while. `everything`: look at all sources, whatever the paths."""

    paths: frozenset[bytes] = frozenset()
    """Dumps that may have changed."""
    folders: frozenset[bytes] = frozenset()
    """Folders in which anything may have changed."""
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.everything or self.paths or self.folders)


class Hints:
    """A box that watchers put hints into, from any thread, and that is emptied when there is time to look."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """`wake` is called, from the thread that brought it, for every hint but repeated ones."""
        self._wake = wake
        self._lock = Lock()
        self._paths: set[bytes] = set()
        self._folders: set[bytes] = set()
        self._everything = False
        self._written: dict[bytes, int] = {}
        self._finished: dict[bytes, int] = {}

    def modified(self, path: bytes, ticks: int) -> None:
        """Somebody wrote to a file, at `ticks` of a steady clock, and may not have finished. Nobody is woken."""
        with self._lock:
            self._finished.pop(path, None)
            _note(self._written, path, ticks, MOST)

    def closed(self, path: bytes, now: int) -> None:
        """Somebody has finished writing a file, at `now` of the wall clock, in nanoseconds."""
        with self._lock:
            self._written.pop(path, None)
            _note(self._finished, path, now, _MOST_FINISHED)
        self.path(path)

    def moved(self, source: bytes, path: bytes, now: int) -> None:
        """A file got its name at `now` of the wall clock: a whole one, unless it was being written under another."""
        with self._lock:
            ticks = self._written.pop(source, None)
            if ticks is None:
                _note(self._finished, path, now, _MOST_FINISHED)
            else:
                _note(self._written, path, ticks, MOST)
        self.path(path)

    def written_at(self, path: bytes) -> int | None:
        """When somebody last wrote to a file that has not been closed since, as far as was heard."""
        return self._written.get(path)

    def is_finished(self, path: bytes, modified: int) -> bool:
        """Whether a file that was last modified at that time of the wall clock was closed or named since."""
        return self._finished.get(path, modified - 1) >= modified

    def path(self, path: bytes) -> None:
        """Something happened to a file. Files that are no dumps and no sidecars are no hint."""
        dump = path.removesuffix(SIDECAR)
        with self._lock:
            self._paths.add(dump)
            if len(self._paths) > MOST:
                self._everything = True
                self._paths.clear()
        self._wake()

    def folder(self, path: bytes) -> None:
        """A folder came, or was moved here."""
        with self._lock:
            self._folders.add(path)
        self._wake()

    def everything(self) -> None:
        """Anything may have changed anywhere."""
        with self._lock:
            self._everything = True
        self._wake()

    def put_back(self, heard: Heard) -> None:
        """Hints that were taken but could not be followed up; nobody is woken."""
        with self._lock:
            self._paths |= heard.paths
            self._folders |= heard.folders
            self._everything = self._everything or heard.everything

    def take(self) -> Heard:
        """Everything in the box, which is empty now."""
        with self._lock:
            heard = Heard(frozenset(self._paths), frozenset(self._folders), self._everything)
            self._paths.clear()
            self._folders.clear()
            self._everything = False
        return heard

    def __len__(self) -> int:
        with self._lock:
            return len(self._paths) + len(self._folders) + self._everything


def _note(instants: dict[bytes, int], path: bytes, instant: int, most: int) -> None:
    """Keep an instant as the newest of so many at most."""
    instants.pop(path, None)
    instants[path] = instant
    if len(instants) > most:
        del instants[next(iter(instants))]


def is_dump_name(path: bytes) -> bool:
    """Whether a file may be a dump or a sidecar, by its name alone."""
    name = os.path.basename(path)
    return not name.startswith(b".") and (name[-4:].lower() == b".txt" or holds_rows(name) or name.endswith(SIDECAR))
