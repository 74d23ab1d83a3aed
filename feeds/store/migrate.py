"""Bringing an older store up to date: Alembic, run from inside the program."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config

from feeds.errors import StoreOutdated
from feeds.store.engine import check_version, place, said_plainly, store_path, unchecked_store


def migrate(url: str, *, wait: float) -> None:
    """Run the missing migrations, all in one transaction; a store that is up to date is left alone.

    Raises what `open_store` raises, but for StoreOutdated.
    """
    store = unchecked_store(url, write=True, wait=wait)
    try:
        with said_plainly(store_path(url), place(url)):
            try:
                check_version(store.engine, url)
            except StoreOutdated:
                config = Config()
                config.set_main_option("script_location", str(files("feeds.store") / "migrations").replace("%", "%%"))
                with store.engine.begin() as connection:
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
    finally:
        store.close()
