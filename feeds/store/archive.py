"""Captures, wordings, sightings and stories: everything derived from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Connection, bindparam, delete, select, update

from feeds.model import Capture, CaptureKey, ContentHash, Sighting, Wording, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import (
    capture_in,
    capture_out,
    sighting_in,
    sighting_out,
    wording_in,
    wording_out,
)
from feeds.stories.candidates import Seen, sighting_order

Kept = Iterable[tuple[int, WordingKey]]
"""Blocks, each with a wording that is found under it."""

SightingName = tuple[WordingKey, CaptureKey]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What dating made of a sighting: see the columns `doubt` and `aside` of its table."""

    doubt: bool | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Wordings as the store has them."""

    wordings: dict[WordingKey, Wording]
    homes: dict[WordingKey, str | None]
    """The story that each of them belongs to."""
    sightings: dict[WordingKey, list[Sighting]]
    verdicts: dict[SightingName, Verdict]


@dataclass(frozen=True, slots=True)
class Clock:
    """How many stories date a capture besides itself, and how many of them contradict its told time."""

    dated: int
    doubts: int


_CAPTURE = [schema.captures.c[name] for name in (
    "capture", "content", "site", "url", "not_before", "not_after", "source", "mtime", "dumps", "record"
)]  # fmt: skip
_SIGHTING = [schema.sightings.c[name] for name in (
    "wording", "capture", "role", "position", "topic", "age", "age_lo", "age_hi", "body"
)]  # fmt: skip


def captures_of(connection: Connection, contents: Iterable[ContentHash]) -> dict[ContentHash, list[Capture]]:
    """The captures of each of these contents."""
    found: dict[ContentHash, list[Capture]] = {}
    for chunk in chunks(contents):
        for row in connection.execute(select(*_CAPTURE).where(schema.captures.c.content.in_(chunk))):
            found.setdefault(row.content, []).append(capture_out(row))
    return found


def captures_by_key(connection: Connection, keys: Iterable[CaptureKey]) -> dict[CaptureKey, Capture]:
    """Captures by their keys."""
    table = schema.captures
    return {
        row.capture: capture_out(row)
        for chunk in chunks(keys)
        for row in connection.execute(select(*_CAPTURE).where(table.c.capture.in_(chunk)))
    }


def put_captures(connection: Connection, captures: Iterable[Capture]) -> None:
    """Keep captures; of those already there what dating made of them stays."""
    statement = upsert(connection, schema.captures, [column.name for column in _CAPTURE])
    bulk(connection, statement, [capture_in(capture) for capture in captures])


def clocks(connection: Connection, keys: Iterable[CaptureKey]) -> dict[CaptureKey, Clock]:
    """What the stories of captures say of their clocks."""
    table = schema.captures
    return {
        CaptureKey(row.capture): Clock(row.dated, row.doubts)
        for chunk in chunks(keys)
        for row in connection.execute(
            select(table.c.capture, table.c.dated, table.c.doubts).where(table.c.capture.in_(chunk))
        )
    }


def put_clocks(connection: Connection, found: Mapping[CaptureKey, Clock]) -> None:
    """Keep what the stories of captures say of their clocks."""
    table = schema.captures
    statement = (
        update(table)
        .where(table.c.capture == bindparam("b_key"))
        .values(dated=bindparam("b_dated"), doubts=bindparam("b_doubts"))
    )
    bulk(connection, statement, [(clock.dated, clock.doubts, key) for key, clock in sorted(found.items())])


def capture_spans(
    connection: Connection, keys: Iterable[CaptureKey]
) -> dict[CaptureKey, tuple[int | None, int | None]]:
    """When captures were that are not told exactly, as their stories tell; in microseconds."""
    table = schema.captures
    return {
        CaptureKey(row.capture): (row.low, row.high)
        for chunk in chunks(keys)
        for row in connection.execute(
            select(table.c.capture, table.c.low, table.c.high).where(table.c.capture.in_(chunk))
        )
    }


def put_capture_spans(connection: Connection, spans: Mapping[CaptureKey, tuple[int | None, int | None]]) -> None:
    """Keep when captures were, as their stories tell; in microseconds."""
    table = schema.captures
    statement = (
        update(table)
        .where(table.c.capture == bindparam("b_key"))
        .values(low=bindparam("b_low"), high=bindparam("b_high"))
    )
    bulk(connection, statement, [(*span, key) for key, span in sorted(spans.items())])


def drop_captures(connection: Connection, keys: Iterable[CaptureKey]) -> None:
    """Drop captures that the facts no longer bear out."""
    table = schema.captures
    bulk(connection, delete(table).where(table.c.capture == bindparam("b_key")), [(key,) for key in keys])


def put_wordings(connection: Connection, wordings: Iterable[Wording], homes: Mapping[WordingKey, str | None]) -> None:
    """Keep new wordings with their stories."""
    rows = [(*wording_in(wording), homes.get(wording.key)) for wording in wordings]
    bulk(connection, insert_new(connection, schema.wordings), sorted(rows, key=lambda row: row[0]))


def put_sightings(connection: Connection, sightings: Iterable[tuple[Sighting, Verdict]]) -> None:
    """Keep sightings with what dating made of them, replacing those of the same wording in the same capture."""
    statement = upsert(connection, schema.sightings)
    for chunk in chunks(sightings, 5000):
        rows = [(*sighting_in(sighting), verdict.doubt, verdict.aside) for sighting, verdict in chunk]
        bulk(connection, statement, sorted(rows, key=itemgetter(0, 1)))


def put_verdicts(connection: Connection, verdicts: Mapping[SightingName, Verdict]) -> None:
    """Keep what dating made of sightings."""
    table = schema.sightings
    statement = (
        update(table)
        .where(table.c.wording == bindparam("b_wording"), table.c.capture == bindparam("b_capture"))
        .values(doubt=bindparam("b_doubt"), aside=bindparam("b_aside"))
    )
    bulk(connection, statement, [(v.doubt, v.aside, *name) for name, v in sorted(verdicts.items())])


def drop_sightings(connection: Connection, pairs: Iterable[tuple[WordingKey, CaptureKey]]) -> None:
    """Drop sightings by wording and capture."""
    table = schema.sightings
    gone = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.capture == bindparam("b_capture"))
    bulk(connection, gone, list(pairs))


def known(connection: Connection, keys: Iterable[WordingKey]) -> Known:
    """Those of the wordings that the store has, with their sightings."""
    found = Known({}, {}, {}, {})
    for chunk in chunks(sorted(keys)):
        for row in connection.execute(select(schema.wordings).where(schema.wordings.c.wording.in_(chunk))):
            wording, home = wording_out(row)
            found.wordings[wording.key], found.homes[wording.key] = wording, home
    _load_sightings(connection, found)
    return found


def found_under(connection: Connection, blocks: Iterable[int]) -> dict[int, list[WordingKey]]:
    """The wordings that are found under each of the blocks."""
    table = schema.blocks
    found: dict[int, list[WordingKey]] = {}
    if connection.scalar(select(table.c.block).limit(1)) is None:
        return found  # a first build asks for a hundred thousand
    for chunk in chunks(sorted(blocks)):
        for block, key in connection.execute(select(table.c.block, table.c.wording).where(table.c.block.in_(chunk))):
            found.setdefault(block, []).append(key)
    return found


def wordings_of(connection: Connection, stories: Iterable[str]) -> set[WordingKey]:
    """The wordings that belong to these stories."""
    table = schema.wordings
    return {
        WordingKey(key)
        for chunk in chunks(sorted(stories))
        for key in connection.scalars(select(table.c.wording).where(table.c.story.in_(chunk)))
    }


def stories_on(connection: Connection, captures: Iterable[CaptureKey]) -> set[str]:
    """The stories that these captures show."""
    table, wordings = schema.sightings, schema.wordings
    joined = select(wordings.c.story).join(table, table.c.wording == wordings.c.wording).distinct()
    return {
        str(story)
        for chunk in chunks(sorted(captures))
        for story in connection.scalars(joined.where(table.c.capture.in_(chunk), wordings.c.story.is_not(None)))
    }


def _load_sightings(connection: Connection, found: Known) -> None:
    table = schema.sightings
    rows = [
        row
        for chunk in chunks(sorted(found.wordings))
        for row in connection.execute(
            select(*_SIGHTING, table.c.doubt, table.c.aside).where(table.c.wording.in_(chunk))
        )
    ]
    captures = captures_by_key(connection, sorted({row.capture for row in rows}))
    for row in rows:
        *values, doubt, aside = row
        found.sightings.setdefault(row.wording, []).append(sighting_out(values, captures[row.capture]))
        if doubt is not None or aside:
            found.verdicts[row.wording, row.capture] = Verdict(doubt, aside)


def seen_of(found: Known) -> dict[WordingKey, Seen]:
    """Wordings with their sightings in the order of capture."""
    return {
        key: Seen(found.wordings[key], tuple(sorted(sightings, key=sighting_order)))
        for key, sightings in sorted(found.sightings.items())
    }


def members_of(connection: Connection, stories: Iterable[str]) -> dict[str, tuple[Seen, ...]]:
    """The wordings of each story with their sightings, in the order of their first capture."""
    return by_story(known(connection, wordings_of(connection, stories)))


def by_story(found: Known) -> dict[str, tuple[Seen, ...]]:
    """Wordings gathered by the story that they belong to, in the order of their first capture."""
    members: dict[str, list[Seen]] = {}
    for key, seen in seen_of(found).items():
        home = found.homes[key]
        if home is not None:
            members.setdefault(home, []).append(seen)
    return {story: tuple(sorted(seen, key=lambda one: one.order)) for story, seen in members.items()}


def drop_wordings(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Drop wordings that no page shows any more."""
    table = schema.wordings
    bulk(connection, delete(table).where(table.c.wording == bindparam("b_wording")), [(key,) for key in wordings])


