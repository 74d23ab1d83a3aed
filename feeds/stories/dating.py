"""When stories were published, from all that their pages say of it together.

A page prints ages `[lo, hi)`; if it was captured at `t`, a story of that age was published in `(t - hi, t - lo]`. Where
`t` is told exactly, each story stands for itself. Where it is told vaguely or not at all, it is one more unknown that
the other stories on the page bound; then everything that such captures join is one problem (see `spans`).

Evidence is taken up in a fixed order, the more trustworthy first, and what contradicts evidence taken up before is set
aside, never averaged in; so what is set aside is minimal, none of it could be put back:

1. a told time that two or more stories of the capture doubt (see `contests`) is suspected: the capture counts as one of
   unknown time until all ages have been taken up; so does one that more suspected ones contradict in a story;
2. ages on captures of told time, those first that hold what most of those near in time agree on, by the order of
   capture: of a story that was published again, the first publication stands;
3. ages on the other captures, then that a page shows only what is published; what hangs together without any told time
   that is believed is dated by the best of those that are suspected;
4. suspected times, those first that the fewest captures contradict: what fits by now was right, what does not is a
   wrong clock; then what may not be asked before: ages that may be of a second publication where suspected captures
   tell of the first, and what a capture says of the single story that doubts it; then the order of a list.

Printed ages do not err with a clock. So a right clock that is suspected, because wrong ones have the majority in some
stories, is put back by what its other stories tell, and with it those stories are dated right; the wrong are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feeds.model import Capture, CaptureKey, Sighting
from feeds.stories.contests import astray, contradictions, distrusted
from feeds.stories.evidence import (
    Span,
    StoryName,
    ages_of,
    agreed,
    heed,
    is_exact,
    is_shown_by,
    neighbours,
    overlap,
    overlaps,
    parted,
    sessions,
    span_of,
)
from feeds.stories.spans import FOREVER, Spans


@dataclass(frozen=True, slots=True)
class SetAside:
    """Evidence that contradicts the rest: the told time of a capture, an age on it, or that it shows a story at all."""

    kind: Literal["clock", "age", "seen"]
    capture: Capture
    story: StoryName | None


@dataclass(frozen=True, slots=True)
class Solution:
    """The tightest spans in microseconds: `(after, until]` of stories, `[from, until]` of captures not told exactly."""

    stories: Mapping[StoryName, Span]
    captures: Mapping[CaptureKey, Span]
    set_aside: tuple[SetAside, ...]


def solve(
    stories: Mapping[StoryName, Sequence[Sighting]],
    suspected: Collection[CaptureKey] = (),
    doubted: Mapping[StoryName, Collection[CaptureKey]] | None = None,
) -> Solution:
    """Date stories together.

    With each come all its sightings in the order of capture, and with each capture that is not exact, or whose told
    time is `suspected` or `distrusted`, all its stories. `doubted` are the latter, by story, where they are known.
    """
    alone, joined = parted(stories, suspected)
    if not joined:
        return Solution(alone, {}, ())
    doubted = distrusted(joined, suspected) if doubted is None else doubted
    waiting = frozenset().union(*doubted.values())
    for name in [name for name in alone if waiting and is_shown_by(stories[name], waiting)]:
        del alone[name]
        joined[name] = stories[name]
    solution = _Problem(joined, suspected, doubted).solve()
    return Solution({**alone, **solution.stories}, solution.captures, solution.set_aside)


class _Problem:
    """What is to be dated together; the told times of suspected captures come last.

    So do those of the captures that stories doubt beside `suspected` ones, and then what these say of these stories.
    """

    def __init__(
        self,
        stories: Mapping[StoryName, Sequence[Sighting]],
        suspected: Collection[CaptureKey],
        doubted: Mapping[StoryName, Collection[CaptureKey]],
    ) -> None:
        self.stories = {name: stories[name] for name in sorted(stories)}
        self.doubted_often = suspected
        self.suspected = frozenset(suspected).union(*doubted.values())
        self.astray = astray(self.stories, self.suspected) if suspected else set()
        self.pages: dict[CaptureKey, list[tuple[StoryName, Sighting]]] = {}
        captures: dict[CaptureKey, Capture] = {}
        for name, sightings in self.stories.items():
            for sighting in sightings:
                capture = sighting.capture
                if not is_exact(capture) or capture.key in self.suspected:
                    captures[capture.key] = capture
                    self.pages.setdefault(capture.key, []).append((name, sighting))
        self.captures = sorted(captures.values(), key=lambda capture: capture.order)
        self.names = list(self.stories)
        self.node = {name: number for number, name in enumerate(self.names)}
        first = len(self.node)
        self.time = {capture.key: first + number for number, capture in enumerate(self.captures)}
        self.spans = Spans(first + len(self.time), first)
        self.late = {(name, key) for name, keys in doubted.items() for key in keys}
        """What captures say of stories last of all."""
        self.doubted: set[tuple[StoryName, CaptureKey]] = set()
        self.set_aside: list[SetAside] = []
        self.in_doubt = self._in_doubt()

    def solve(self) -> Solution:
        self._tell_times()
        self._told_ages()
        self._untold_ages()
        self._put_back()
        self._late_ages()
        self._orders_of_lists()
        spans = self.spans
        return Solution(
            {name: (spans.low[node], spans.high[node]) for name, node in self.node.items()},
            {key: (spans.low[node], spans.high[node]) for key, node in self.time.items()},
            tuple(self.set_aside),
        )

    def _tell_times(self) -> None:
        for capture in self.captures:
            if capture.key not in self.suspected:
                self._believe(capture)

    def _told_ages(self) -> None:
        """Ages on captures of told time: those that agree with most others first, then by the order of capture.

        None on captures far off; late those that may be of a second publication, where suspected ones show the first.
        """
        told = []
        for name, sightings in self.stories.items():
            dated = [(one, span) for one in sightings if (span := span_of(one)) and one.capture.key not in self.astray]
            if not dated:
                continue
            after, until = max(span[0] for _, span in dated), min(span[1] for _, span in dated)
            if after < until and all(sighting.capture.key not in self.time for sighting, _ in dated):
                self.spans.bound(self.node[name], after, until)  # nothing contradicts, so the order is no matter
                continue
            first, *others = sessions(dated)
            trusted = [one for one in first if one[0].capture.key not in self.suspected]
            unsure = len(trusted) < len(first)
            for session in others:
                self.late |= {
                    (name, one.capture.key) for one, _ in session if unsure or one.capture.key in self.suspected
                }
            for session in [trusted, *others]:
                voting = [one for one in session if one[0].capture.key not in self.suspected]
                best = voting[0][1] if len(voting) == 1 else agreed(voting)
                for sighting, span in voting:
                    weak = best is None or not overlap(span, best)
                    told.append((weak, sighting.capture.order, sighting.position, name, sighting))
        told.sort(key=lambda item: item[:4])
        for *_, name, sighting in told:
            if (name, sighting.capture.key) not in self.late:
                self._age(name, sighting)

    def _late_ages(self) -> None:
        """What is late, in the order of capture."""
        late = [
            (sighting.capture.order, sighting.position, name, sighting)
            for name in sorted({name for name, _ in self.late})
            for sighting in self.stories[name]
            if (name, sighting.capture.key) in self.late and sighting.age is not None
        ]
        for *_, name, sighting in sorted(late, key=lambda item: item[:3]):
            self._age(name, sighting)

    def _untold_ages(self) -> None:
        """Ages on captures of unknown time, in the order of capture, but none before one of its stories is dated.

        So whatever is added has to fit something that is known. Where nothing is, because all told times are suspected,
        the first of these is believed that fits.
        """
        waiting = {c.key: c for c in self.captures if c.earliest is None or c.key in self.suspected}
        self._spread(waiting, list(waiting))
        self._seen_when_published()
        for anchor in self.in_doubt:
            if anchor.key in waiting and any(one.age is not None for _, one in self.pages[anchor.key]):
                self.spans.moved.clear()
                self._ages_on(waiting.pop(anchor.key))
                if self._believe(anchor):
                    self._spread(waiting, self._touched(waiting))
        for capture in waiting.values():
            self._ages_on(capture)

    def _spread(self, waiting: dict[CaptureKey, Capture], near: Collection[CaptureKey]) -> None:
        """Take up the ages of captures that show a dated story, as far as these date others on captures that wait."""
        while ready := [
            waiting[key] for key in near if any(self._implied(*one) is not None for one in self.pages[key])
        ]:
            self.spans.moved.clear()
            for capture in sorted(ready, key=lambda one: one.order):
                self._ages_on(waiting.pop(capture.key))
            near = self._touched(waiting)

    def _touched(self, waiting: Mapping[CaptureKey, Capture]) -> Collection[CaptureKey]:
        """The waiting captures whose stories have moved."""
        names = [self.names[node] for node in self.spans.moved if node < len(self.names)]
        return {one.capture.key for name in names for one in self.stories[name]} & waiting.keys()

    def _ages_on(self, capture: Capture) -> None:
        """The ages on one capture, those first that agree with most of the others."""
        page = [
            (name, sighting)
            for name, sighting in self.pages[capture.key]
            if sighting.age is not None and (name, capture.key) not in self.late
        ]
        implied = [self._implied(name, sighting) for name, sighting in page]
        agreeing = overlaps(implied)
        ranked = sorted(
            range(len(page)),
            key=lambda number: (implied[number] is None, -agreeing[number], page[number][1].position, page[number][0]),
        )
        for number in ranked:
            self._age(*page[number])

    def _implied(self, name: StoryName, sighting: Sighting) -> Span | None:
        """When a page was captured if one of its stories is to be believed."""
        low, high = self.spans.low[self.node[name]], self.spans.high[self.node[name]]
        if sighting.age is None or low == -FOREVER or high == FOREVER:
            return None
        if (name, sighting.capture.key) in self.late:
            return None
        least, most = ages_of(sighting.age)
        return low + least, high + most

    def _age(self, name: StoryName, sighting: Sighting) -> None:
        if not heed(self.spans, self.node[name], self.time.get(sighting.capture.key), sighting):
            self.set_aside.append(SetAside("age", sighting.capture, name))
            self.doubted.add((name, sighting.capture.key))

    def _seen_when_published(self) -> None:
        """What prints no age was published, all the same, before it was captured."""
        for name, sightings in self.stories.items():
            for sighting in sightings:
                time = self.time.get(sighting.capture.key)
                if sighting.age is None and not heed(self.spans, self.node[name], time, sighting):
                    self.set_aside.append(SetAside("seen", sighting.capture, name))

    def _put_back(self) -> None:
        """Take up the told times of suspected captures after all, where by now nothing contradicts them."""
        self.set_aside += [SetAside("clock", capture, None) for capture in self.in_doubt if not self._believe(capture)]

    def _believe(self, capture: Capture) -> bool:
        """Take up a told time; False, and nothing changed, if that contradicts."""
        if capture.earliest is None or capture.latest is None:
            return True
        return self.spans.bound(self.time[capture.key], capture.earliest, capture.latest)

    def _in_doubt(self) -> list[Capture]:
        """The suspected captures whose told times are to be believed last, the best first.

        Those come first that several stories doubt, of them those first that the fewest others contradict.
        """
        told = [one for one in self.captures if one.key in self.suspected and one.earliest is not None]
        against = self._contradictions() if told else {}
        return sorted(told, key=lambda one: (one.key not in self.doubted_often, against[one.key]))

    def _contradictions(self) -> Counter[CaptureKey]:
        """By how many others captures are contradicted, each counted for every story."""
        found: Counter[CaptureKey] = Counter()
        for sightings in self.stories.values():
            if is_shown_by(sightings, self.suspected):
                for sighting, count, _ in contradictions(sightings):
                    found[sighting.capture.key] += count
        return found

    def _orders_of_lists(self) -> None:
        """On a page whose time is not exact, each story of a list was published no earlier than the next."""
        for key in self.time:
            page = [(name, sighting) for name, sighting in self.pages[key] if (name, key) not in self.doubted]
            for older, newer in neighbours(page):
                self.spans.link(self.node[older], self.node[newer], 0, FOREVER)
