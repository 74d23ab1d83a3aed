"""When a story was published, from the ages that pages print of it.

An age `[lo, hi)` on a page captured in `[a, b]` puts publication in `(a - hi, b - lo]`. The spans of
all sightings are intersected; one that contradicts the earlier ones is set aside, never averaged in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.canon import instant
from feeds.model import Published, Sighting

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Dating:
    """What is known of the publication, and the sightings that contradict it."""

    published: Published
    set_aside: tuple[Sighting, ...]


def span_of(sighting: Sighting) -> tuple[int, int] | None:
    """The span `(after, until]` in microseconds that one sighting leaves for publication, if it leaves one."""
    capture, age = sighting.capture, sighting.age
    if age is None or capture.earliest is None or capture.latest is None:
        return None
    return capture.earliest - age.hi * SECOND, capture.latest - age.lo * SECOND


def date_story(sightings: Sequence[Sighting]) -> Dating:
    """Date a story from its sightings, which come in the order of their capture.

    `best` is the middle of the span that the earliest dated sighting gives, moved into the final
    span: it does not move while pages arrive in the order of their capture.
    """
    first: tuple[int, int] | None = None
    after = until = 0
    set_aside = []
    for sighting in sightings:
        span = span_of(sighting)
        if span is None:
            continue
        if first is None:
            first, (after, until) = span, span
        elif max(after, span[0]) < min(until, span[1]):
            after, until = max(after, span[0]), min(until, span[1])
        else:
            set_aside.append(sighting)
    if first is None:
        return Dating(Published(None, None, None), ())
    return Dating(Published(instant(after), instant(until), instant(_middle(first, after, until))), tuple(set_aside))


def _middle(span: tuple[int, int], after: int, until: int) -> int:
    """The middle of a span in whole seconds, moved into `(after, until]` where that holds a whole second."""
    middle = (span[0] + span[1]) // 2 // SECOND * SECOND
    last = until // SECOND * SECOND
    earliest = (after // SECOND + 1) * SECOND
    return max(min(middle, last), min(earliest, until))
