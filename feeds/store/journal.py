"""The daemon's memory: its jobs, when dumps arrived, and what was amiss from when until when.

Instants are microseconds since 1970. None of it changes a story or a feed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select, true, update

from feeds.model import ContentHash
from feeds.store import holdings, schema, shelf
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert

_FAILING = "failing "
"""The name of a note is this and the source."""


@dataclass(frozen=True, slots=True)
class Run:
    """A job: when it last ran, when it is to run next, and what came of it."""

    job: str
    last: int | None
    next: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is or was amiss."""

    kind: str
    """`silent`, `missing`, `yield`, `failing`, `stopped`, `paused` or `configuration`."""
    subject: str
    """What it is amiss with: a source, a feed, the store."""
    begun: int
    ended: int | None
    """None while it lasts."""
    reason: str


def runs(connection: Connection) -> list[Run]:
    """Every job, by name."""
    return [Run(*row) for row in connection.execute(select(schema.runs).order_by(schema.runs.c.job))]


def put_runs(connection: Connection, rows: Iterable[Run]) -> None:
    """Note jobs in place of what was noted of them."""
    bulk(connection, upsert(connection, schema.runs), [(row.job, row.last, row.next, row.said) for row in rows])


def keep_runs(connection: Connection, jobs: Sequence[str]) -> None:
    """Forget every job but these."""
    connection.execute(delete(schema.runs).where(schema.runs.c.job.not_in(jobs)))


def arrivals(connection: Connection) -> dict[bytes, int]:
    """When the last new dump of each source was taken in."""
    return {row.source: row.last for row in connection.execute(select(schema.arrivals))}


def put_arrival(connection: Connection, source: bytes, instant: int) -> None:
    """Note that a new dump of a source was taken in."""
    bulk(connection, upsert(connection, schema.arrivals), [(source, instant)])


def conditions(connection: Connection, limit: int | None = None) -> list[Condition]:
    """What was or is amiss, that which began last first."""
    table = schema.conditions
    order = (table.c.begun.desc(), table.c.kind, table.c.subject)
    return [Condition(*row) for row in connection.execute(select(table).order_by(*order).limit(limit))]


def present_conditions(connection: Connection) -> list[Condition]:
    """What is amiss, by kind and subject."""
    table = schema.conditions
    found = select(table).where(table.c.ended.is_(None)).order_by(table.c.kind, table.c.subject)
    return [Condition(*row) for row in connection.execute(found)]


def begin_conditions(connection: Connection, rows: Iterable[Condition]) -> None:
    """Note what is amiss from now on."""
    values = [(row.kind, row.subject, row.begun, row.ended, row.reason) for row in rows]
    bulk(connection, insert_new(connection, schema.conditions), values)


def end_conditions(connection: Connection, rows: Iterable[Condition], instant: int) -> None:
    """Note what is amiss no longer."""
    table = schema.conditions
    statement = (
        update(table)
        .where(table.c.kind == bindparam("b_kind"), table.c.subject == bindparam("b_subject"))
        .where(table.c.ended.is_(None))
        .values(ended=bindparam("b_ended"))
    )
    bulk(connection, statement, [(instant, row.kind, row.subject) for row in rows])


def failing(connection: Connection, source: bytes, kinds: Collection[str], more: str) -> tuple[int, bytes]:
    """How many problems of these kinds dumps of a source have, and the first of those dumps; b"" if there is none.

    In files with a problem of the kind `more`, which is one of them, those that are not listed count too.
    """
    table, tails, folder = holdings.problems, holdings.tails, source.rstrip(b"/")
    below = (table.c.path == source) | ((table.c.path > folder + b"/") & (table.c.path < folder + b"0"))
    its = below & table.c.kind.in_(sorted(kinds))
    long = select(table.c.path).where(below, table.c.kind == more)
    listed = connection.scalar(select(func.count()).where(its, table.c.path.not_in(long))) or 0
    others = int(connection.scalar(select(func.sum(tails.c.bad)).where(tails.c.path.in_(long))) or 0)
    first = connection.scalar(select(table.c.path).where(its).order_by(table.c.path).limit(1))
    return listed + others, first or b""


def failing_told(connection: Connection) -> dict[str, int]:
    """Of how many failing dumps of each source was told last."""
    found = shelf.notes(connection).items()
    return {name.removeprefix(_FAILING): int(value) for name, value in found if name.startswith(_FAILING)}


def tell_failing(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Note of how many failing dumps of sources is told."""
    shelf.put_notes(connection, {_FAILING + source: str(number) for source, number in numbers.items()})


def counted(connection: Connection) -> dict[str, int]:
    """How many dumps, captures, sightings, stories and problems the store has."""
    tables = {
        "dumps": holdings.contents,
        "captures": schema.captures,
        "stories": schema.stories,
        "problems": holdings.problems,
    }
    found = {name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
    found["sightings"] = int(connection.scalar(select(func.sum(schema.stories.c.sightings))) or 0)
    return dict(sorted(found.items()))


def stale_count(connection: Connection) -> list[str]:
    """The channels whose documents may not show what the store says."""
    return list(connection.scalars(select(schema.stale.c.channel).order_by(schema.stale.c.channel)))


def yields(connection: Connection, contents: Iterable[ContentHash]) -> tuple[int, int]:
    """How many pages have these contents, and how many of those show no story."""
    captures = schema.captures
    shown = [
        column
        for some in chunks(sorted(set(contents)))
        for column in connection.scalars(select(captures.c.shown).where(captures.c.content.in_(some)))
    ]
    return len(shown), shown.count("[]")


def removable(connection: Connection, after: bytes, limit: int) -> list[tuple[bytes, str, int | None]]:
    """Paths, from `after` on and in order, whose dump is kept in the store; with the signatures of their files.

    Of a file of rows also how many bytes of it were read.
    """
    files, tails = holdings.files, holdings.tails
    problems = select(true()).where(holdings.problems.c.path == files.c.path).exists()
    found = (
        select(files.c.path, files.c.signature, tails.c.offset)
        .outerjoin(tails, tails.c.path == files.c.path)
        .where(files.c.path > after, files.c.content.is_not(None) | tails.c.offset.is_not(None), ~problems)
        .order_by(files.c.path)
        .limit(limit)
    )
    return [(row.path, row.signature, row.offset) for row in connection.execute(found)]


def optimise(connection: Connection) -> None:
    """Bring the database's statistics up to date."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA optimize")
    else:
        connection.exec_driver_sql("ANALYZE")


def oldest_entries(connection: Connection) -> dict[str, int]:
    """The sort key of the oldest story of each channel, in microseconds."""
    table = schema.memberships
    found = select(table.c.channel, func.min(table.c.sort).label("oldest")).group_by(table.c.channel)
    return {row.channel: row.oldest for row in connection.execute(found)}
