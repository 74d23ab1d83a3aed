"""What was asked of the process that holds the store by those who cannot write it: to withdraw or restore stories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import upsert


@dataclass(frozen=True, slots=True)
class Wish:
    """To withdraw a story with this reason, or to restore it if there is none; `at` is when that was asked.

    `kept`: the store says so, `out/` may not yet.
    """

    story: str
    at: int
    reason: str | None
    kept: bool = False


def all_wishes(connection: Connection) -> list[Wish]:
    """What was asked and is not done to the end, in the order in which it was asked."""
    table = schema.wishes
    return [Wish(*row) for row in connection.execute(select(table).order_by(table.c.at, table.c.story))]


def put_wishes(connection: Connection, wishes: list[Wish]) -> None:
    """Note wishes, each in place of an earlier one for its story."""
    bulk(connection, upsert(connection, schema.wishes), [(one.story, one.at, one.reason, one.kept) for one in wishes])


def forget_kept(connection: Connection) -> None:
    """Forget what is done to the end."""
    connection.execute(delete(schema.wishes).where(schema.wishes.c.kept))
