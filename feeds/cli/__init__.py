"""The command line: arguments into calls, and the only room that prints.

stdout carries data, stderr everything meant for a person. Exit codes: 0 done, 1 done but some dumps or
checks failed, 2 usage or configuration error, 130 interrupted. What a command needs is imported when it
runs, so that `--help` starts at once.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

import click

from feeds.cli.asking import explain, list_feeds, places, problems, stories
from feeds.cli.building import build, parse
from feeds.cli.running import run, status
from feeds.cli.serving import serve
from feeds.cli.setting import check, init, schema, show_config
from feeds.cli.shared import DONE, INTERRUPTED, WRONG
from feeds.cli.withdrawing import restore, withdraw
from feeds.errors import ConfigError, DatelineError

_NO_PLACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""Why a file or terminal that is printed to takes no more."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    _open_streams()
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_has_left()
    except OSError as error:
        if error.errno not in _NO_PLACE or error.filename is not None:
            raise
        _leave_unsaid()
        with suppress(OSError):
            click.echo(f"feeds: cannot print any more: {error.strerror}", err=True)
        code = WRONG
    sys.exit(code if isinstance(code, int) else DONE)


def _open_streams() -> None:
    """What was closed before we started leads nowhere; else the next file that is opened would be printed into."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 -- for all our life


def _run() -> object:
    try:
        return feeds.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG
    except (click.Abort, KeyboardInterrupt):
        click.echo("feeds: interrupted; run the same command again to go on", err=True)
        return INTERRUPTED
    except ConfigError as error:
        for fault in error.faults:
            click.echo(f"feeds: {fault}", err=True)
        return WRONG
    except DatelineError as error:
        click.echo(f"feeds: {error}", err=True)
        return WRONG


def _reader_has_left() -> int:
    """The reader of a pipe has seen enough, which is fine."""
    _leave_unsaid()
    return DONE


def _leave_unsaid() -> None:
    """What is left in the buffers is not tried again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Feeds(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a closed pipe is no failure, as which click would take it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _reader_has_left()


@click.group(cls=_Feeds, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dateline-feeds", prog_name="feeds")
def feeds() -> None:
    """Turn page dumps into RSS and Atom feeds, one per topic and one per dateline.

    Example: feeds build ~/dumps
    """


for command in (
    build,
    run,
    serve,
    status,
    parse,
    stories,
    explain,
    list_feeds,
    problems,
    places,
    check,
    withdraw,
    restore,
    init,
    show_config,
    schema,
):
    feeds.add_command(command)
