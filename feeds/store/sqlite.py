"""SQLite as the store: one file, its write-ahead log, and plain words for what SQLite says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from feeds.errors import StoreCorrupt, StoreError, StoreLocked
from feeds.store.holder import holders

REMEDY = "it has been left as it is: put back a copy, or move it away and build anew"
_NO_ROOM = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"})
"""The second: there was no room even for the index of the write-ahead log."""


def make_engine(url: URL, *, write: bool, wait: float) -> Engine:
    """Connections to the file; who waits for a lock gives up after `wait` seconds."""
    engine = create_engine(url, connect_args={"timeout": wait})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA cache_size = -12000")
        connection.execute("PRAGMA temp_store = MEMORY")
        if write:
            connection.execute("PRAGMA synchronous = NORMAL")
        else:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def write_ahead(engine: Engine) -> None:
    """Let readers read while a build writes: the write-ahead log, which no transaction can turn on."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def plainly(path: Path | None, where: str, error: DBAPIError) -> StoreError:
    """What SQLite says, as an error that tells a user what to do; `where` is the store for people."""
    said = str(error.orig)
    if isinstance(error, OperationalError):
        if "locked" in said or "busy" in said:
            who = holders(path, *_beside(path)) if path is not None else "another process"
            return StoreLocked(f"{where}: the store is locked by {who}; wait for it or stop it, then try again")
        if "full" in said or getattr(error.orig, "sqlite_errorname", None) in _NO_ROOM:
            msg = f"{where}: the disk is full; free some space and run the same command again, nothing is lost"
            return StoreError(msg)
        return StoreError(f"{where}: the store cannot be used: {said}; check its folder and permissions")
    if isinstance(error, DatabaseError):
        return StoreCorrupt(f"{where}: this is no store or it is damaged ({said}); {REMEDY}")
    return StoreError(f"{where}: the store cannot be used: {said}")


def _beside(path: Path) -> tuple[Path, ...]:
    return path.with_name(path.name + "-shm"), path.with_name(path.name + "-wal")
