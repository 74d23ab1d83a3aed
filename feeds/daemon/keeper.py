"""The open store, kept an eye on: if it is gone or overwritten that is said, and none is made in its place."""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import event

from feeds.errors import StoreError
from feeds.store.engine import Store, place, store_path

_log = logging.getLogger("feeds.keeper")

Opener = Callable[[str], Store]
"""Opens the store at an SQLAlchemy URL for writing, made or brought up to date if need be."""

_Identity = tuple[int, int]

_MAGIC = b"SQLite format 3\0"
_MARK = slice(60, 64)
"""Where the header of an SQLite file has `user_version`, which is the application's to use."""


class Keeper:
    """The store of a daemon, open for writing as long as the daemon runs.

    Each start marks the file with a number of its own. Bytes that somebody writes over it have another: SQLite
    would take them for what it knows, and find out late.
    """

    def __init__(self, url: str, opener: Opener) -> None:
        """Raises what opening a store raises; StoreLocked names the process that holds it."""
        self.url = url
        self.store = opener(url)
        self._path = store_path(url)
        self._identity = self._now()
        self._handle: int | None = None
        self._own: bytes | None = None
        self._marks: set[bytes | None] = set()
        if self._path is not None:
            # Closed last of all: SQLite's locks on a file are lost when any handle of the process on it is closed.
            self._handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            self._sign(self._handle)

        @event.listens_for(self.store.engine, "do_connect")
        def connecting(*_: Any) -> None:  # SQLite would make a file where there is none
            self.check()

    def check(self) -> None:
        """Raise StoreError if the store is gone, another file, overwritten or another's; from any thread."""
        now = self._now()
        if now is None:
            raise StoreError(f"{self._path}: the store is gone; put it back, or start the daemon anew to begin afresh")
        if now != self._identity:
            raise StoreError(f"{self._path}: another file stands where the store was; put that back, or start anew")
        if self.is_overwritten():
            msg = (
                f"{self._path}: somebody wrote other bytes over the store; stop the daemon, put the store back without "
                "its -wal and -shm files, and start anew"
            )
            raise StoreError(msg)
        if self.store.keep_lock():
            what = "lock file was removed; it is put back" if self._path else "lock was lost; it is held again"
            _log.warning("the store's %s", what, extra={"store": place(self.url)})

    def is_overwritten(self) -> bool:
        """Whether the file holds other bytes than SQLite wrote there."""
        if self._handle is None:
            return False
        mark = _mark(self._handle)
        if mark == self._own:
            self._marks = {mark}
        return mark not in self._marks

    def start_over(self) -> None:
        """Let go of connections on which something failed."""
        if not self.is_overwritten():  # the last one to be closed writes to the file what waits in its log
            self.store.engine.dispose()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _sign(self, handle: int) -> None:
        """Mark the store. Until SQLite's log is written back the file has the mark that it had before."""
        number = secrets.randbelow(1 << 31)
        self._own = number.to_bytes(4, "big")
        self._marks = {_mark(handle), self._own}
        with self.store.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {number}")
        raw = self.store.engine.raw_connection()
        with closing(raw), suppress(sqlite3.Error):  # what cannot be written back now is later
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _now(self) -> _Identity | None:
        if self._path is None:
            return (0, 0)
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _mark(handle: int) -> bytes | None:
    """The mark in the header of an SQLite file; None if it is none."""
    header = os.pread(handle, _MARK.stop, 0)
    return header[_MARK] if header.startswith(_MAGIC) else None
