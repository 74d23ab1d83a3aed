"""`feeds run` and `feeds status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feeds.cli.building import build_options
from feeds.cli.shared import CONFIG, DONE, INTERRUPTED, JSON, effective, main_zone, opened, show, store_to_write

if TYPE_CHECKING:
    from feeds.config import Config

_STORE_SECONDS = 1.0
"""A daemon that finds its store held says so at once: the holder will hardly end by itself."""


@click.command()
@click.argument("dumps", nargs=-1, metavar="[DUMPS]...")
@click.option("--listen", metavar="HOST:PORT", help="Where to serve. [default: 127.0.0.1:8080]")
@click.option("--no-serve", is_flag=True, help="Do not serve over HTTP.")
@click.option("--no-watch", is_flag=True, help="Do not watch for changes; look every so often (daemon.rescan).")
@build_options
@click.pass_context
def run(
    context: click.Context,
    /,
    dumps: tuple[str, ...],
    config_file: str | None,
    no_serve: bool,
    no_watch: bool,
    **flags: str | None,
) -> None:
    """Keep the feeds fresh and serve them, until told to stop.

    DUMPS are files or folders to watch; without any, the configured sources are. SIGHUP reads the configuration again,
    SIGTERM and Ctrl-C finish what is in hand and stop.

    Example: feeds run ~/dumps --listen 127.0.0.1:8080
    """
    import signal

    from feeds.daemon import Options
    from feeds.daemon import run as run_daemon

    def load() -> Config:
        return effective(config_file, dumps=dumps, **flags).config

    config = load()
    wait = min(_STORE_SECONDS, config.limits.lock_seconds)
    options = Options(load, lambda url: store_to_write(url, wait), serve=not no_serve, watch=not no_watch)
    context.exit(INTERRUPTED if run_daemon(config, options) is signal.SIGINT else DONE)


@click.command()
@JSON
@CONFIG
def status(as_json: bool, config_file: str | None) -> None:
    """Show how the daemon stands: who runs it, its jobs with their last and next runs, and what is amiss.

    Example: feeds status
    """
    from feeds.status import status_of
    from feeds.store.engine import holder

    config = effective(config_file).config
    with opened(config, write=False) as store:
        found = status_of(store)
    who = holder(config.store)
    if as_json:
        from feeds import shapes

        for one in shapes.status(found, who):
            click.echo(shapes.line(one))
    else:
        from feeds import tables

        click.echo(f"The store is held by {who}." if who else "Nothing runs: the store is held by nobody.")
        for table in tables.status(found, main_zone(config)):
            show(table)
