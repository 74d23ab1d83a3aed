"""Captures that contradict each other as to when stories were published, and which of them to suspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from heapq import heapify, heappop, heappush

from feeds.model import Capture, CaptureKey, Sighting
from feeds.stories.evidence import most_agreed, overlap, sessions, span_of

_STORIES = 2
"""As to one story alone right clocks contradict each other too: it may have been published again."""
_MOST_PAIRS = 10_000
"""Where a story has more to contradict, only its vote counts."""


def rivals(sightings: Sequence[Sighting]) -> set[tuple[Capture, Capture]]:
    """Two captures each, the lesser key first, near in time, that contradict each other as to a story."""
    told = [(sighting, span) for sighting in sightings if (span := span_of(sighting)) is not None]
    pairs: set[tuple[Capture, Capture]] = set()
    for session in sessions(told):
        spans = [span for _, span in session]
        best = most_agreed(spans) or spans[0]
        odd = [one for one in session if not overlap(one[1], best)]
        if len(odd) * len(session) <= _MOST_PAIRS:
            for one, mine in odd:
                for other, theirs in session:
                    if not overlap(mine, theirs):
                        pairs.add(_pair(one.capture, other.capture))
    return pairs


def _pair(one: Capture, other: Capture) -> tuple[Capture, Capture]:
    return (one, other) if one.key < other.key else (other, one)


def suspects(stories: Iterable[Sequence[Sighting]], suspected: Collection[CaptureKey] = ()) -> dict[CaptureKey, int]:
    """Captures without which no two are rivals as to several stories, each with the number of its rivals at its turn.

    Each time it is the turn of the one that has most, for a wrong clock has many right ones against it; of equal ones
    that of one that is `suspected` already, then that of the last.
    """
    counts = Counter(pair for sightings in stories for pair in rivals(sightings))
    found: dict[Capture, set[CaptureKey]] = {}
    for (one, other), count in counts.items():
        if count >= _STORIES:
            found.setdefault(one, set()).add(other.key)
            found.setdefault(other, set()).add(one.key)
    captures = sorted(found, key=lambda capture: (capture.key in suspected, capture.order), reverse=True)
    rank = {capture.key: number for number, capture in enumerate(captures)}
    against = [{rank[key] for key in found[capture]} for capture in captures]
    waiting = [(-len(others), number) for number, others in enumerate(against)]
    heapify(waiting)
    turns: dict[CaptureKey, int] = {}
    while waiting:
        count, number = heappop(waiting)
        others = against[number]
        if not others or -count != len(others):
            continue  # since then it lost rivals
        turns[captures[number].key] = len(others)
        against[number] = set()
        for rival in others:
            against[rival].discard(number)
            heappush(waiting, (-len(against[rival]), rival))
    return turns
