"""Captures, wordings, sightings and stories: everything derived from the facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select, update

from feeds.model import Capture, CaptureKey, ContentHash, Sighting, Wording, WordingKey
from feeds.store import heirs, holdings, schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert
from feeds.store.rows import (
    NO_VERDICT,
    Values,
    Verdict,
    accord_in,
    capture_in,
    capture_out,
    sightings_in,
    sightings_out,
    wording_in,
    wording_out,
)
from feeds.store.statements import among
from feeds.stories.accord import accord
from feeds.stories.candidates import Seen

Kept = Iterable[tuple[int, WordingKey]]
"""Blocks, each with a wording that is found under it."""

_SIGHTINGS = list(schema.wordings.c.keys()).index("sightings")

SightingName = tuple[WordingKey, CaptureKey]


@dataclass(frozen=True, slots=True)
class Known:
    """Wordings as the store has them."""

    wordings: dict[WordingKey, Wording]
    homes: dict[WordingKey, str | None]
    """The story that each of them belongs to."""
    sightings: dict[WordingKey, list[Sighting]]
    verdicts: dict[SightingName, Verdict]


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording with its sightings, what dating made of each of them, and the story that it belongs to, if any."""

    seen: Seen
    verdicts: Sequence[Verdict]
    story: str | None


