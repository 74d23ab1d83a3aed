"""What stands in `out/`: every document as it was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import upsert


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as it was published."""

    path: str
    channel: str
    size: int
    mtime_ns: int
    mark: int = 0
    """What it was made from, as a hash; 0 if that is not known."""


def all_pages(connection: Connection) -> list[str]:
    """The stories that have a page, as what is stale."""
    table = schema.documents
    return list(connection.scalars(select(table.c.channel).where(table.c.channel.startswith("story/"))))


def all_documents(connection: Connection) -> dict[str, DocumentRow]:
    """What was published, by path."""
    return {row[0]: DocumentRow(*row) for row in connection.execute(select(schema.documents)).all()}


def put_documents(connection: Connection, rows: Iterable[DocumentRow]) -> None:
    """Note what stands in `out/`, or is about to."""
    values = [(row.path, row.channel, row.size, row.mtime_ns, row.mark) for row in rows]
    bulk(connection, upsert(connection, schema.documents), values)


def drop_documents(connection: Connection, paths: Iterable[str]) -> None:
    """Forget documents that have been removed."""
    table = schema.documents
    bulk(connection, delete(table).where(table.c.path == bindparam("b_path")), [(path,) for path in paths])
