"""Captures, wordings, sightings and stories: everything derived from the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select, update

from feeds.model import Capture, CaptureKey, ContentHash, Sighting, Story, Wording, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import (
    Values,
    capture_in,
    capture_out,
    sighting_in,
    sighting_out,
    story_in,
    wording_in,
    wording_out,
)
from feeds.stories.identity import Seen, blocks
from feeds.stories.order import sighting_order


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings that may be one story with each other and with no others, and the stories they are now."""

    members: tuple[Seen, ...]
    alone: tuple[WordingKey, ...]
    """Wordings that no page shows any more."""
    homes: dict[WordingKey, str | None]
    """The story that each wording belongs to now."""


def captures_of(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, list[Capture]]:
    """The captures of each of these contents."""
    found: dict[ContentHash, list[Capture]] = {}
    for chunk in chunks(contents):
        for row in connection.execute(select(schema.captures).where(schema.captures.c.content.in_(chunk))):
            found.setdefault(row.content, []).append(capture_out(row))
    return found


def captures_by_key(connection: Connection, keys: Iterable[CaptureKey]) -> dict[CaptureKey, Capture]:
    """Captures by their keys."""
    table = schema.captures
    return {
        row.capture: capture_out(row)
        for chunk in chunks(keys)
        for row in connection.execute(select(table).where(table.c.capture.in_(chunk)))
    }


def put_captures(connection: Connection, captures: Iterable[Capture]) -> None:
    """Keep captures, replacing those with the same key."""
    bulk(connection, upsert(connection, schema.captures), [capture_in(capture) for capture in captures])


def drop_captures(connection: Connection, keys: Iterable[CaptureKey]) -> None:
    """Drop captures that the facts no longer bear out."""
    table = schema.captures
    bulk(connection, delete(table).where(table.c.capture == bindparam("b_key")), [(key,) for key in keys])


def put_sightings(connection: Connection, seen: Iterable[tuple[Wording, Sighting]]) -> None:
    """Keep sightings, their wordings and the blocks under which those are found."""
    wordings: dict[WordingKey, Wording] = {}
    rows = []
    for wording, sighting in seen:
        wordings[wording.key] = wording
        rows.append(sighting_in(sighting))
    rows.sort(key=lambda row: row[:2])
    ordered = sorted(wordings.values(), key=lambda wording: wording.key)
    bulk(connection, insert_new(connection, schema.wordings), [(*wording_in(wording), None) for wording in ordered])
    kept = sorted({(block, wording.key) for wording in ordered for block in blocks(wording).kept})
    bulk(connection, insert_new(connection, schema.blocks), kept)
    bulk(connection, upsert(connection, schema.sightings), rows)


def drop_sightings(connection: Connection, pairs: Iterable[tuple[WordingKey, CaptureKey]]) -> None:
    """Drop sightings by wording and capture."""
    table = schema.sightings
    gone = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.capture == bindparam("b_capture"))
    bulk(connection, gone, list(pairs))


def groups_of(connection: Connection, touched: Collection[WordingKey]) -> list[Group]:
    """The whole groups of candidates that the touched wordings belong to, in the order of their least key."""
    wordings: dict[WordingKey, Wording] = {}
    stories: dict[WordingKey, str | None] = {}
    parent: dict[WordingKey, WordingKey] = {}
    frontier = list(touched)
    while frontier:
        sought: dict[int, list[WordingKey]] = {}
        for chunk in chunks(frontier):
            for row in connection.execute(select(schema.wordings).where(schema.wordings.c.wording.in_(chunk))):
                wording, stories[row.wording] = wording_out(row)
                wordings[wording.key] = wording
                parent.setdefault(wording.key, wording.key)
                for block in blocks(wording).sought:
                    sought.setdefault(block, []).append(wording.key)
        fresh: set[WordingKey] = set()
        for asked in chunks(sorted(sought)):
            for block, found in connection.execute(
                select(schema.blocks.c.block, schema.blocks.c.wording).where(schema.blocks.c.block.in_(asked))
            ):
                key = WordingKey(found)
                if key not in wordings:
                    fresh.add(key)
                parent.setdefault(key, key)
                for seeker in sought[block]:
                    _unite(parent, seeker, key)
        frontier = sorted(fresh)
    seen = _sightings_of(connection, sorted(wordings))
    members: dict[WordingKey, list[WordingKey]] = {}
    for key in sorted(wordings):
        members.setdefault(_root(parent, key), []).append(key)
    return [
        Group(
            tuple(Seen(wordings[key], seen[key]) for key in keys if key in seen),
            tuple(key for key in keys if key not in seen),
            {key: stories[key] for key in keys},
        )
        for keys in members.values()
    ]


