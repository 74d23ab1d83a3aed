"""What commands share: options, configuration, the open store, tables and the progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from feeds.errors import StoreLocked, StoreOutdated

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType

    from feeds.config import Config, Effective
    from feeds.store.engine import Store

CONFIG = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="Configuration file. [default: $FEEDS_CONFIG, else config/feeds.toml]",
)
ANY_CONFIG = click.option(
    "--config", metavar="FILE", expose_value=False, help="Taken, as by every command; makes no difference here."
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
DONE, SOME_FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130

_PIPE_WIDTH = 160
"""Columns of a table that goes into a pipe."""


def effective(config_file: str | None, *, dumps: tuple[str, ...] = (), **flags: str | None) -> Effective:
    """The configuration in effect. Raises ConfigError with every mistake in it."""
    from pathlib import Path

    from feeds.config import Flags, find_config, load_config

    here = Path.cwd()
    file = Path(config_file) if config_file is not None else find_config(here, os.environ)
    return load_config(file, os.environ, Flags(dumps=dumps, **flags), here)


def main_zone(config: Config) -> ZoneInfo:
    """The time zone in which people are shown times."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(config.main_site.timezone)


def store_to_write(url: str, wait: float) -> Store:
    """The open store, made or brought up to date first if need be."""
    from feeds.store.engine import open_store

    try:
        return open_store(url, write=True, wait=wait)
    except StoreOutdated:
        from feeds.store.migrate import migrate

        migrate(url, wait=wait)
        return open_store(url, write=True, wait=wait)


@contextmanager
def opened(config: Config, *, write: bool) -> Iterator[Store]:
    """The store, brought up to date first if it is to be written."""
    from feeds.store.engine import open_store

    wait = config.limits.lock_seconds
    store = store_to_write(config.store, wait) if write else open_store(config.store, write=False, wait=wait)
    try:
        yield store
    finally:
        store.close()


def make_store(config: Config) -> None:
    """Have a store of the newest version, for those who write beside a build; who holds it now has made it."""
    with suppress(StoreLocked), opened(config, write=True):
        pass


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    # No thread draws it: a build works in a copy of the process as well, which has to be alone in it.
    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total, refresh=True)

        yield advance


def show(table: RenderableType) -> None:
    """Print a table to stdout: as wide and colourful as a terminal allows, plain and wide elsewhere."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(width=_PIPE_WIDTH, highlight=False, color_system=None)
    console.print(table)
