"""Ids whose wording no page shows any more: the wordings that vanished, and those that bear their ids now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Connection, bindparam, delete, insert, or_, select

from feeds.model import CaptureKey, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, upsert
from feeds.store.rows import printed_out, sightings_out
from feeds.store.statements import among
from feeds.stories.candidates import Seen


class PublishedId(NamedTuple):
    """An id that was published: its place in the order of publication, and the wording that it was made from."""

    rank: int
    wording: WordingKey


def keep_ghosts(connection: Connection, wordings: Iterable[WordingKey] | None = None) -> None:
    """Keep those wordings on which a published id hangs, before they are dropped: of these, or of all."""
    table, ghosts = schema.wordings, schema.ghosts
    bearing = or_(
        table.c.wording.in_(select(schema.published.c.wording)), table.c.wording.in_(select(schema.heirs.c.heir))
    )
    chosen = select(*(table.c[column.name] for column in ghosts.c)).where(
        bearing, table.c.wording.not_in(select(ghosts.c.wording))
    )
    for some in _parts(table.c.wording, wordings):
        connection.execute(insert(ghosts).from_select(ghosts.c.keys(), chosen.where(*some)))


def _parts(
    column: ColumnElement[int], wordings: Iterable[WordingKey] | None
) -> Iterable[tuple[ColumnElement[bool], ...]]:
    return [()] if wordings is None else [(column.in_(chunk),) for chunk in chunks(wordings)]


def any_ghosts(connection: Connection) -> bool:
    """Whether any wording vanished of which it is not known yet who bears its id."""
    return connection.scalar(select(schema.ghosts.c.wording).limit(1)) is not None


def ghosts_that_came_back(connection: Connection) -> list[WordingKey]:
    """The wordings that vanished and are shown again, in order."""
    table = schema.ghosts
    chosen = select(table.c.wording).where(table.c.wording.in_(select(schema.wordings.c.wording)))
    return [WordingKey(key) for key in connection.scalars(chosen.order_by(table.c.wording))]


def some_ghosts(connection: Connection, most: int) -> list[Seen]:
    """The first wordings that vanished, by key, as they were last seen."""
    table = schema.ghosts
    found = []
    for row in connection.execute(select(table).order_by(table.c.wording).limit(most)):
        wording = printed_out(row)
        sightings = [one for one, _ in sightings_out(row.sightings, wording.key, {})]
        found.append(Seen(wording, tuple(sightings)))
    return found


def forget_ghosts(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Forget wordings that vanished: it is known who bears their ids, if anybody does."""
    table = schema.ghosts
    bulk(connection, delete(table).where(table.c.wording == bindparam("b_wording")), [(key,) for key in wordings])


def awaiting() -> CompoundSelect[tuple[int]]:
    """The published ids that hang on a wording that vanished and has no heir yet, as what the store can be asked."""
    ghosts, heirs = schema.ghosts, schema.heirs
    inherited = select(heirs.c.wording).where(heirs.c.heir.in_(select(ghosts.c.wording)))
    return select(ghosts.c.wording).union_all(inherited)


def put_heirs(connection: Connection, heirs: Mapping[WordingKey, WordingKey]) -> None:
    """Keep for wordings that vanished which others bear their ids now."""
    bulk(connection, upsert(connection, schema.heirs), sorted(heirs.items()))


def forget_heirs(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Forget who bears the ids of these wordings."""
    table = schema.heirs
    bulk(connection, delete(table).where(table.c.wording == bindparam("b_wording")), [(key,) for key in wordings])


def give_back(connection: Connection, wordings: Collection[WordingKey]) -> frozenset[WordingKey]:
    """Let wordings that are shown again bear their ids themselves; says who bore them."""
    if not wordings or not _any(connection):
        return frozenset()
    table = schema.heirs
    found = among(connection, (table.c.wording, table.c.heir), table.c.wording, sorted(wordings))
    forget_heirs(connection, sorted(WordingKey(wording) for wording, _ in found))
    return frozenset(WordingKey(heir) for _, heir in found)


def ids_on(connection: Connection, wordings: Collection[WordingKey]) -> dict[WordingKey, list[PublishedId]]:
    """The published ids that each of the wordings bears: its own, and those of wordings in whose place it stands."""
    heirs, published = schema.heirs, schema.published
    found: dict[WordingKey, list[PublishedId]] = {}
    columns = published.c.wording, published.c.rank
    for key, rank in among(connection, columns, published.c.wording, sorted(wordings)):
        found.setdefault(WordingKey(key), []).append(PublishedId(rank, key))
    for chunk in chunks(sorted(wordings)) if wordings and _any(connection) else ():
        chosen = select(heirs.c.heir, published.c.rank, published.c.wording).join(
            published, published.c.wording == heirs.c.wording
        )
        for heir, rank, key in connection.execute(chosen.where(heirs.c.heir.in_(chunk))):
            found.setdefault(WordingKey(heir), []).append(PublishedId(rank, key))
    return found


def shown_on(connection: Connection, captures: Iterable[CaptureKey]) -> dict[CaptureKey, list[WordingKey]]:
    """The wordings on each of these captures, of those that there are still."""
    table = schema.captures
    rows = among(connection, (table.c.capture, table.c.shown), table.c.capture, sorted(captures))
    return {CaptureKey(key): json.loads(shown) for key, shown in rows}


def _any(connection: Connection) -> bool:
    return connection.scalar(select(schema.heirs.c.wording).limit(1)) is not None
