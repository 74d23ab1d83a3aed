"""When stories were published, from all that their pages say of it together.

A page prints ages `[lo, hi)`; if it was captured at `t`, a story of that age was published in `(t - hi, t - lo]`. Where
`t` is told exactly, each story stands for itself. Where it is told vaguely or not at all, it is one more unknown that
the other stories on the page bound; then everything that such captures join is one problem (see `spans`).

Evidence is taken up in a fixed order, the more trustworthy first, and what contradicts evidence taken up before is set
aside, never averaged in; so what is set aside is minimal, none of it could be put back:

1. a told time is set aside when two or more stories of the capture contradict it, and no small share of those that
   others date: its clock was wrong, and the capture counts as one of unknown time;
2. ages on captures of told time, those first that another capture bears out, by the order of capture: of a story that
   was published again, the first publication stands;
3. ages on the other captures, then that a page shows only what is published, then the order of a list.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feeds.canon import instant
from feeds.model import Capture, CaptureKey, Published, Sighting
from feeds.stories.spans import FOREVER, Spans

SECOND = 1_000_000

_DOUBTED = 3
"""A clock is wrong if two of its stories contradict it, and one in so many of those that others date."""

StoryName = str
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Evidence that contradicts the rest: the clock of a capture, or what it says of one story."""

    kind: Literal["clock", "age"]
    capture: Capture
    story: StoryName | None


@dataclass(frozen=True, slots=True)
class Solution:
    """The tightest spans in microseconds, `(after, until]` for stories, `[from, until]` for captures not told exactly."""

    stories: Mapping[StoryName, Span]
    captures: Mapping[CaptureKey, Span]
    set_aside: tuple[SetAside, ...]


def span_of(sighting: Sighting) -> Span | None:
    """The span `(after, until]` in microseconds that one sighting by itself leaves for publication, if it leaves one."""
    capture, age = sighting.capture, sighting.age
    if age is None or capture.earliest is None or capture.latest is None:
        return None
    return capture.earliest - age.hi * SECOND, capture.latest - age.lo * SECOND


def is_exact(capture: Capture) -> bool:
    """Whether the capture's time is known to the instant, so that it joins nothing."""
    return capture.earliest is not None and capture.earliest == capture.latest


def solve(stories: Mapping[StoryName, Sequence[Sighting]], wrong: Collection[CaptureKey] = ()) -> Solution:
    """Date stories together.

    With each come all its sightings in the order of capture, and with each capture that is not exact, or whose clock
    is `wrong`, all its stories.
    """
    return _Problem(stories, frozenset(wrong)).solve()


class _Problem:
    def __init__(self, stories: Mapping[StoryName, Sequence[Sighting]], wrong: frozenset[CaptureKey]) -> None:
        self.stories = {name: stories[name] for name in sorted(stories)}
        self.wrong = wrong
        self.pages: dict[CaptureKey, list[tuple[StoryName, Sighting]]] = {}
        captures: dict[CaptureKey, Capture] = {}
        for name, sightings in self.stories.items():
            for sighting in sightings:
                capture = sighting.capture
                if not is_exact(capture) or capture.key in wrong:
                    captures[capture.key] = capture
                    self.pages.setdefault(capture.key, []).append((name, sighting))
        self.captures = sorted(captures.values(), key=lambda capture: capture.order)
        self.node = {name: number for number, name in enumerate(self.stories)}
        first = len(self.node)
        self.time = {capture.key: first + number for number, capture in enumerate(self.captures)}
        self.spans = Spans(first + len(self.time), first)
        self.doubted: set[tuple[StoryName, CaptureKey]] = set()
        self.set_aside = [SetAside("clock", capture, None) for capture in self.captures if capture.key in wrong]

    def solve(self) -> Solution:
        self._tell_times()
        self._told_ages()
        self._untold_ages()
        self._seen_when_published()
        self._orders_of_lists()
        spans = self.spans
        return Solution(
            {name: (spans.low[node], spans.high[node]) for name, node in self.node.items()},
            {key: (spans.low[node], spans.high[node]) for key, node in self.time.items()},
            tuple(self.set_aside),
        )

    def _tell_times(self) -> None:
        for capture in self.captures:
            if capture.key not in self.wrong and capture.earliest is not None and capture.latest is not None:
                self.spans.bound(self.time[capture.key], capture.earliest, capture.latest)

    def _told_ages(self) -> None:
        """Ages on captures of told time: those that others bear out, then the rest, each by the order of capture."""
        told = []
        for name, sightings in self.stories.items():
            dated = [
                (sighting, span)
                for sighting in sightings
                if sighting.capture.key not in self.wrong and (span := span_of(sighting)) is not None
            ]
            if not dated:
                continue
            after, until = max(span[0] for _, span in dated), min(span[1] for _, span in dated)
            if after < until and all(sighting.capture.key not in self.time for sighting, _ in dated):
                self.spans.bound(self.node[name], after, until)  # nothing contradicts, so the order is no matter
                continue
            agreeing = overlaps([span for _, span in dated])
            for (sighting, _), others in zip(dated, agreeing, strict=True):
                alone = len(dated) > 1 and not others
                told.append((alone, sighting.capture.order, sighting.position, name, sighting))
        told.sort(key=lambda item: item[:4])
        for *_, name, sighting in told:
            self._age(name, sighting)

    def _untold_ages(self) -> None:
        """Ages on captures of unknown time: on each page those first that agree with most of the others."""
        for capture in self.captures:
            if capture.earliest is not None and capture.key not in self.wrong:
                continue
            key = capture.key
            page = [(name, sighting) for name, sighting in self.pages[key] if sighting.age is not None]
            implied = [self._implied(name, sighting) for name, sighting in page]
            agreeing = overlaps(implied)
            ranked = sorted(
                range(len(page)), key=lambda number: (-agreeing[number], page[number][1].position, page[number][0])
            )
            for number in ranked:
                self._age(*page[number])

    def _implied(self, name: StoryName, sighting: Sighting) -> Span | None:
        """When a page was captured if one of its stories is to be believed."""
        low, high = self.spans.low[self.node[name]], self.spans.high[self.node[name]]
        if sighting.age is None or low == -FOREVER or high == FOREVER:
            return None
        return low + sighting.age.lo * SECOND, high + sighting.age.hi * SECOND

    def _age(self, name: StoryName, sighting: Sighting) -> None:
        age, node = sighting.age, self.node[name]
        if age is None:
            return
        time = self.time.get(sighting.capture.key)
        if time is None:
            span = span_of(sighting)
            fits = span is None or self.spans.bound(node, *span)
        else:
            fits = self.spans.link(node, time, age.lo * SECOND, age.hi * SECOND)
        if not fits:
            self.set_aside.append(SetAside("age", sighting.capture, name))
            self.doubted.add((name, sighting.capture.key))

    def _seen_when_published(self) -> None:
        """What prints no age was published, all the same, before it was captured."""
        for name, sightings in self.stories.items():
            for sighting in sightings:
                if sighting.age is None:
                    time = self.time.get(sighting.capture.key)
                    if time is not None:
                        self.spans.link(self.node[name], time, 0, FOREVER)
                    elif sighting.capture.latest is not None:
                        self.spans.bound(self.node[name], -FOREVER, sighting.capture.latest)

    def _orders_of_lists(self) -> None:
        """On a page whose time is not exact, each story of a list was published no earlier than the next."""
        for key in self.time:
            listed = sorted(
                (sighting.position, name, sighting.age.lo)
                for name, sighting in self.pages[key]
                if sighting.position >= 0 and sighting.age is not None and (name, key) not in self.doubted
            )
            ages = [age for *_, age in listed]
            if ages == sorted(ages):
                for (_, newer, _), (_, older, _) in zip(listed, listed[1:], strict=False):
                    self.spans.link(self.node[older], self.node[newer], 0, FOREVER)


