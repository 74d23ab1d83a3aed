"""What was heard of changes, until somebody looks. A hint says where to look; what stands there the scan says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from feeds.dumps.inbox import SIDECAR, holds_rows

MOST = 2000
"""With more hints than this, looking at everything costs less than following each."""


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

    def modified(self, path: bytes, ticks: int) -> None:
        """Somebody wrote to a file, at `ticks` of a steady clock, and may not have finished. Nobody is woken."""
        with self._lock:
            self._written[path] = ticks
            if len(self._written) > MOST:
                self._written.pop(next(iter(self._written)))

    def closed(self, path: bytes) -> None:
        """Somebody has finished writing a file."""
        with self._lock:
            self._written.pop(path, None)
        self.path(path)

    def written_at(self, path: bytes) -> int | None:
        """When somebody last wrote to a file that has not been closed since, as far as was heard."""
        return self._written.get(path)

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


def is_dump_name(path: bytes) -> bool:
    """Whether a file may be a dump or a sidecar, by its name alone."""
    name = os.path.basename(path)
    return not name.startswith(b".") and (name[-4:].lower() == b".txt" or holds_rows(name) or name.endswith(SIDECAR))
