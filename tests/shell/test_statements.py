"""What is said to each database."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Dialect, Table, bindparam, create_mock_engine
from sqlalchemy.dialects import postgresql, sqlite

from feeds.store import schema
from feeds.store.ledger import insert_new, upsert

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def made(database: str) -> tuple[Dialect, list[str]]:
    """A database's dialect, and the statements that make the tables there."""
    said: list[Any] = []
    engine = create_mock_engine(f"{database}://", lambda statement, *_args, **_kwargs: said.append(statement))
    schema.metadata.create_all(engine, checkfirst=False)
    return engine.dialect, [str(one.compile(dialect=engine.dialect)) for one in said]


@pytest.mark.parametrize("database", INSERTS)
@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=str)
def test_inserts_are_those_of_sqlalchemy(database: str, table: Table) -> None:
    """Rows are replaced or left as they are by the statement that SQLAlchemy has for it, but for types."""
    dialect, _ = made(database)
    connection = cast("Connection", SimpleNamespace(dialect=dialect))
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    plain = INSERTS[database](table).values({name: bindparam(name) for name in names})
    others = {name: plain.excluded[name] for name in names if name not in keys}
    replacing = plain.on_conflict_do_nothing(index_elements=keys)
    if others:
        replacing = plain.on_conflict_do_update(index_elements=keys, set_=others)
    for ours, theirs in (
        (upsert(connection, table), replacing),
        (insert_new(connection, table), plain.on_conflict_do_nothing()),
    ):
        written, expected = ours.compile(dialect=dialect), theirs.compile(dialect=dialect)
        assert str(written) == re.sub(r'::[A-Z]+| COLLATE "C"', "", str(expected))
        assert list(written.params) == list(expected.params) == names


@pytest.mark.parametrize("database", INSERTS)
def test_dumps_to_derive_from_have_an_index(database: str) -> None:
    """It holds only those, in either database."""
    _, said = made(database)
    found = [one for one in said if "contents_underived" in one]
    assert found == ["CREATE INDEX contents_underived ON contents (content) WHERE NOT derived"]


def test_a_dialect_that_is_not_used_is_not_imported() -> None:
    """A build into SQLite does not wait for what PostgreSQL needs."""
    code = "import feeds.build, sys; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
