"""The store's answers to those who only ask: stories, feeds, problems, and the page of one dump."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import fullmatch
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.canon import instant, iso, micros, slug
from feeds.config import Config, Source
from feeds.config.channels import SEARCH, search
from feeds.dumps.captures import dump_name, path_name
from feeds.dumps.inbox import holds_rows, scan
from feeds.dumps.patience import patience
from feeds.dumps.single import Single, capture_file, capture_rows, sidecar_of
from feeds.errors import DumpError, QueryError, UsageError
from feeds.explaining import Explained, evidence_of, explained, publication_again
from feeds.model import Capture, CaptureKey, Page, Sighting, Story, StoryId, Told, WordingKey
from feeds.parse.page import read_page
from feeds.places.gazetteer import open_resolver
from feeds.standing import standing
from feeds.store import archive, contradictions, ledger, shelf
from feeds.store.clocks import Clock
from feeds.store.engine import Store
from feeds.stories.merge import sightings_of_story

_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_STORIES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ParsedDump:
    """One dump, or row of one, as `feeds parse` shows it."""

    dump: str
    record: int
    url: str | None
    told: Told
    page: Page
    problem: str | None
    """What was wrong although the page could be read: its sidecar, what its row says, or too many teasers."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A dump, a row of one, or what lies beside its rows, that could not be read, and why."""

    dump: str
    problem: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a dump: with its file, or with what it says."""

    dump: str
    path: str
    kind: str
    """`dump` and `sidecar` speak of files; `clock`: its time of capture is wrong; `age`: what it says of a story."""
    reason: str
    story: StoryId | None = None


def parse_dumps(path: Path, source: Source, config: Config) -> Iterator[ParsedDump | Unread]:
    """The page of every dump and row in a file or folder; touches no store. Raises UsageError if there is nothing."""
    site, limits = config.site(source.site), config.limits

    def parse(text: str, url: str | None) -> Page:
        check = patience(text, limits.max_parse_seconds)
        return read_page(text, site, url, limits.max_teasers, check=check)

    for found in scan(path, limits.max_dump_bytes):
        name = dump_name(found.path)
        try:
            if holds_rows(found.path) and found.trouble is None:
                sidecar, fault = sidecar_of(found, ZoneInfo(site.timezone))
                if fault is not None:
                    yield Unread(name, str(fault))
                for record, row in capture_rows(found, sidecar, site, limits.max_dump_bytes, parse):
                    yield _parsed(name, record, row, config, f"line {record + 1}: ")
            else:
                one = capture_file(found, site, source.mtime, limits.max_dump_bytes, parse)
                yield _parsed(name, 0, one, config)
        except DumpError as error:
            yield Unread(name, str(error))


def _parsed(dump: str, record: int, found: Single | str, config: Config, where: str = "") -> ParsedDump | Unread:
    if isinstance(found, str):
        return Unread(dump, where + found)
    most = config.limits.max_teasers
    overfull = f"more than {most} teasers; the rest was not read (limits.max_teasers)"
    problem = found.fault or (overfull if found.page.overfull else None)
    problem = None if problem is None else where + problem
    return ParsedDump(dump, record, found.capture.url, found.capture.told, found.page, problem)


def list_stories(
    store: Store,
    config: Config,
    *,
    topic: str | None,
    dateline: str | None,
    since: datetime | None,
    limit: int | None,
    query: str | None = None,
) -> Iterator[tuple[Story, tuple[Sighting, ...]]]:
    """Stories with their sightings, newest first; topics and datelines as printed or as in addresses.

    Raises QueryError if `query` cannot be understood.
    """
    rules = None if query is None else search(config, query)
    channels = [f"topic/{slug(topic)}"] if topic is not None else []
    if dateline is not None:
        with open_resolver(config.places, config.sites) as resolver:
            channels.append(f"dateline/{resolver.address(dateline, config.main_site.name)}")
    start = None if since is None else micros(since)
    with store.reading() as connection:
        found = shelf.listed_stories(connection, channels, start, limit if rules is None else None, config.tag)
        left = len(found) if limit is None else limit
        for first in range(0, len(found), _STORIES_AT_ONCE):
            some = found[first : first + _STORIES_AT_ONCE]
            if rules is not None:
                stands = standing(connection, config, rules, dict(some))
                some = [(key, story) for key, story in some if SEARCH in stands[key]][:left]
            left -= len(some)
            members = archive.members_of(connection, [key for key, _ in some])
            for key, story in some:
                yield story, sightings_of_story(members.get(key, ()))
            if not left:
                return


def explain(store: Store, config: Config, name: str) -> Explained:
    """One story by its id, by one that is part of it by now, or by the 16 digits at the end of either.

    Raises UsageError if there is none, or if it was withdrawn.
    """
    key = name.rpartition("/")[2].lower()
    with store.reading() as connection:
        if fullmatch(r"[0-7][0-9a-f]{15}", key) is not None:
            story = shelf.story_by_key(connection, key, config.tag)
            if story is not None:
                return explained(connection, shelf.story_id(key, config.tag), story, config.tag)
            if shelf.published_ranks(connection, [WordingKey(int(key, 16))]):
                msg = f"{name}: withdrawn; it was published, but no page shows that text any more"
                raise UsageError(msg)
    msg = f"{name}: no story has this id; `feeds stories` lists them"
    raise UsageError(msg)


def list_problems(store: Store, config: Config) -> tuple[Problem, ...]:
    """The dumps that could not be taken in whole, by path; then wrong clocks, and stories whose ages contradict."""
    with store.reading() as connection:
        files = [
            Problem(dump_name(row.path), path_name(row.path), row.kind, row.reason)
            for row in ledger.all_problems(connection)
        ]
        return *files, *_wrong_clocks(connection), *_contradictory_ages(connection, config)


def _wrong_clocks(connection: Connection) -> Iterator[Problem]:
    wrong = contradictions.wrong_clocks(connection)
    paths = _paths(connection, [capture for capture, _ in wrong])
    for capture, clock in wrong:
        reason = f"wrong clock: the told time ({_told(capture)}) contradicts {_contradicted(clock)}"
        reason = f"{_line(capture)}{reason}; it counts as unknown"
        yield Problem(capture.dumps[0], paths[capture.key], "clock", reason)


def _contradicted(clock: Clock) -> str:
    votes = clock.votes
    if not (doubts := votes.near + votes.far):
        return "what its stories tell together"
    return f"{doubts} of the {votes.dated} stories that other pages date too"


def _contradictory_ages(connection: Connection, config: Config) -> Iterator[Problem]:
    for key in contradictions.contradictory_stories(connection):
        story = shelf.story_by_key(connection, key, config.tag)
        known = archive.known(connection, archive.wordings_of(connection, [key]), dumps=True)
        evidence = evidence_of(connection, known, archive.by_story(known)[key])
        aside = [one for one in evidence if one.set_aside == "age"]
        if story is None or not aside:
            continue
        capture = aside[0].sighting.capture
        ages = [one for one in evidence if one.sighting.age is not None]
        wrong = sum(1 for one in ages if one.set_aside == "age")
        reason = f"{_line(capture)}{story.headline}: "
        if wrong:
            reason += f"ages that contradict the others: {wrong} of {len(ages)}"
        else:
            reason += "on a page of a time before it was published"
        again = publication_again(story, aside)
        if again is not None:
            reason += f"; published again between {iso(instant(again[0]))} and {iso(instant(again[1]))}"
        yield Problem(capture.dumps[0], _paths(connection, [capture])[capture.key], "age", reason, story.id)


def _paths(connection: Connection, captures: Sequence[Capture]) -> dict[CaptureKey, str]:
    """The least path of each capture's first dump."""
    facts = ledger.facts_of(connection, sorted({capture.content for capture in captures}))
    found = {}
    for capture in captures:
        paths = sorted(fact.path for fact in facts.get(capture.content, ()))
        named = [path for path in paths if dump_name(path) == capture.dumps[0]]
        found[capture.key] = path_name(named[0]) if named else capture.dumps[0]
    return found


def _line(capture: Capture) -> str:
    """Which row of its dump a capture is, before a reason."""
    return f"line {capture.record + 1}: " if holds_rows(os.fsencode(capture.dumps[0])) else ""


def _told(capture: Capture) -> str:
    told = capture.told
    times = [iso(time) for time in (told.not_before, told.not_after) if time is not None]
    return f"{' to '.join(dict.fromkeys(times))} by {told.source}"


def checked_query(config: Config, text: str) -> str:
    """The text of `--query`. Raises UsageError with the place in it that cannot be understood."""
    try:
        search(config, text)
    except QueryError as error:
        msg = f"--query {error}"
        raise UsageError(msg) from error
    return text


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
