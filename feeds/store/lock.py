"""The lock file beside a store: whoever holds it is the only one to write, whatever becomes of the file."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock as Mutex

from feeds.errors import StoreError, StoreLocked
from feeds.store.holder import holders

_POLL_SECONDS = 0.1


class Lock:
    """A lock that is held."""

    def __init__(self, store: Path, wait: float) -> None:
        """Lock the store in this file. Raises StoreLocked, naming the holder, after `wait` seconds; and OSError."""
        self._store = store
        self._mutex = Mutex()
        self._handle = _locked(store, wait)

    def keep(self) -> bool:
        """Take the lock anew if somebody has removed its file; says whether that was so. From any thread.

        Raises StoreLocked if another process has taken it since, and StoreError if it cannot be taken.
        """
        with self._mutex:
            if _stands(self._handle, lock_path(self._store)):
                return False
            try:
                fresh = _locked(self._store, 0)
            except OSError as error:
                raise StoreError(f"{self._store}: the store cannot be locked: {error.strerror}") from error
            os.close(self._handle)
            self._handle = fresh
            return True

    def release(self) -> None:
        """Let go of it."""
        os.close(self._handle)


def tries(wait: float) -> Iterator[None]:
    """Come at once, and again and again until `wait` seconds are over."""
    deadline = time.monotonic() + wait
    yield
    while time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        yield


def lock_path(store: Path) -> Path:
    """The lock file of a store."""
    return store.with_name(store.name + ".lock")


def _locked(store: Path, wait: float) -> int:
    """Hold the lock file, or say who does."""
    path = lock_path(store)
    for _ in tries(wait):
        handle = _held(path)
        if handle is not None:
            return handle
    raise StoreLocked(f"{store}: the store is in use by {holders(path)}; wait for it or stop it")


def _held(path: Path) -> int | None:
    """The lock file, if nobody else holds it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        if _stands(handle, path):
            return handle
        os.close(handle)  # it was removed before it was locked


def _stands(handle: int, path: Path) -> bool:
    """Whether the open file is the one at this path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False
