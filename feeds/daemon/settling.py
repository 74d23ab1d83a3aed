"""Whether a dump is complete: it holds rows, or it has not changed for a while and nobody is writing it.

No event is needed for this, so it holds for every habit of writing, for files that were there before the program
started, and for events that were lost. Only of a file that belongs to another user the kernel does not tell whether
it is being written; then what was heard of it must do.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from feeds.dumps.inbox import SIDECAR, Found, holds_rows

_LONG_AGO_NS = 3600 * 10**9
"""A file that has not changed for so long is complete, also if somebody keeps it open."""
_LOST_NS = 30 * 10**9
"""Of a file that nobody has written to for so long, the closing was not heard."""


@dataclass(slots=True)
class Settling:
    """Watches files become complete. Instants are nanoseconds: `now` of the wall clock, `ticks` of a steady one."""

    quiet_ns: int
    written_at: Callable[[bytes], int | None]
    """When somebody wrote to a file that has not been closed since, as far as was heard; in ticks."""
    first_seen: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    """Files that are not complete: what each looked like, and since when it has."""

    def is_complete(self, item: Found, now: int, ticks: int) -> bool:
        """Whether a file that a scan found may be read. What cannot be read anyhow is complete.

        A row is complete where it ends, so a file of rows is read as it grows; only its sidecar has to be.
        """
        rows = holds_rows(item.path)
        if item.trouble is not None or (rows and item.sidecar is None):
            return True
        looks = f"{item.sidecar}" if rows else f"{item.signature} {item.sidecar}"
        seen, since = self.first_seen.get(item.path, ("", ticks))
        if seen != looks:
            since = ticks
        age = now - max(0 if rows else item.changed_ns, _sidecar_changed_ns(item))
        # A clock that was set back makes files come from the future: then what was observed must do.
        quiet = age >= self.quiet_ns or (age < 0 and ticks - since >= self.quiet_ns)
        if quiet and (age >= _LONG_AGO_NS or not self._is_open(item, ticks)):
            self.first_seen.pop(item.path, None)
            return True
        self.first_seen[item.path] = (looks, since)
        return False

    def _is_open(self, item: Found, ticks: int) -> bool:
        if item.sidecar is not None and is_being_written(item.path + SIDECAR):
            return True
        if holds_rows(item.path):
            return False
        told = is_being_written(item.path)
        if told is not None:
            return told
        heard = self.written_at(item.path)
        return heard is not None and ticks - heard < _LOST_NS

    def forget(self, present: set[bytes]) -> None:
        """Only these files are still being waited for."""
        for path in self.first_seen.keys() - present:
            del self.first_seen[path]


def is_being_written(path: bytes) -> bool | None:
    """Whether any process on this machine has the file open for writing; None where the kernel does not tell.

    A read lease (fcntl(2), F_SETLEASE) is refused for a file that is open for writing. It is given to a file's owner
    and to root, and given back at once.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return None
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:  # not the owner, or a file system without leases
        return None
    else:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    finally:
        os.close(handle)


def _sidecar_changed_ns(item: Found) -> int:
    if item.sidecar is None:
        return 0
    try:
        status = os.stat(item.path + SIDECAR)
    except OSError:
        return 0
    return max(status.st_mtime_ns, status.st_ctime_ns)
