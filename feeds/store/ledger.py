"""The ledger of files, the facts they told, their contents, and what was wrong with them."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, TextClause, bindparam, delete, false, select, text, true, update

from feeds.model import ContentHash
from feeds.store import schema
from feeds.store.engine import bulk

try:  # in a quarter of the time
    from isal.isal_zlib import compress
except ImportError:  # it is built for the usual processors only
    from zlib import compress

T = TypeVar("T")
CHUNK = 2000
"""How many values one statement asks for."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """What a path looked like when it was last read, and under which settings."""

    path: bytes
    signature: str
    sidecar: str | None
    policy: str
    site: str
    content: ContentHash | None


@dataclass(frozen=True, slots=True)
class FactRow:
    """Content seen at a path: earliest mtime in microseconds, and address and span that its sidecar told."""

    path: bytes
    content: ContentHash
    mtime: int
    site: str
    policy: str
    url: str | None
    not_before: int | None
    not_after: int | None


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Why a dump, or its sidecar, could not be taken in whole."""

    path: bytes
    kind: str
    reason: str


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


def upsert(connection: Connection, table: Table, columns: Collection[str] | None = None) -> TextClause:
    """A statement that inserts a row of these columns (all by default), or replaces them in the row with its key.

    Its parameters come in the order of the table's columns.
    """
    keys = {column.name for column in table.primary_key}
    names = [column.name for column in table.columns if columns is None or column.name in columns]
    quoted = connection.dialect.identifier_preparer.quote
    others = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in names if name not in keys)
    key = ", ".join(quoted(column.name) for column in table.primary_key)
    return _insert(connection, table, names, f"({key}) DO UPDATE SET {others}" if others else f"({key}) DO NOTHING")


def insert_new(connection: Connection, table: Table) -> TextClause:
    """A statement that inserts a row of all columns unless its primary key is there."""
    return _insert(connection, table, [column.name for column in table.columns], "DO NOTHING")


