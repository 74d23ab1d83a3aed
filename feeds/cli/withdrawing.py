"""Commands that take a story out of the feeds and put it back: `feeds withdraw` and `feeds restore`."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import click

from feeds.cli.shared import CONFIG, effective, opened
from feeds.errors import StoreLocked, UsageError

if TYPE_CHECKING:
    from feeds.build.withdrawing import Withdrawal
    from feeds.config import Config
    from feeds.store.engine import Store

_PATIENCE_SECONDS = 60.0
"""So long to wait for a process that holds the store."""


@click.command()
@click.argument("story_id", metavar="STORY_ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why, for the readers of out/tombstones.atom.xml.")
@CONFIG
def withdraw(story_id: str, reason: str, config_file: str | None) -> None:
    """Take one story out of every feed and archive, for good, and leave a tombstone that says why.

    STORY_ID is the id in a feed, or the 16 digits at its end. A daemon that holds the store is asked to do it.

    Example: feeds withdraw 0123456789abcdef --reason "op verzoek van de betrokkene"
    """
    if not reason.strip():
        raise UsageError("--reason: say why; readers of out/tombstones.atom.xml are told")
    _carry_out(effective(config_file).config, story_id, reason)


@click.command()
@click.argument("story_id", metavar="STORY_ID")
@CONFIG
def restore(story_id: str, config_file: str | None) -> None:
    """Put a withdrawn story back into its feeds, under the id that it had.

    A daemon that holds the store is asked to do it.

    Example: feeds restore 0123456789abcdef
    """
    _carry_out(effective(config_file).config, story_id, None)


def _carry_out(config: Config, name: str, reason: str | None) -> None:
    """Withdraw a story for a reason, or restore it: by ourselves, or by whoever holds the store."""
    from feeds.store.engine import holder

    found: Withdrawal | None = None
    if holder(config.store) is None:
        with suppress(StoreLocked), opened(config, write=True) as store:  # somebody may be quicker
            found = _by_ourselves(store, config, name, reason)
    if found is None:
        _by_another(config, name, reason)
    else:
        _say(reason, f"{found.story.headline}; feeds: {len(found.done.written)} written")


def _by_ourselves(store: Store, config: Config, name: str, reason: str | None) -> Withdrawal:
    from datetime import UTC, datetime

    from feeds.build.wishes import grant
    from feeds.build.withdrawing import restore as restore_story
    from feeds.build.withdrawing import withdraw as withdraw_story

    grant(store, config)  # what was asked before comes before
    if reason is None:
        return restore_story(store, config, name)
    return withdraw_story(store, config, name, reason, datetime.now(UTC))


def _by_another(config: Config, name: str, reason: str | None) -> None:
    """Ask the process that holds the store, and wait until it has done it, or has let go of the store."""
    from datetime import UTC, datetime

    from feeds.build.wishes import ask, grant, is_pending, is_withdrawn
    from feeds.store.engine import holder, open_beside
    from feeds.store.lock import tries

    with closing(open_beside(config.store, wait=_PATIENCE_SECONDS)) as beside:
        story = ask(beside, config, name, reason, datetime.now(UTC))
    click.echo(f"asked {holder(config.store) or 'nobody'} to do it; waiting", err=True)
    with opened(config, write=False) as looking:
        for _ in tries(_PATIENCE_SECONDS):
            if holder(config.store) is None:
                with suppress(StoreLocked), opened(config, write=True) as store:
                    grant(store, config)
            if not is_pending(looking, story):
                break
        else:
            who = holder(config.store) or "another process"
            raise StoreLocked(f"noted, but not done yet: the store is in use by {who}, which will do it")
        if is_withdrawn(looking, story) != (reason is not None):
            msg = f"{name}: not done, for the story has changed meanwhile; `feeds stories` lists them"
            raise UsageError(msg)
    _say(reason, story.headline)


def _say(reason: str | None, what: str) -> None:
    click.echo(f"{'restored' if reason is None else 'withdrawn'}: {what}", err=True)
