"""PostgreSQL as the store: how to connect, the lock of whoever writes, and plain words for what the server says.

Texts compare by their bytes whatever the collation of the database (`schema.Text`), and a transaction that reads sees
one moment, so that the same dumps give the same stories and documents as with SQLite.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from socket import gethostname
from threading import Lock as Mutex
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from feeds.errors import StoreCorrupt, StoreError, StoreLocked
from feeds.store.lock import tries

_CONNECT_SECONDS = 10
_LONGEST_NAME = 63
_PURPOSE = int.from_bytes(b"date", "big")
"""Tells our advisory lock from those of others in the same database; the second key is the schema's."""
_TAKE = text("SELECT pg_try_advisory_lock(:purpose, hashtext(current_schema()::text))").bindparams(purpose=_PURPOSE)
_HOLDER = text(
    "SELECT activity.application_name FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid) "
    "JOIN pg_database AS base ON base.oid = locks.database AND base.datname = current_database() "
    "WHERE locks.locktype = 'advisory' AND locks.granted AND locks.classid = :purpose "
    "AND locks.objid = (hashtext(current_schema()::text)::bigint & 4294967295)::oid LIMIT 1"
).bindparams(purpose=_PURPOSE)

_PATIENCE = """
SELECT set_config(name, CASE name WHEN 'lock_timeout' THEN %(wait)s ELSE '0' END, false) FROM pg_settings
WHERE name IN ('lock_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout')
"""
"""How long to wait for a lock; and that a connection which holds one, or a batch, is not ended meanwhile."""

_REMEDIES = {
    "08": "see that the server runs, has this database and lets this user in",
    "42501": "give this user the right to make and write tables there",
    "53100": "the disk is full; free some space and run the same command again, nothing is lost",
    "53": "the server lacks room, memory or connections; see to that and try again",
    "57": "the server was stopped; try again when it runs",
}
"""By SQLSTATE or its class (PostgreSQL's manual, appendix A)."""
_LOCKED = "55P03"
_DAMAGED = frozenset({"XX001", "XX002", "42P01", "42703"})
"""Damaged pages or indexes; tables or columns that are not there."""


def make_engine(url: URL, wait: float) -> Engine:
    """Connections to the database; who waits for a lock gives up after `wait` seconds.

    Raises ImportError without a driver, and StoreError on connecting to a database that cannot hold every letter.
    """
    return _engine(url, wait, pool_pre_ping=True)


def reading_engine(engine: Engine) -> Engine:
    """The same connections for transactions that write nothing and see one moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def place(url: URL) -> str:
    """The database for people: no user, no password."""
    return f"{url.database or 'the database'} at {url.host or 'this machine'}"


class AdvisoryLock:
    """A lock that is held as long as its connection stands: whoever holds it is the only one to write."""

    def __init__(self, url: URL, wait: float) -> None:
        """Raises StoreLocked, naming the holder, after `wait` seconds; and what SQLAlchemy raises."""
        self._place = place(url)
        self._engine = _engine(url, wait, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._mutex = Mutex()
        self._connection: Connection | None = self._taken(wait)

    def keep(self) -> bool:
        """Take the lock anew if its connection was lost; says whether that was so. From any thread.

        Raises StoreLocked if another process has taken it since, StoreError if the server does not answer.
        """
        with self._mutex:
            if self._connection is not None:
                try:
                    self._connection.execute(text("SELECT 1"))
                except DBAPIError:
                    self._let_go()
                else:
                    return False
            try:
                self._connection = self._taken(0)
            except DBAPIError as error:
                raise plainly(self._place, error) from error
            return True

    def release(self) -> None:
        """Let go of it."""
        self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _taken(self, wait: float) -> Connection:
        connection = self._engine.connect()
        try:
            for _ in tries(wait):
                taken = connection.execute(_TAKE).scalar()
                if taken is None:
                    raise StoreError(f"{self._place}: there is no schema to make tables in; see to the search_path")
                if taken:
                    return connection
            who = _holder(connection) or "another process"
            raise StoreLocked(f"{self._place}: the store is in use by {who}; wait for it or stop it")
        except BaseException:
            connection.close()
            raise


def holder(url: URL) -> str | None:
    """Who holds the store for writing, in words; None if nobody does. Raises StoreError if the server does not say."""
    try:
        with _engine(url, 0, poolclass=NullPool).connect() as connection:
            return _holder(connection)
    except DBAPIError as error:
        raise plainly(place(url), error) from error


def plainly(where: str, error: DBAPIError) -> StoreError:
    """What the server says, as an error that tells a user what to do."""
    state = getattr(error.orig, "sqlstate", None) or "08000"  # the driver gives none where it cannot connect
    said = " ".join(str(error.orig).split())
    if state in _DAMAGED:
        return StoreCorrupt(
            f"{where}: this is no store or it is damaged ({said}); it has been left as it is: "
            "put back a copy, or name another database and build anew"
        )
    if state == _LOCKED:
        return StoreLocked(f"{where}: the store is locked by another session; wait for it or end it, then try again")
    remedy = _REMEDIES.get(state) or _REMEDIES.get(state[:2])
    return StoreError(f"{where}: the store cannot be used: {said}" + (f"; {remedy}" if remedy else ""))


def _holder(connection: Connection) -> str | None:
    found = connection.execute(_HOLDER).scalar()
    return str(found) if found else None


def _engine(url: URL, wait: float, **options: Any) -> Engine:
    """Connections that tell others who they are, `process 123 on HOST`, and are never ended for being idle."""
    told = {
        "application_name": f"process {os.getpid()} on {gethostname()}"[:_LONGEST_NAME],
        "connect_timeout": _CONNECT_SECONDS,
    }
    arguments = {name: value for name, value in told.items() if name not in url.query}
    engine = create_engine(url, connect_args=arguments, **options)

    @event.listens_for(engine, "do_connect")
    def connecting(dialect: Dialect, _record: object, words: Sequence[Any], named: dict[str, Any]) -> Any:
        connection: Any = dialect.connect(*words, **named)
        with closing(connection.cursor()) as cursor:
            cursor.execute("SHOW server_encoding")
            said = cursor.fetchone()[0]  # bytes, if the server does not know which letters they are
            if said not in {"UTF8", b"UTF8"}:
                connection.close()
                raise StoreError(f"{place(url)}: the database cannot hold every letter; make one with ENCODING 'UTF8'")
            cursor.execute(_PATIENCE, {"wait": f"{round(wait * 1000)}ms"})
        connection.commit()
        return connection

    return engine
