"""What is published: which stories each channel has, which documents stand in `out/`, which ids were given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select

from feeds.model import ChannelKey, Story, StoryId, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import Values, story_out


@dataclass(frozen=True, slots=True)
class Membership:
    """A story in a channel: its sort key in microseconds, and the channel's name as this story prints it."""

    channel: ChannelKey
    sort: int
    story: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """A channel with the number of its stories and the sort key of the newest, in microseconds."""

    channel: ChannelKey
    name: str
    stories: int
    newest: int | None
    former: int = 0
    """How many other stories stood in it by an earlier wording."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as it was published."""

    path: str
    channel: str
    size: int
    mtime_ns: int


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


def put_stories(connection: Connection, rows: Sequence[Values]) -> None:
    """Keep stories, by their columns, replacing those with the same key."""
    bulk(connection, upsert(connection, schema.stories), rows)


def drop_stories(connection: Connection, keys: Iterable[str]) -> None:
    """Drop stories that are no more."""
    table = schema.stories
    bulk(connection, delete(table).where(table.c.story == bindparam("b_story")), [(key,) for key in keys])


def put_memberships(connection: Connection, gone: Iterable[Membership], come: Iterable[Membership]) -> None:
    """Take stories out of channels and put them in; all channels named become stale."""
    gone, come = list(gone), list(come)
    table = schema.memberships
    columns = table.c.channel == bindparam("b_channel"), table.c.sort == bindparam("b_sort")
    statement = delete(table).where(*columns, table.c.story == bindparam("b_story"))
    bulk(connection, statement, [(m.channel, m.sort, m.story) for m in gone])
    bulk(connection, upsert(connection, table), sorted((m.channel, m.sort, m.story, m.name) for m in come))
    touched = sorted({(m.channel,) for m in (*gone, *come)})
    bulk(connection, insert_new(connection, schema.stale), touched)


def stale_channels(connection: Connection) -> list[ChannelKey]:
    """Channels whose documents may be out of date, in order."""
    return [ChannelKey(key) for key in connection.scalars(select(schema.stale.c.channel).order_by("channel"))]


def mark_stale(connection: Connection, channels: Iterable[str]) -> None:
    """Have channels rendered again."""
    bulk(connection, insert_new(connection, schema.stale), [(channel,) for channel in channels])


def mark_fresh(connection: Connection, channels: Iterable[str]) -> None:
    """Note that channels' documents show what the store says."""
    table = schema.stale
    bulk(connection, delete(table).where(table.c.channel == bindparam("b_channel")), [(key,) for key in channels])


def channel_counts(connection: Connection) -> list[ChannelCount]:
    """Every channel that has or had stories, by key; its name is the one its least story prints."""
    table = schema.memberships
    least = (
        select(table.c.channel, func.min(table.c.sort).label("sort"), func.count().label("n"), func.max(table.c.sort))
        .group_by(table.c.channel)
        .order_by(table.c.channel)
    )
    formers = _formers(connection)
    found = []
    for channel, sort, count, newest in connection.execute(least).all():
        named = select(table.c.name).where(table.c.channel == channel, table.c.sort == sort)
        name = connection.scalar(named.order_by(table.c.story).limit(1))
        found.append(ChannelCount(ChannelKey(channel), str(name), count, newest, formers.pop(channel, ("", 0))[1]))
    left = [ChannelCount(ChannelKey(channel), name, 0, None, count) for channel, (name, count) in formers.items()]
    return sorted((*found, *left), key=lambda one: one.channel) if left else found


def _formers(connection: Connection) -> dict[str, tuple[str, int]]:
    """The channels that stories have left, with the name that the least of those printed, and how many left."""
    table = schema.former
    found: dict[str, tuple[str, int]] = {}
    for channel, name in connection.execute(select(table.c.channel, table.c.name).order_by(table.c.story)):
        first, count = found.get(channel, (name, 0))
        found[channel] = first, count + 1
    return found


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
    chosen = select(table).order_by(table.c.sort.desc(), table.c.story).limit(limit)
    if since is not None:
        chosen = chosen.where(table.c.sort >= since)
    for channel in channels:
        chosen = chosen.where(table.c.story.in_(select(members.c.story).where(members.c.channel == channel)))
    return [(row.story, story_out(row, story_id(row.story, tag))) for row in connection.execute(chosen)]


def story_by_key(connection: Connection, key: str, tag: str) -> Story | None:
    """One story without its text, by its own key or by that of a wording that it holds."""
    wordings, table = schema.wordings, schema.stories
    try:
        wording = int(key, 16)
    except ValueError:
        return None
    if not 0 <= wording < 2**63:
        return None
    home = connection.scalar(select(wordings.c.story).where(wordings.c.wording == wording))
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


def all_documents(connection: Connection) -> dict[str, DocumentRow]:
    """What was published, by path."""
    return {row.path: DocumentRow(*row) for row in connection.execute(select(schema.documents))}


def put_documents(connection: Connection, rows: Iterable[DocumentRow]) -> None:
    """Note what stands in `out/`, or is about to."""
    values = [(row.path, row.channel, row.size, row.mtime_ns) for row in rows]
    bulk(connection, upsert(connection, schema.documents), values)


def drop_documents(connection: Connection, paths: Iterable[str]) -> None:
    """Forget documents that have been removed."""
    table = schema.documents
    bulk(connection, delete(table).where(table.c.path == bindparam("b_path")), [(path,) for path in paths])


def notes(connection: Connection) -> dict[str, str]:
    """What the store was derived and rendered with."""
    return {row.name: row.value for row in connection.execute(select(schema.meta))}


def put_notes(connection: Connection, values: Mapping[str, str]) -> None:
    """Note what the store was derived and rendered with."""
    bulk(connection, upsert(connection, schema.meta), sorted(values.items()))
