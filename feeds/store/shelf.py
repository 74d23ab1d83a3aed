"""What is published: which stories each channel has, which documents stand in `out/`, which ids were given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select

from feeds.channels.archiving import month_of
from feeds.model import ChannelKey, Story, StoryId, WordingKey
from feeds.render.settings import sound
from feeds.store import schema, tombs
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import Values, story_out, texts, untexts

_ID = "id/"
"""Before the keys of stories in what is stale: their ids may not be noted as published."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A story in a channel: its sort key in microseconds, and the channel's name as this story has it."""

    channel: ChannelKey
    sort: int
    story: str
    name: str
    printed: tuple[str, ...] = ()
    """The names that the story prints for a place."""


def story_values(connection: Connection, keys: Iterable[str]) -> dict[str, Values]:
    """Stories' columns as they stand, for comparing."""
    table = schema.stories
    return {
        row.story: tuple(row)
        for chunk in chunks(keys)
        for row in connection.execute(select(table).where(table.c.story.in_(chunk)))
    }


_SORT = list(schema.stories.columns.keys()).index("sort")


def sort_of(values: Values) -> int:
    """The sort key, in microseconds, of a story by its columns."""
    return int(values[_SORT])


def face_of(values: Values) -> Values:
    """What other stories' entries say of a story, and their order, by its columns: headline, lead, link, sort key."""
    return *values[1:4], values[_SORT]


def put_stories(connection: Connection, rows: Sequence[Values]) -> None:
    """Keep stories, by their columns, replacing those with the same key; what shows them is to be written again."""
    bulk(connection, upsert(connection, schema.stories), rows)
    keys = [row[0] for row in rows]
    forget_entries(connection, keys)
    mark_stale(connection, [f"{_ID}{key}" for key in keys])
    _mark_pages(connection, keys, [key for key, _headline, _summary, link, *_ in rows if sound(link) is None])
    tombs.rise(connection, keys)


def drop_stories(connection: Connection, keys: Iterable[str]) -> None:
    """Drop stories that are no more. A published id among them gets a tombstone."""
    keys, table = list(keys), schema.stories
    tombs.bury(connection, keys)
    bulk(connection, delete(table).where(table.c.story == bindparam("b_story")), [(key,) for key in keys])
    forget_entries(connection, keys)
    _mark_pages(connection, keys, ())


def forget_entries(connection: Connection, keys: Sequence[str]) -> None:
    """Have the entries of stories written again wherever they stand."""
    table = schema.entries
    if connection.scalar(select(table.c.story).limit(1)) is not None:
        bulk(connection, delete(table).where(table.c.story == bindparam("b_story")), [(key,) for key in keys])


def _mark_pages(connection: Connection, keys: Sequence[str], linkless: Iterable[str]) -> None:
    """Have the pages of stories written again: of those that have one, and those that need one."""
    table, pages = schema.documents, [f"story/{key}" for key in linkless]
    for chunk in chunks(f"story/{key}" for key in keys):
        pages += connection.scalars(select(table.c.channel).where(table.c.channel.in_(chunk)))
    mark_stale(connection, sorted(set(pages)))


def put_memberships(connection: Connection, gone: Iterable[Membership], come: Iterable[Membership]) -> None:
    """Take stories out of channels and put them in; all channels named become stale, and the months of archives.

    A story that was withdrawn is not put in.
    """
    withdrawn = tombs.withdrawn_stories(connection)
    gone, come = list(gone), [one for one in come if one.story not in withdrawn]
    table = schema.memberships
    columns = table.c.channel == bindparam("b_channel"), table.c.sort == bindparam("b_sort")
    statement = delete(table).where(*columns, table.c.story == bindparam("b_story"))
    bulk(connection, statement, [(m.channel, m.sort, m.story) for m in gone])
    bulk(
        connection,
        upsert(connection, table),
        [_membership_in(m) for m in sorted(come, key=lambda m: (m.channel, m.sort, m.story))],
    )
    months = {(m.channel, month_of(m.sort)) for m in (*gone, *come)}
    mark_stale(connection, sorted({channel for channel, _ in months} | {archive_month(*month) for month in months}))


def archive_month(channel: str, month: str) -> str:
    """How a month of a channel's archive is called among what is stale."""
    return f"{channel}/archive/{month}"


def channel_of(key: str) -> str:
    """The channel that a month of an archive belongs to; of anything else what it is."""
    return key.partition("/archive/")[0]


def _membership_in(one: Membership) -> Values:
    return one.channel, one.sort, one.story, one.name, texts(one.printed) if one.printed else None


