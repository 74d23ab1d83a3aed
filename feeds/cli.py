"""The command line: arguments into calls, and the only place that prints.

stdout carries data, stderr everything meant for a person. Exit codes: 0 done, 1 done but some dumps or
checks failed, 2 usage or configuration error, 130 interrupted. What a command needs is imported when it
runs, so that `--help` starts at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from feeds.errors import ConfigError, DatelineError, DumpError

if TYPE_CHECKING:
    from feeds.config import Config, Effective
    from feeds.store.engine import Store

F = TypeVar("F", bound=Callable[..., Any])

CONFIG = click.option(
    "--config", "config_file", metavar="FILE", help="Configuration file. [default: $FEEDS_CONFIG, else config/feeds.toml]"
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
DONE, SOME_FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = feeds.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = WRONG
    except (click.Abort, KeyboardInterrupt):
        click.echo("feeds: interrupted; run the same command again to go on", err=True)
        code = INTERRUPTED
    except ConfigError as error:
        for fault in error.faults:
            click.echo(f"feeds: {fault}", err=True)
        code = WRONG
    except DatelineError as error:
        click.echo(f"feeds: {error}", err=True)
        code = WRONG
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code if isinstance(code, int) else DONE)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dateline-feeds", prog_name="feeds")
def feeds() -> None:
    """Turn page dumps into RSS and Atom feeds, one per topic and one per dateline.

    Example: feeds build ~/dumps
    """


def _build_options(command: F) -> F:
    for option in (
        click.option("--mtime", metavar="trust|ignore", help="Whether a file's modification time says when it was captured."),
        click.option("--base-url", metavar="URL", help="Address under which the output will be served."),
        click.option("--store", metavar="URL", help="Store, as an SQLAlchemy URL: sqlite:///PATH."),
        click.option("--out", metavar="DIR", help="Folder to publish into."),
        CONFIG,
    ):
        command = option(command)
    return command


@feeds.command()
@click.argument("dumps", nargs=-1, metavar="[DUMPS]...")
@_build_options
@click.pass_context
def build(context: click.Context, dumps: tuple[str, ...], config_file: str | None, **flags: str | None) -> None:
    """Take in every new dump and write every feed that changed.

    DUMPS are files or folders; without any, the configured sources are read.

    Example: feeds build ~/dumps --out /srv/www/feeds
    """
    from time import monotonic

    from feeds.build import build as build_feeds
    from feeds.dumps.captures import dump_name

    started = monotonic()
    config = _effective(config_file, dumps=dumps, **flags).config
    with _open(config, write=True) as store, _progress() as progress:
        done = build_feeds(store, config, progress)
    for problem in done.problems:
        click.echo(f"feeds: {dump_name(problem.path)}: {problem.reason}", err=True)
    click.echo(
        f"dumps: {done.new} new, {done.seen} seen, {done.failed} failed; "
        f"stories: {done.stories_new} new, {done.stories_updated} updated; "
        f"feeds: {len(done.feeds_written)} written, {done.feeds_unchanged} unchanged; "
        f"{monotonic() - started:.1f} seconds",
        err=True,
    )
    context.exit(SOME_FAILED if done.failed else DONE)


@feeds.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@CONFIG
@click.pass_context
def parse(context: click.Context, files: tuple[str, ...], config_file: str | None) -> None:
    """Print what the parser finds in dumps, one JSON object a page. Touches no store.

    Example: feeds parse page.txt | jq .teasers
    """
    from pathlib import Path

    from feeds import shapes
    from feeds.dumps.captures import dump_name
    from feeds.reading import parse_dump

    failed = False
    for file in files:
        config = _effective(config_file, dumps=(file,)).config
        try:
            found = parse_dump(Path(file), config.sources[0], config)
        except DumpError as error:
            failed = True
            click.echo(f"feeds: {dump_name(os.fsencode(file))}: {error}", err=True)
            continue
        if found.problem is not None:
            failed = True
            click.echo(f"feeds: {found.dump}: {found.problem}", err=True)
        click.echo(shapes.line(shapes.page(found.dump, found.url, found.told, found.page)))
    context.exit(SOME_FAILED if failed else DONE)


@feeds.command()
@click.option("--topic", metavar="T", help="Only stories of this topic: Buitenland.")
@click.option("--dateline", metavar="D", help="Only stories from this place: MOSKOU.")
@click.option("--since", metavar="WHEN", help="Only stories since then: 2026-03-03, or 12h, 3d, 2w ago.")
@click.option("--limit", metavar="N", type=click.IntRange(min=0), help="At most so many. [default: 50, all with --json]")
@JSON
@CONFIG
def stories(
    topic: str | None, dateline: str | None, since: str | None, limit: int | None, as_json: bool, config_file: str | None
) -> None:
    """List the deduplicated stories, newest first.

    Example: feeds stories --topic Buitenland --since 3d
    """
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from feeds.reading import list_stories, moment

    config = _effective(config_file).config
    zone = ZoneInfo(_main_zone(config))
    start = None if since is None else moment(since, datetime.now(UTC), zone)
    if limit is None and not as_json:
        limit = 50
    with _open(config, write=False) as store:
        found = list_stories(store, config, topic=topic, dateline=dateline, since=start, limit=limit)
        if as_json:
            from feeds import shapes

            for story, sightings in found:
                click.echo(shapes.line(shapes.story(story, sightings)))
        else:
            from feeds import tables

            tables.show(tables.stories((story for story, _ in found), zone))


@feeds.command()
@click.argument("story_id", metavar="STORY_ID")
@JSON
@CONFIG
def explain(story_id: str, as_json: bool, config_file: str | None) -> None:
    """Explain one story: its sightings, why they are one story, and how its date was found.

    STORY_ID is the id in a feed, or the 16 digits at its end.

    Example: feeds explain 0123456789abcdef
    """
    from zoneinfo import ZoneInfo

    from feeds.reading import explain as explain_story
    from feeds.stories.merge import sightings_of_story

    config = _effective(config_file).config
    with _open(config, write=False) as store:
        found = explain_story(store, config, story_id)
    if as_json:
        from feeds import shapes

        sightings = sightings_of_story(found.members)
        click.echo(shapes.line(shapes.explanation(found.story, found.members, sightings, found.dating)))
    else:
        from feeds import tables

        tables.show(tables.explanation(found.story, found.members, found.dating, ZoneInfo(_main_zone(config))))


@feeds.command("list")
@JSON
@CONFIG
def list_feeds(as_json: bool, config_file: str | None) -> None:
    """List the feeds with the address to subscribe to.

    Example: feeds list
    """
    from zoneinfo import ZoneInfo

    from feeds.build.refresh import listed_channels
    from feeds.canon import instant
    from feeds.store import shelf

    config = _effective(config_file).config
    with _open(config, write=False) as store, store.reading() as connection:
        listed = listed_channels(shelf.channel_counts(connection), config)
    most = config.selection.entries
    found = [(channel, count.stories, instant(count.newest)) for channel, count in listed]
    if as_json:
        from feeds import shapes

        for channel, count, newest in found:
            click.echo(shapes.line(shapes.feed(channel, count, most, newest, config.base_url)))
    else:
        from feeds import tables

        rows = ((channel, min(count, most), newest) for channel, count, newest in found)
        tables.show(tables.feeds(rows, config.base_url, ZoneInfo(_main_zone(config))))


@feeds.command()
@JSON
@CONFIG
def problems(as_json: bool, config_file: str | None) -> None:
    """List the dumps that could not be read or parsed, with the reason.

    Example: feeds problems --json
    """
    from feeds.dumps.captures import dump_name, path_name
    from feeds.store import ledger

    config = _effective(config_file).config
    with _open(config, write=False) as store, store.reading() as connection:
        found = ledger.all_problems(connection)
    if as_json:
        from feeds import shapes

        for row in found:
            click.echo(shapes.line(shapes.problem(dump_name(row.path), path_name(row.path), row.kind, row.reason)))
    elif found:
        from feeds import tables

        tables.show(tables.problems((path_name(row.path), row.reason) for row in found))
    else:
        click.echo("no problems", err=True)


@feeds.command()
@CONFIG
@click.pass_context
def check(context: click.Context, config_file: str | None) -> None:
    """Verify configuration, store and output; name what is wrong and how to mend it.

    Example: feeds check
    """
    from feeds.check import check as check_all

    config = _effective(config_file).config
    looked = wrong = 0
    for finding in check_all(config):
        looked += 1
        if finding.wrong is not None:
            wrong += 1
            click.echo(f"{finding.what}: {finding.wrong}")
    click.echo(f"{looked} things looked at, {wrong} wrong" if wrong else f"all {looked} things are in order", err=True)
    context.exit(SOME_FAILED if wrong else DONE)


@feeds.command("config")
@CONFIG
def show_config(config_file: str | None) -> None:
    """Print the configuration in effect, each value with its origin.

    Example: feeds config
    """
    from feeds.config import describe

    for key, value, origin in describe(_effective(config_file)):
        click.echo(f"{key} = {value}  # {origin}")


@feeds.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file.

    Example: feeds schema > feeds.schema.json
    """
    import json

    from feeds.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


# -- what commands share --------------------------------------------------------------------------


def _effective(config_file: str | None, *, dumps: tuple[str, ...] = (), **flags: str | None) -> Effective:
    from pathlib import Path

    from feeds.config import Flags, find_config, load_config

    here = Path.cwd()
    file = Path(config_file) if config_file is not None else find_config(here, os.environ)
    return load_config(file, os.environ, Flags(dumps=dumps, **flags), here)


def _main_zone(config: Config) -> str:
    from feeds.build.refresh import main_site

    return main_site(config).timezone


@contextmanager
def _open(config: Config, *, write: bool) -> Iterator[Store]:
    from feeds.store.engine import open_store

    store = open_store(config.store, write=write, wait=config.limits.lock_seconds)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield advance
