"""A full-text index beside the store, for searches: made from it, brought up to date when asked, and no loss if lost.

It only says which stories may be meant, newest first; whether a story is, the query's own rules decide. Texts and names
are indexed folded, as the rules compare them, so that the two agree on accents, quotes and hyphens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, select

from feeds.errors import SearchTooCostly
from feeds.model import Block, Story
from feeds.store import schema
from feeds.store.engine import store_path
from feeds.store.ledger import chunks
from feeds.store.rows import story_out
from feeds.store.shelf import story_id

_VERSION = 1
"""Raised when the same stories are to be indexed otherwise."""
_AT_ONCE = 500
_STEPS = 1000
"""Of SQLite's machine between two looks at the clock."""
_WAIT_SECONDS = 5.0
_COLUMNS = tuple(column.name for column in schema.stories.c if column.name != "story")
_TABLES = f"""
BEGIN;
CREATE TABLE entries (id INTEGER PRIMARY KEY, story TEXT UNIQUE, sort INTEGER, stamp TEXT, body TEXT);
CREATE INDEX entries_by_sort ON entries (sort DESC, story);
CREATE VIRTUAL TABLE ready USING fts5(headline, text, traits, tokenize = "unicode61 remove_diacritics 0");
PRAGMA user_version = {_VERSION};
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A story as the index keeps it: folded words of headline and text, names, and the blocks of its full text."""

    headline: str
    text: str
    traits: str
    body: tuple[Block, ...]


Describe = Callable[[Connection, Sequence[Story]], Iterator[Indexed]]
"""What to index of stories, in their order."""