def printed_names(connection: Connection, channels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What the stories of each of these channels print for its place, in order; nothing for other channels."""
    table = schema.memberships
    found: dict[str, set[str]] = {}
    for chunk in chunks(sorted(channels)):
        rows = connection.execute(
            select(table.c.channel, table.c.printed)
            .where(table.c.channel.in_(chunk), table.c.printed.is_not(None))
            .distinct()
        )
        for channel, printed in rows:
            found.setdefault(channel, set()).update(untexts(printed))
    return {channel: tuple(sorted(names)) for channel, names in found.items()}


def stale_channels(connection: Connection) -> list[ChannelKey]:
    """What may be out of date, in order: channels, months of archives, pages of stories."""
    return [ChannelKey(key) for key in connection.scalars(select(schema.stale.c.channel).order_by("channel"))]


def mark_stale(connection: Connection, channels: Iterable[str]) -> None:
    """Have channels rendered again."""
    bulk(connection, insert_new(connection, schema.stale), [(channel,) for channel in channels])


def mark_fresh(connection: Connection, channels: Iterable[str]) -> None:
    """Note that channels' documents show what the store says."""
    table = schema.stale
    bulk(connection, delete(table).where(table.c.channel == bindparam("b_channel")), [(key,) for key in channels])


def newest_stories(
    connection: Connection, channel: str, limit: int, tag: str, since: int | None = None
) -> list[tuple[str, Story]]:
    """A channel's newest stories without their texts, newest first, ties by id; none with a sort key below `since`."""
    members, stories = schema.memberships, schema.stories
    chosen = (
        select(stories)
        .join(members, members.c.story == stories.c.story)
        .where(members.c.channel == channel)
        .order_by(members.c.sort.desc(), members.c.story)
        .limit(limit)
    )
    if since is not None:
        chosen = chosen.where(members.c.sort >= since)
    return [(row.story, story_out(row, story_id(row.story, tag))) for row in connection.execute(chosen)]


def listed_stories(
    connection: Connection, channels: Sequence[str], since: int | None, limit: int | None, tag: str
) -> list[tuple[str, Story]]:
    """The stories that stand in every one of the channels, newest first, ties by id; `since` in microseconds."""
    table, members = schema.stories, schema.memberships
    withdrawn = tombs.withdrawn_stories(connection)
    chosen = select(table).order_by(table.c.sort.desc(), table.c.story).limit(limit)
    if withdrawn:
        chosen = chosen.where(table.c.story.not_in(sorted(withdrawn)))
    if since is not None:
        chosen = chosen.where(table.c.sort >= since)
    for channel in channels:
        chosen = chosen.where(table.c.story.in_(select(members.c.story).where(members.c.channel == channel)))
    return [(row.story, story_out(row, story_id(row.story, tag))) for row in connection.execute(chosen)]


def story_by_key(connection: Connection, key: str, tag: str) -> Story | None:
    """One story without its text, by its own key or by that of a wording that it holds, or whose heir it holds."""
    wordings, table, heirs = schema.wordings, schema.stories, schema.heirs
    try:
        wording = int(key, 16)
    except ValueError:
        return None
    if not 0 <= wording < 2**63:
        return None
    heir = select(heirs.c.heir).where(heirs.c.wording == wording).scalar_subquery()  # none if the wording is shown
    home = connection.scalar(select(wordings.c.story).where(wordings.c.wording.in_((wording, heir))))
    row = connection.execute(select(table).where(table.c.story == (home or key))).first()
    return None if row is None else story_out(row, story_id(row.story, tag))


def story_key(wording: WordingKey) -> str:
    """The key of the story whose id is made from a wording: 16 hex digits."""
    return f"{wording:016x}"


def story_id(key: str, tag: str) -> StoryId:
    """The `tag:` URI (RFC 4151) of a story; `tag` is the tagging entity, `authority,date`."""
    return StoryId(f"tag:{tag}:story/{key}")


def published_ranks(connection: Connection, wordings: Iterable[WordingKey]) -> dict[WordingKey, int]:
    """Which of these wordings have a published id, and the place of that in the order of publication."""
    table = schema.published
    return {
        row.wording: row.rank
        for chunk in chunks(wordings)
        for row in connection.execute(select(table).where(table.c.wording.in_(chunk)))
    }


def publish_ids(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Remember ids as published, in the order given; those already remembered keep their place."""
    known = connection.scalar(select(func.max(schema.published.c.rank)))
    first = 0 if known is None else known + 1
    rows = [(wording, first + place) for place, wording in enumerate(wordings)]
    bulk(connection, insert_new(connection, schema.published), rows)


def publish_new(connection: Connection) -> None:
    """Remember the ids of the stories that were kept since as published, in the order in which they were first seen."""
    table, stories = schema.stale, schema.stories
    named = list(connection.scalars(select(table.c.channel).where(table.c.channel.startswith(_ID))))
    found = [
        (row.first_seen, row.story)
        for chunk in chunks(name.removeprefix(_ID) for name in named)
        for row in connection.execute(select(stories.c.first_seen, stories.c.story).where(stories.c.story.in_(chunk)))
    ]
    publish_ids(connection, [WordingKey(int(key, 16)) for _, key in sorted(found)])
    mark_fresh(connection, named)


def notes(connection: Connection) -> dict[str, str]:
    """What the store was derived and rendered with."""
    return {row.name: row.value for row in connection.execute(select(schema.meta))}


def put_notes(connection: Connection, values: Mapping[str, str]) -> None:
    """Note what the store was derived and rendered with."""
    bulk(connection, upsert(connection, schema.meta), sorted(values.items()))
