"""All that the store knows of one story: where it was seen, why it is one story, and what it was not taken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from feeds.canon import micros
from feeds.model import Capture, CaptureKey, Sighting, Story, StoryId, WordingKey
from feeds.store import archive, shelf
from feeds.store.archive import Known
from feeds.store.clocks import clocks_of
from feeds.store.rows import Verdict
from feeds.stories.candidates import Blocks, Seen, blocks, often
from feeds.stories.evidence import SECOND, Span, is_wrong_clock
from feeds.stories.merge import sightings_of_story
from feeds.stories.reasons import Apart, Likeness, Tie, apart, likeness, republished, ties
from feeds.stories.revisions import Revision, revisions
from feeds.stories.wordings import places_agree

Bounds = tuple[int | None, int | None]
"""From when to when, in microseconds; None is no bound."""

MOST_LOOK_ALIKES = 5
_MOST_CANDIDATES, _MOST_PAGES = 1000, 200
"""So many wordings are compared, and those on so many pages: a daily column has thousands under its headline."""
_ALIKE, _ALIKE_ELSEWHERE = 0.25, 0.5
"""How much of headline or lead makes a look-alike; more is asked for on a page if the place does not bear it out."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sighting says of the date of its story, and what became of that."""

    sighting: Sighting
    set_aside: Literal["clock", "age"] | None
    """Why it does not count: the capture's clock was wrong, or it contradicts the rest."""
    captured: Bounds
    """When the page was captured, as told or as its stories tell."""

    @property
    def inferred(self) -> bool:
        """Whether stories tell when the page was captured, or tell it better than what comes with it."""
        return self.captured != (self.sighting.capture.earliest, self.sighting.capture.latest)

    @property
    def says(self) -> Bounds:
        """When the story was published by this sighting alone: after the first, no later than the second."""
        age, (earliest, latest) = self.sighting.age, self.captured
        if age is None:
            return None, latest
        after = None if earliest is None else earliest - age.hi * SECOND
        return after, None if latest is None else latest - age.lo * SECOND


@dataclass(frozen=True, slots=True)
class LookAlike:
    """What could be taken for the same story; `story` is None for a beginning too short to be one."""

    story: StoryId | None
    headline: str
    why: Apart


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that is known of one story."""

    asked: StoryId
    """The id that was asked for: that of the story, or one that is part of it by now."""
    story: Story
    members: tuple[Seen, ...]
    ties: tuple[tuple[int, Tie] | None, ...]
    """For each of the members which other is surely the same story, and why; None for the first."""
    evidence: tuple[Evidence, ...]
    revisions: tuple[Revision, ...]
    look_alikes: tuple[LookAlike, ...]
    """The most alike first."""

    def captured(self, capture: Capture) -> Bounds:
        """When one of its pages was captured: as told, which is what revisions are ordered by, else as inferred."""
        one = next(one for one in self.evidence if one.sighting.capture.key == capture.key)
        told = capture.earliest, capture.latest
        return told if capture.is_told and one.set_aside != "clock" else one.captured

    def since(self, revision: Revision) -> Bounds:
        """When a revision was first seen; not known if no told time puts it before the next, which was seen earlier."""
        since = self.captured(revision.first)
        until = None if revision.until is None else self.captured(revision.until)[1]
        return (None, None) if since[0] is not None and until is not None and since[0] > until else since


def explained(connection: Connection, asked: StoryId, story: Story, tag: str) -> Explained:
    """All that the store knows of a story, which was asked for by this id."""
    home = key_of(story)
    known = archive.known(connection, archive.wordings_of(connection, [home]), dumps=True)
    members = archive.by_story(known).get(home, ())
    evidence = evidence_of(connection, known, members)
    return Explained(
        asked,
        story,
        members,
        ties(members),
        evidence,
        revisions(members, {one.sighting.capture.key for one in evidence if one.set_aside == "clock"}),
        _look_alikes(connection, home, members, tag),
    )


def key_of(story: Story) -> str:
    """The key at the end of a story's id."""
    return story.id.rpartition("/")[2]


