"""Close reports on one event: which wordings are that to each other, and so which stories."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select

from feeds.model import WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new

Pair = tuple[WordingKey, WordingKey]


def put_related(connection: Connection, wordings: Iterable[WordingKey], pairs: Iterable[Pair]) -> set[WordingKey]:
    """Keep all close pairs in which one of the wordings is, instead of those kept before; says whose pairs changed."""
    table = schema.related
    before = {pair for one, other in related_to(connection, wordings) for pair in ((one, other), (other, one))}
    now = {pair for one, other in pairs for pair in ((one, other), (other, one))}
    gone, come = before - now, now - before
    drop = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.other == bindparam("b_other"))
    bulk(connection, drop, sorted(gone))
    bulk(connection, insert_new(connection, table), sorted(come))
    return {wording for wording, _ in gone | come}


def related_to(connection: Connection, wordings: Iterable[WordingKey]) -> list[Pair]:
    """The close pairs of the wordings, each of which comes first."""
    table = schema.related
    if not _any(connection):
        return []
    return [
        (WordingKey(one), WordingKey(other))
        for chunk in chunks(sorted(wordings))
        for one, other in connection.execute(select(table).where(table.c.wording.in_(chunk)))
    ]


def close_stories(connection: Connection, stories: Iterable[str]) -> dict[str, set[str]]:
    """The other stories that have a close report of one of these, for each that has any."""
    table, mine, its = schema.related, schema.wordings.alias("mine"), schema.wordings.alias("its")
    found: dict[str, set[str]] = {}
    if not _any(connection):
        return found
    for chunk in chunks(stories):
        chosen = (
            select(mine.c.story, its.c.story)
            .join(table, table.c.wording == mine.c.wording)
            .join(its, its.c.wording == table.c.other)
            .where(mine.c.story.in_(chunk), its.c.story != mine.c.story)
        )
        for story, other in connection.execute(chosen):
            found.setdefault(story, set()).add(other)
    return found


def _any(connection: Connection) -> bool:
    return connection.scalar(select(schema.related.c.wording).limit(1)) is not None
