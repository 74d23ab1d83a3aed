"""What is said of a story's publication, by the span that dating leaves for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from feeds.canon import instant
from feeds.model import CaptureKey, Published, Sighting
from feeds.stories.evidence import SECOND, Span, span_of
from feeds.stories.spans import FOREVER, roundest


def published(sightings: Sequence[Sighting], span: Span, doubted: Collection[CaptureKey]) -> Published:
    """The publication of one story: its span, and the middle of what its earliest dated sighting says, moved into it.

    `doubted` are the captures whose evidence of it was set aside. `best` is in whole seconds, and does not move while
    pages arrive in the order of their capture. Where only pages of unknown time date a story it is the roundest second
    of the span, which stays that however the span narrows around it.
    """
    low, high = span
    if low == -FOREVER or high == FOREVER:
        return Published(None if low == -FOREVER else instant(low), None if high == FOREVER else instant(high), None)
    trusted = (span_of(sighting) for sighting in sightings if sighting.capture.key not in doubted)
    first = next((span for span in trusted if span is not None), None)
    if first is not None:
        return published_at(span, (first[0] + first[1]) // 2 // SECOND * SECOND)
    return published_at(span, roundest(low // SECOND + 1, high // SECOND) * SECOND)


def published_at(span: Span, best: int) -> Published:
    """The publication in a span with both bounds, at that whole second, or the nearest within the span."""
    low, high = span
    last, earliest = high // SECOND * SECOND, (low // SECOND + 1) * SECOND
    return Published(instant(low), instant(high), instant(max(min(best, last), min(earliest, high))))
