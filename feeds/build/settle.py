"""Dating what a batch decided, with all that hangs together with it.

A story tells which of its captures it doubts. A capture that several stories doubt is suspected; when it becomes so, or
is so no more, all its stories are dated anew. Captures whose time is not exact join their stories.
What is new is dated beside what they have; only if it contradicts something all of them are dated as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.build.neighbourhood import NO_CLOCK, Neighbourhood, span_in, span_out
from feeds.build.recurring import Recurrence
from feeds.model import Capture, CaptureKey, Published, Sighting, WordingKey
from feeds.store import archive
from feeds.store.archive import SightingName
from feeds.store.clocks import Clock
from feeds.store.rows import NO_VERDICT, VERDICTS, Verdict
from feeds.stories.candidates import Seen
from feeds.stories.contests import Doubt, Votes, distrusted, doubts, tally
from feeds.stories.dating import Solution, solve
from feeds.stories.evidence import Span, is_exact, is_wrong_clock
from feeds.stories.extending import Extension
from feeds.stories.published import published


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch decided, and how it was before."""

    members: Mapping[str, Sequence[Seen]]
    """The wordings of each story, in the order of their first capture."""
    homes: Mapping[WordingKey, str | None]
    """The stories to which those wordings belonged that the store has."""
    verdicts: Mapping[SightingName, Verdict]
    """What dating had made of their sightings, where it says anything; also of sightings that are no more."""
    lost: Collection[SightingName]
    """The sightings that are no more."""
    again: Mapping[str, Recurrence]
    """Stories that only recur: they are dated with the others only if something else moves them."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The stories that had to be dated, those of the batch and their neighbours, and what changed beside them."""

    members: Mapping[str, Sequence[Seen]]
    sightings: Mapping[str, Sequence[Sighting]]
    """All of each story, in the order of capture."""
    published: Mapping[str, Published]
    clocks: Mapping[CaptureKey, Votes]
    """By how much the numbers of stories changed that date captures, and that doubt them."""
    capture_spans: Mapping[CaptureKey, tuple[int | None, int | None]]
    before: Mapping[SightingName, Verdict]
    """The verdicts that the store has, where they say anything."""
    said: Mapping[str, Mapping[CaptureKey, Doubt]]
    """What each story makes of the captures that date it."""
    aside: Mapping[str | None, Collection[CaptureKey]]
    """The captures whose evidence of a story was set aside; under None those with a wrong clock."""

    def verdicts(self, story: str | None, seen: Seen) -> list[Verdict]:
        """What dating made of each sighting of a wording of the story."""
        if story is None:
            return [NO_VERDICT] * len(seen.sightings)
        said, aside = self.said[story], self.aside.get(story)
        if aside is None:
            return [VERDICTS[said.get(one.capture.key), False] for one in seen.sightings]
        return [VERDICTS[said.get(one.capture.key), one.capture.key in aside] for one in seen.sightings]


@dataclass(frozen=True, slots=True)
class _Found:
    stories: Mapping[str, Span]
    captures: Mapping[CaptureKey, Span]
    aside: Mapping[str | None, Collection[CaptureKey]]


def settle(connection: Connection, decided: Decided) -> Settled:
    """Date the decided stories and all whose dates change with theirs."""
    return _Settlement(connection, decided).run()


