"""The rows of the gazetteer as an SQLite file that is the same whatever SQLite wrote it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
    geonames INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL,
    population INTEGER NOT NULL, capital INTEGER NOT NULL
);
CREATE TABLE names (
    key TEXT NOT NULL, geonames INTEGER NOT NULL, bond INTEGER NOT NULL, PRIMARY KEY (key, geonames)
) WITHOUT ROWID;
CREATE TABLE rulings (key TEXT PRIMARY KEY, ruling TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mentions (name TEXT PRIMARY KEY, country TEXT NOT NULL) WITHOUT ROWID;
"""
_PAGE: Final = 4096
_HEADER: Final = 100
_INTERIOR: Final = frozenset({2, 5})
_CELLS: Final[Mapping[int, tuple[str, ...]]] = {
    2: ("child", "size", "payload"),
    5: ("child", "row"),
    10: ("size", "payload"),
    13: ("size", "row", "payload"),
}
"""What the cells of each kind of page are made of (1.6). No row is so long that it goes on elsewhere."""
_WRITER: Final = slice(96, 100)
"""Where a file names the version of SQLite that wrote it (SQLite's "Database File Format", 1.3)."""


class CannotCompile(Exception):
    """`names.toml` or `villages.toml` says what GeoNames does not bear out, or SQLite wrote what is not expected."""


def packed(tables: Mapping[str, list[tuple[Any, ...]]]) -> bytes:
    """A file with these rows in the tables of the gazetteer. Raises CannotCompile."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute(f"PRAGMA page_size = {_PAGE}")
        database.execute("PRAGMA auto_vacuum = NONE")
        database.execute("PRAGMA encoding = 'UTF-8'")
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        for table, rows in tables.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 -- names from here
        database.execute("COMMIT")
        database.execute("VACUUM")
        made = bytearray(database.serialize())
    made[_WRITER] = bytes(4)
    for start in range(0, len(made), _PAGE):
        _wipe(made, start)
    return bytes(made)


def _wipe(made: bytearray, start: int) -> None:
    """Clear what is left over between the cells of a page: it depends on how SQLite went about filling it."""
    at = start + (_HEADER if start == 0 else 0)
    kind, free, count = made[at], _short(made, at + 1), _short(made, at + 3)
    if kind not in _CELLS:
        raise CannotCompile(f"page {start // _PAGE + 1} is of no kind that a gazetteer has: {kind}")
    head = at - start + (12 if kind in _INTERIOR else 8)
    used = [(0, head + 2 * count)]
    for number in range(count):
        cell = _short(made, start + head + 2 * number)
        used.append((cell, _end(made, start + cell, kind) - start))
    while free:
        used.append((free, free + 4))
        free = _short(made, start + free)
    end = 0
    for first, last in sorted(used):
        if first > end:
            made[start + end : start + first] = bytes(first - end)
        end = max(end, last)
    made[start + end : start + _PAGE] = bytes(_PAGE - end)


def _end(made: bytearray, at: int, kind: int) -> int:
    """Where a cell ends (1.6 of the format): child, size of its payload, row id, payload, each if its kind has it."""
    size = 0
    for part in _CELLS[kind]:
        if part == "child":
            at += 4
        elif part == "payload":
            at += size
        else:
            size_or_id, at = _varint(made, at)
            size = size_or_id if part == "size" else size
    return at


def _varint(made: bytearray, at: int) -> tuple[int, int]:
    value = 0
    for length in range(1, 10):
        byte = made[at + length - 1]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + length
    raise CannotCompile("a number of more than 63 bits")


def _short(made: bytearray, at: int) -> int:
    return int.from_bytes(made[at : at + 2], "big")
