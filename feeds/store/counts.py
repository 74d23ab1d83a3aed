"""How many stories each channel has and had, and how many entries its feed shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from feeds.channels.families import channels_of
from feeds.model import ChannelKey
from feeds.store import schema, tombs
from feeds.store.engine import bulk
from feeds.store.ledger import upsert
from feeds.store.rows import story_out
from feeds.store.shelf import story_id


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """A channel with the number of its stories and the sort key of the newest, in microseconds."""

    channel: ChannelKey
    name: str
    stories: int
    newest: int | None
    former: int = 0
    """How many other stories stood in it by an earlier wording, or until they were withdrawn."""


def channel_counts(connection: Connection) -> list[ChannelCount]:
    """Every channel that has or had stories, by key; its name is the one its least story prints."""
    table = schema.memberships
    grouped = select(
        table.c.channel, func.min(table.c.sort).label("sort"), func.count().label("stories"), func.max(table.c.sort)
    )
    counted = grouped.group_by(table.c.channel).subquery()
    least = and_(table.c.channel == counted.c.channel, table.c.sort == counted.c.sort)
    chosen = select(counted, table.c.name).join(table, least).order_by(table.c.channel, table.c.story)
    formers = _formers(connection)
    found: dict[str, ChannelCount] = {}
    for channel, _sort, count, newest, name in connection.execute(chosen):
        if channel not in found:
            former = formers.pop(channel, ("", 0))[1]
            found[channel] = ChannelCount(ChannelKey(channel), name, count, newest, former)
    left = [ChannelCount(ChannelKey(channel), name, 0, None, count) for channel, (name, count) in formers.items()]
    return sorted((*found.values(), *left), key=lambda one: one.channel)


def _formers(connection: Connection) -> dict[str, tuple[str, int]]:
    """The channels that stories left or were withdrawn from: the name that the least of them printed, and how many."""
    table = schema.former
    grouped = select(table.c.channel, func.min(table.c.story).label("least"), func.count().label("stories"))
    counted = grouped.group_by(table.c.channel).subquery()
    least = and_(table.c.channel == counted.c.channel, table.c.story == counted.c.least)
    chosen = select(table.c.channel, table.c.name, counted.c.stories).join(counted, least)
    found = {channel: (name, count) for channel, name, count in connection.execute(chosen)}
    for key in sorted(tombs.withdrawn_stories(connection)):
        row = connection.execute(select(schema.stories).where(schema.stories.c.story == key)).first()
        for channel, name in () if row is None else channels_of(story_out(row, story_id(key, ""))):
            known, count = found.get(channel, (name, 0))
            found[channel] = known, count + 1
    return found


def entries_shown(connection: Connection) -> dict[str, int]:
    """How many entries the document of each channel's feed holds, as far as it was published."""
    return {row.channel: row.entries for row in connection.execute(select(schema.shown))}


def put_entries_shown(connection: Connection, counts: Mapping[ChannelKey, int]) -> None:
    """Note how many entries feeds hold."""
    bulk(connection, upsert(connection, schema.shown), sorted(counts.items()))
