"""Facts into sightings: contents whose facts changed are parsed, and what they show is decided upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.batch import Shown, batch_of
from feeds.build.decide import decide
from feeds.build.opening import Gist, Opened, gist_of
from feeds.build.outcome import PARSE, problem
from feeds.canon import instant
from feeds.config import Config, Limits
from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.text import decode
from feeds.dumps.when import Policy, Sidecar, evidence
from feeds.model import Capture, CaptureKey, ContentHash, Evidence, Told, WordingKey
from feeds.parse.profile import SiteProfile
from feeds.places.resolve import Locate
from feeds.store import archive, ledger
from feeds.store.ledger import FactRow, ProblemRow, inflate


@dataclass(slots=True)
class Derived:
    """What came of deriving a batch of contents."""

    new: int = 0
    updated: int = 0
    captures: int = 0
    """How many more there are by this batch."""
    problems: list[ProblemRow] = field(default_factory=list)


class Reading:
    """One content being read: what its page shows under each site and address that it was captured under.

    `gist` is what it shows to the profile of `site` without an address; `kept` are its bytes, deflated.
    """

    def __init__(self, kept: bytes, sites: Mapping[str, SiteProfile], limits: Limits) -> None:
        self._kept = kept
        self._sites = sites
        self._limits = limits
        self._gists: dict[tuple[str, str | None], Gist] = {}

    def know(self, site: str, gist: Gist) -> None:
        """Take it from somebody who read the page without an address."""
        self._gists[site, None] = gist

    def gist(self, site: str, url: str | None) -> Gist:
        """The page as a profile reads it. Raises TakesTooLong if that does."""
        plain = self._gists.get((site, None)) or self._read(site, None)
        if url is None or not plain.addressed:
            return plain
        return self._gists.get((site, url)) or self._read(site, url)

    def _read(self, site: str, url: str | None) -> Gist:
        text = decode(inflate(self._kept)).text
        gist = self._gists[site, url] = gist_of(text, self._sites[site], url, self._limits)
        return gist


def derive(
    connection: Connection,
    config: Config,
    contents: Sequence[ContentHash],
    fresh: dict[ContentHash, Opened],
    locate: Locate,
) -> Derived:
    """Derive captures, sightings and stories from contents, and from all that they touch.

    `fresh` holds contents that were just opened as their site reads them, and none in the end: they would take the room
    that deciding needs. The others are read from the store. Raises TakesTooLong if reading one of them does.
    """
    derived = Derived()
    sites = {site.name: site for site in config.sites}
    stored = [content for content in contents if content not in fresh]
    known = frozenset(stored)
    facts = ledger.facts_of(connection, contents)
    before = archive.captures_of(connection, contents)
    come: set[CaptureKey] = set()
    gone: list[Capture] = []
    shown: list[Shown] = []
    unseen: list[tuple[WordingKey, CaptureKey]] = []
    cleared: list[tuple[bytes, str, int]] = []
    for content, reading in _readings(connection, contents, fresh, config):
        rows = facts.get(content, [])
        places = sorted((row.path, row.record) for row in rows)
        cleared += [(path, PARSE, record) for path, record in places]
        now = captures(_fact(row, reading, sites[row.site]) for row in rows)
        old = before.get(content, [])
        if old or content not in known:  # what is derived anew after an upgrade came long ago
            derived.captures += max(0, len(now) - len(old))
        for capture in old:
            if capture not in now:
                gone.append(capture)
                gist = reading.gist(capture.site, capture.url)
                unseen += [(one.wording.key, capture.key) for one in gist.shown]
        overfull = False
        for capture in now:
            gist = reading.gist(capture.site, capture.url)
            overfull = overfull or gist.overfull
            if capture not in old:
                come.add(capture.key)
                shown.append((capture, gist.shown))
        if overfull:
            reason = f"more than {config.limits.max_teasers} teasers; the rest was not read (limits.max_teasers)"
            derived.problems += [problem(path, PARSE, reason, record) for path, record in places]
    ledger.put_problems(connection, derived.problems, cleared)
    ledger.mark_derived(connection, stored)
    archive.put_captures(connection, [(capture, [one.wording.key for one in seen]) for capture, seen in shown])
    batch = batch_of(shown, unseen)
    shown.clear()
    derived.new, derived.updated = decide(connection, config, batch, locate)
    archive.drop_captures(connection, [capture.key for capture in gone if capture.key not in come])
    return derived


def leave_aside(connection: Connection, content: ContentHash, reason: str) -> Derived:
    """Note that nothing can be derived from a stored content: it is tried again when the parser changes."""
    facts = ledger.facts_of(connection, [content]).get(content, [])
    places = sorted((row.path, row.record) for row in facts)
    problems = [problem(path, PARSE, reason, record) for path, record in places]
    ledger.put_problems(connection, problems, [])
    ledger.mark_derived(connection, [content])
    return Derived(problems=problems)


def _readings(
    connection: Connection, contents: Sequence[ContentHash], fresh: dict[ContentHash, Opened], config: Config
) -> Iterator[tuple[ContentHash, Reading]]:
    """Contents, each to be read; those in `fresh` are taken out of it."""
    sites, limits = {site.name: site for site in config.sites}, config.limits
    for chunk in ledger.chunks(contents, 500):
        stored = ledger.read_contents(connection, [content for content in chunk if content not in fresh])
        for content in chunk:
            if content in stored:
                yield content, Reading(stored[content], sites, limits)
            else:
                opened = fresh.pop(content)
                reading = Reading(opened.kept, sites, limits)
                reading.know(opened.site, opened.gist)
                yield content, reading


def _fact(row: FactRow, reading: Reading, site: SiteProfile) -> Fact:
    """A fact with the best that tells its time: row, sidecar, name, page."""
    beside: Told | None = None
    if row.not_before is not None and row.not_after is not None:
        source: Evidence = "record" if row.source == "record" else "sidecar"
        beside = Told(instant(row.not_before), instant(row.not_after), source)
    printed_date = reading.gist(row.site, row.url).printed_date
    told = evidence(Sidecar(row.url, beside), dump_name(row.path), printed_date, ZoneInfo(site.timezone))
    policy: Policy = "trust" if row.policy == "trust" else "ignore"
    return Fact(row.path, row.content, row.mtime, row.site, row.url, told, policy, row.record)