def _insert(connection: Connection, table: Table, names: Sequence[str], conflict: str) -> TextClause:
    # SQLAlchemy says it in a way of each dialect, and to import the one that is not used takes longer than this.
    quoted = connection.dialect.identifier_preparer.quote
    columns, values = ", ".join(map(quoted, names)), ", ".join(f":{name}" for name in names)
    return text(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({values}) ON CONFLICT {conflict}")  # noqa: S608 -- names of the schema


def known_files(connection: Connection, paths: Iterable[bytes]) -> dict[bytes, FileRow]:
    """The ledger's rows of these paths."""
    found = {}
    for chunk in chunks(paths):
        for row in connection.execute(select(schema.files).where(schema.files.c.path.in_(chunk))):
            found[row.path] = FileRow(*row)
    return found


def put_files(connection: Connection, rows: Sequence[FileRow]) -> None:
    """Note what paths look like now."""
    values = [(row.path, row.signature, row.sidecar, row.policy, row.site, row.content) for row in rows]
    bulk(connection, upsert(connection, schema.files), values)


def facts_of(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, list[FactRow]]:
    """The facts about each of these contents."""
    found: dict[ContentHash, list[FactRow]] = {}
    for chunk in chunks(contents):
        for row in connection.execute(select(schema.facts).where(schema.facts.c.content.in_(chunk))):
            found.setdefault(row.content, []).append(FactRow(*row))
    return found


def contents_at(connection: Connection, path: bytes) -> list[ContentHash]:
    """Every content that was seen at a path."""
    table = schema.facts
    return list(connection.scalars(select(table.c.content).where(table.c.path == path).order_by(table.c.content)))


def put_facts(connection: Connection, rows: Sequence[FactRow]) -> None:
    """Keep facts, replacing those about the same path and content."""
    statement = upsert(connection, schema.facts)
    values = [
        (row.path, row.content, row.mtime, row.site, row.policy, row.url, row.not_before, row.not_after) for row in rows
    ]
    bulk(connection, statement, values)


def drop_fact(connection: Connection, path: bytes, content: ContentHash) -> None:
    """Forget that a path had a content: it was unfinished."""
    table = schema.facts
    connection.execute(delete(table).where(table.c.path == path, table.c.content == content))


def deflate(data: bytes) -> bytes:
    """A dump's bytes as the store keeps them: in zlib's format (RFC 1950)."""
    return compress(data, 1)


def inflate(kept: bytes) -> bytes:
    """The bytes of such a dump."""
    return zlib.decompress(kept)


def put_contents(connection: Connection, contents: Iterable[tuple[ContentHash, bytes]]) -> None:
    """Keep dumps' deflated bytes. They count as derived from: that has to happen in the same transaction."""
    statement = upsert(connection, schema.contents)
    for chunk in chunks(contents, 500):
        bulk(connection, statement, [(content, kept, True) for content, kept in chunk])


def present(connection: Connection, contents: Iterable[ContentHash]) -> set[ContentHash]:
    """Which of these contents are kept."""
    table = schema.contents
    return {
        content
        for chunk in chunks(contents)
        for content in connection.scalars(select(table.c.content).where(table.c.content.in_(chunk)))
    }


def read_contents(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, bytes]:
    """The bytes of dumps, deflated."""
    table = schema.contents
    return {
        row.content: row.bytes
        for chunk in chunks(contents, 100)
        for row in connection.execute(select(table.c.content, table.c.bytes).where(table.c.content.in_(chunk)))
    }


def underived(connection: Connection, limit: int) -> list[ContentHash]:
    """Contents that captures and stories have yet to be derived from, at most `limit`, in order of their hash."""
    table = schema.contents
    # In the words of the partial index: otherwise SQLite reads the whole table.
    found = select(table.c.content).where(text("NOT derived")).order_by(table.c.content).limit(limit)
    return list(connection.scalars(found))


def mark_derived(connection: Connection, contents: Iterable[ContentHash]) -> None:
    """Note that contents have been derived from."""
    table = schema.contents
    statement = update(table).where(table.c.content == bindparam("b_content")).values(derived=true())
    bulk(connection, statement, [(content,) for content in contents])


def put_problems(connection: Connection, rows: Sequence[ProblemRow], cleared: Iterable[tuple[bytes, str]]) -> None:
    """Replace the problems of (path, kind) pairs by those that there are now."""
    table = schema.problems
    gone = delete(table).where(table.c.path == bindparam("b_path"), table.c.kind == bindparam("b_kind"))
    bulk(connection, gone, list(cleared))
    bulk(connection, upsert(connection, table), [(row.path, row.kind, row.reason) for row in rows])


def all_problems(connection: Connection) -> list[ProblemRow]:
    """Every problem, by path."""
    table = schema.problems
    return [ProblemRow(*row) for row in connection.execute(select(table).order_by(table.c.path, table.c.kind))]


def forget_files(connection: Connection, paths: Iterable[bytes]) -> None:
    """Drop paths from the ledger that hold no dump any more and never gave one."""
    for table in (schema.files, schema.problems):
        bulk(connection, delete(table).where(table.c.path == bindparam("b_path")), [(path,) for path in paths])


def try_again(connection: Connection, *, read: str, derived: str) -> None:
    """Have what was set aside tried again.

    Paths with a problem of the kind `read` are dropped from the ledger, so that the next scan finds them new; what is
    kept of paths with one of the kind `derived` is yet to be derived from.
    """
    problems, facts, contents = schema.problems, schema.facts, schema.contents
    paths = list(connection.scalars(select(problems.c.path).where(problems.c.kind == read)))
    statement = delete(schema.files).where(schema.files.c.path == bindparam("b_path"))
    bulk(connection, statement, [(path,) for path in paths])
    left = select(facts.c.content).join(problems, problems.c.path == facts.c.path).where(problems.c.kind == derived)
    connection.execute(update(contents).where(contents.c.content.in_(left)).values(derived=false()))
