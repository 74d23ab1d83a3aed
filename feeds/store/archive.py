"""Captures, wordings, sightings and stories: everything derived from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select, update

from feeds.model import Capture, CaptureKey, ContentHash, Sighting, Wording, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import (
    Values,
    capture_in,
    capture_out,
    sighting_in,
    sighting_out,
    wording_in,
    wording_out,
)
from feeds.stories.identity import Blocks, Seen, blocks, sighting_order

Kept = Iterable[tuple[int, WordingKey]]
"""Blocks, each with a wording that is found under it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of the wordings that a batch touches, and of all their candidates."""

    wordings: dict[WordingKey, Wording]
    homes: dict[WordingKey, str | None]
    """The story that each of them belongs to; those that the store does not have are not in it."""
    sightings: dict[WordingKey, list[Sighting]]


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


def put_wordings(
    connection: Connection, wordings: Iterable[Wording], homes: Mapping[WordingKey, str | None], kept: Kept
) -> None:
    """Keep new wordings with their stories, and the blocks under which they are found."""
    rows = [(*wording_in(wording), homes[wording.key]) for wording in wordings]
    bulk(connection, insert_new(connection, schema.wordings), sorted(rows, key=lambda row: row[0]))
    bulk(connection, insert_new(connection, schema.blocks), sorted(kept))


def put_sightings(connection: Connection, sightings: Iterable[Sighting]) -> None:
    """Keep sightings, replacing those of the same wording in the same capture."""
    rows = sorted((sighting_in(sighting) for sighting in sightings), key=lambda row: row[:2])
    bulk(connection, upsert(connection, schema.sightings), rows)


def drop_sightings(connection: Connection, pairs: Iterable[tuple[WordingKey, CaptureKey]]) -> None:
    """Drop sightings by wording and capture."""
    table = schema.sightings
    gone = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.capture == bindparam("b_capture"))
    bulk(connection, gone, list(pairs))


def known_candidates(
    connection: Connection, touched: Iterable[WordingKey], blocks_of: dict[WordingKey, Blocks]
) -> Known:
    """What the store has of touched wordings and, group by group, of all that they are candidates for.

    `blocks_of` holds the blocks of the touched wordings that are at hand; those of the others are added.
    """
    known = Known({}, {}, {})
    asked: set[int] = set()
    frontier = set(touched)
    while frontier:
        _load_wordings(connection, frontier, known)
        for key in frontier & known.wordings.keys() - blocks_of.keys():
            blocks_of[key] = blocks(known.wordings[key])
        sought = {block for key in frontier if key in blocks_of for block in blocks_of[key].sought} - asked
        asked |= sought
        table = schema.blocks
        frontier = {
            WordingKey(key)
            for chunk in chunks(sorted(sought))
            for key in connection.scalars(select(table.c.wording).where(table.c.block.in_(chunk)))
        } - known.wordings.keys()
    known.sightings.update(_sightings_of(connection, sorted(known.wordings)))
    return known


def _load_wordings(connection: Connection, keys: Iterable[WordingKey], known: Known) -> None:
    for chunk in chunks(sorted(keys)):
        for row in connection.execute(select(schema.wordings).where(schema.wordings.c.wording.in_(chunk))):
            wording, home = wording_out(row)
            known.wordings[wording.key], known.homes[wording.key] = wording, home


def _sightings_of(connection: Connection, keys: Sequence[WordingKey]) -> dict[WordingKey, list[Sighting]]:
    table = schema.sightings
    rows = [
        row for chunk in chunks(keys) for row in connection.execute(select(table).where(table.c.wording.in_(chunk)))
    ]
    captures = captures_by_key(connection, sorted({row.capture for row in rows}))
    found: dict[WordingKey, list[Sighting]] = {}
    for row in rows:
        found.setdefault(row.wording, []).append(sighting_out(row, captures[row.capture]))
    return found


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
        seen = Seen(wordings[key], tuple(sorted(sightings, key=sighting_order)))
        members.setdefault(homes[key], []).append(seen)
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


def assign(connection: Connection, homes: Mapping[WordingKey, str | None]) -> None:
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


def put_stories(connection: Connection, rows: Sequence[Values]) -> None:
    """Keep stories, by their columns, replacing those with the same key."""
    bulk(connection, upsert(connection, schema.stories), rows)


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
