"""The ledger of files and how far they were read, the facts they told, their contents, and what was wrong with them."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, TextClause, bindparam, delete, false, null, select, text, true, update

from feeds.model import ContentHash
from feeds.store import holdings
from feeds.store.engine import bulk

try:  # in a quarter of the time
    from isal.isal_zlib import compress
except ImportError:  # it is built for the usual processors only
    from zlib import compress

T = TypeVar("T")
CHUNK = 2000
"""How many values one statement asks for."""
FORGOTTEN = "forgotten"
"""In place of the signature of a file: it is like none."""


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
class TailRow:
    """How far a file of rows was read, see the table."""

    path: bytes
    offset: int = 0
    line: int = 0
    within: int = 0
    mark: str = ""
    since: int = 0
    pages: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class FactRow:
    """Content seen at a path: earliest mtime in microseconds, and address and span that its sidecar or row told."""

    path: bytes
    content: ContentHash
    said: str
    mtime: int
    site: str
    policy: str
    url: str | None
    not_before: int | None
    not_after: int | None
    source: str = "sidecar"
    record: int = 0


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """Why a dump, or its sidecar, could not be taken in whole; `record` is the row of its file."""

    path: bytes
    kind: str
    reason: str
    record: int = 0


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
        for row in connection.execute(select(holdings.files).where(holdings.files.c.path.in_(chunk))):
            found[row.path] = FileRow(*row)
    return found


def put_files(connection: Connection, rows: Sequence[FileRow]) -> None:
    """Note what paths look like now."""
    values = [(row.path, row.signature, row.sidecar, row.policy, row.site, row.content) for row in rows]
    bulk(connection, upsert(connection, holdings.files), values)


def tails(connection: Connection, paths: Iterable[bytes]) -> dict[bytes, TailRow]:
    """How far each of these files was read, of those that hold rows."""
    table = holdings.tails
    return {
        row.path: TailRow(*row)
        for chunk in chunks(paths)
        for row in connection.execute(select(table).where(table.c.path.in_(chunk)))
    }


def put_tails(connection: Connection, rows: Iterable[TailRow]) -> None:
    """Note how far files were read."""
    bulk(connection, upsert(connection, holdings.tails), [astuple(row) for row in rows])


def facts_of(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, list[FactRow]]:
    """The facts about each of these contents."""
    found: dict[ContentHash, list[FactRow]] = {}
    for chunk in chunks(contents):
        for row in connection.execute(select(holdings.facts).where(holdings.facts.c.content.in_(chunk))):
            found.setdefault(row.content, []).append(FactRow(*row))
    return found


def contents_at(connection: Connection, path: bytes) -> list[ContentHash]:
    """Every content that was seen at a path."""
    table = holdings.facts
    return list(connection.scalars(select(table.c.content).where(table.c.path == path).order_by(table.c.content)))


def put_facts(connection: Connection, rows: Sequence[FactRow]) -> None:
    """Keep facts, replacing those about the same path, content and saying."""
    statement = upsert(connection, holdings.facts)
    values = [
        (row.path, row.content, row.said, row.mtime, row.site, row.policy, row.url, row.not_before, row.not_after,
         row.source, row.record)
        for row in rows
    ]  # fmt: skip
    bulk(connection, statement, values)


def drop_fact(connection: Connection, path: bytes, content: ContentHash) -> None:
    """Forget that a path had a content: it was unfinished."""
    table = holdings.facts
    connection.execute(delete(table).where(table.c.path == path, table.c.content == content))


def deflate(data: bytes) -> bytes:
    """A dump's bytes as the store keeps them: in zlib's format (RFC 1950)."""
    return compress(data, 1)


def inflate(kept: bytes) -> bytes:
    """The bytes of such a dump."""
    return zlib.decompress(kept)


def put_contents(connection: Connection, contents: Iterable[tuple[ContentHash, bytes]]) -> None:
    """Keep dumps' deflated bytes. They count as derived from: that has to happen in the same transaction."""
    statement = upsert(connection, holdings.contents)
    for chunk in chunks(contents, 500):
        bulk(connection, statement, [(content, kept, True) for content, kept in chunk])


def present(connection: Connection, contents: Iterable[ContentHash]) -> set[ContentHash]:
    """Which of these contents are kept."""
    table = holdings.contents
    return {
        content
        for chunk in chunks(contents)
        for content in connection.scalars(select(table.c.content).where(table.c.content.in_(chunk)))
    }


