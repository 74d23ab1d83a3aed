"""What the stories of captures make of the times that these tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from feeds.model import CaptureKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.ledger import chunks
from feeds.stories.contests import Votes

_TABLE = schema.captures
_COLUMNS = [_TABLE.c[name] for name in ("capture", "dated", "doubts", "far", "low", "high")]


@dataclass(frozen=True, slots=True)
class Clock:
    """What the stories of a capture say of when it was."""

    votes: Votes
    low: int | None = None
    high: int | None = None
    """When it was as they tell, in microseconds, if its told time is not exact or was set aside."""


def clocks_of(connection: Connection, keys: Iterable[CaptureKey]) -> dict[CaptureKey, Clock]:
    """What the stories of captures say of them."""
    found: dict[CaptureKey, Clock] = {}
    for chunk in chunks(keys):
        found |= _clocks(connection.execute(select(*_COLUMNS).where(_TABLE.c.capture.in_(chunk))).all())
    return found


def odd_clocks(connection: Connection) -> dict[CaptureKey, Clock]:
    """What the stories of captures say of them, of those that two doubt, or whose exact time was set aside."""
    return _clocks(connection.execute(select(*_COLUMNS).where(schema.ODD)).all())


def move_clocks(connection: Connection, moved: Mapping[CaptureKey, Votes]) -> None:
    """Keep how many more stories date captures, and how many more doubt them."""
    more = {column: _TABLE.c[column] + bindparam(f"b_{column}") for column in ("dated", "doubts", "far")}
    statement = update(_TABLE).where(_TABLE.c.capture == bindparam("b_key")).values(more)
    bulk(connection, statement, [(*votes, key) for key, votes in sorted(moved.items())])


def put_capture_spans(connection: Connection, spans: Mapping[CaptureKey, tuple[int | None, int | None]]) -> None:
    """Keep when captures were, as their stories tell; in microseconds."""
    bounds: dict[str, Any] = {column: bindparam(f"b_{column}") for column in ("low", "high")}
    statement = update(_TABLE).where(_TABLE.c.capture == bindparam("b_key")).values(bounds)
    bulk(connection, statement, [(*span, key) for key, span in sorted(spans.items())])


def _clocks(rows: Iterable[Sequence[Any]]) -> dict[CaptureKey, Clock]:
    return {CaptureKey(key): Clock(Votes(*votes), low, high) for key, *votes, low, high in rows}