def overlaps(spans: Sequence[Span | None]) -> list[int]:
    """With how many of the others each span overlaps; 0 for what is no span."""
    known = [span for span in spans if span is not None]
    starts = sorted(start for start, _ in known)
    ends = sorted(end for _, end in known)
    return [
        0
        if span is None
        else len(known) - 1 - bisect_right(ends, span[0]) - (len(known) - bisect_left(starts, span[1]))
        for span in spans
    ]


def doubts(sightings: Sequence[Sighting]) -> dict[CaptureKey, bool]:
    """Of the captures that date a story, which it contradicts; empty unless two of them agree.

    A story contradicts a capture if the instant that most of its captures agree on is not among those that this one
    leaves.
    """
    told = [(sighting.capture.key, span) for sighting in sightings if (span := span_of(sighting)) is not None]
    agreed = most_agreed([span for _, span in told]) if len(told) > 1 else None
    if agreed is None:
        return {}
    return {key: until <= agreed[0] or after >= agreed[1] for key, (after, until) in told}


def is_wrong_clock(doubting: int, dated: int) -> bool:
    """Whether the told time of a capture is wrong, by how many of the stories that date it contradict it.

    Two must, and no small share of all: a story that was published again contradicts right clocks, but that is rare.
    """
    return doubting > 1 and doubting * _DOUBTED >= dated


def most_agreed(spans: Sequence[Span]) -> Span | None:
    """The first stretch that most of the spans share; None unless two share one."""
    after, until = max(start for start, _ in spans), min(end for _, end in spans)
    if after < until:
        return (after, until) if len(spans) > 1 else None
    edges = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    most = depth = 0
    best: Span | None = None
    for number, (edge, step) in enumerate(edges):
        depth += step
        if depth > most:
            most, best = depth, (edge, edges[number + 1][0])
    return best if most > 1 else None


def published(sightings: Sequence[Sighting], span: Span, doubted: Collection[CaptureKey]) -> Published:
    """The publication of one story: its span, and the middle of what its earliest dated sighting says, moved into it.

    `doubted` are the captures whose evidence of it was set aside. `best` is in whole seconds, and does not move while
    pages arrive in the order of their capture.
    """
    low, high = span
    not_before = None if low == -FOREVER else instant(low)
    not_after = None if high == FOREVER else instant(high)
    if not_before is None or not_after is None:
        return Published(not_before, not_after, None)
    trusted = (span_of(sighting) for sighting in sightings if sighting.capture.key not in doubted)
    first = next((span for span in trusted if span is not None), span)
    middle = (first[0] + first[1]) // 2 // SECOND * SECOND
    last, earliest = high // SECOND * SECOND, (low // SECOND + 1) * SECOND
    return Published(not_before, not_after, instant(max(min(middle, last), min(earliest, high))))
