"""How times and texts stand in a terminal."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.table import Table

from feeds.canon import instant


def table(*columns: str) -> Table:
    """An empty table of these columns; what is too wide is folded, never cut."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A time to the minute, in the site's zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def micros_local(moment: int, zone: ZoneInfo) -> str:
    """A time in microseconds, to the minute, in the site's zone."""
    return local(instant(moment), zone)


def span(earliest: int | None, latest: int | None, zone: ZoneInfo) -> str:
    """From when to when, in microseconds; what both have in common is said once. None is no bound."""
    if earliest is None and latest is None:
        return "unknown"
    if latest is None:
        return f"from {micros_local(earliest or 0, zone)} on"
    last = micros_local(latest, zone)
    if earliest is None:
        return f"until {last}"
    first = micros_local(earliest, zone)
    if first == last:
        return first
    if first[:10] == last[:10]:
        return f"{first} .. {last[11:]}"
    return f"{first} .. {last[5:] if first[:4] == last[:4] else last}"


def plain(text: str) -> str:
    """Text that cannot move the cursor or colour the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def count(number: int, noun: str) -> str:
    """A number of things: `1 page`, `2 pages`."""
    return f"{number} {noun if number == 1 else noun + 's'}"
