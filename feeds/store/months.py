"""What the archives of channels hold, month by month, and how large each story's entry is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from feeds.channels.archiving import Archived, bounds, month_of
from feeds.model import ChannelKey, Story
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, upsert
from feeds.store.rows import story_out
from feeds.store.shelf import story_id

End = tuple[int, str]
"""Sort key and key of the last story that a feed shows: its archive begins behind it."""


def months(connection: Connection, channel: ChannelKey, end: End) -> list[str]:
    """The months of a channel's archive, newest first."""
    sort = schema.memberships.c.sort
    found: list[str] = []
    newest = connection.scalar(select(func.max(sort)).where(*_behind(channel, end)))
    while newest is not None:
        found.append(month_of(newest))
        older = select(func.max(sort)).where(schema.memberships.c.channel == channel, sort < bounds(found[-1])[0])
        newest = connection.scalar(older)
    return found


def newest(connection: Connection, channel: ChannelKey, end: End) -> int:
    """The sort key of the newest story of a channel's archive, which has one."""
    return int(connection.scalar(select(func.max(schema.memberships.c.sort)).where(*_behind(channel, end))) or 0)


def archived(connection: Connection, channel: ChannelKey, end: End, month: str) -> list[Archived]:
    """The stories of a month of a channel's archive, newest first; size and hash are 0 where they are not known."""
    members, stories, entries = schema.memberships, schema.stories, schema.entries
    first, after = bounds(month)
    chosen = (
        select(members.c.story, members.c.sort, stories.c.updated, entries.c.size, entries.c.mark)
        .select_from(members)
        .join(stories, stories.c.story == members.c.story)
        .outerjoin(entries, entries.c.story == members.c.story)
        .where(*_behind(channel, end), members.c.sort >= first, members.c.sort < after)
        .order_by(members.c.sort.desc(), members.c.story)
    )
    found = connection.execute(chosen).all()  # at once: one by one takes twice the time
    return [Archived(story, sort, updated, size or 0, mark or 0) for story, sort, updated, size, mark in found]


def _behind(channel: ChannelKey, end: End) -> tuple[ColumnElement[bool], ...]:
    table = schema.memberships.c
    sort, story = end
    return table.channel == channel, table.sort <= sort, or_(table.sort < sort, table.story > story)


def corrected(
    connection: Connection, channel: ChannelKey, end: End, limit: int, tag: str, *, few: bool
) -> list[tuple[str, Story]]:
    """The archived stories of a channel that were corrected after `end`, the last corrected first, ties by key.

    If the channel has but a `few`, they are looked through; else all that were corrected anywhere since then: what is
    not to be looked up in an index is a sum.
    """
    table, members = schema.stories, schema.memberships
    sort, story = end
    its = members.c.channel == channel, members.c.sort == table.c.sort, members.c.story == table.c.story
    chosen = select(table).where(schema.EDITED).order_by(table.c.updated.desc(), table.c.story).limit(limit)
    if few:
        chosen = chosen.join(members, and_(*its)).where(*_behind(channel, end), table.c.updated + 0 >= sort)
    else:
        behind = or_(table.c.sort + 0 < sort, and_(table.c.sort + 0 == sort, table.c.story > story))
        chosen = chosen.where(table.c.updated >= sort, behind, exists().where(*its))
    return [(row.story, story_out(row, story_id(row.story, tag))) for row in connection.execute(chosen)]


def put_entries(connection: Connection, written: Mapping[str, tuple[int, int]]) -> None:
    """Keep size and hash of stories' entries."""
    bulk(connection, upsert(connection, schema.entries), [(key, *facts) for key, facts in sorted(written.items())])


def forget_entries(connection: Connection) -> None:
    """Have every entry and every document of an archive written anew."""
    connection.execute(delete(schema.entries))
    connection.execute(update(schema.documents).values(mark=0))


def stories_by_key(connection: Connection, keys: Iterable[str], tag: str) -> dict[str, Story]:
    """Stories without their texts, by key."""
    table: Any = schema.stories
    return {
        row.story: story_out(row, story_id(row.story, tag))
        for chunk in chunks(keys)
        for row in connection.execute(select(table).where(table.c.story.in_(chunk)))
    }
