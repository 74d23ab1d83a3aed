"""What the pages themselves give away to somebody who knows every capture time: the best dates that anybody can find.

Each printed age allows a span of publication instants, exact by the portal's own rule; each sighting says that the
story was out by then. A story's oracle is the intersection of all of them. It is empty for a story that was published
twice and seen after both: its ages contradict each other, and no single date is right.
"""

from __future__ import annotations

from dataclasses import dataclass

from .portal import age_span
from .truth import Span, Truth


@dataclass(frozen=True, slots=True)
class Oracle:
    """What can be known of one story's publication: the tightest span, and the instant that it is about.

    `contradicted` means that no instant satisfies all its sightings; `span` is then of no use and `instant` is the
    first publication.
    """

    span: Span
    instant: int
    contradicted: bool


def oracles(truth: Truth) -> dict[int, Oracle]:
    """The oracle of every story that stands on some page."""
    spans: dict[int, tuple[int | None, int]] = {}
    for page in truth.pages:
        for sighting in page.sightings:
            low: int | None = None
            high = page.captured
            if sighting.age is not None:
                counted = max(at for at in truth.stories[sighting.story].published if at <= page.captured)
                low, high = age_span(counted, page.captured)
            known = spans.get(sighting.story)
            if known is not None:
                low = known[0] if low is None else low if known[0] is None else max(low, known[0])
                high = min(high, known[1])
            spans[sighting.story] = (low, high)
    return {story: _oracle(truth.stories[story].published, span) for story, span in sorted(spans.items())}


def _oracle(published: tuple[int, ...], span: tuple[int | None, int]) -> Oracle:
    low, high = span
    for instant in published:
        if (low is None or low < instant) and instant <= high:
            return Oracle(span, instant, contradicted=False)
    return Oracle(span, published[0], contradicted=True)
