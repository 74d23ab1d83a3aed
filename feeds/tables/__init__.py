"""What commands print for people: tables, and the explanation of one story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from feeds.model import Channel, Story
from feeds.reading import Problem
from feeds.status import Status
from feeds.tables.cells import local, micros_local, plain, table


def stories(found: Iterable[Story], zone: ZoneInfo) -> Table:
    """Stories, one a line: when, where, what. A date that is not known is marked."""
    rows = table("published", "place", "topic", "headline", "id")
    for story in found:
        best = story.published.best
        when = local(best, zone) if best is not None else f"(seen {local(story.first_seen, zone)})"
        key = story.id.rpartition("/")[2]
        row = when, ", ".join(story.datelines), ", ".join(story.topics), story.headline, key
        rows.add_row(*(Text(plain(cell)) for cell in row))
    return rows


def feeds(found: Iterable[tuple[Channel, int, datetime | None]], base_url: str, zone: ZoneInfo) -> Table:
    """Feeds, one a line."""
    rows = table("feed", "title", "entries", "newest", "address")
    for channel, entries, newest in found:
        when = "" if newest is None else local(newest, zone)
        row = channel.key, channel.title, str(entries), when, f"{base_url}/{channel.key}/atom.xml"
        rows.add_row(*(Text(plain(cell)) for cell in row))
    return rows


def problems(found: Iterable[Problem]) -> Table:
    """Dumps with a reason each."""
    rows = table("dump", "reason")
    for problem in found:
        rows.add_row(Text(problem.path), Text(plain(problem.reason)))
    return rows


def status(found: Status, zone: ZoneInfo) -> Iterator[Table]:
    """How the daemon stands: its jobs, and what is or was amiss."""
    jobs = table("job", "last run", "next run")
    for run in found.runs:
        jobs.add_row(run.job, *(_when(moment, zone) for moment in (run.last, run.next)))
    yield jobs
    if found.conditions:
        amiss = table("amiss", "what", "from", "until", "why")
        for one in found.conditions:
            row = one.kind, one.subject, _when(one.begun, zone), _when(one.ended, zone), one.reason
            amiss.add_row(*(Text(plain(cell)) for cell in row))
        yield amiss


def _when(moment: int | None, zone: ZoneInfo) -> str:
    return "" if moment is None else micros_local(moment, zone)