class _Settlement:
    def __init__(self, connection: Connection, decided: Decided) -> None:
        self.connection = connection
        self.decided = decided
        self.near = Neighbourhood(connection, decided.members, decided.verdicts, decided.again, decided.homes)
        self.said: dict[str, Mapping[CaptureKey, Doubt]] = {}

    def run(self) -> Settled:
        near = self.near
        flipped, moved = self._judge_clocks()
        found = None if flipped else self._beside()
        if found is None:
            found = self._as_one(flipped)
        clocks = found.aside.get(None, set())
        return Settled(
            {name: near.members[name] for name in found.stories},
            {name: near.sightings[name] for name in found.stories},
            {
                name: published(near.sightings[name], span, {*found.aside.get(name, ()), *clocks})
                for name, span in found.stories.items()
            },
            moved,
            self._capture_spans(found.captures),
            near.verdicts,
            {name: self._said(name) for name in found.stories},
            found.aside,
        )

    def _said(self, name: str) -> Mapping[CaptureKey, Doubt]:
        """What a story makes of its captures."""
        return self.said[name] if name in self.said else self.near.doubts(name)

    def _judge_clocks(self) -> tuple[set[CaptureKey], dict[CaptureKey, Votes]]:
        """Count what the decided stories say of their captures; says whose verdict flipped, and how counts moved."""
        counted: Counter[tuple[CaptureKey, Doubt]] = Counter()
        for name, sightings in self.near.sightings.items():
            said = self.said[name] = doubts(sightings)
            counted.update(said.items())
        for one in self.decided.again.values():
            counted.update([(seen.capture.key, Doubt.NONE) for seen in one.sightings if seen.age is not None])
        counted.subtract(
            [(key, verdict.doubt) for (_, key), verdict in self.near.verdicts.items() if verdict.doubt is not None]
        )
        votes = tally(counted)
        self.near.know_clocks(key for key, more in votes.items() if more.near or more.far)
        clocks = self.near.clocks
        moved, flipped = {}, set()
        for key, more in votes.items():
            if any(more):
                moved[key] = more
                old = clocks.get(key)
                if old is not None or more.near or more.far:  # else nobody has ever doubted it
                    before = old or NO_CLOCK
                    after = clocks[key] = Clock(before.votes.more(more), before.low, before.high)
                    if before.votes.is_suspected != after.votes.is_suspected:
                        flipped.add(key)
        return flipped, moved

    def _beside(self) -> _Found | None:
        """Date the decided stories beside what is dated; None if evidence was lost, or may not fit as it did."""
        near, decided = self.near, self.decided.members
        joined = sorted(name for name in decided if near.joined(name))
        olds = self._olds()
        if olds is None and (joined or self.decided.lost):
            return None
        if any(near.aside(name) or near.is_contested(name) for name in joined):
            return None  # what contradicted others may, with more beside it, be borne out before them
        alone = _found(solve({name: near.sightings[name] for name in decided.keys() - set(joined)}, near.suspected()))
        if olds is None or not joined:
            return alone
        befores = self._befores({old for name in joined for old in olds.get(name, ())})
        of_each = {name: [befores[old] for old in olds.get(name, ())] for name in joined}
        extension = self._extended(of_each)
        if extension is None:
            return None
        captures = extension.captures()
        stories = {
            name: span for name, span in extension.stories().items() if name in decided or [span] != of_each[name]
        }
        aside: dict[str | None, Collection[CaptureKey]] = {name: near.aside(name) for name in stories}
        aside[None] = {key for key, span in captures.items() if self._is_set_aside(near.captures[key], span)}
        return _Found({**alone.stories, **stories}, captures, {**alone.aside, **aside})

    def _extended(self, befores: dict[str, list[Span]]) -> Extension | None:
        """Take in stories, with the spans that they had, and all that these move; None if something does not fit.

        The spans of those that are moved are added to `befores`.
        """
        near = self.near
        extension = Extension(near.was_dated)
        coming = list(befores)
        pages: list[CaptureKey] = []
        while True:
            for name in coming:
                if not extension.take(name, near.sightings[name], befores[name], near.aside(name), near.unknown(name)):
                    return None
            if not extension.complete(pages):
                return None
            pages = extension.frontier()
            if not pages:
                return extension
            coming = near.bring_in(pages)
            befores.update((name, [span]) for name, span in self._befores(coming).items())

    def _as_one(self, flipped: Collection[CaptureKey]) -> _Found:
        """Date all that hangs together with the decided stories, and with those whose clocks are judged otherwise."""
        near = self.near
        near.bring_in(flipped)
        whole: set[CaptureKey] = set()
        while True:
            pages = {key for key, one in near.captures.items() if key not in whole and near.joins(one)}
            while pages:
                whole |= pages
                come = (one.capture for name in near.bring_in(pages) for one in near.sightings[name])
                pages = {one.key for one in come if one.key not in whole and near.joins(one)}
            suspected = near.suspected()
            doubted = distrusted(near.sightings, suspected, self._said)
            more = frozenset().union(*doubted.values())
            if more <= whole:
                return _found(solve(near.sightings, suspected, doubted))
            near.distrusted |= more

    def _olds(self) -> dict[str, list[str]] | None:
        """Which stories of before each story is made of; None if one was parted, or evidence that dates it is gone."""
        decided = self.decided
        homes = {seen.wording.key: name for name, members in decided.members.items() for seen in members}
        if decided.lost and self.near.lost(decided.lost, homes):
            return None
        heirs: dict[str, set[str | None]] = {}
        for wording, old in decided.homes.items():
            now = homes.get(wording)
            if old is not None:
                heirs.setdefault(old, set()).add(now)
            elif now is not None:
                return None
        olds: dict[str, list[str]] = {}
        for old, names in sorted(heirs.items()):
            name = next(iter(names))
            if len(names) > 1 or name is None:
                return None
            olds.setdefault(name, []).append(old)
        return olds

    def _befores(self, names: Collection[str]) -> dict[str, Span]:
        return {name: span_in(*bounds) for name, bounds in archive.story_spans(self.connection, names).items()}

    def _is_set_aside(self, capture: Capture, span: Span) -> bool:
        """Whether the told time of a capture is not believed."""
        return is_wrong_clock((capture.earliest, capture.latest), span_out(span))

    def _capture_spans(self, found: Mapping[CaptureKey, Span]) -> dict[CaptureKey, tuple[int | None, int | None]]:
        """What is to be kept of when captures were; nothing for those whose told time is believed again."""
        near = self.near
        spans = {key: span_out(span) for key, span in found.items()}
        for key, capture in near.captures.items():
            if key not in spans and near.was_dated(key) and is_exact(capture):
                spans[key] = None, None
        return spans


def _found(solution: Solution) -> _Found:
    aside: dict[str | None, set[CaptureKey]] = {}
    for one in solution.set_aside:
        aside.setdefault(one.story, set()).add(one.capture.key)
    return _Found(solution.stories, solution.captures, aside)
