"""What commands print for people: tables, and the explanation of one story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from feeds.model import Channel, Place, Story
from feeds.places.countries import country_name
from feeds.places.resolve import Resolution
from feeds.places.scoring import Scored
from feeds.reading import Problem
from feeds.status import Status
from feeds.tables.cells import local, micros_local, plain, table

_MOST_OTHERS = 3


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


def places(found: Iterable[tuple[Resolution, Place]]) -> Table:
    """Names with what they mean, and what else they could mean: the score of each, and its population."""
    rows = table("name", "place", "country", "GeoNames", "feed", "score", "others")
    for resolution, place in found:
        ranked = resolution.ranked
        if resolution.meant is not None:
            country = country_name(place.country or "")
            first = (place.name, country, str(place.geonames or ""), place.slug, f"{ranked[0].score:.1f}")
            others = ranked[1:]
        else:
            first, others = (f"({resolution.outcome})", "", "", place.slug, ""), ranked
        shown = ", ".join(map(_scored, others[:_MOST_OTHERS]))
        more = f" and {len(others) - _MOST_OTHERS} more" if len(others) > _MOST_OTHERS else ""
        rows.add_row(*(Text(plain(cell)) for cell in (resolution.printed, *first, shown + more)))
    return rows


def _scored(one: Scored) -> str:
    return f"{one.entry.name} {one.entry.country} {one.score:.1f}"


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
