"""Statements over many rows, written out for the driver: to have SQLAlchemy expand each takes longer than to run it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection

from feeds.store.ledger import chunks

_AT_ONCE = 500


def among(
    connection: Connection, columns: Sequence[Column[Any]], key: Column[Any], values: Iterable[Any]
) -> list[Sequence[Any]]:
    """The columns of the rows of one table in which `key` has one of the values.

    They come as the driver gives them, so truth is 0 or 1.
    """
    found: list[Sequence[Any]] = []
    for chunk in chunks(values, _AT_ONCE):
        statement = _among(
            tuple(column.name for column in columns),
            key.table.name,
            key.name,
            len(chunk),
            connection.dialect.paramstyle == "qmark",
        )
        found += connection.exec_driver_sql(statement, tuple(chunk)).all()
    return found


@lru_cache(maxsize=1024)
def _among(columns: Collection[str], table: str, key: str, number: int, question: bool) -> str:
    marks = ", ".join(["?" if question else "%s"] * number)
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN ({marks})"  # noqa: S608 -- names of the schema
