"""Commands that take a story out of the feeds and put it back: `feeds withdraw` and `feeds restore`."""

from __future__ import annotations

import click

from feeds.cli.shared import CONFIG, effective, opened


@click.command()
@click.argument("story_id", metavar="STORY_ID")
@click.option("--reason", metavar="TEXT", required=True, help="Why, for the readers of out/tombstones.atom.xml.")
@CONFIG
def withdraw(story_id: str, reason: str, config_file: str | None) -> None:
    """Take one story out of every feed and archive, for good, and leave a tombstone that says why.

    STORY_ID is the id in a feed, or the 16 digits at its end.

    Example: feeds withdraw 0123456789abcdef --reason "op verzoek van de betrokkene"
    """
    from datetime import UTC, datetime

    from feeds.build.withdrawing import withdraw as withdraw_story

    config = effective(config_file).config
    with opened(config, write=True) as store:
        found = withdraw_story(store, config, story_id, reason, datetime.now(UTC))
    _say("withdrawn", found.story.headline, len(found.done.written))


@click.command()
@click.argument("story_id", metavar="STORY_ID")
@CONFIG
def restore(story_id: str, config_file: str | None) -> None:
    """Put a withdrawn story back into its feeds, under the id that it had.

    Example: feeds restore 0123456789abcdef
    """
    from feeds.build.withdrawing import restore as restore_story

    config = effective(config_file).config
    with opened(config, write=True) as store:
        found = restore_story(store, config, story_id)
    _say("restored", found.story.headline, len(found.done.written))


def _say(what: str, headline: str, written: int) -> None:
    click.echo(f"{what}: {headline}; feeds: {written} written", err=True)
