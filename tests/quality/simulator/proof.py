"""What the pages themselves can prove of wrong clocks, and what nobody can know because they cannot.

Both follow from the truth and from what the pages print, whatever a program makes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from .oracle import Oracle, oracles
from .portal import age_span
from .settings import DAY
from .truth import Span, TruePage, TrueSighting, Truth

APART = 10 * DAY
"""What was captured so much earlier or later speaks for nothing: in between a story may have been published again."""

_Seen: TypeAlias = Mapping[int, Sequence[tuple[TruePage, Span]]]
"""Of stories the pages that say when they were published, and what they say."""


def provably_wrong(truth: Truth) -> frozenset[str]:
    """The pages whose told time cannot be right: two right pages or more contradict it, as to two stories or more.

    Told time and printed age (or, without one, being out by then) put a story where an exactly told page with a right
    clock says that it was not. What the pages do not tell anybody is no proof:

    - one story alone may have been published again, or be two reports with the same words;
    - so may any that is seen on the two pages more than `APART` from each other;
    - of two pages that contradict only each other either may be wrong;
    - how a portal counts months and years is not printed, so ages in these contradict nothing.

    But whole pages are not published again: a told time is wrong too if right pages far from it, at least two, refute
    it as to each of two stories or more and together tell to the day when it was captured, and right pages near it bear
    out fewer.
    """
    seen = _seen(truth)
    near = frozenset(name for name, found in _contradictions(truth, seen).items() if _is_proof(found))
    return near | _far_off(truth, seen)


def undecidable(truth: Truth) -> frozenset[int]:
    """The stories whose publication no page tells, because what a wrong clock says of them stands as well.

    A wrong clock that is not `provably_wrong` excludes the truth of such a story, and no more right pages contradict it
    there than such wrong ones bear it out. Or a page of untold time shows the story beside one of these, and by the two
    ages the truth is excluded of it as well, and no right page contradicts that.
    """
    known, seen, proved = oracles(truth), _seen(truth), provably_wrong(truth)
    misled = _misled(truth, known, seen, proved)
    beside = {
        other.story
        for page in truth.pages
        if page.telling != "exact"
        for sighting in page.sightings
        if sighting.story in misled and sighting.age is not None
        for other in page.sightings
        if _excludes(span := _by_ages(truth, page, misled[sighting.story], sighting, other), known[other.story])
        and all(_meet(span, said) for _, said in seen.get(other.story, ()))
    }
    return frozenset(misled.keys() | beside)


def _misled(truth: Truth, known: Mapping[int, Oracle], seen: _Seen, proved: Collection[str]) -> dict[int, Span]:
    """The stories on which a wrong clock that cannot be proved stands unrefuted, and when they were published by it."""
    contradictions = _contradictions(truth, seen)
    claims: dict[int, list[tuple[str, Span]]] = {}
    for page in truth.pages:
        if page.clock_error and page.name not in proved:
            for sighting in page.sightings:
                said = _said(truth, page, sighting)
                if said is not None and _excludes(said, known[sighting.story]):
                    claims.setdefault(sighting.story, []).append((page.name, said))
    misled: dict[int, Span] = {}
    for story, wrong in claims.items():
        for name, said in wrong:
            against = sum(other == story for other, _ in contradictions[name])
            if against <= sum(_meet(said, other) for _, other in wrong):
                misled[story] = _common([said, *(right for _, right in seen.get(story, ()) if _meet(said, right))])
    return misled


def _is_proof(contradictions: Collection[tuple[int, str]]) -> bool:
    return len({story for story, _ in contradictions}) > 1 and len({right for _, right in contradictions}) > 1


def _far_off(truth: Truth, seen: _Seen) -> frozenset[str]:
    """The pages with a wrong clock that pages far from what it tells prove wrong."""
    found = []
    for page in truth.pages:
        against = borne_out = 0
        for sighting in page.sightings if page.clock_error else ():
            said = _said(truth, page, sighting)
            if said is not None and sighting.age is not None:
                rights = seen.get(sighting.story, ())
                near = [other for right, other in rights if abs((page.told[0] or 0) - right.captured) <= APART]
                against += not near and len(rights) > 1 and _is_precise(truth, page, sighting, rights)
                borne_out += any(_meet(said, other) for other in near)
        if against > max(1, borne_out):
            found.append(page.name)
    return frozenset(found)


def _is_precise(truth: Truth, page: TruePage, sighting: TrueSighting, rights: Sequence[tuple[TruePage, Span]]) -> bool:
    """Whether what right pages say of a story, and its age, tell to the day when a page was captured."""
    low, high = _common([said for _, said in rights])
    least, most = _ages(truth, page, sighting)
    return low is not None and high is not None and high - low + most - least <= DAY


def _contradictions(truth: Truth, seen: _Seen) -> dict[str, set[tuple[int, str]]]:
    """Of every page with a wrong clock, the stories as to which right pages contradict it, each with the page."""
    return {
        page.name: {
            (sighting.story, right.name)
            for sighting in page.sightings
            if (said := _said(truth, page, sighting)) is not None and not _by_calendar(sighting)
            for right, other in seen.get(sighting.story, ())
            if not _meet(said, other) and abs((page.told[0] or 0) - right.captured) <= APART
        }
        for page in truth.pages
        if page.clock_error
    }


def _seen(truth: Truth) -> _Seen:
    """What the exactly told pages with a right clock say of every story."""
    seen: dict[int, list[tuple[TruePage, Span]]] = {}
    for page in truth.pages:
        if page.telling == "exact" and not page.clock_error:
            for sighting in page.sightings:
                said = _said(truth, page, sighting)
                if said is not None and not _by_calendar(sighting):
                    seen.setdefault(sighting.story, []).append((page, said))
    return seen


def _said(truth: Truth, page: TruePage, sighting: TrueSighting) -> Span | None:
    """When a story was published by what one page tells of its own time and of the story's age."""
    early, late = page.told
    if early is None or late is None:
        return None
    if sighting.age is None:
        return None, late
    least, most = _ages(truth, page, sighting)
    return early - most, late - least


def _ages(truth: Truth, page: TruePage, sighting: TrueSighting) -> tuple[int, int]:
    """How old a story can be by its printed age."""
    counted = max(at for at in truth.stories[sighting.story].published if at <= page.captured)
    before, after = age_span(counted, page.captured)
    return page.captured - after, page.captured - before


def _by_ages(truth: Truth, page: TruePage, span: Span, one: TrueSighting, other: TrueSighting) -> Span:
    """When another story was published by a page of untold time, if one was in that span."""
    low, high = span
    least, most = _ages(truth, page, one)
    early, late = (None if low is None else low + least), (None if high is None else high + most)
    if other.age is None:
        return None, late
    newest, oldest = _ages(truth, page, other)
    return (None if early is None else early - oldest), (None if late is None else late - newest)


def _by_calendar(sighting: TrueSighting) -> bool:
    return sighting.age is not None and any(unit in sighting.age for unit in ("maand", "jaar"))


def _excludes(span: Span, known: Oracle) -> bool:
    """Whether what is said of a story is not true."""
    low, high = span
    return (low is not None and known.instant <= low) or (high is not None and high < known.instant)


def _common(spans: Sequence[Span]) -> Span:
    lows = [low for low, _ in spans if low is not None]
    highs = [high for _, high in spans if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _meet(one: Span, other: Span) -> bool:
    low, high = _common([one, other])
    return low is None or high is None or low < high
