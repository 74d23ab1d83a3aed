"""The store as pages ask it: opened for reading when it is first needed, so that `out/` is served without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection

from feeds.errors import StoreError
from feeds.serve.answer import Reply
from feeds.store.engine import Store, open_store

_WAIT_SECONDS = 2.0


class Memory:
    """The store, for threads that read."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: Store | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the store. Raises StoreError while there is none."""
        with self._lock:
            if self._store is None:
                self._store = open_store(self._url, write=False, wait=_WAIT_SECONDS)
            store = self._store
        with store.reading() as connection:
            yield connection

    def ready(self) -> Reply:
        """Whether the store is open, for `/readyz`."""
        try:
            with self.reading():
                return Reply(b"ready\n")
        except StoreError as error:
            return Reply(f"{error}\n".encode(), status=503)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
