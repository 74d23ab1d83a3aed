"""The open store, kept an eye on: one that is gone is reported, one that was put back is opened, none is made anew."""

from __future__ import annotations

from collections.abc import Callable

from feeds.errors import StoreError
from feeds.store.engine import Store, open_store, store_path

Opener = Callable[[str], Store]
"""Opens the store at an SQLAlchemy URL for writing, made or brought up to date if need be."""

_Identity = tuple[int, int]


class Keeper:
    """The store of a daemon, open for writing as long as the daemon runs."""

    def __init__(self, url: str, opener: Opener) -> None:
        """Raises what opening a store raises; StoreLocked names the process that holds it."""
        self.url = url
        self.store = opener(url)
        self._opener = opener
        self._path = store_path(url)
        self._identity = self._now()

    def check(self) -> None:
        """Raise StoreError if the store is not the file that was opened; one that was put back is opened."""
        now = self._now()
        if now == self._identity:
            return
        self.look()
        open_store(self.url, write=False, wait=0).close()  # an empty file is refused, not filled
        self.store.close()
        self.store = self._opener(self.url)
        self._identity = self._now()

    def look(self) -> None:
        """Raise StoreError if the store is gone; from any thread."""
        if self._now() is None:
            raise StoreError(f"{self._path}: the store is gone; put it back, or start the daemon anew to begin afresh")

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
