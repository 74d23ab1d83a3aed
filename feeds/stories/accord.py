"""What sightings say of a date together, where none of them contradicts another: most recur and say nothing new.

Of such a wording a few numbers are all that further sightings need to be dated, whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from feeds.model import CaptureOrder, Sighting
from feeds.stories.evidence import SESSION, Span, ages_of
from feeds.stories.spans import FOREVER

_NEVER = CaptureOrder("")


class Accord(NamedTuple):
    """Sightings on captures told exactly that agree, and lie no further apart than one publication does.

    Instants are in microseconds since 1970, `FOREVER` off where nothing says.
    """

    after: int
    until: int
    """The span that all printed ages share."""
    seen: int
    """The first capture that shows it without an age: it was published by then."""
    first: int
    last: int
    """The first and the last capture that prints an age."""
    dated: int
    """How many do."""
    newest: CaptureOrder
    """The last capture of all."""
    text: str | None
    """The hash of the whole article as it was last seen, if it was."""
    read: CaptureOrder
    """The capture of that."""

    @property
    def span(self) -> Span:
        """When it was published."""
        return self.after, min(self.until, self.seen)


def accord(sightings: Sequence[Sighting]) -> Accord | None:
    """What sightings of one story say together; None if one of them is not told exactly, or contradicts another.

    There is at least one; they come in the order of capture.
    """
    after, until, seen = -FOREVER, FOREVER, FOREVER
    printed: list[int] = []
    text, read = None, _NEVER
    for capture, _role, _position, _wording, topic, age, body in sightings:
        moment = capture.earliest
        if moment is None or moment != capture.latest or not capture.is_told:
            return None
        if body is not None and topic is not None:
            text, read = body, capture.order
        if age is None:
            seen = min(seen, moment)
            continue
        printed.append(moment)
        least, most = ages_of(age)
        after = max(after, moment - most)
        until = min(until, moment - least)
    first, last = (printed[0], printed[-1]) if printed else (FOREVER, -FOREVER)
    return joined([Accord(after, until, seen, first, last, len(printed), sightings[-1].capture.order, text, read)])


def joined(accords: Iterable[Accord | None]) -> Accord | None:
    """What all of them say together; None if one is none, or they contradict each other. There is at least one."""
    found: Accord | None = None
    for one in accords:
        if one is None:
            return None
        found = one if found is None else _both(found, one)
    if found is None or found.after >= min(found.until, found.seen) or found.last - found.first > SESSION:
        return None
    return found


def _both(one: Accord, other: Accord) -> Accord:
    later = max(one, other, key=lambda each: each.read)
    return Accord(
        max(one.after, other.after),
        min(one.until, other.until),
        min(one.seen, other.seen),
        min(one.first, other.first),
        max(one.last, other.last),
        one.dated + other.dated,
        max(one.newest, other.newest),
        later.text,
        later.read,
    )