def move_blocks(connection: Connection, gone: Kept, come: Kept) -> None:
    """Change under which blocks wordings are found."""
    table = schema.blocks
    statement = delete(table).where(table.c.block == bindparam("b_block"), table.c.wording == bindparam("b_wording"))
    bulk(connection, statement, sorted(gone))
    bulk(connection, insert_new(connection, table), sorted(come))


def assign(connection: Connection, homes: Mapping[WordingKey, str | None]) -> None:
    """Note to which story each wording belongs."""
    table = schema.wordings
    statement = update(table).where(table.c.wording == bindparam("b_wording")).values(story=bindparam("b_story"))
    bulk(connection, statement, [(story, key) for key, story in sorted(homes.items())])


def forget_derived(connection: Connection) -> None:
    """Drop all that was derived, to be derived anew from the contents; published ids and documents stay."""
    stale = select(schema.memberships.c.channel).union(select(schema.former.c.channel))
    for chunk in chunks([(channel,) for channel in connection.scalars(stale)]):
        bulk(connection, insert_new(connection, schema.stale), chunk)
    for table in (
        schema.captures,
        schema.wordings,
        schema.blocks,
        schema.sightings,
        schema.stories,
        schema.memberships,
        schema.former,
    ):
        connection.execute(delete(table))
    connection.execute(update(schema.contents).values(derived=False))