_CAPTURE = [schema.captures.c[name] for name in (
    "capture", "content", "site", "url", "not_before", "not_after", "source", "mtime", "dumps", "record"
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


def put_captures(connection: Connection, captures: Iterable[tuple[Capture, Sequence[WordingKey]]]) -> None:
    """Keep captures with the wordings on them; of those already there what dating made of them stays."""
    statement = upsert(connection, schema.captures, [*(column.name for column in _CAPTURE), "shown"])
    bulk(connection, statement, [capture_in(capture, shown) for capture, shown in captures])


def drop_captures(connection: Connection, keys: Iterable[CaptureKey]) -> None:
    """Drop captures that the facts no longer bear out."""
    table = schema.captures
    bulk(connection, delete(table).where(table.c.capture == bindparam("b_key")), [(key,) for key in keys])


def put_wordings(connection: Connection, rows: Iterable[WordingRow]) -> None:
    """Keep wordings with their sightings and stories, replacing those with the same keys."""
    statement = upsert(connection, schema.wordings)
    for chunk in chunks(rows, 1000):
        bulk(connection, statement, [_wording_values(row) for row in chunk])


def _wording_values(row: WordingRow) -> Values:
    aside = any(verdict.aside for verdict in row.verdicts)
    sightings = row.seen.sightings
    together = accord_in(accord(sightings))
    return *wording_in(row.seen.wording), sightings_in(sightings, row.verdicts), aside, row.story, together


def known(connection: Connection, keys: Iterable[WordingKey], *, dumps: bool = False) -> Known:
    """Those of the wordings that the store has, with their sightings; if asked with the `dumps` of their captures."""
    found = Known({}, {}, {}, {})
    table, captures = schema.wordings, dict[CaptureKey, Capture]()
    for row in among(connection, list(table.c), table.c.wording, sorted(keys)):
        wording, home = wording_out(row)
        key = wording.key
        found.wordings[key], found.homes[key], sightings = wording, home, []
        for sighting, verdict in sightings_out(row[_SIGHTINGS], key, captures):
            sightings.append(sighting)
            if verdict is not NO_VERDICT:
                found.verdicts[key, sighting.capture.key] = verdict
        found.sightings[key] = sightings
    if dumps:
        shown = {one.capture.key for sightings in found.sightings.values() for one in sightings}
        whole = captures_by_key(connection, sorted(shown))
        for key, sightings in found.sightings.items():
            found.sightings[key] = [one._replace(capture=whole[one.capture.key]) for one in sightings]
    return found


def found_under(connection: Connection, blocks: Iterable[int]) -> dict[int, list[WordingKey]]:
    """The wordings that are found under each of the blocks."""
    table = schema.blocks
    found: dict[int, list[WordingKey]] = {}
    if _is_first(connection):
        return found
    for block, key in among(connection, (table.c.block, table.c.wording), table.c.block, sorted(blocks)):
        found.setdefault(block, []).append(key)
    return found


def count_under(connection: Connection, blocks: Iterable[int]) -> dict[int, int]:
    """How many wordings are found under each of the blocks that have any."""
    table = schema.blocks
    counted = select(table.c.block, func.count()).group_by(table.c.block)
    if _is_first(connection):
        return {}
    return {
        block: count
        for chunk in chunks(sorted(blocks))
        for block, count in connection.execute(counted.where(table.c.block.in_(chunk))).all()
    }


def _is_first(connection: Connection) -> bool:
    """Whether there are no blocks yet: a first build would ask for a hundred thousand."""
    return connection.scalar(select(schema.blocks.c.block).limit(1)) is None


def wordings_of(connection: Connection, stories: Iterable[str]) -> set[WordingKey]:
    """The wordings that belong to these stories."""
    table = schema.wordings
    return {WordingKey(key) for (key,) in among(connection, (table.c.wording,), table.c.story, sorted(stories))}


def story_spans(connection: Connection, stories: Iterable[str]) -> dict[str, tuple[int | None, int | None]]:
    """When stories were published, as the store has it; in microseconds."""
    table = schema.stories
    columns = table.c.story, table.c.not_before, table.c.not_after
    return {
        str(story): (low, high)
        for chunk in chunks(sorted(stories))
        for story, low, high in connection.execute(select(*columns).where(table.c.story.in_(chunk)))
    }


def stories_on(connection: Connection, captures: Iterable[CaptureKey]) -> set[str]:
    """The stories that these captures show."""
    table, wordings = schema.captures, schema.wordings
    shown: set[int] = set()
    for chunk in chunks(sorted(captures)):
        for column in connection.scalars(select(table.c.shown).where(table.c.capture.in_(chunk))):
            shown.update(json.loads(column))
    return {
        str(story)
        for chunk in chunks(sorted(shown))
        for story in connection.scalars(
            select(wordings.c.story).where(wordings.c.wording.in_(chunk), wordings.c.story.is_not(None)).distinct()
        )
    }


def seen_of(found: Known) -> dict[WordingKey, Seen]:
    """Wordings with their sightings in the order of capture, in which they are kept."""
    return {key: Seen(found.wordings[key], tuple(sightings)) for key, sightings in sorted(found.sightings.items())}


def members_of(connection: Connection, stories: Iterable[str]) -> dict[str, tuple[Seen, ...]]:
    """The wordings of each story with their sightings and dumps, in the order of their first capture."""
    return by_story(known(connection, wordings_of(connection, stories), dumps=True))


def by_story(found: Known) -> dict[str, tuple[Seen, ...]]:
    """Wordings gathered by the story that they belong to, in the order of their first capture."""
    members: dict[str, list[Seen]] = {}
    for key, seen in seen_of(found).items():
        home = found.homes[key]
        if home is not None:
            members.setdefault(home, []).append(seen)
    return {story: tuple(sorted(seen, key=lambda one: one.order)) for story, seen in members.items()}


def drop_wordings(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Drop wordings that no page shows any more; what a published id hangs on is kept as a ghost."""
    table, wordings = schema.wordings, list(wordings)
    heirs.keep_ghosts(connection, wordings)
    bulk(connection, delete(table).where(table.c.wording == bindparam("b_wording")), [(key,) for key in wordings])


def move_blocks(connection: Connection, gone: Kept, come: Kept) -> None:
    """Change under which blocks wordings are found."""
    table = schema.blocks
    statement = delete(table).where(table.c.block == bindparam("b_block"), table.c.wording == bindparam("b_wording"))
    bulk(connection, statement, sorted(gone))
    bulk(connection, insert_new(connection, table), sorted(come))


def forget_derived(connection: Connection) -> None:
    """Drop all that was derived, to be derived anew from the contents; published ids and documents stay, and ghosts."""
    heirs.keep_ghosts(connection)
    stale = select(schema.memberships.c.channel).union(select(schema.former.c.channel))
    for chunk in chunks([(channel,) for channel in connection.scalars(stale)]):
        bulk(connection, insert_new(connection, schema.stale), chunk)
    for table in (
        schema.captures,
        schema.wordings,
        schema.blocks,
        schema.related,
        schema.stories,
        schema.memberships,
        schema.former,
    ):
        connection.execute(delete(table))
    connection.execute(update(holdings.contents).values(derived=False))
