"""Dating what a batch decided, with all that hangs together with it.

A story tells which of its captures it doubts. A capture that several stories doubt has a wrong clock; when that turns
out, or turns out not to be so, all its stories are dated anew. Captures whose time is not exact join their stories
into one problem, which is solved as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.model import Capture, CaptureKey, Published, Sighting
from feeds.store import archive
from feeds.store.archive import Clock, SightingName
from feeds.store.rows import Verdict
from feeds.stories.candidates import Seen
from feeds.stories.dating import published, solve
from feeds.stories.evidence import doubts, is_exact, is_wrong_clock
from feeds.stories.merge import sightings_of_story
from feeds.stories.spans import FOREVER

VERDICTS = {(doubt, aside): Verdict(doubt, aside) for doubt in (None, False, True) for aside in (False, True)}
"""Every verdict there can be, made once."""
NO_VERDICT = VERDICTS[None, False]
_NO_CLOCK = Clock(0, 0)

Members = Mapping[str, Sequence[Seen]]


@dataclass(frozen=True, slots=True)
class Settled:
    """The stories that had to be dated, those of the batch and their neighbours, and what changed beside them."""

    members: dict[str, Sequence[Seen]]
    sightings: dict[str, Sequence[Sighting]]
    """All of each story, in the order of capture."""
    published: dict[str, Published]
    clocks: dict[CaptureKey, Clock]
    capture_spans: dict[CaptureKey, tuple[int | None, int | None]]
    before: Mapping[SightingName, Verdict]
    """The verdicts that the store has, where they say anything."""
    said: Mapping[str, Mapping[CaptureKey, bool]]
    """Which of the captures that date it each story doubts."""
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


def settle(connection: Connection, decided: Members, before: Mapping[SightingName, Verdict]) -> Settled:
    """Date the decided stories and all that hangs together with them.

    `before` holds the verdicts of the store that say anything, also of sightings that are no more.
    """
    return _Settlement(connection, decided, before).run()


class _Settlement:
    def __init__(
        self,
        connection: Connection,
        decided: Members,
        before: Mapping[SightingName, Verdict],
    ) -> None:
        self.connection = connection
        self.members: dict[str, Sequence[Seen]] = dict(decided)
        self.sightings: dict[str, Sequence[Sighting]] = {
            name: sightings_of_story(seen) for name, seen in decided.items()
        }
        self.wordings = {seen.wording.key for members in decided.values() for seen in members}
        self.before = dict(before)
        self.said: dict[str, dict[CaptureKey, bool]] = {}
        self.captures: dict[CaptureKey, Capture] = {}
        self._know_captures(self.sightings)
        self.clocks: dict[CaptureKey, Clock] = {}
        self.loaded: set[CaptureKey] = set()

    def run(self) -> Settled:
        flipped, changed = self._judge_clocks()
        self._bring_in(archive.stories_on(self.connection, flipped) if flipped else set())
        self._join_neighbours()
        wrong = {key for key, clock in self.clocks.items() if is_wrong_clock(clock.doubts, clock.dated)}
        solution = solve(self.sightings, wrong)
        aside: dict[str | None, set[CaptureKey]] = {}
        for one in solution.set_aside:
            aside.setdefault(one.story, set()).add(one.capture.key)
        clocks = aside.get(None, set())
        return Settled(
            self.members,
            self.sightings,
            {
                name: published(sightings, solution.stories[name], aside.get(name, set()) | clocks)
                for name, sightings in self.sightings.items()
            },
            {key: self.clocks[key] for key in changed},
            {key: (_known(low), _known(high)) for key, (low, high) in solution.captures.items()},
            self.before,
            self.said,
            aside,
        )

    def _judge_clocks(self) -> tuple[set[CaptureKey], set[CaptureKey]]:
        """Count what the decided stories say of their captures; says whose verdict flipped, and whose count changed."""
        dated: Counter[CaptureKey] = Counter()
        doubting: Counter[CaptureKey] = Counter()
        for name, sightings in self.sightings.items():
            said = self.said[name] = doubts(sightings)
            dated.update(said.keys())
            doubting.update([key for key, doubt in said.items() if doubt])
        for (_, key), verdict in self.before.items():
            if verdict.doubt is not None:
                dated[key] -= 1
                doubting[key] -= verdict.doubt
        self._load_clocks(self.captures.keys() | dated.keys())
        changed, flipped = set(), set()
        for key, more in dated.items():
            doubted = doubting[key]
            if more or doubted:
                changed.add(key)
                old = self.clocks.get(key, _NO_CLOCK)
                new = self.clocks[key] = Clock(old.dated + more, old.doubts + doubted)
                if is_wrong_clock(old.doubts, old.dated) != is_wrong_clock(new.doubts, new.dated):
                    flipped.add(key)
        return flipped, changed

    def _know_captures(self, names: Iterable[str]) -> None:
        for name in names:
            self.captures.update([(one.capture.key, one.capture) for one in self.sightings[name]])

    def _join_neighbours(self) -> None:
        """Bring in, as long as there are any, the other stories on captures that do not date each story by itself."""
        joined: set[CaptureKey] = set()
        while True:
            captures = {key for key, one in self.captures.items() if key not in joined and self._joins(one)}
            if not captures:
                return
            joined |= captures
            self._bring_in(archive.stories_on(self.connection, captures))

    def _joins(self, capture: Capture) -> bool:
        clock = self.clocks.get(capture.key)
        return not is_exact(capture) or (clock is not None and is_wrong_clock(clock.doubts, clock.dated))

    def _bring_in(self, names: set[str]) -> None:
        """Add stories that the batch did not touch, as the store has them."""
        wanted = archive.wordings_of(self.connection, names - self.members.keys()) - self.wordings
        known = archive.known(self.connection, wanted)
        self.wordings |= wanted
        self.before.update(known.verdicts)
        for name, members in archive.by_story(known).items():
            if name not in self.members:
                self.members[name] = members
                self.sightings[name] = sightings_of_story(members)
                self.said[name] = {
                    one.capture.key: verdict.doubt
                    for one in self.sightings[name]
                    if (verdict := known.verdicts.get((one.wording, one.capture.key))) and verdict.doubt is not None
                }
        self._know_captures(names & self.members.keys())
        self._load_clocks({one.capture.key for sightings in known.sightings.values() for one in sightings})

    def _load_clocks(self, keys: set[CaptureKey]) -> None:
        fresh = keys - self.loaded
        self.loaded |= fresh
        for key, clock in archive.clocks(self.connection, sorted(fresh)).items():
            self.clocks.setdefault(key, clock)


def _known(bound: int) -> int | None:
    return bound if -FOREVER < bound < FOREVER else None
