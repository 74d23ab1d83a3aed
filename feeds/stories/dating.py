"""When stories were published, from all that their pages say of it together.

A page prints ages `[lo, hi)`; if it was captured at `t`, a story of that age was published in `(t - hi, t - lo]`. Where
`t` is told exactly, each story stands for itself. Where it is told vaguely or not at all, it is one more unknown that
the other stories on the page bound; then everything that such captures join is one problem (see `spans`).

Evidence is taken up in a fixed order, the more trustworthy first, and what contradicts evidence taken up before is set
aside, never averaged in; so what is set aside is minimal, none of it could be put back:

1. a told time that two or more stories of the capture contradict, and no small share of those that others date, is
   suspected: the capture counts as one of unknown time until all ages have been taken up;
2. ages on captures of told time, those first that hold what most of those near in time agree on, by the order of
   capture: of a story that was published again, the first publication stands;
3. ages on the other captures, then that a page shows only what is published;
4. suspected times: what fits by now was right, what does not is a wrong clock; then the order of a list;
5. a capture of which two ages had to be set aside is suspected too, and all is dated once more.

So no clock is blamed by those alone who were misled by another: where that one has to go too, nothing contradicts the
first any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from feeds.model import Capture, CaptureKey, Sighting
from feeds.stories.contests import suspects
from feeds.stories.evidence import (
    Span,
    StoryName,
    ages_of,
    agreed,
    heed,
    is_exact,
    neighbours,
    overlap,
    overlaps,
    sessions,
    span_of,
)
from feeds.stories.spans import FOREVER, Spans

_AGES = 2
"""So many ages that had to be set aside make their capture suspected."""


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
    distrusted: frozenset[CaptureKey] = frozenset()
    """The captures, told exactly or not, that contradict several of the stories that they were dated together with."""


def solve(stories: Mapping[StoryName, Sequence[Sighting]], suspected: Collection[CaptureKey] = ()) -> Solution:
    """Date stories together.

    With each come all its sightings in the order of capture, and with each capture that is not exact, or whose told
    time is `suspected`, all its stories.
    """
    votes = dict.fromkeys(suspected, 0)
    alone, joined = _parted(stories, votes)
    if not joined:
        return Solution(alone, {}, ())
    contested = votes | _Problem(joined, votes).contested()
    if contested.keys() != votes.keys():
        alone, joined = _parted(stories, contested)
    solution = _solve(alone, joined, contested)
    if solution.distrusted:
        contested |= dict.fromkeys(solution.distrusted, _AGES)
        solution = _solve(*_parted(stories, contested), contested)
    return replace(solution, distrusted=frozenset(contested.keys() - votes.keys()))


def _parted(
    stories: Mapping[StoryName, Sequence[Sighting]], suspected: Collection[CaptureKey]
) -> tuple[dict[StoryName, Span], dict[StoryName, Sequence[Sighting]]]:
    """The spans of the stories that stand for themselves, and the others."""
    alone: dict[StoryName, Span] = {}
    joined: dict[StoryName, Sequence[Sighting]] = {}
    for name, sightings in stories.items():
        span = _by_itself(sightings, suspected)
        if span is None:
            joined[name] = sightings
        else:
            alone[name] = span
    return alone, joined


def _solve(
    alone: Mapping[StoryName, Span], joined: Mapping[StoryName, Sequence[Sighting]], suspected: Mapping[CaptureKey, int]
) -> Solution:
    problem = _Problem(joined, suspected)
    solution = problem.solve()
    return Solution({**alone, **solution.stories}, solution.captures, solution.set_aside, problem.distrusted())


def _by_itself(sightings: Sequence[Sighting], suspected: Collection[CaptureKey]) -> Span | None:
    """The span of a story that nothing joins and in which nothing contradicts anything else; None for any other.

    Nearly all stories are such, and to them the order in which evidence is taken up does not matter.
    """
    after, until = -FOREVER, FOREVER
    for capture, _role, _position, _wording, _topic, age, _body in sightings:
        moment = capture.earliest
        if moment is None or moment != capture.latest or capture.key in suspected:
            return None
        if age is None:
            until = min(until, moment)
        else:
            least, most = ages_of(age)
            after, until = max(after, moment - most), min(until, moment - least)
    return (after, until) if after < until else None


class _Problem:
    """What is to be dated together; the told times of `suspected` captures come last, by their rivals."""

    def __init__(self, stories: Mapping[StoryName, Sequence[Sighting]], suspected: Mapping[CaptureKey, int]) -> None:
        self.stories = {name: stories[name] for name in sorted(stories)}
        self.suspected = suspected
        self.pages: dict[CaptureKey, list[tuple[StoryName, Sighting]]] = {}
        captures: dict[CaptureKey, Capture] = {}
        for name, sightings in self.stories.items():
            for sighting in sightings:
                capture = sighting.capture
                if not is_exact(capture) or capture.key in suspected:
                    captures[capture.key] = capture
                    self.pages.setdefault(capture.key, []).append((name, sighting))
        self.captures = sorted(captures.values(), key=lambda capture: capture.order)
        self.node = {name: number for number, name in enumerate(self.stories)}
        first = len(self.node)
        self.time = {capture.key: first + number for number, capture in enumerate(self.captures)}
        self.spans = Spans(first + len(self.time), first)
        self.doubted: set[tuple[StoryName, CaptureKey]] = set()
        self.set_aside: list[SetAside] = []

    def solve(self) -> Solution:
        self._tell_times()
        self._told_ages()
        self._untold_ages()
        self._put_back()
        self._orders_of_lists()
        spans = self.spans
        return Solution(
            {name: (spans.low[node], spans.high[node]) for name, node in self.node.items()},
            {key: (spans.low[node], spans.high[node]) for key, node in self.time.items()},
            tuple(self.set_aside),
        )

    def distrusted(self) -> frozenset[CaptureKey]:
        """The captures that contradict two or more of the stories that they are dated together with."""
        if not self.pages:
            return frozenset()
        component = self._components()
        counts = Counter(
            (component[one.story], one.capture.key)
            for one in self.set_aside
            if one.story is not None and one.kind == "age" and one.capture.earliest is not None
            if one.capture.key not in self.suspected
        )
        return frozenset(key for (_, key), count in counts.items() if count >= _AGES)

    def contested(self) -> dict[CaptureKey, int]:
        """The captures to suspect because others contradict them as to stories that hang together."""
        component = self._components()
        together: dict[StoryName, list[Sequence[Sighting]]] = {}
        for name, sightings in self.stories.items():
            if any(one.capture.key in self.time for one in sightings):
                together.setdefault(component[name], []).append(sightings)
        found: dict[CaptureKey, int] = {}
        for some in together.values():
            for key, count in suspects(some, self.suspected).items():
                found[key] = max(count, found.get(key, 0))
        return found

    def _components(self) -> dict[StoryName, StoryName]:
        """Of every story one that stands for all that it hangs together with."""
        parent = {name: name for name in self.stories}

        def root(name: StoryName) -> StoryName:
            while parent[name] != name:
                parent[name] = parent[parent[name]]
                name = parent[name]
            return name

        for page in self.pages.values():
            for name, _ in page:
                parent[root(name)] = root(page[0][0])
        return {name: root(name) for name in self.stories}

    def _tell_times(self) -> None:
        for capture in self.captures:
            if capture.key not in self.suspected and capture.earliest is not None and capture.latest is not None:
                self.spans.bound(self.time[capture.key], capture.earliest, capture.latest)

    def _told_ages(self) -> None:
        """Ages on captures of told time: those that agree with most others first, then by the order of capture."""
        told = []
        for name, sightings in self.stories.items():
            dated = [
                (sighting, span)
                for sighting in sightings
                if sighting.capture.key not in self.suspected and (span := span_of(sighting)) is not None
            ]
            if not dated:
                continue
            after, until = max(span[0] for _, span in dated), min(span[1] for _, span in dated)
            if after < until and all(sighting.capture.key not in self.time for sighting, _ in dated):
                self.spans.bound(self.node[name], after, until)  # nothing contradicts, so the order is no matter
                continue
            for session in sessions(dated):
                best = agreed(session) if len(session) > 1 else session[0][1]
                for sighting, span in session:
                    weak = best is None or not overlap(span, best)
                    told.append((weak, sighting.capture.order, sighting.position, name, sighting))
        told.sort(key=lambda item: item[:4])
        for *_, name, sighting in told:
            self._age(name, sighting)

    def _untold_ages(self) -> None:
        """Ages on captures of unknown time, in the order of capture, but none before one of its stories is dated.

        So whatever is added has to fit something that is known.
        """
        waiting = [c for c in self.captures if c.earliest is None or c.key in self.suspected]
        while waiting:
            ready = [c for c in waiting if any(self._implied(*item) is not None for item in self.pages[c.key])]
            if not ready:
                break
            for capture in ready:
                self._ages_on(capture)
            taken = {capture.key for capture in ready}
            waiting = [capture for capture in waiting if capture.key not in taken]
        self._seen_when_published()
        for capture in waiting:
            self._ages_on(capture)

    def _ages_on(self, capture: Capture) -> None:
        """The ages on one capture, those first that agree with most of the others."""
        page = [(name, sighting) for name, sighting in self.pages[capture.key] if sighting.age is not None]
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
        for capture in sorted(self.captures, key=lambda capture: self.suspected.get(capture.key, 0)):
            if capture.key in self.suspected and capture.earliest is not None and capture.latest is not None:
                fits = self.spans.bound(self.time[capture.key], capture.earliest, capture.latest)
                self.set_aside += [] if fits else [SetAside("clock", capture, None)]

    def _orders_of_lists(self) -> None:
        """On a page whose time is not exact, each story of a list was published no earlier than the next."""
        for key in self.time:
            page = [(name, sighting) for name, sighting in self.pages[key] if (name, key) not in self.doubted]
            for older, newer in neighbours(page):
                self.spans.link(self.node[older], self.node[newer], 0, FOREVER)
