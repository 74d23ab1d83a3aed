"""Decided stories and, as far as they are asked for, those that they share pages with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from feeds.build.recurring import Recurrence
from feeds.model import Capture, CaptureKey, Sighting, WordingKey
from feeds.store import archive
from feeds.store.archive import SightingName
from feeds.store.clocks import Clock, clocks_of, odd_clocks
from feeds.store.recurring import borne_out
from feeds.store.rows import Verdict
from feeds.stories.candidates import Seen
from feeds.stories.contests import Doubt, Votes
from feeds.stories.evidence import Span, is_exact, is_wrong_clock
from feeds.stories.merge import sightings_of_story
from feeds.stories.spans import FOREVER

NO_CLOCK = Clock(Votes())


class Neighbourhood:
    """Stories by name, with what the store says of their captures and what dating made of their sightings."""

    def __init__(
        self,
        connection: Connection,
        decided: Mapping[str, Sequence[Seen]],
        verdicts: Mapping[SightingName, Verdict],
        again: Mapping[str, Recurrence],
        concerned: Iterable[WordingKey],
    ) -> None:
        """Of wordings `concerned` it was decided to which story they belong, be it none: the store is not asked."""
        self._connection = connection
        self._again = again
        self.members: dict[str, Sequence[Seen]] = dict(decided)
        self.sightings: dict[str, Sequence[Sighting]] = {
            name: sightings_of_story(seen) for name, seen in decided.items()
        }
        self.verdicts = dict(verdicts)
        """Those of the store that say anything."""
        self.captures: dict[CaptureKey, Capture] = {}
        self.clocks: dict[CaptureKey, Clock] = {}
        self.distrusted: set[CaptureKey] = set()
        """Captures that are to be believed no sooner than those that are suspected."""
        self._wordings = {*concerned, *(seen.wording.key for members in decided.values() for seen in members)}
        self._loaded: set[CaptureKey] = set()
        """The captures of which it is at hand what the store says."""
        self._inexact: set[CaptureKey] = set()
        """Those not told exactly of which it may not be."""
        self._know_captures(self.sightings)
        self.clocks.update(odd_clocks(connection))

    def bring_in(self, captures: Collection[CaptureKey]) -> list[str]:
        """Add the stories on these captures that are not here yet, as the store has them; says which."""
        if not captures:
            return []
        names = archive.stories_on(self._connection, captures) - self.members.keys()
        wanted = archive.wordings_of(self._connection, names) - self._wordings
        known = archive.known(self._connection, wanted)
        self._wordings |= wanted
        self.verdicts.update(known.verdicts)
        come = archive.by_story(known)
        for name, members in come.items():
            self.members[name] = self._with_more(name, members)
            self.sightings[name] = sightings_of_story(self.members[name])
        self._know_captures(come)
        self.know_clocks()
        return sorted(come)

    def _with_more(self, name: str, members: Sequence[Seen]) -> Sequence[Seen]:
        """The wordings of a story as they are with the batch."""
        again = self._again.get(name)
        if again is None:
            return members
        self.verdicts.update(((again.wording, one.capture.key), borne_out(one)) for one in again.sightings)
        return [
            Seen(seen.wording, (*seen.sightings, *again.sightings)) if seen.wording.key == again.wording else seen
            for seen in members
        ]

    def know_clocks(self, keys: Iterable[CaptureKey] = ()) -> None:
        """Have at hand what the store says of these captures, and of all that are here and not told exactly."""
        fresh = self._inexact.union(keys) - self._loaded
        self._inexact.clear()
        self._loaded |= fresh
        for key, clock in clocks_of(self._connection, sorted(fresh)).items():
            self.clocks.setdefault(key, clock)

    def joins(self, capture: Capture) -> bool:
        """Whether the stories on a capture hang together: its time is not known to the instant, or not believed."""
        key = capture.key
        clock = self.clocks.get(key, NO_CLOCK)
        return (
            not is_exact(capture)
            or key in self.distrusted
            or clock.low is not None
            or clock.high is not None
            or clock.votes.is_suspected
        )

    def joined(self, name: str) -> bool:
        """Whether a story hangs together with others."""
        captures = [one.capture for one in self.sightings[name]]
        if not all(map(is_exact, captures)):
            return True
        odd = self.clocks.keys() | self.distrusted if self.distrusted else self.clocks.keys()
        return not odd.isdisjoint([one.key for one in captures]) and any(map(self.joins, captures))

    def suspected(self) -> set[CaptureKey]:
        """The captures whose told time is to be believed last, of those that are at hand."""
        return {key for key, clock in self.clocks.items() if clock.votes.is_suspected}

    def unknown(self, name: str) -> dict[CaptureKey, Span]:
        """The captures of a story that are not known to the instant, with the bounds found before, else as told."""
        return {one.capture.key: self._bounds(one.capture) for one in self.sightings[name] if self.joins(one.capture)}

    def was_dated(self, key: CaptureKey) -> bool:
        """Whether bounds were found for a capture before."""
        clock = self.clocks.get(key, NO_CLOCK)
        return clock.low is not None or clock.high is not None

    def aside(self, name: str) -> set[CaptureKey]:
        """The captures whose evidence of a story was set aside before."""
        return {
            one.capture.key
            for one in self.sightings[name]
            if (verdict := self.verdicts.get((one.wording, one.capture.key))) is not None and verdict.aside
        }

    def is_contested(self, name: str) -> bool:
        """Whether the told time of a capture of a story is suspected, or was not simply believed before."""
        return any(
            (clock := self.clocks.get(one.capture.key)) is not None
            and (
                clock.votes.is_suspected
                or (is_exact(one.capture) and self.was_dated(one.capture.key))
                or is_wrong_clock((one.capture.earliest, one.capture.latest), (clock.low, clock.high))
            )
            for one in self.sightings[name]
        )

    def doubts(self, name: str) -> dict[CaptureKey, Doubt]:
        """What a story makes of its captures, by what the store says."""
        return {
            one.capture.key: verdict.doubt
            for one in self.sightings[name]
            if (verdict := self.verdicts.get((one.wording, one.capture.key))) is not None and verdict.doubt is not None
        }

    def lost(self, sightings: Iterable[SightingName], homes: Mapping[WordingKey, str]) -> bool:
        """Whether evidence is gone on which the dates of stories that hang together were built.

        `sightings` are no more; `homes` says to which story wordings belong now.
        """
        gone = list(sightings)
        keys = {key for _, key in gone}
        self.know_clocks(keys)
        captures = archive.captures_by_key(self._connection, sorted(keys)) if keys else {}
        if any(self.joins(capture) for capture in captures.values()):
            return True
        return any((home := homes.get(wording)) is not None and self.joined(home) for wording, _ in gone)

    def _bounds(self, capture: Capture) -> Span:
        clock = self.clocks.get(capture.key, NO_CLOCK)
        if clock.low is not None or clock.high is not None:
            return span_in(clock.low, clock.high)
        if clock.votes.is_suspected:
            return span_in(None, None)
        return span_in(capture.earliest, capture.latest)

    def _know_captures(self, names: Iterable[str]) -> None:
        captures = {one.capture.key: one.capture for name in names for one in self.sightings[name]}
        fresh = captures.keys() - self.captures.keys()
        self._inexact.update([key for key in fresh if not is_exact(captures[key])])
        self.captures.update(captures)


def span_in(low: int | None, high: int | None) -> Span:
    """Bounds as the arithmetic has them."""
    return -FOREVER if low is None else low, FOREVER if high is None else high


def span_out(span: Span) -> tuple[int | None, int | None]:
    """Bounds as the store has them: None is no bound."""
    low, high = span
    return None if low == -FOREVER else low, None if high == FOREVER else high
