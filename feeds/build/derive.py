"""Facts into stories: contents whose facts changed are parsed, and the groups they touch decided anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.canon import instant, micros
from feeds.channels.families import channels_of
from feeds.config import Config
from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.text import decode
from feeds.dumps.when import Policy, Sidecar, evidence
from feeds.model import Capture, ContentHash, Page, Sighting, Story, Told, Wording, WordingKey
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile
from feeds.store import archive, ledger, shelf
from feeds.store.archive import Group
from feeds.store.ledger import FactRow, ProblemRow
from feeds.store.rows import Values, story_in, story_out
from feeds.store.shelf import Membership, story_id, story_key
from feeds.stories.identity import clusters
from feeds.stories.merge import fold_story
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
        self._pages: dict[tuple[str, str | None], Page] = {}

    def page(self, site: str, url: str | None) -> Page:
        """The page as a profile reads it."""
        page = self._pages.get((site, url))
        if page is None:
            page = read_page(self._text, self._sites[site], url, self._max_teasers)
            self._pages[site, url] = page
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
    unseen: list[tuple[WordingKey, Capture]] = []
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
                unseen += [(wording.key, capture) for wording, _ in sightings_of(capture, page)]
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
    archive.drop_sightings(connection, [(key, capture.key) for key, capture in unseen])
    archive.drop_captures(connection, [capture.key for capture in gone])
    archive.put_captures(connection, come)
    archive.put_sightings(connection, seen)
    ledger.put_problems(connection, derived.problems, cleared)
    ledger.mark_derived(connection, contents, derived=True)
    touched = {wording.key for wording, _ in seen} | {key for key, _ in unseen}
    _decide(connection, sites, archive.groups_of(connection, touched), derived)
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


def _decide(connection: Connection, sites: dict[str, SiteProfile], groups: Sequence[Group], derived: Derived) -> None:
    """Decide groups anew and keep what changed: stories, their wordings, their channels."""
    wordings = [seen.wording.key for group in groups for seen in group.members]
    ranks = shelf.published_ranks(connection, wordings)
    before_homes = {key: home for group in groups for key, home in group.homes.items()}
    homes: dict[WordingKey, str | None] = dict.fromkeys(wordings)
    stories: dict[str, Story] = {}
    for group in groups:
        for members in clusters(group.members):
            keys = [seen.wording.key for seen in members]
            pinned = min((key for key in keys if key in ranks), key=lambda key: ranks[key], default=keys[0])
            name = story_key(pinned)
            stories[name] = fold_story(story_id(name, ""), members, sites)
            homes.update((key, name) for key in keys)
    old_keys = {home for home in before_homes.values() if home is not None}
    old = archive.story_values(connection, sorted(old_keys | stories.keys()))
    changed = {key: story for key, story in sorted(stories.items()) if old.get(key) != story_in(key, story)}
    dropped = sorted(old_keys - stories.keys())
    before = [m for key in (*changed, *dropped) if key in old for m in _memberships(key, _old_story(old[key]))]
    after = [m for key, story in changed.items() for m in _memberships(key, story)]
    archive.drop_stories(connection, dropped)
    archive.put_stories(connection, changed)
    archive.assign(connection, {key: home for key, home in homes.items() if before_homes[key] != home})
    archive.drop_wordings(connection, [key for group in groups for key in group.alone])
    shelf.put_memberships(connection, before, after)
    derived.new += sum(1 for key in changed if key not in old)
    derived.updated += sum(1 for key in changed if key in old)


def _old_story(values: Values) -> Story:
    return story_out(values, story_id("", ""))


def _memberships(key: str, story: Story) -> list[Membership]:
    sort = micros(story.sort_key)
    return [Membership(channel, sort, key, name) for channel, name in channels_of(story)]
