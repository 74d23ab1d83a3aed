"""Facts into sightings: contents whose facts changed are parsed, and what they show is decided upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.decide import decide
from feeds.canon import instant
from feeds.config import Config
from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.text import decode
from feeds.dumps.when import Policy, Sidecar, evidence
from feeds.model import Capture, CaptureKey, ContentHash, Page, Sighting, Told, Wording, WordingKey
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile
from feeds.store import archive, ledger
from feeds.store.ledger import FactRow, ProblemRow
from feeds.stories.wordings import sightings_of

PARSE = "parse"
"""Kind of problem: the page was read, but not all of it, or the parser failed on it."""


@dataclass(slots=True)
class Derived:
    """What came of deriving a batch of contents."""

    new: int = 0
    updated: int = 0
    problems: list[ProblemRow] = field(default_factory=list)


class Reading:
    """One content being read: its page for each site and address that it was captured under."""

    def __init__(self, data: bytes, sites: Mapping[str, SiteProfile], max_teasers: int) -> None:
        self._text = decode(data).text
        self._sites = sites
        self._max_teasers = max_teasers
        self._pages: dict[str, Page] = {}
        self._url: str | None = None

    def page(self, site: str, url: str | None) -> Page:
        """The page as a profile reads it."""
        page = self._pages.get(site)
        if page is None or (page.kind == "listing" and url != self._url):  # only a listing's topic is in its address
            page = read_page(self._text, self._sites[site], url, self._max_teasers, cleaned=True)
            self._pages[site], self._url = page, url
        return page


def derive(
    connection: Connection, config: Config, contents: Sequence[ContentHash], fresh: Mapping[ContentHash, bytes]
) -> Derived:
    """Derive captures, sightings and stories from contents, and from all that they touch.

    `fresh` holds the bytes of contents that are at hand; the others are read from the store.
    """
    derived = Derived()
    sites = {site.name: site for site in config.sites}
    stored = ledger.read_contents(connection, [content for content in contents if content not in fresh])
    facts = ledger.facts_of(connection, contents)
    before = archive.captures_of(connection, contents)
    come: list[Capture] = []
    gone: list[Capture] = []
    seen: list[tuple[Wording, Sighting]] = []
    unseen: list[tuple[WordingKey, CaptureKey]] = []
    cleared: list[tuple[bytes, str]] = []
    for content in contents:
        rows = facts.get(content, [])
        paths = sorted(row.path for row in rows)
        cleared += [(path, PARSE) for path in paths]
        reading = Reading(fresh.get(content) or stored[content], sites, config.limits.max_teasers)
        now = captures(_fact(row, reading, sites[row.site]) for row in rows)
        old = before.get(content, [])
        for capture in old:
            if capture not in now:
                gone.append(capture)
                page = reading.page(capture.site, capture.url)
                unseen += [(wording.key, capture.key) for wording, _ in sightings_of(capture, page)]
        overfull = False
        for capture in now:
            page = reading.page(capture.site, capture.url)
            overfull = overfull or page.overfull
            if capture not in old:
                come.append(capture)
                seen += sightings_of(capture, page)
        if overfull:
            reason = f"more than {config.limits.max_teasers} teasers; the rest was not read (limits.max_teasers)"
            derived.problems += [ProblemRow(path, PARSE, reason) for path in paths]
    ledger.put_problems(connection, derived.problems, cleared)
    ledger.mark_derived(connection, contents, derived=True)
    archive.put_captures(connection, come)
    derived.new, derived.updated = decide(connection, sites, seen, unseen)
    kept = {capture.key for capture in come}
    archive.drop_captures(connection, [capture.key for capture in gone if capture.key not in kept])
    return derived


def _fact(row: FactRow, reading: Reading, site: SiteProfile) -> Fact:
    """A fact with the best that tells its time: sidecar, name, page."""
    beside: Told | None = None
    if row.not_before is not None and row.not_after is not None:
        beside = Told(instant(row.not_before), instant(row.not_after), "sidecar")
    printed_date = reading.page(row.site, row.url).printed_date
    told = evidence(Sidecar(row.url, beside), dump_name(row.path), printed_date, ZoneInfo(site.timezone))
    policy: Policy = "trust" if row.policy == "trust" else "ignore"
    return Fact(row.path, row.content, row.mtime, row.site, row.url, told, policy)
