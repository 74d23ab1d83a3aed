"""Who asked the hub to be told of what: written beside the builds, in transactions of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import upsert


@dataclass(frozen=True, slots=True)
class Subscription:
    """A callback that is told of a topic until it expires."""

    topic: str
    callback: str
    secret: bytes | None
    expires: int
    """Microseconds since 1970."""
    delivered: str = ""
    """Digest of the document that the callback has; empty before the first."""
    due: bool = False
    """Whether it has to be told of the newest document still."""


def all_subscriptions(connection: Connection) -> list[Subscription]:
    """Every subscription, by topic and callback."""
    table = schema.subscriptions
    return [Subscription(*row) for row in connection.execute(select(table).order_by("topic", "callback"))]


def put_subscriptions(connection: Connection, subscriptions: Iterable[Subscription]) -> None:
    """Keep subscriptions, in place of those of the same topic and callback."""
    rows = [(one.topic, one.callback, one.secret, one.expires, one.delivered, one.due) for one in subscriptions]
    bulk(connection, upsert(connection, schema.subscriptions), rows)


def drop_subscriptions(connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
    """Forget subscriptions, by topic and callback."""
    table = schema.subscriptions
    which = table.c.topic == bindparam("b_topic"), table.c.callback == bindparam("b_callback")
    bulk(connection, delete(table).where(*which), list(keys))