def read_contents(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, bytes]:
    """The bytes of dumps, deflated."""
    table = holdings.contents
    return {
        row.content: row.bytes
        for chunk in chunks(contents, 100)
        for row in connection.execute(select(table.c.content, table.c.bytes).where(table.c.content.in_(chunk)))
    }


def underived(connection: Connection, limit: int) -> list[ContentHash]:
    """Contents that captures and stories have yet to be derived from, at most `limit`, in order of their hash."""
    table = holdings.contents
    # In the words of the partial index: otherwise SQLite reads the whole table.
    found = select(table.c.content).where(text("NOT derived")).order_by(table.c.content).limit(limit)
    return list(connection.scalars(found))


def mark_derived(connection: Connection, contents: Iterable[ContentHash]) -> None:
    """Note that contents have been derived from."""
    table = holdings.contents
    statement = update(table).where(table.c.content == bindparam("b_content")).values(derived=true())
    bulk(connection, statement, [(content,) for content in contents])


def put_problems(connection: Connection, rows: Sequence[ProblemRow], cleared: Iterable[tuple[bytes, str, int]]) -> None:
    """Replace the problems of (path, kind, record) by those that there are now."""
    table = holdings.problems
    same = table.c.kind == bindparam("b_kind"), table.c.record == bindparam("b_record")
    gone = delete(table).where(table.c.path == bindparam("b_path"), *same)
    bulk(connection, gone, list(cleared))
    bulk(connection, upsert(connection, table), [(row.path, row.kind, row.record, row.reason) for row in rows])


def clear_problems(connection: Connection, paths: Iterable[bytes], kinds: Collection[str]) -> None:
    """Forget the problems of these kinds of all rows of files."""
    table = holdings.problems
    gone = delete(table).where(table.c.path == bindparam("b_path"), table.c.kind.in_(sorted(kinds)))
    for path in paths:
        connection.execute(gone, {"b_path": path})


def paths_with(connection: Connection, kinds: Collection[str], beginning: str = "") -> list[bytes]:
    """The paths, in order, that have a problem of one of these kinds with a reason that begins so."""
    table = holdings.problems
    its = table.c.kind.in_(sorted(kinds)) & table.c.reason.startswith(beginning, autoescape=True)
    return list(connection.scalars(select(table.c.path).where(its).distinct().order_by(table.c.path)))


def forget_files(connection: Connection, paths: Iterable[bytes]) -> None:
    """Forget what paths looked like, so that the next scan that finds them finds them changed; not what they held."""
    table = holdings.files
    statement = update(table).where(table.c.path == bindparam("b_path")).values(signature=bindparam("b_as"))
    bulk(connection, statement, [(FORGOTTEN, path) for path in paths])


def forget_sidecars(connection: Connection, paths: Iterable[bytes]) -> None:
    """Forget what lay beside dumps; not what it told."""
    table = holdings.files
    statement = update(table).where(table.c.path == bindparam("b_path")).values(sidecar=null())
    bulk(connection, statement, [(path,) for path in paths])


def all_problems(connection: Connection) -> list[ProblemRow]:
    """Every problem, by path, row and kind."""
    table = holdings.problems
    columns, order = (table.c.path, table.c.kind, table.c.reason, table.c.record), (table.c.path, table.c.record)
    return [ProblemRow(*row) for row in connection.execute(select(*columns).order_by(*order, table.c.kind))]


def try_again(connection: Connection, *, read: Collection[str], derived: str) -> None:
    """Have what was set aside tried again.

    Paths with a problem of one of the kinds `read` are dropped from the ledger, so that the next scan finds them new;
    what is kept of paths with one of the kind `derived` is yet to be derived from.
    """
    problems, facts, contents = holdings.problems, holdings.facts, holdings.contents
    paths = list(connection.scalars(select(problems.c.path).where(problems.c.kind.in_(sorted(read))).distinct()))
    statement = delete(holdings.files).where(holdings.files.c.path == bindparam("b_path"))
    bulk(connection, statement, [(path,) for path in paths])
    same = (problems.c.path == facts.c.path) & (problems.c.record == facts.c.record)
    left = select(facts.c.content).join(problems, same).where(problems.c.kind == derived)
    connection.execute(update(contents).where(contents.c.content.in_(left)).values(derived=false()))
