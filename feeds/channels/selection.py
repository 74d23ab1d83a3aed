"""What a feed shows of its stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from feeds.model import Channel, Entry, Feed, Story


def shown_date(story: Story, within: timedelta) -> datetime | None:
    """The publication date that an entry shows: `best`, if both bounds are known and at most `within` apart."""
    published = story.published
    if published.not_before is None or published.not_after is None:
        return None
    return published.best if published.not_after - published.not_before <= within else None


def newest_first(story: Story) -> tuple[float, str]:
    """Sort key of every list of stories: newest first, ties by id."""
    return -story.sort_key.timestamp(), story.id


def feed(channel: Channel, stories: Sequence[Story], within: timedelta, language: str) -> Feed:
    """The feed of a channel from its chosen stories, of which there is at least one.

    The feed was updated when the last of its entries was: it says nothing of the time of building.
    """
    ordered = sorted(stories, key=newest_first)
    entries = tuple(Entry(story, shown_date(story, within)) for story in ordered)
    return Feed(channel, entries, max(story.updated for story in stories), language)


def empty_feed(channel: Channel, since: datetime, says: str, language: str) -> Feed:
    """The feed of a channel without entries: it stays, because readers depend on it, and its description says so."""
    return Feed(replace(channel, description=f"{channel.description} {says}".strip()), (), since, language)
