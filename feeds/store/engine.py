"""Opening the store: its version, its locks, and plain words for what the database says.

A store is opened for reading (nothing is written, writers are not in the way) or for writing, by one
process at a time: a lock file beside the store is held for as long as it is open.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.sql.dml import Delete, Insert, Update

from feeds.errors import StoreCorrupt, StoreError, StoreNewer, StoreOutdated
from feeds.store import postgresql, sqlite
from feeds.store.holder import holders
from feeds.store.lock import Lock, lock_path
from feeds.store.postgresql import AdvisoryLock
from feeds.store.schema import VERSIONS, metadata

_EXTRA = "install dateline-feeds[postgresql]"
_SECRET = re.compile("(?<=:)[^:/@]+(?=@)|(?<=password=)[^&]+")


class Store:
    """An open store. `reading` and `writing` give one transaction each."""

    def __init__(self, engine: Engine, path: Path | None, lock: Lock | AdvisoryLock | None) -> None:
        self.engine = engine
        self._reader = engine if engine.dialect.name == "sqlite" else postgresql.reading_engine(engine)
        self._path = path
        self._where = "the store" if path is not None else postgresql.place(engine.url)
        self._lock = lock

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the store. Raises StoreError in plain words."""
        with said_plainly(self._path, self._where), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing is kept. Raises StoreError in plain words."""
        with said_plainly(self._path, self._where):
            if isinstance(self._lock, AdvisoryLock) and self._lock.keep():
                raise StoreError(f"{self._where}: the lock on the store was lost meanwhile; run the same command again")
            with self.engine.begin() as connection:
                yield connection

    def keep_lock(self) -> bool:
        """Lock the store anew if its lock was lost; says whether that was so. Raises what `Lock.keep` does."""
        return self._lock is not None and self._lock.keep()

    def close(self) -> None:
        """Let go of the store and its lock."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def store_path(url: str) -> Path | None:
    """The file of an SQLite store; None for other databases and for one in memory."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def open_store(url: str, *, write: bool, wait: float) -> Store:
    """Open the store at an SQLAlchemy URL; made if it is missing and to be written.

    `wait` is how many seconds to wait for another process. Raises StoreLocked (naming the holder),
    StoreOutdated (see `migrate`), StoreNewer, StoreCorrupt or StoreError; none of them has changed the store.
    """
    path = store_path(url)
    if path is not None and not write and not path.exists():
        msg = f"{path}: there is no store yet; run `feeds build` first"
        raise StoreOutdated(msg)
    store = unchecked_store(url, write=write, wait=wait)
    try:
        with said_plainly(path, place(url)):
            if write and not inspect(store.engine).get_table_names():
                _create(store.engine)
            check_version(store.engine, url)
    except BaseException:
        store.close()
        raise
    return store


def open_beside(url: str, *, wait: float) -> Store:
    """Open the store for short transactions beside the one process that holds it, in tables that no build writes.

    Takes no lock file; a transaction waits up to `wait` seconds for another and then raises StoreLocked. Raises
    what `open_store` raises otherwise; StoreOutdated also if there is no store.
    """
    path = store_path(url)
    if path is not None and not path.exists():
        raise StoreOutdated(f"{path}: there is no store yet; run `feeds build` first")
    store = Store(_engine(url, write=True, wait=wait), path, None)
    try:
        with said_plainly(path, place(url)):
            check_version(store.engine, url)
    except BaseException:
        store.close()
        raise
    return store


def _create(engine: Engine) -> None:
    """Make the tables of the newest version at once: Alembic, slow to start, is for those that hold something."""
    if engine.dialect.name == "sqlite":
        sqlite.write_ahead(engine)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": VERSIONS[-1]})


def unchecked_store(url: str, *, write: bool, wait: float) -> Store:
    """The store at a URL, locked if it is to be written, whatever its version; made if it is missing."""
    path = store_path(url)
    lock = _locked(url, path, wait) if write else None
    try:
        return Store(_engine(url, write=write, wait=wait), path, lock)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _locked(url: str, path: Path | None, wait: float) -> Lock | AdvisoryLock | None:
    """The lock of whoever writes; none for a database in memory."""
    if path is None:
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            return None
        with said_plainly(None, place(url)), _driven(url):
            return AdvisoryLock(parsed, wait)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Lock(path, wait)
    except OSError as error:
        msg = f"{path}: the store cannot be written: {error.strerror}; check the folder or name another with --store"
        raise StoreError(msg) from error


def bulk(
    connection: Connection, statement: Insert | Update | Delete | TextClause, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Run a statement once for each row of values, in the order of its parameters.

    Compiled once and given to the driver as it is: this is where the time of a first build goes.
    """
    if not rows:
        return
    compiled = statement.compile(dialect=connection.dialect)
    if compiled.positional:
        connection.exec_driver_sql(str(compiled), list(rows))
        return
    names = list(compiled.params)
    connection.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in rows])


@contextmanager
def said_plainly(path: Path | None, where: str) -> Iterator[None]:
    """Turn what the database says into the StoreError that tells a user what to do; `where` names one without path."""
    where = str(path) if path is not None else where
    try:
        yield
    except DBAPIError as error:
        if path is None and not isinstance(error.orig, sqlite3.Error):
            raise postgresql.plainly(where, error) from error
        raise sqlite.plainly(path, where, error) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:  # what stands in a column is not what was put there
        raise StoreCorrupt(f"{where}: this is no store or it is damaged ({error}); {sqlite.REMEDY}") from error


def place(url: str) -> str:
    """The store for people: its file, or where its database is, without what is secret."""
    path = store_path(url)
    return str(path) if path is not None else postgresql.place(_parsed(url))


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        said = _SECRET.sub("***", url)
        msg = f"{said}: not a store's address; say sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"
        raise StoreError(msg) from error


def holder(url: str) -> str | None:
    """Who holds the store at a URL for writing, in words; None if nobody does or it cannot be told."""
    path = store_path(url)
    if path is None:
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            return None
        with _driven(url):
            return postgresql.holder(parsed)
    try:
        handle = os.open(lock_path(path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return holders(lock_path(path))
    else:
        return None
    finally:
        os.close(handle)


@contextmanager
def _driven(url: str) -> Iterator[None]:
    """Say which driver is lacking."""
    try:
        yield
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"{place(url)}: no driver for this store ({error}); {_EXTRA}") from error


def _engine(url: str, *, write: bool, wait: float) -> Engine:
    parsed = _parsed(url)
    with _driven(url):
        if parsed.get_backend_name() != "sqlite":
            return postgresql.make_engine(parsed, wait)
        return sqlite.make_engine(parsed, write=write, wait=wait)


def check_version(engine: Engine, url: str) -> None:
    """Raise StoreOutdated, StoreNewer or StoreCorrupt unless the store is of the version that this program writes."""
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        version = None
        if "alembic_version" in tables:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    where = place(url)
    if version is None and tables - {"alembic_version"}:
        msg = f"{where}: this database belongs to something else; name another store"
        raise StoreCorrupt(msg)
    if version is None:
        msg = f"{where}: the store is empty; run `feeds build` first"
        raise StoreOutdated(msg)
    if version not in VERSIONS:
        msg = f"{where}: the store was written by a newer version (schema {version}); upgrade dateline-feeds"
        raise StoreNewer(msg)
    if version != VERSIONS[-1]:
        msg = f"{where}: the store is of an older version; run `feeds build` once to bring it up to date"
        raise StoreOutdated(msg)
