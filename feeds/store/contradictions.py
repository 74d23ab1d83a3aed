"""What contradicts the rest: captures by wrong clocks, and stories whose ages do not agree."""

from __future__ import annotations

from sqlalchemy import Connection, select

from feeds.model import Capture, CaptureKey
from feeds.store import schema
from feeds.store.archive import Clock, captures_by_key, clocks


def doubted_captures(connection: Connection) -> list[tuple[Capture, Clock]]:
    """The captures that any story contradicts, with how many do, in the order of capture."""
    table = schema.captures
    keys = [CaptureKey(key) for key in connection.scalars(select(table.c.capture).where(table.c.doubts > 0))]
    counted = clocks(connection, keys)
    found = captures_by_key(connection, keys).values()
    return [(capture, counted[capture.key]) for capture in sorted(found, key=lambda capture: capture.order)]


def contradictory_stories(connection: Connection) -> list[str]:
    """The stories of which something that a page says was set aside, by key."""
    table = schema.wordings
    found = select(table.c.story).where(table.c.aside, table.c.story.is_not(None)).distinct().order_by(table.c.story)
    return [str(story) for story in connection.scalars(found)]
