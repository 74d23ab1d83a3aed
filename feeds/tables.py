"""What commands print for people: tables, and the explanation of one story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from feeds.canon import instant
from feeds.model import Channel, Story
from feeds.reading import Evidence, Explained
from feeds.stories.candidates import Seen
from feeds.stories.dating import span_of
from feeds.stories.wordings import is_fragment


def stories(found: Iterable[Story], zone: ZoneInfo) -> Table:
    """Stories, one a line: when, where, what. A date that is not known is marked."""
    table = _table("published", "place", "topic", "headline", "id")
    for story in found:
        best = story.published.best
        when = _local(best, zone) if best is not None else f"(seen {_local(story.first_seen, zone)})"
        key = story.id.rpartition("/")[2]
        row = when, ", ".join(story.datelines), ", ".join(story.topics), story.headline, key
        table.add_row(*(Text(_plain(cell)) for cell in row))
    return table


def feeds(found: Iterable[tuple[Channel, int, datetime]], base_url: str, zone: ZoneInfo) -> Table:
    """Feeds, one a line."""
    table = _table("feed", "title", "entries", "newest", "address")
    for channel, entries, newest in found:
        row = channel.key, channel.title, str(entries), _local(newest, zone), f"{base_url}/{channel.key}/atom.xml"
        table.add_row(*(Text(_plain(cell)) for cell in row))
    return table


def problems(found: Iterable[tuple[str, str]]) -> Table:
    """Dumps with a reason each."""
    table = _table("dump", "reason")
    for path, reason in found:
        table.add_row(Text(path), Text(reason))
    return table


def explanation(found: Explained, zone: ZoneInfo) -> Group:
    """One story: what it says now, its wordings, its sightings and how they date it."""
    story, members = found.story, found.members
    parts: list[RenderableType] = [Text(_plain(story.headline), style="bold"), Text(story.id)]
    if story.link is not None:
        parts.append(Text(f"{story.link} ({story.link_kind})"))
    parts += [Text(), Text("Wordings", style="bold"), *_wordings(members)]
    parts += [Text(), Text("Sightings", style="bold"), _sightings(found.evidence, zone)]
    parts += [Text("Published", style="bold"), *_published(story, found.evidence, zone)]
    return Group(*parts)


def _wordings(members: Sequence[Seen]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for number, seen in enumerate(members, 1):
        wording = seen.wording
        place = f"{wording.dateline.raw} - " if wording.dateline else ""
        lines.append(Text(f"{number}. {_plain(wording.headline or '(no headline)')}"))
        lines.append(Padding(Text(_plain(place + wording.lead)), (0, 0, 0, 3)))
        lines.append(Padding(Text(_evidence(number, seen, members), style="dim"), (0, 0, 0, 3)))
    return lines


def _evidence(number: int, seen: Seen, members: Sequence[Seen]) -> str:
    count = len(seen.sightings)
    seen_on = f"seen on {count} page{'s' if count > 1 else ''}"
    if number == 1:
        return seen_on
    if is_fragment(seen.wording):
        return f"{seen_on}; cut off, and the beginning of no other story"
    return f"{seen_on}; the same lead" if len(members) > 1 else seen_on


_ASIDE = {"clock": " (wrong clock, set aside)", "age": " (contradicts the rest, set aside)"}


def _sightings(evidence: Sequence[Evidence], zone: ZoneInfo) -> Table:
    table = _table("captured", "by", "dump", "as", "age", "so published")
    for item in evidence:
        one = item.sighting
        span = span_of(one)
        says = "" if span is None else _span(instant(span[0]), instant(span[1]), zone)
        if item.set_aside is not None:
            says += _ASIDE[item.set_aside]
        place = "article" if one.role == "article" else f"{one.role} {one.position}"
        low, high = (None if bound is None else instant(bound) for bound in item.captured)
        row = _span(low, high, zone), one.capture.told.source, ", ".join(one.capture.dumps), place
        table.add_row(*(Text(_plain(cell)) for cell in (*row, one.age.raw if one.age else "", says)))
    return table


def _published(story: Story, evidence: Sequence[Evidence], zone: ZoneInfo) -> list[RenderableType]:
    published = story.published
    if published.best is None:
        return [Text("not known: no page whose time of capture is known prints an age of it")]
    dated = sum(1 for one in evidence if one.sighting.age is not None and one.set_aside is None)
    lines = [
        f"{_span(published.not_before, published.not_after, zone)}, best {_local(published.best, zone)}",
        f"from {dated} dated sighting{'s' if dated > 1 else ''}; times are in {zone.key}",
    ]
    return [Text(line) for line in lines]


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _span(not_before: datetime | None, not_after: datetime | None, zone: ZoneInfo) -> str:
    if not_before is None or not_after is None:
        return "unknown"
    if not_before == not_after:
        return _local(not_before, zone)
    return f"{_local(not_before, zone)} .. {_local(not_after, zone)}"


def _plain(text: str) -> str:
    """Text that cannot move the cursor or colour the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)
