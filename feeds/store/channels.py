"""What configured channels ask of the store: which stories stand in them, which stood, and how far captures reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, or_, select

from feeds.channels.rules import RULED
from feeds.model import ChannelKey, Story
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new
from feeds.store.rows import count_sightings, story_out
from feeds.store.shelf import mark_stale, story_id
from feeds.stories.evidence import is_wrong_clock

_WEAK = ("mtime", "unknown")


@dataclass(frozen=True, slots=True)
class Former:
    """A channel that a story stood in by an earlier wording, and the name that it printed for it."""

    story: str
    channel: ChannelKey
    name: str


def standing_in(
    connection: Connection, channels: Iterable[ChannelKey], sorts: Mapping[str, int]
) -> set[tuple[ChannelKey, str]]:
    """Which of the stories stand in which of the channels; `sorts` are their sort keys as the store has them."""
    table = schema.memberships
    wanted = sorted(set(sorts.values()))
    return {
        (channel, story)
        for channel in channels
        for chunk in chunks(wanted)
        for story, sort in connection.execute(
            select(table.c.story, table.c.sort).where(table.c.channel == channel, table.c.sort.in_(chunk))
        )
        if sorts.get(story) == sort
    }


def _ruled() -> ColumnElement[bool]:
    """The memberships of configured channels."""
    return or_(*(schema.memberships.c.channel.startswith(f"{family}/") for family in RULED))


def forget_ruled(connection: Connection) -> None:
    """Drop all memberships of configured channels, and have those channels rendered again."""
    table = schema.memberships
    mark_stale(connection, connection.scalars(select(table.c.channel).where(_ruled()).distinct()).all())
    connection.execute(delete(table).where(_ruled()))


def put_former(connection: Connection, stories: Collection[str], rows: Collection[Former]) -> None:
    """Note the former channels of stories, instead of those noted before; what this changes becomes stale."""
    table = schema.former
    before = set()
    if connection.scalar(select(table.c.story).limit(1)) is not None:
        before = {
            Former(*row)
            for chunk in chunks(sorted(stories))
            for row in connection.execute(select(table).where(table.c.story.in_(chunk)))
        }
    gone, come = before - set(rows), set(rows) - before
    drop = delete(table).where(table.c.story == bindparam("b_story"), table.c.channel == bindparam("b_channel"))
    bulk(connection, drop, sorted((one.story, one.channel) for one in gone))
    bulk(connection, insert_new(connection, table), sorted((one.story, one.channel, one.name) for one in come))
    mark_stale(connection, sorted({one.channel for one in gone | come}))


def sightings_of(connection: Connection, stories: Iterable[str]) -> dict[str, int]:
    """How often each of the stories was seen."""
    table = schema.wordings
    counts: dict[str, int] = {}
    for chunk in chunks(stories):
        for story, column in connection.execute(
            select(table.c.story, table.c.sightings).where(table.c.story.in_(chunk))
        ):
            counts[story] = counts.get(story, 0) + count_sightings(column)
    return counts


def all_stories(connection: Connection, size: int, tag: str) -> Iterator[list[tuple[str, Story]]]:
    """Every story without its text, `size` at a time."""
    table = schema.stories
    after = ""
    while True:
        some = select(table).where(table.c.story > after).order_by(table.c.story).limit(size)
        found = [(row.story, story_out(row, story_id(row.story, tag))) for row in connection.execute(some)]
        if not found:
            return
        yield found
        after = found[-1][0]


def stories_between(
    connection: Connection, channel: str, span: tuple[int, int], limit: int, tag: str
) -> tuple[list[Story], int]:
    """A channel's stories with sort keys in the half-open span, newest first, at most `limit`; how many there are."""
    members, stories = schema.memberships, schema.stories
    within = members.c.channel == channel, members.c.sort >= span[0], members.c.sort < span[1]
    chosen = (
        select(stories)
        .join(members, members.c.story == stories.c.story)
        .where(*within)
        .order_by(members.c.sort.desc(), members.c.story)
        .limit(limit)
    )
    found = [story_out(row, story_id(row.story, tag)) for row in connection.execute(chosen)]
    return found, connection.scalar(select(func.count()).select_from(members).where(*within)) or 0


def newest_below(connection: Connection, channel: str, below: int) -> int | None:
    """The sort key of a channel's newest story before a moment."""
    table = schema.memberships
    before = select(func.max(table.c.sort)).where(table.c.channel == channel, table.c.sort < below)
    return _moment(connection, before)


def newest_capture(connection: Connection) -> int | None:
    """When the newest capture began, in microseconds; None if there is none.

    One whose clock is wrong is not asked, and one that nothing dates only if there is no other.
    """
    table = schema.captures
    told = table.c.source.not_in(_WEAK)
    newest = _moment(connection, select(func.max(table.c.not_before)).where(told))
    while newest is not None:
        same = select(table.c.not_after, table.c.low, table.c.high).where(told, table.c.not_before == newest)
        if not all(is_wrong_clock((newest, after), (low, high)) for after, low, high in connection.execute(same)):
            return newest
        newest = _moment(connection, select(func.max(table.c.not_before)).where(told, table.c.not_before < newest))
    return _moment(connection, select(func.max(table.c.mtime)).where(~told))


def _moment(connection: Connection, asked: Select[Any]) -> int | None:
    found: int | None = connection.scalar(asked)
    return found
