"""Published ids under which no story is to be found any more, and stories that the user withdrew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select

from feeds.model import WordingKey
from feeds.store import heirs, schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks, insert_new, upsert

TOMBSTONES = "tombstones"
"""What is stale when they change."""
_NEWEST = "newest tombstone"


@dataclass(frozen=True, slots=True)
class Tomb:
    """A published id that is no more: the wording it was made from, since when in microseconds, and why.

    `reason` is the user's, None if nobody withdrew it; `bearer` is the wording or its heir, `home` is the story that
    this belongs to now.
    """

    wording: WordingKey
    at: int
    reason: str | None
    bearer: WordingKey
    home: str | None


def all_tombs(connection: Connection) -> list[Tomb]:
    """Every tombstone, by wording."""
    table, wordings, inherited = schema.tombstones, schema.wordings, schema.heirs
    bearer = func.coalesce(inherited.c.heir, table.c.wording)
    chosen = (
        select(table.c.wording, table.c.at, table.c.reason, bearer, wordings.c.story)
        .outerjoin(inherited, inherited.c.wording == table.c.wording)
        .outerjoin(wordings, wordings.c.wording == bearer)
        .order_by(table.c.wording)
    )
    return [Tomb(*row) for row in connection.execute(chosen)]


def newest(connection: Connection) -> int | None:
    """Since when the newest tombstone is that there ever was, in microseconds; None if there never was any."""
    noted = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == _NEWEST))
    there = connection.scalar(select(func.max(schema.tombstones.c.at)))
    return max((int(one) for one in (noted, there) if one is not None), default=None)


def _note_newest(connection: Connection) -> None:
    """Remember it, before tombstones go: what tells of them must not go back in time."""
    at = newest(connection)
    if at is not None:
        bulk(connection, upsert(connection, schema.meta), [(_NEWEST, str(at))])


def withdrawn_stories(connection: Connection) -> set[str]:
    """The keys of the stories that hold a wording, or the heir of one, whose id was withdrawn."""
    table, wordings, inherited = schema.tombstones, schema.wordings, schema.heirs
    withdrawn = select(table.c.wording).where(table.c.reason.is_not(None))  # asked first: a join reads all wordings
    bearing = withdrawn.union_all(select(inherited.c.heir).where(inherited.c.wording.in_(withdrawn)))
    chosen = select(wordings.c.story).where(wordings.c.wording.in_(bearing))
    return {str(story) for story in connection.scalars(chosen) if story}


def withdraw(connection: Connection, wording: WordingKey, at: int, reason: str) -> None:
    """Remember that the user withdrew the id that is made from a wording, when and why."""
    _note_newest(connection)
    bulk(connection, upsert(connection, schema.tombstones), [(wording, at, reason)])
    _mark(connection)


def restore(connection: Connection, wordings: Iterable[WordingKey]) -> None:
    """Forget that ids were withdrawn."""
    _note_newest(connection)
    table = schema.tombstones
    gone = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.reason.is_not(None))
    bulk(connection, gone, [(wording,) for wording in wordings])
    _mark(connection)


def bury(connection: Connection, keys: Sequence[str]) -> None:
    """Note that stories are no more, if their ids were published: since the newest change of any story.

    That is told by captures, as everything is that is published. An id whose wording vanished waits for its heir.
    """
    published, stories = schema.published, schema.stories
    waiting = heirs.awaiting()
    found = [
        wording
        for chunk in chunks([int(key, 16) for key in keys])
        for wording in connection.scalars(
            select(published.c.wording).where(published.c.wording.in_(chunk), published.c.wording.not_in(waiting))
        )
    ]
    if found:
        at = connection.scalar(select(func.max(stories.c.updated)))
        bulk(connection, insert_new(connection, schema.tombstones), [(wording, at, None) for wording in sorted(found)])
        _mark(connection)


def bury_lost(connection: Connection, keys: Sequence[str]) -> None:
    """Bury those of the keys under which there is no story."""
    table = schema.stories
    for chunk in chunks(keys):
        there = set(connection.scalars(select(table.c.story).where(table.c.story.in_(chunk))))
        bury(connection, [key for key in chunk if key not in there])


def rise(connection: Connection, keys: Sequence[str]) -> None:
    """Forget the tombstones of stories that are there; those of the user stay."""
    table = schema.tombstones
    if keys and connection.scalar(select(table.c.wording).where(table.c.reason.is_(None)).limit(1)) is not None:
        _note_newest(connection)
        gone = delete(table).where(table.c.wording == bindparam("b_wording"), table.c.reason.is_(None))
        bulk(connection, gone, [(int(key, 16),) for key in keys])
        _mark(connection)


def reconcile(connection: Connection) -> None:
    """Bury and raise by what stories there are, after all of them were derived anew."""
    stories = set(connection.scalars(select(schema.stories.c.story)))
    published = {f"{wording:016x}" for wording in connection.scalars(select(schema.published.c.wording))}
    bury(connection, sorted(published - stories))
    rise(connection, sorted(published & stories))


def _mark(connection: Connection) -> None:
    bulk(connection, insert_new(connection, schema.stale), [(TOMBSTONES,)])
