"""Dating what a batch decided, with all that hangs together with it.

A story tells which of its captures it doubts. A capture that several stories doubt has a wrong clock; when that turns
out, or turns out not to be so, all its stories are dated anew. Captures whose time is not exact join their stories
into one problem, which is solved as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.model import Capture, CaptureKey, Published, WordingKey
from feeds.store import archive
from feeds.store.archive import Clock, SightingName, Verdict
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
    published: dict[str, Published]
    clocks: dict[CaptureKey, Clock]
    capture_spans: dict[CaptureKey, tuple[int | None, int | None]]
    changed: dict[SightingName, Verdict]
    """The verdicts on sightings of wordings that the store has, where it has others."""
    said: Mapping[str, Mapping[CaptureKey, bool]]
    """Which of the captures that date it each story doubts."""
    aside: Mapping[str | None, Collection[CaptureKey]]
    """The captures whose evidence of a story was set aside; under None those with a wrong clock."""

    def verdict(self, story: str | None, capture: CaptureKey) -> Verdict:
        """What dating made of a story's sighting on a capture; nothing for a fragment that is no story."""
        if story is None:
            return NO_VERDICT
        return VERDICTS[self.said[story].get(capture), capture in self.aside.get(story, ())]


def settle(
    connection: Connection,
    decided: Members,
    stored: Collection[WordingKey],
    before: Mapping[SightingName, Verdict],
) -> Settled:
    """Date the decided stories and all that hangs together with them.

    The store has verdicts on the sightings of `stored` wordings; `before` holds those that say anything, also of
    sightings that are no more.
    """
    return _Settlement(connection, decided, stored, before).run()


class _Settlement:
    def __init__(
        self,
        connection: Connection,
        decided: Members,
        stored: Collection[WordingKey],
        before: Mapping[SightingName, Verdict],
    ) -> None:
        self.connection = connection
        self.members: dict[str, Sequence[Seen]] = dict(decided)
        self.sightings = {name: sightings_of_story(seen) for name, seen in decided.items()}
        self.wordings = {seen.wording.key for members in decided.values() for seen in members}
        self.stored = set(stored)
        self.before = dict(before)
        self.said: dict[str, dict[CaptureKey, bool]] = {}
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
        settled = Settled(
            self.members,
            {
                name: published(sightings, solution.stories[name], aside.get(name, set()) | clocks)
                for name, sightings in self.sightings.items()
            },
            {key: self.clocks[key] for key in changed},
            {key: (_known(low), _known(high)) for key, (low, high) in solution.captures.items()},
            dict.fromkeys(self.before, NO_VERDICT),
            self.said,
            aside,
        )
        self._note_changes(settled)
        return settled

    def _judge_clocks(self) -> tuple[set[CaptureKey], set[CaptureKey]]:
        """Count what the decided stories say of their captures; says whose verdict flipped, and whose count changed."""
        counts: dict[CaptureKey, list[int]] = {}
        left = {name: verdict.doubt for name, verdict in self.before.items() if verdict.doubt is not None}
        for name, sightings in self.sightings.items():
            said = self.said[name] = doubts(sightings)
            for key, now in said.items():
                _count(counts, key, None, now)
            if left:
                for one in sightings:
                    _count(counts, one.capture.key, left.pop((one.wording, one.capture.key), None), None)
        for (_, key), was in left.items():
            _count(counts, key, was, None)
        self._load_clocks(self._captures().keys() | counts.keys())
        changed = {key: count for key, count in counts.items() if count != [0, 0]}
        flipped = set()
        for key, (dated, doubting) in changed.items():
            old = self.clocks.get(key, _NO_CLOCK)
            new = self.clocks[key] = Clock(old.dated + dated, old.doubts + doubting)
            if is_wrong_clock(old.doubts, old.dated) != is_wrong_clock(new.doubts, new.dated):
                flipped.add(key)
        return flipped, set(changed)

    def _captures(self) -> dict[CaptureKey, Capture]:
        return {one.capture.key: one.capture for sightings in self.sightings.values() for one in sightings}

    def _join_neighbours(self) -> None:
        """Bring in, as long as there are any, the other stories on captures that do not date each story by itself."""
        joined: set[CaptureKey] = set()
        while True:
            captures = {key for key, one in self._captures().items() if key not in joined and self._joins(one)}
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
        self.stored |= known.homes.keys()
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
        self._load_clocks({one.capture.key for sightings in known.sightings.values() for one in sightings})

    def _load_clocks(self, keys: set[CaptureKey]) -> None:
        fresh = keys - self.loaded
        self.loaded |= fresh
        for key, clock in archive.clocks(self.connection, sorted(fresh)).items():
            self.clocks.setdefault(key, clock)

    def _note_changes(self, settled: Settled) -> None:
        """Find the verdicts on stored sightings that differ from those that the store has."""
        before, changed = self.before, settled.changed
        for story, members in self.members.items():
            for seen in members:
                wording = seen.wording.key
                if wording not in self.stored:
                    continue
                for one in seen.sightings:
                    name, now = (wording, one.capture.key), settled.verdict(story, one.capture.key)
                    if now != before.get(name, NO_VERDICT):
                        changed[name] = now
                    else:
                        changed.pop(name, None)


def _count(counts: dict[CaptureKey, list[int]], key: CaptureKey, was: bool | None, now: bool | None) -> None:
    count = counts.setdefault(key, [0, 0])
    count[0] += (now is not None) - (was is not None)
    count[1] += bool(now) - bool(was)


def _known(bound: int) -> int | None:
    return bound if -FOREVER < bound < FOREVER else None
