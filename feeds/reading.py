"""The store's answers to those who only ask: stories, feeds, problems, and the page of one dump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import fullmatch
from typing import Literal
from zoneinfo import ZoneInfo

from feeds.canon import micros, slug
from feeds.config import Config, Source
from feeds.dumps.captures import dump_name
from feeds.dumps.inbox import scan
from feeds.dumps.single import capture_file
from feeds.errors import DumpError, UsageError
from feeds.model import Page, Sighting, Story, Told
from feeds.parse.page import read_page
from feeds.store import archive, shelf
from feeds.store.archive import Verdict
from feeds.store.engine import Store
from feeds.stories.candidates import Seen
from feeds.stories.dating import is_wrong_clock
from feeds.stories.merge import sightings_of_story

_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_STORIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ParsedDump:
    """One dump as `feeds parse` shows it."""

    dump: str
    url: str | None
    told: Told
    page: Page
    problem: str | None
    """What was wrong although the page could be read: its sidecar, or too many teasers."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A dump that could not be read, and why."""

    dump: str
    problem: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sighting says of the date of its story, and what became of that."""

    sighting: Sighting
    set_aside: Literal["clock", "age"] | None
    """Why it does not count: the capture's clock was wrong, or it contradicts the rest."""
    captured: tuple[int | None, int | None]
    """When the page was captured, as told or as its stories tell; in microseconds."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that is known of one story."""

    story: Story
    members: tuple[Seen, ...]
    evidence: tuple[Evidence, ...]


def parse_dumps(path: Path, source: Source, config: Config) -> Iterator[ParsedDump | Unread]:
    """The page of every dump in a file or folder; touches no store. Raises UsageError if there is nothing."""
    site, limits = config.site(source.site), config.limits

    def parse(text: str, url: str | None) -> Page:
        return read_page(text, site, url, limits.max_teasers)

    for found in scan(path, limits.max_dump_bytes):
        name = dump_name(found.path)
        try:
            single = capture_file(found, site, source.mtime, limits.max_dump_bytes, parse)
        except DumpError as error:
            yield Unread(name, str(error))
            continue
        overfull = f"more than {limits.max_teasers} teasers; the rest was not read (limits.max_teasers)"
        problem = single.fault or (overfull if single.page.overfull else None)
        yield ParsedDump(name, single.capture.url, single.capture.told, single.page, problem)


def list_stories(
    store: Store, config: Config, *, topic: str | None, dateline: str | None, since: datetime | None, limit: int | None
) -> Iterator[tuple[Story, tuple[Sighting, ...]]]:
    """Stories with their sightings, newest first; topics and datelines as printed or as in addresses."""
    channels = [f"topic/{slug(topic)}"] if topic is not None else []
    channels += [f"dateline/{slug(dateline)}"] if dateline is not None else []
    start = None if since is None else micros(since)
    with store.reading() as connection:
        found = shelf.listed_stories(connection, channels, start, limit, config.tag)
        for first in range(0, len(found), _STORIES_AT_ONCE):
            some = found[first : first + _STORIES_AT_ONCE]
            members = archive.members_of(connection, [key for key, _ in some])
            for key, story in some:
                yield story, sightings_of_story(members.get(key, ()))


def explain(store: Store, config: Config, name: str) -> Explained:
    """One story by its id, or by the 16 digits at its end. Raises UsageError if there is none."""
    with store.reading() as connection:
        story = shelf.story_by_key(connection, name.rpartition("/")[2], config.tag)
        if story is None:
            msg = f"{name}: no story has this id; `feeds stories` lists them"
            raise UsageError(msg)
        key = story.id.rpartition("/")[2]
        known = archive.known(connection, archive.wordings_of(connection, [key]))
        members = archive.by_story(known).get(key, ())
        sightings = sightings_of_story(members)
        captures = sorted({one.capture.key for one in sightings})
        clocks = archive.clocks(connection, captures)
        spans = archive.capture_spans(connection, captures)
    evidence = []
    for one in sightings:
        clock = clocks[one.capture.key]
        wrong = is_wrong_clock(clock.doubts, clock.dated)
        aside = known.verdicts.get((one.wording, one.capture.key), Verdict()).aside
        told = (one.capture.earliest, one.capture.latest)
        inferred = spans.get(one.capture.key, (None, None))
        captured = told if not wrong and inferred == (None, None) else inferred
        evidence.append(Evidence(one, "clock" if wrong else "age" if aside else None, captured))
    return Explained(story, members, tuple(evidence))


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that `--since` means: ISO 8601, in the site's zone if it names none, or `90m`, `12h`, `3d`, `2w` ago.

    Raises UsageError for anything else.
    """
    span = fullmatch(r"(\d{1,5})([mhdw])", text)
    if span is not None:
        return now - timedelta(**{_SPANS[span[2]]: int(span[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        msg = f"--since {text}: neither a time (2026-03-03, 2026-03-03T09:00+01:00) nor a span (90m, 12h, 3d, 2w)"
        raise UsageError(msg) from None
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
