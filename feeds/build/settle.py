"""Dating what a batch decided, with all that hangs together with it.

A story tells which of its captures it doubts. A capture that several stories doubt has a wrong clock; when that turns
out, or turns out not to be so, all its stories are dated anew. Captures whose time is not exact join their stories
into one problem, which is solved as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.model import CaptureKey, Published, Sighting
from feeds.store import archive
from feeds.store.archive import Clock, SightingName, Verdict
from feeds.stories.candidates import Seen
from feeds.stories.dating import Solution, doubts, is_exact, is_wrong_clock, published, solve
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
    published: dict[str, Published]
    verdicts: dict[SightingName, Verdict]
    clocks: dict[CaptureKey, Clock]
    capture_spans: dict[CaptureKey, tuple[int | None, int | None]]


def settle(
    connection: Connection, decided: Members, before: Mapping[SightingName, Verdict], gone: Iterable[SightingName]
) -> Settled:
    """Date the decided stories and all that hangs together with them.

    `before` holds the verdicts on sightings as the store has them, `gone` are sightings that are no more.
    """
    return _Settlement(connection, decided, before).run(gone)


class _Settlement:
    def __init__(self, connection: Connection, decided: Members, before: Mapping[SightingName, Verdict]) -> None:
        self.connection = connection
        self.members: dict[str, Sequence[Seen]] = dict(decided)
        self.sightings = {name: sightings_of_story(seen) for name, seen in decided.items()}
        self.wordings = {seen.wording.key for members in decided.values() for seen in members}
        self.before = dict(before)
        self.doubts: dict[SightingName, bool] = {}
        self.clocks: dict[CaptureKey, Clock] = {}
        self.loaded: set[CaptureKey] = set()

    def run(self, gone: Iterable[SightingName]) -> Settled:
        flipped, changed = self._judge_clocks(gone)
        self._bring_in(archive.stories_on(self.connection, flipped) if flipped else set())
        self._join_neighbours()
        wrong = {key for key, clock in self.clocks.items() if is_wrong_clock(clock.doubts, clock.dated)}
        solution = solve(self.sightings, wrong)
        aside = {(one.story, one.capture.key) for one in solution.set_aside}
        return Settled(
            self.members,
            {name: self._published(name, solution, aside) for name in self.sightings},
            self._verdicts(aside),
            {key: self.clocks[key] for key in changed},
            {key: (_known(low), _known(high)) for key, (low, high) in solution.captures.items()},
        )

    def _judge_clocks(self, gone: Iterable[SightingName]) -> tuple[set[CaptureKey], set[CaptureKey]]:
        """Count what the decided stories say of their captures; says whose verdict flipped, and whose count changed."""
        before, counts = self.before, dict[CaptureKey, list[int]]()
        told: set[SightingName] = set()
        for sightings in self.sightings.values():
            said = doubts(sightings)
            for one in sightings:
                name = (one.wording, one.capture.key)
                told.add(name)
                now = said.get(one.capture.key)
                if now is not None:
                    self.doubts[name] = now
                if now is not (was := before[name].doubt if name in before else None):
                    _count(counts, one.capture.key, was, now)
        for name in (before.keys() | set(gone)) - told:
            if name in before and before[name].doubt is not None:
                _count(counts, name[1], before[name].doubt, None)
        self._load_clocks({name[1] for name in told} | counts.keys())
        flipped = set()
        for key, (dated, doubting) in counts.items():
            old = self.clocks.get(key, _NO_CLOCK)
            new = self.clocks[key] = Clock(old.dated + dated, old.doubts + doubting)
            if is_wrong_clock(old.doubts, old.dated) != is_wrong_clock(new.doubts, new.dated):
                flipped.add(key)
        return flipped, set(counts)

    def _join_neighbours(self) -> None:
        """Bring in, as long as there are any, the other stories on captures that do not date each story by itself."""
        joined: set[CaptureKey] = set()
        while True:
            captures = {
                one.capture.key
                for sightings in self.sightings.values()
                for one in sightings
                if one.capture.key not in joined and self._joins(one)
            }
            if not captures:
                return
            joined |= captures
            self._bring_in(archive.stories_on(self.connection, captures))

    def _joins(self, sighting: Sighting) -> bool:
        clock = self.clocks.get(sighting.capture.key)
        return not is_exact(sighting.capture) or (clock is not None and is_wrong_clock(clock.doubts, clock.dated))

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
        self.doubts.update(
            (name, verdict.doubt) for name, verdict in known.verdicts.items() if verdict.doubt is not None
        )
        self._load_clocks({one.capture.key for sightings in known.sightings.values() for one in sightings})

    def _load_clocks(self, keys: set[CaptureKey]) -> None:
        fresh = keys - self.loaded
        self.loaded |= fresh
        for key, clock in archive.clocks(self.connection, sorted(fresh)).items():
            self.clocks.setdefault(key, clock)

    def _published(self, name: str, solution: Solution, aside: set[tuple[str | None, CaptureKey]]) -> Published:
        sightings = self.sightings[name]
        doubted = {
            one.capture.key for one in sightings if (name, one.capture.key) in aside or (None, one.capture.key) in aside
        }
        return published(sightings, solution.stories[name], doubted)

    def _verdicts(self, aside: set[tuple[str | None, CaptureKey]]) -> dict[SightingName, Verdict]:
        """The verdicts that differ from those that the store has."""
        before, said = self.before, self.doubts
        missing = dict.fromkeys(before, NO_VERDICT)
        changed = {}
        for story, sightings in self.sightings.items():
            for one in sightings:
                name = (one.wording, one.capture.key)
                now = VERDICTS[said.get(name), (story, one.capture.key) in aside]
                if now != before.get(name, NO_VERDICT):
                    changed[name] = now
                missing.pop(name, None)
        return {**missing, **changed}


def _count(counts: dict[CaptureKey, list[int]], key: CaptureKey, was: bool | None, now: bool | None) -> None:
    count = counts.setdefault(key, [0, 0])
    count[0] += (now is not None) - (was is not None)
    count[1] += bool(now) - bool(was)


def _known(bound: int) -> int | None:
    return bound if -FOREVER < bound < FOREVER else None
