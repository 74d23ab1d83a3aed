"""Whether a dump is complete: it holds rows, or it has not changed for a while and nobody is writing it.

No event is needed for this, so it holds for every habit of writing, for files that were there before the program
started, and for events that were lost. Only of a file that belongs to another user, or that others than this machine
may write, the kernel does not tell whether it is being written; then it must have been heard that it was closed or
moved here, or a longer while without a change must do.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field

from feeds.daemon.hints import Hints
from feeds.dumps.inbox import SIDECAR, Found, holds_rows

_LONG_AGO_NS = 3600 * 10**9
"""A file that has not changed for so long is complete, also if somebody keeps it open."""
_LOST_NS = 30 * 10**9
"""Of a file that nobody has written to for so long, the closing was not heard."""


@dataclass(slots=True)
class Settling:
    """Watches files become complete. Instants are nanoseconds: `now` of the wall clock, `ticks` of a steady one."""

    quiet_ns: int
    unsure_ns: int
    """How long a file must not have changed of which nothing else tells that it is complete."""
    hints: Hints
    """What was heard of those who write."""
    first_seen: dict[bytes, tuple[str, int]] = field(default_factory=dict)
    """Files that are not complete: what each looked like, and since when it has; in ticks."""

    def is_complete(self, item: Found, now: int, ticks: int, *, shared: bool = False) -> bool:
        """Whether a file that a scan found may be read. What cannot be read anyhow is complete.

        A row is complete where it ends, so a file of rows is read as it grows; only its sidecar has to be.
        `shared`: others than this machine may be writing it.
        """
        rows = holds_rows(item.path)
        if item.trouble is not None or (rows and item.sidecar is None):
            return True
        parts = [] if rows else [(item.path, item.mtime * 1000, item.changed_ns)]
        if item.sidecar is not None:
            parts.append((item.path + SIDECAR, *_sidecar_times(item)))
        looks = f"{item.sidecar}" if rows else f"{item.signature} {item.sidecar}"
        seen, since = self.first_seen.get(item.path, ("", ticks))
        if not seen:
            since = ticks - max(0, now - max(modified for _, modified, _ in parts))
        elif seen != looks:  # from its first look on the steady clock alone tells: the other one may jump
            since = ticks
        age = now - max(changed for _, _, changed in parts)
        # A clock that was set back makes files come from the future: then what was observed must do.
        quiet = age >= self.quiet_ns or (age < 0 and ticks - since >= self.quiet_ns)
        if quiet and (
            min(age, ticks - since) >= _LONG_AGO_NS or self._is_left_alone(parts, ticks, since, shared=shared)
        ):
            self.first_seen.pop(item.path, None)
            return True
        self.first_seen[item.path] = (looks, since)
        return False

    def _is_left_alone(self, parts: list[tuple[bytes, int, int]], ticks: int, since: int, *, shared: bool) -> bool:
        """Whether nobody is writing a dump or its sidecar any more, as far as that can be known."""
        for path, modified, _ in parts:
            told = is_being_written(path)
            if told:
                return False
            if told is None or shared:
                heard = self.hints.written_at(path)
                if heard is not None and ticks - heard < _LOST_NS:
                    return False
                if ticks - since < self.unsure_ns and not self.hints.is_finished(path, modified):
                    return False
        return True

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


def _sidecar_times(item: Found) -> tuple[int, int]:
    """When a sidecar was modified, and when anything of it changed."""
    try:
        status = os.stat(item.path + SIDECAR)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, max(status.st_mtime_ns, status.st_ctime_ns)
