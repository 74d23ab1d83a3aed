"""What each sighting says of a date by itself, and what most of them agree on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from feeds.model import Age, Capture, CaptureKey, Sighting
from feeds.stories.spans import FOREVER, Spans

SECOND = 1_000_000
Span = tuple[int, int]
"""Microseconds since 1970; of a publication after the first and no later than the second."""
Bounds = tuple[int | None, int | None]
"""The same of a capture, where either may not be known."""
StoryName = str

SESSION = 10 * 86_400 * SECOND
"""A story that was not seen for so long may have been published again; its captures do not speak for each other."""
_MONTH, _HOUR = 28 * 86_400, 3600
"""From a month on ages follow the calendar of clocks that are put forward and back."""


def span_of(sighting: Sighting) -> Span | None:
    """The span `(after, until]` in microseconds that one sighting by itself leaves for publication, if any."""
    capture, age = sighting.capture, sighting.age
    if age is None or capture.earliest is None or capture.latest is None:
        return None
    least, most = ages_of(age)
    return capture.earliest - most, capture.latest - least


def agreement(sightings: Iterable[Sighting], within: int = SESSION) -> tuple[Span, int] | None:
    """The span that all share which date a story, and how many these are.

    None unless they agree and the first was captured at most `within` microseconds before the last: usually a session.
    """
    after, until, number = -FOREVER, FOREVER, 0
    first, last = FOREVER, -FOREVER
    for capture, _role, _position, _wording, _topic, age, _body in sightings:
        if age is None:
            continue
        earliest, latest = capture.earliest, capture.latest
        if earliest is None or latest is None:
            if earliest is latest:
                continue
            return None
        number += 1
        _raw, low, high = age
        slack = 0 if low < _MONTH else _HOUR
        start, end = earliest - (high + slack) * SECOND, latest - (low - slack) * SECOND
        if start > after:  # noqa: PLR1730 -- calls of `max` and `min` take half the time of all this
            after = start
        if end < until:  # noqa: PLR1730
            until = end
        if earliest < first:  # noqa: PLR1730
            first = earliest
        if earliest > last:  # noqa: PLR1730
            last = earliest
    return ((after, until), number) if number and after < until and last - first <= within else None


def _by_itself(sightings: Sequence[Sighting], suspected: Collection[CaptureKey]) -> Span | None:
    """The span of a story that nothing joins and in which nothing contradicts anything else; None for any other.

    Nearly all stories are such, and to them the order in which evidence is taken up does not matter.
    """
    seen, is_dated = FOREVER, False
    for capture, _role, _position, _wording, _topic, age, _body in sightings:
        moment = capture.earliest
        if moment is None or moment != capture.latest or capture.key in suspected:
            return None
        if age is not None:
            is_dated = True
        elif moment < seen:
            seen = moment
    if not is_dated:
        return -FOREVER, seen
    agreed = agreement(sightings, FOREVER)
    if agreed is None:
        return None
    (after, until), _ = agreed
    return (after, min(until, seen)) if after < seen else None


def is_shown_by(sightings: Iterable[Sighting], captures: Collection[CaptureKey]) -> bool:
    """Whether one of the captures shows a story."""
    return any(one.capture.key in captures for one in sightings)


def parted(
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


def ages_of(age: Age) -> Span:
    """The least and the most that a story of a printed age can be old, in microseconds."""
    _raw, low, high = age
    if low >= _MONTH:
        return (low - _HOUR) * SECOND, (high + _HOUR) * SECOND
    return low * SECOND, high * SECOND


def is_exact(capture: Capture) -> bool:
    """Whether the capture's time is known to the instant, so that it joins nothing."""
    return capture.earliest is not None and capture.earliest == capture.latest


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


def agreed(session: Sequence[tuple[Sighting, Span]]) -> Span | None:
    """When a story was published by the best that tells of it; None if it is seen once, or nothing agrees."""
    if len(session) < 2:
        return None
    told = [span for sighting, span in session if sighting.capture.is_told]
    if len(told) == 1:
        return told[0]
    return most_agreed(told or [span for _, span in session])


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans have more than a point in common."""
    return max(one[0], other[0]) < min(one[1], other[1])


def sessions(told: Sequence[tuple[Sighting, Span]]) -> list[list[tuple[Sighting, Span]]]:
    """Dated sightings, in the order of capture, parted where a story was not seen for long."""
    found: list[list[tuple[Sighting, Span]]] = []
    last = -FOREVER
    for item in told:
        at = item[0].capture.earliest or 0
        if at - last > SESSION:
            found.append([])
        found[-1].append(item)
        last = at
    return found


def publications(sightings: Sequence[Sighting]) -> tuple[Span, ...]:
    """When something was published by its sightings: in each session as most of them agree, else as the first says.

    More than one if it was published again, or if a clock was far off. Sightings come in the order of capture.
    """
    agreed = agreement(sightings)
    if agreed is not None:
        return (agreed[0],)
    told = [(sighting, span) for sighting in sightings if (span := span_of(sighting)) is not None]
    each = [[span for _, span in session] for session in sessions(told)]
    return tuple(sorted({most_agreed(some) or some[0] for some in each}))


def is_wrong_clock(told: Bounds, found: Bounds) -> bool:
    """Whether the told time of a capture had to be set aside, because all stories on it together leave it no room.

    `found` is when it was as they tell; that lies within what is told, unless this was set aside. None is no bound;
    nothing was found of captures that are believed to the instant.
    """
    (earliest, latest), (low, high) = told, found
    if earliest is None or latest is None or found == (None, None):
        return False
    return low is None or high is None or low < earliest or latest < high


def most_agreed(spans: Sequence[Span]) -> Span | None:
    """The first stretch that most of the spans share; None unless two share one."""
    after, until = max(start for start, _ in spans), min(end for _, end in spans)
    if after < until:
        return (after, until) if len(spans) > 1 else None
    most, best = deepest(spans)
    return best if most > 1 else None


def deepest(spans: Sequence[Span]) -> tuple[int, Span]:
    """How many of one or more spans share a stretch, at the most, and the first such stretch."""
    edges = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    most = depth = 0
    best = spans[0]
    for number, (edge, step) in enumerate(edges):
        depth += step
        if depth > most:
            most, best = depth, (edge, edges[number + 1][0])
    return most, best


def heed(spans: Spans, node: int, time: int | None, sighting: Sighting) -> bool:
    """Take up what a sighting says of its story, the instant `node`; False, and nothing changed, if that contradicts.

    `time` is the instant of the capture if that is not exact: the age lies between the two, or at least the order.
    """
    age = sighting.age
    if time is not None:
        return spans.link(node, time, *((0, FOREVER) if age is None else ages_of(age)))
    if age is None:
        latest = sighting.capture.latest
        return latest is None or spans.bound(node, -FOREVER, latest)
    span = span_of(sighting)
    return span is None or spans.bound(node, *span)


def neighbours(page: Iterable[tuple[StoryName, Sighting]]) -> Iterator[tuple[StoryName, StoryName]]:
    """Of the stories in the list of one page each two that follow each other, the older first.

    None if the printed ages themselves are not in order.
    """
    listed = sorted(
        (sighting.position, name, sighting.age.lo)
        for name, sighting in page
        if sighting.position >= 0 and sighting.age is not None
    )
    ages = [age for *_, age in listed]
    if ages == sorted(ages):
        for (_, newer, _), (_, older, _) in pairwise(listed):
            yield older, newer
