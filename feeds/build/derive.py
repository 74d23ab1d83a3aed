"""Facts into sightings: contents whose facts changed are parsed, and what they show is decided upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.decide import decide
from feeds.build.gather import Shown, batch_of
from feeds.canon import instant
from feeds.config import Config
from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.text import decode
from feeds.dumps.when import Policy, Sidecar, evidence
from feeds.model import Capture, CaptureKey, ContentHash, Page, Told, WordingKey
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
    connection: Connection, config: Config, contents: Sequence[ContentHash], fresh: dict[ContentHash, bytes]
) -> Derived:
    """Derive captures, sightings and stories from contents, and from all that they touch.

    `fresh` holds the bytes of contents that are at hand, and none in the end: they would take the room that deciding
    needs. The others are read from the store.
    """
    derived = Derived()
    sites = {site.name: site for site in config.sites}
    stored = [content for content in contents if content not in fresh]
    texts = _texts(connection, contents, fresh)
    facts = ledger.facts_of(connection, contents)
    before = archive.captures_of(connection, contents)
    come: list[Capture] = []
    gone: list[Capture] = []
    shown: list[Shown] = []
    unseen: list[tuple[WordingKey, CaptureKey]] = []
    cleared: list[tuple[bytes, str]] = []
    for content, data in texts:
        rows = facts.get(content, [])
        paths = sorted(row.path for row in rows)
        cleared += [(path, PARSE) for path in paths]
        reading = Reading(data, sites, config.limits.max_teasers)
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
                shown.append((capture, sightings_of(capture, page)))
        if overfull:
            reason = f"more than {config.limits.max_teasers} teasers; the rest was not read (limits.max_teasers)"
            derived.problems += [ProblemRow(path, PARSE, reason) for path in paths]
    ledger.put_problems(connection, derived.problems, cleared)
    ledger.mark_derived(connection, stored)
    archive.put_captures(connection, come)
    batch = batch_of(shown, unseen)
    shown.clear()
    derived.new, derived.updated = decide(connection, config, batch)
    kept = {capture.key for capture in come}
    archive.drop_captures(connection, [capture.key for capture in gone if capture.key not in kept])
    return derived


def _texts(
    connection: Connection, contents: Sequence[ContentHash], fresh: dict[ContentHash, bytes]
) -> Iterator[tuple[ContentHash, bytes]]:
    """Contents with their bytes; those in `fresh` are taken out of it."""
    for chunk in ledger.chunks(contents, 500):
        stored = ledger.read_contents(connection, [content for content in chunk if content not in fresh])
        for content in chunk:
            yield content, stored[content] if content in stored else fresh.pop(content)


def _fact(row: FactRow, reading: Reading, site: SiteProfile) -> Fact:
    """A fact with the best that tells its time: sidecar, name, page."""
    beside: Told | None = None
    if row.not_before is not None and row.not_after is not None:
        beside = Told(instant(row.not_before), instant(row.not_after), "sidecar")
    printed_date = reading.page(row.site, row.url).printed_date
    told = evidence(Sidecar(row.url, beside), dump_name(row.path), printed_date, ZoneInfo(site.timezone))
    policy: Policy = "trust" if row.policy == "trust" else "ignore"
    return Fact(row.path, row.content, row.mtime, row.site, row.url, told, policy)
