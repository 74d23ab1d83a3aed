"""What contradicts the rest: captures by wrong clocks, and stories whose ages do not agree."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from feeds.model import Capture, CaptureKey
from feeds.store import schema
from feeds.store.archive import captures_by_key
from feeds.store.clocks import Clock, clocks_of
from feeds.stories.evidence import is_wrong_clock


def wrong_clocks(connection: Connection) -> list[tuple[Capture, Clock]]:
    """The captures whose told time had to be set aside, in order, with how many stories contradict it."""
    columns = schema.captures.c
    inferred = or_(columns.low.is_not(None), columns.high.is_not(None))
    asked = select(columns.capture).where(columns.not_before.is_not(None), inferred)
    keys = [CaptureKey(key) for key in connection.scalars(asked)]
    counted = clocks_of(connection, keys)
    found = captures_by_key(connection, keys).values()
    told = [(one, counted[one.key]) for one in sorted(found, key=lambda capture: capture.order)]
    return [
        (capture, clock)
        for capture, clock in told
        if is_wrong_clock((capture.earliest, capture.latest), (clock.low, clock.high))
    ]


def contradictory_stories(connection: Connection) -> list[str]:
    """The stories of which something that a page says was set aside, by key."""
    table = schema.wordings
    found = select(table.c.story).where(table.c.aside, table.c.story.is_not(None)).distinct().order_by(table.c.story)
    return [str(story) for story in connection.scalars(found)]
