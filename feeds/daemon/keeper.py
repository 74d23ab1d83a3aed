"""The open store, kept an eye on: one that is gone is reported and awaited, none is made anew in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from feeds.errors import StoreError
from feeds.store.engine import Store, store_path

Opener = Callable[[str], Store]
"""Opens the store at an SQLAlchemy URL for writing, made or brought up to date if need be."""

_Identity = tuple[int, int]


class Keeper:
    """The store of a daemon, open for writing as long as the daemon runs."""

    def __init__(self, url: str, opener: Opener) -> None:
        """Raises what opening a store raises; StoreLocked names the process that holds it."""
        self.url = url
        self.store = opener(url)
        self._path = store_path(url)
        self._identity = self._now()

        @event.listens_for(self.store.engine, "do_connect")
        def connecting(*_: Any) -> None:  # SQLite would make a file where there is none
            self.check()

    def check(self) -> None:
        """Raise StoreError if the store is gone or another file; from any thread."""
        now = self._now()
        if now is None:
            raise StoreError(f"{self._path}: the store is gone; put it back, or start the daemon anew to begin afresh")
        if now != self._identity:
            raise StoreError(f"{self._path}: another file stands where the store was; put that back, or start anew")

    def start_over(self) -> None:
        """Let go of connections on which something failed."""
        self.store.engine.dispose()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _now(self) -> _Identity | None:
        if self._path is None:
            return (0, 0)
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
