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
    not_before = None if low == -FOREVER else instant(low)
    not_after = None if high == FOREVER else instant(high)
    if not_before is None or not_after is None:
        return Published(not_before, not_after, None)
    trusted = (span_of(sighting) for sighting in sightings if sighting.capture.key not in doubted)
    first = next((span for span in trusted if span is not None), None)
    last, earliest = high // SECOND * SECOND, (low // SECOND + 1) * SECOND
    middle = roundest(earliest // SECOND, last // SECOND) * SECOND
    if first is not None:
        middle = (first[0] + first[1]) // 2 // SECOND * SECOND
    return Published(not_before, not_after, instant(max(min(middle, last), min(earliest, high))))