class Lookup:
    """The index of one store. For one thread at a time."""

    def __init__(self, store_url: str, tag: str) -> None:
        """Open or make the index beside an SQLite store; for others, or in a read-only place, a passing one."""
        self._tag = tag
        kept = store_path(store_url)
        self._database = _opened(None if kept is None else kept.with_name(f"{kept.name}.search"))
        self._mirrors = kept is None
        self._stories = "temp.stories" if kept is None else "kept.stories"
        if kept is None:
            self._database.execute(f"CREATE TEMP TABLE stories (story PRIMARY KEY, {', '.join(_COLUMNS)})")
        else:
            self._database.execute("ATTACH ? AS kept", (f"{kept.absolute().as_uri()}?mode=ro",))
        self._version: object = None

    def close(self) -> None:
        """Let go of it."""
        self._database.close()

    def catch_up(self, connection: Connection, describe: Describe, seconds: float) -> bool:
        """Whether the index says what the store does; gives up after some seconds and goes on the next time."""
        deadline = monotonic() + seconds
        version = self._look(connection)
        if version is not None and version == self._version:
            return True
        with self._writing():
            self._forget(
                self._column(f"SELECT story FROM entries WHERE story NOT IN (SELECT story FROM {self._stories})")
            )
        stale = self._column(
            f"SELECT s.story FROM {self._stories} s LEFT JOIN entries e ON e.story = s.story "
            f"WHERE e.stamp IS NULL OR e.stamp <> {_stamp('s')} ORDER BY s.sort DESC, s.story"
        )
        for some in chunks(stale, _AT_ONCE):
            if monotonic() > deadline:
                return False
            found = stories_of(connection, some, self._tag)
            keys = [key for key in some if key in found]
            with self._writing():
                self._forget(keys)
                self._put(keys, list(describe(connection, [found[key] for key in keys])))
        self._version = version
        return True

    def candidates(self, words: str | None, most: int, seconds: float) -> list[str]:
        """Keys of the newest stories that an FTS5 expression finds; of all without one. Raises SearchTooCostly."""
        deadline = monotonic() + seconds
        self._database.set_progress_handler(lambda: int(monotonic() > deadline), _STEPS)
        try:
            if words is None:
                return self._column("SELECT story FROM entries ORDER BY sort DESC, story LIMIT ?", most)
            return self._column(
                "SELECT story FROM ready JOIN entries ON entries.id = ready.rowid WHERE ready MATCH ? "
                "ORDER BY sort DESC, story LIMIT ?",
                words,
                most,
            )
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise SearchTooCostly("this search takes too long; ask for less") from error
            raise
        finally:
            self._database.set_progress_handler(None, 0)

    def bodies(self, keys: Iterable[str]) -> dict[str, tuple[Block, ...]]:
        """The full texts of stories, by their keys."""
        found: dict[str, tuple[Block, ...]] = {}
        for some in chunks(keys, _AT_ONCE):
            rows = self._database.execute(
                f"SELECT story, body FROM entries WHERE story IN ({_marks(some)})", list(some)
            )
            found |= {key: tuple(Block(kind, text) for kind, text in json.loads(body)) for key, body in rows}
        return found

    def _look(self, connection: Connection) -> object:
        """What changes when the store does; None if that is not known."""
        if not self._mirrors:
            return self._database.execute("PRAGMA kept.data_version").fetchone()[0]
        version = None
        if connection.dialect.name == "postgresql":  # which transactions this one sees
            version = connection.exec_driver_sql("SELECT txid_current_snapshot()::text").scalar()
            if version == self._version:
                return version
        rows = [tuple(row) for row in connection.execute(select(schema.stories))]
        with self._writing():
            self._database.execute("DELETE FROM temp.stories")
            marks = ", ".join("?" * (len(_COLUMNS) + 1))
            self._database.executemany(f"INSERT INTO temp.stories VALUES ({marks})", rows)
        return version

    def _forget(self, keys: Sequence[str]) -> None:
        for key in keys:
            row = self._database.execute("DELETE FROM entries WHERE story = ? RETURNING id", (key,)).fetchone()
            if row is not None:
                self._database.execute("DELETE FROM ready WHERE rowid = ?", row)

    def _put(self, keys: Sequence[str], indexed: Sequence[Indexed]) -> None:
        for key, one in zip(keys, indexed, strict=True):
            body = json.dumps([(block.kind, block.text) for block in one.body], ensure_ascii=False)
            inserted = self._database.execute(
                f"INSERT INTO entries (story, sort, stamp, body) SELECT s.story, s.sort, {_stamp('s')}, ? "
                f"FROM {self._stories} s WHERE s.story = ? RETURNING id",
                (body, key),
            ).fetchone()
            if inserted is not None:
                row = (inserted[0], one.headline, one.text, one.traits)
                self._database.execute("INSERT INTO ready (rowid, headline, text, traits) VALUES (?, ?, ?, ?)", row)

    def _column(self, statement: str, *values: object) -> list[str]:
        return [row[0] for row in self._database.execute(statement, values)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def stories_of(connection: Connection, keys: Iterable[str], tag: str) -> dict[str, Story]:
    """Stories without their texts, by their keys."""
    table = schema.stories
    return {
        row.story: story_out(row, story_id(row.story, tag))
        for some in chunks(keys, _AT_ONCE)
        for row in connection.execute(select(table).where(table.c.story.in_(some)))
    }


def _opened(path: Path | None) -> sqlite3.Connection:
    """The index at a path; made anew if it is of another version or damaged, passing if it cannot be written."""
    for where in () if path is None else (path, path):
        try:
            return _checked(where)
        except sqlite3.DatabaseError:  # damaged, of another version, or in a folder that is read-only
            with suppress(OSError):
                where.unlink(missing_ok=True)
    return _checked(None)


def _checked(path: Path | None) -> sqlite3.Connection:
    where = "" if path is None else path.absolute().as_uri()
    database = sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False, timeout=_WAIT_SECONDS)
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_TABLES)
        elif version != _VERSION:
            raise sqlite3.DatabaseError("another version")
        database.execute("PRAGMA synchronous = OFF")
    except BaseException:
        database.close()
        raise
    return database


def _stamp(table: str) -> str:
    """What of a row may matter to a search, as one text."""
    return "(" + " || char(31) || ".join(f"coalesce({table}.{name}, '')" for name in _COLUMNS) + ")"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
