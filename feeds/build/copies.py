"""Work that a copy of this process does beside it, on another core.

The copy is forked, so it starts at once and with everything at hand; what it found comes back through a nameless file.
It writes nothing else, holds no lock, and leaves by itself when its work is done.
"""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Generic, NoReturn, TypeVar

T = TypeVar("T")


def can_copy() -> bool:
    """Whether there is another core for a copy, and no other thread that it would leave behind in the middle."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return cores > 1 and threading.active_count() == 1


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Share[T]]:
    """Have a copy of this process do some work; ask the share for what it returned. Needs `can_copy`.

    What is not asked for is given up when the block is left.
    """
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            _work(work, file)
        share = Share(pid, file, work)
        try:
            yield share
        finally:
            share.give_up()


class Share(Generic[T]):
    """What a copy of this process works on."""

    def __init__(self, pid: int, file: IO[bytes], work: Callable[[], T]) -> None:
        self._pid: int | None = pid
        self._file = file
        self._work = work

    def result(self) -> T:
        """What the work returned. If the copy came to nothing, the work is done here, and fails here if it must."""
        if self._pid is not None:
            _, status = os.waitpid(self._pid, 0)
            self._pid = None
            if status == 0:
                self._file.seek(0)
                found: T = pickle.load(self._file)  # noqa: S301 - our own copy wrote it, and nobody else can
                return found
        return self._work()

    def give_up(self) -> None:
        """End the copy if it still works."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = None


def _work(work: Callable[[], object], file: IO[bytes]) -> NoReturn:
    """The copy's whole life. Whatever goes wrong is seen by its exit, and told by the process that asked."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # The lock on the store and the connection to it are the other's: what we held open, it could not let go of.
        os.closerange(3, file.fileno())
        os.closerange(file.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        pickle.dump(work(), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        status = 0
    finally:
        os._exit(status)
