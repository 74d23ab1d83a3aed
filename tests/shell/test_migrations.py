"""Migrations and a first build make exactly the tables that the program uses; what is up to date is left alone."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from feeds.errors import StoreOutdated
from feeds.store.engine import Store, open_store
from feeds.store.migrate import migrate
from feeds.store.schema import VERSIONS, metadata

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a store that is not there yet."""
    return f"sqlite:///{tmp_path}/new/feeds.sqlite"


@pytest.fixture(params=["migrated", "made at once"])
def store(request: pytest.FixtureRequest, url: str) -> Iterator[Store]:
    """A new store, as migrations make it and as the first build does."""
    if request.param == "migrated":
        migrate(url, wait=1)
    with closing(open_store(url, write=True, wait=1)) as found:
        yield found


def scripts() -> ScriptDirectory:
    """The migrations."""
    config = Config()
    config.set_main_option("script_location", str(files("feeds.store") / "migrations"))
    return ScriptDirectory.from_config(config)


def test_a_new_store_has_the_schema(store: Store) -> None:
    """Tables, columns, types and indexes are those of `schema.metadata`, and there are no others."""
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        tables = set(inspect(connection).get_table_names())
        assert tables == {*metadata.tables, "alembic_version"}
        for name, table in metadata.tables.items():
            keys = inspect(connection).get_pk_constraint(name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key], name


def test_versions_are_those_of_the_migrations(store: Store) -> None:
    """`VERSIONS` lists every migration, oldest first; its last is the one head, and the one that a new store has."""
    found = scripts()
    assert found.get_heads() == [VERSIONS[-1]]
    assert [script.revision for script in reversed(list(found.walk_revisions()))] == list(VERSIONS)
    with store.reading() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == VERSIONS[-1]


def made_older(store: Path, version: str) -> None:
    """The store as an earlier version would have it: its tables and columns with what they held, derived by it."""
    older = store.with_name("older.sqlite")
    config = Config()
    config.set_main_option("script_location", str(files("feeds.store") / "migrations"))
    engine = create_engine(f"sqlite:///{older}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    with closing(sqlite3.connect(older)) as database:
        database.execute("ATTACH ? AS new", (str(store),))
        for (table,) in database.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if table not in {"alembic_version", "meta"}:
                columns = ", ".join(row[1] for row in database.execute(f"PRAGMA main.table_info({table})"))
                database.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        database.commit()
    for left in store.parent.glob(f"{store.name}*"):
        left.unlink()
    older.rename(store)


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_an_older_store_is_brought_up_to_date(run: Run, tmp_path: Path, version: str) -> None:
    """It is refused for reading; the next build migrates it, and publishes what a clean one does."""
    seeds = str(Path(__file__).parents[2] / "seeds")
    run("build", seeds)
    expected = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    made_older(tmp_path / "feeds.sqlite", version)
    assert run("stories", "--json").returncode == 2
    done = run("build", seeds)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == expected


def test_a_store_that_is_up_to_date_is_left_alone(url: str, store: Store, tmp_path: Path) -> None:
    """Migrating again changes no byte."""
    store.close()
    path = tmp_path / "new/feeds.sqlite"
    before = path.read_bytes()
    migrate(url, wait=1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("left", ["", "PRAGMA journal_mode = WAL", "CREATE TABLE alembic_version (version_num TEXT)"])
def test_an_empty_database_is_no_store_yet(tmp_path: Path, left: str) -> None:
    """What a killed first build left behind is nothing to read, and is made into a store by the next migration."""
    path = tmp_path / "feeds.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute(left)
        database.commit()
    path.touch()
    with pytest.raises(StoreOutdated, match="feeds build"):
        open_store(f"sqlite:///{path}", write=False, wait=1)
    migrate(f"sqlite:///{path}", wait=1)
    open_store(f"sqlite:///{path}", write=True, wait=1).close()