def evidence_of(connection: Connection, known: Known, members: Sequence[Seen]) -> tuple[Evidence, ...]:
    """What each sighting of a story says of its date, in the order of capture."""
    sightings = sightings_of_story(members)
    captures = sorted({one.capture.key for one in sightings})
    clocks = clocks_of(connection, captures)
    found = []
    for one in sightings:
        clock = clocks[one.capture.key]
        aside = known.verdicts.get((one.wording, one.capture.key), Verdict()).aside
        told, inferred = (one.capture.earliest, one.capture.latest), (clock.low, clock.high)
        wrong = is_wrong_clock(told, inferred)
        captured = told if not wrong and inferred == (None, None) else inferred
        found.append(Evidence(one, "clock" if wrong else "age" if aside else None, captured))
    return tuple(found)


def publication_again(story: Story, evidence: Iterable[Evidence]) -> Span | None:
    """When a story was published again, by the ages that were set aside; None if they do not say that it was."""
    until = story.published.not_after
    if until is None:
        return None
    said = (one.says for one in evidence if one.set_aside == "age")
    return republished([(after, to) for after, to in said if after is not None and to is not None], micros(until))


# -- look-alikes ----------------------------------------------------------------------------------


def _look_alikes(connection: Connection, home: str, members: Sequence[Seen], tag: str) -> tuple[LookAlike, ...]:
    """Other stories that resemble this one most: found by their text, or on the same pages."""
    own = {seen.wording.key for seen in members}
    sought = _sought(connection, members) - own
    beside = _beside(connection, members, home) - own - sought
    known = archive.known(connection, sought | beside)
    nearest: dict[str | WordingKey, Likeness] = {}
    for key, wording in sorted(known.wordings.items()):
        if key not in known.sightings:
            continue
        how = max((likeness(seen.wording, wording) for seen in members), key=lambda one: one.rank)
        placed = any(
            seen.wording.dateline and wording.dateline and places_agree(seen.wording, wording) for seen in members
        )
        if how.rank[0] >= (_ALIKE if key in sought or placed else _ALIKE_ELSEWHERE):
            name = known.homes[key] or key
            if name not in nearest or nearest[name].rank < how.rank:
                nearest[name] = how
    ranked = sorted(nearest, key=lambda name: (*(-part for part in nearest[name].rank), str(name)))
    chosen = ranked[:MOST_LOOK_ALIKES]
    others = archive.members_of(connection, [name for name in chosen if isinstance(name, str)])
    alone = archive.seen_of(
        archive.known(connection, [name for name in chosen if not isinstance(name, str)], dumps=True)
    )
    found = []
    for name in chosen:
        if isinstance(name, str):
            story = shelf.story_by_key(connection, name, tag)
            if story is not None:
                found.append(LookAlike(story.id, story.headline, apart(members, others[name])))
        else:
            wording = alone[name].wording
            found.append(LookAlike(None, wording.headline or wording.lead, apart(members, (alone[name],))))
    return tuple(found)


def _sought(connection: Connection, members: Sequence[Seen]) -> set[WordingKey]:
    """The wordings under any block of these, those that share most of them first."""
    its = [blocks(seen) for seen in members]
    under = archive.found_under(connection, {block for one in its for block in _all_of(one)})
    shared = Counter(key for block in sorted(under) for key in under[block])
    alike = {block for one in its for block in one.alike}
    other = {key for block, keys in under.items() if block not in alike for key in keys}
    found = other | often(key for block in alike for key in under.get(block, ()))
    return _most(found, shared)


def _all_of(its: Blocks) -> tuple[int, ...]:
    return *its.kept, *its.sought, *(block for block, _ in its.gated), *its.alike


def _beside(connection: Connection, members: Sequence[Seen], home: str) -> set[WordingKey]:
    """The wordings of the stories on the same pages."""
    captures = [one.capture.key for one in sightings_of_story(members)]
    first: list[CaptureKey] = list(dict.fromkeys(captures))[:_MOST_PAGES]
    stories = archive.stories_on(connection, first) - {home}
    return _most(archive.wordings_of(connection, stories), {})


def _most(keys: Iterable[WordingKey], shared: Mapping[WordingKey, int]) -> set[WordingKey]:
    return set(sorted(keys, key=lambda key: (-shared.get(key, 0), key))[:_MOST_CANDIDATES])
