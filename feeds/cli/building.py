"""`feeds build` and `feeds parse`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from feeds.cli.shared import CONFIG, DONE, SOME_FAILED, effective, opened, progress_bar

F = TypeVar("F", bound=Callable[..., Any])


def build_options(command: F) -> F:
    """The options of a command that takes dumps in."""
    for option in (
        click.option(
            "--mtime", metavar="trust|ignore", help="Whether a file's modification time says when it was captured."
        ),
        click.option("--base-url", metavar="URL", help="Address under which the output will be served."),
        click.option(
            "--store",
            metavar="URL",
            help="Store, as an SQLAlchemy URL: sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME.",
        ),
        click.option("--out", metavar="DIR", help="Folder to publish into."),
        CONFIG,
    ):
        command = option(command)
    return command


@click.command()
@click.argument("dumps", nargs=-1, metavar="[DUMPS]...")
@build_options
@click.pass_context
def build(context: click.Context, /, dumps: tuple[str, ...], config_file: str | None, **flags: str | None) -> None:
    """Take in every new dump and write every feed that changed.

    DUMPS are files (.txt, or .jsonl with a page in each line) or folders; without any, the configured sources are read.

    Example: feeds build ~/dumps --out /srv/www/feeds
    """
    import gc

    # A build makes hundreds of thousands of values and no circles, and so do imports: looking for those would take
    # a quarter of its time.
    gc.set_threshold(300_000, 50, 50)
    from time import monotonic

    from feeds.build import build as build_feeds
    from feeds.build import listed_sources

    started = monotonic()
    gc.freeze()
    config = effective(config_file, dumps=dumps, **flags).config
    listed = listed_sources(config)  # asked first: a source that is not there makes no store
    with opened(config, write=True) as store, progress_bar() as progress:
        done = build_feeds(store, config, progress, listed=listed)
    for path in done.lenient:
        click.echo(f"feeds: {_told(path)}: some bytes are no UTF-8 and were read as Windows-1252", err=True)
    for path in done.unfinished:
        click.echo(f"feeds: {_told(path)}: its last line is not finished and was left for later", err=True)
    for path in done.untold:
        click.echo(f"feeds: {_told(path)}: some rows do not say when they were captured (date)", err=True)
    for problem in done.problems:
        click.echo(f"feeds: {_told(problem.path)}: {problem.reason}", err=True)
    click.echo(
        f"dumps: {done.new} new, {done.seen} seen, {done.failed} failed; "
        f"stories: {done.stories_new} new, {done.stories_updated} updated; "
        f"feeds: {len(done.feeds_written)} written, {done.feeds_unchanged} unchanged; "
        f"{monotonic() - started:.1f} seconds",
        err=True,
    )
    context.exit(SOME_FAILED if done.failed else DONE)


def _told(path: bytes) -> str:
    """A dump for people: from the working directory, as a shell would take it, if it is below."""
    from feeds.dumps.captures import path_name

    return path_name(path.removeprefix(os.fsencode(Path.cwd() / "_")[:-1]))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@CONFIG
@click.pass_context
def parse(context: click.Context, /, files: tuple[str, ...], config_file: str | None) -> None:
    """Print what the parser finds in dumps, one JSON object a page. Touches no store.

    Example: feeds parse page.txt | jq .teasers
    """
    from feeds import shapes
    from feeds.reading import ParsedDump, parse_dumps

    failed = False
    for file in files:
        config = effective(config_file, dumps=(file,)).config
        for found in parse_dumps(Path(file), config.sources[0], config):
            if found.problem is not None:
                failed = True
                click.echo(f"feeds: {found.dump}: {found.problem}", err=True)
            if isinstance(found, ParsedDump):
                click.echo(shapes.line(shapes.page(found.dump, found.record, found.url, found.told, found.page)))
    context.exit(SOME_FAILED if failed else DONE)