def _root(parent: dict[WordingKey, WordingKey], key: WordingKey) -> WordingKey:
    while parent[key] != key:
        parent[key] = parent[parent[key]]
        key = parent[key]
    return key


def _unite(parent: dict[WordingKey, WordingKey], one: WordingKey, other: WordingKey) -> None:
    roots = _root(parent, one), _root(parent, other)
    parent[max(roots)] = min(roots)


def _sightings_of(connection: Connection, keys: Sequence[WordingKey]) -> dict[WordingKey, tuple[Sighting, ...]]:
    table = schema.sightings
    rows = [
        row for chunk in chunks(keys) for row in connection.execute(select(table).where(table.c.wording.in_(chunk)))
    ]
    captures = captures_by_key(connection, sorted({row.capture for row in rows}))
    found: dict[WordingKey, list[Sighting]] = {}
    for row in rows:
        found.setdefault(row.wording, []).append(sighting_out(row, captures[row.capture]))
    return {key: tuple(sorted(sightings, key=sighting_order)) for key, sightings in found.items()}


def members_of(connection: Connection, stories: Iterable[str]) -> dict[str, tuple[Seen, ...]]:
    """The wordings of each story with their sightings, in the order of their first capture."""
    table = schema.wordings
    wordings: dict[WordingKey, Wording] = {}
    homes: dict[WordingKey, str] = {}
    for chunk in chunks(stories):
        for row in connection.execute(select(table).where(table.c.story.in_(chunk))):
            wording, _ = wording_out(row)
            wordings[wording.key], homes[wording.key] = wording, row.story
    members: dict[str, list[Seen]] = {}
    for key, sightings in _sightings_of(connection, sorted(wordings)).items():
        members.setdefault(homes[key], []).append(Seen(wordings[key], sightings))
    return {story: tuple(sorted(seen, key=lambda one: one.order)) for story, seen in members.items()}


def drop_wordings(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Drop wordings that no page shows any more, with their blocks."""
    table, kept = schema.wordings, schema.blocks
    gone = delete(table).where(table.c.wording == bindparam("b_wording"))
    lost = delete(kept).where(kept.c.block == bindparam("b_block"), kept.c.wording == bindparam("b_wording"))
    for chunk in chunks(wordings):
        rows = connection.execute(select(table).where(table.c.wording.in_(chunk))).all()
        bulk(connection, lost, [(block, row.wording) for row in rows for block in blocks(wording_out(row)[0]).kept])
        bulk(connection, gone, [(key,) for key in chunk])


def assign(connection: Connection, homes: dict[WordingKey, str | None]) -> None:
    """Note to which story each wording belongs."""
    table = schema.wordings
    statement = update(table).where(table.c.wording == bindparam("b_wording")).values(story=bindparam("b_story"))
    bulk(connection, statement, [(story, key) for key, story in sorted(homes.items())])


def story_values(connection: Connection, keys: Iterable[str]) -> dict[str, Values]:
    """Stories' columns as they stand, for comparing."""
    table = schema.stories
    return {
        row.story: tuple(row)
        for chunk in chunks(keys)
        for row in connection.execute(select(table).where(table.c.story.in_(chunk)))
    }


def put_stories(connection: Connection, stories: dict[str, Story]) -> None:
    """Keep stories, replacing those with the same key."""
    bulk(connection, upsert(connection, schema.stories), [story_in(key, story) for key, story in stories.items()])


def drop_stories(connection: Connection, keys: Iterable[str]) -> None:
    """Drop stories that are no more."""
    table = schema.stories
    bulk(connection, delete(table).where(table.c.story == bindparam("b_story")), [(key,) for key in keys])


def count_stories(connection: Connection) -> int:
    """How many stories there are."""
    return connection.scalar(select(func.count()).select_from(schema.stories)) or 0


def forget_derived(connection: Connection) -> None:
    """Drop all that was derived, to be derived anew from the contents; published ids and documents stay."""
    stale = select(schema.memberships.c.channel).distinct()
    for chunk in chunks([(channel,) for channel in connection.scalars(stale)]):
        bulk(connection, insert_new(connection, schema.stale), chunk)
    for table in (
        schema.captures,
        schema.wordings,
        schema.blocks,
        schema.sightings,
        schema.stories,
        schema.memberships,
    ):
        connection.execute(delete(table))
    connection.execute(update(schema.contents).values(derived=False))
