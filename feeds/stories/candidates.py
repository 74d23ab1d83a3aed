"""Which wordings can be one story at all, found by keys so that a new one costs the same in an archive of any size.

Wordings that share a block are candidates. Blocks are a whole lead, its beginning, a headline for what has little
lead; and for what is merely alike a few of the lead's word triples, each within one place and one day on which the
wording may have been published, of which two must be shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from feeds.canon import fold, key63
from feeds.model import CaptureOrder, Sighting, Wording, WordingKey
from feeds.stories.evidence import Span, publications
from feeds.stories.similarity import sketch
from feeds.stories.wordings import FRAGMENT, is_fragment

DAY = 86_400_000_000
SHARED = 2
"""So many triples two wordings share in their sketches before they are looked at."""

_MOST_DAYS = 4
_PART, _UNDATED = 0x5BD1E995_1B873593, 0x2545F491_4F6CDD1D
"""Make other keys of a key, at less than another hash."""

SeenOrder = tuple[CaptureOrder, int, WordingKey]


@dataclass(frozen=True, slots=True)
class Seen:
    """A wording with its sightings, in the order of their capture. There is at least one."""

    wording: Wording
    sightings: tuple[Sighting, ...]
    order: SeenOrder = field(init=False, repr=False, compare=False)
    """Sort key: by the first capture, then by position, then by key."""
    spans: tuple[Span, ...] = field(init=False, repr=False, compare=False)
    """When it was published by its sightings: usually once; not at all if none says."""

    def __post_init__(self) -> None:
        first = self.sightings[0]
        object.__setattr__(self, "order", (first.capture.order, first.position, self.wording.key))
        object.__setattr__(self, "spans", publications(self.sightings))


def sighting_order(sighting: Sighting) -> SeenOrder:
    """Sort key of sightings: by capture, then by position (the article is -1), then by wording."""
    return sighting.capture.order, sighting.position, sighting.wording


@dataclass(frozen=True, slots=True)
class Blocks:
    """The keys under which a wording is found and finds others."""

    kept: tuple[int, ...]
    """Under each of these it can be found."""
    sought: tuple[int, ...]
    """Under each of these its candidates are."""
    alike: tuple[int, ...]
    """Under these it can be found and finds others that share two of them."""


def blocks(seen: Seen) -> Blocks:
    """The blocks of a wording.

    A fragment seeks whole wordings, and they it, and other fragments. Whole wordings do not seek each other by headline
    or by how they begin, because a daily column keeps both for years; only one that nothing dates does.
    """
    wording = seen.wording
    lead, head = wording.body, wording.head
    part = is_fragment(wording)
    kept: list[int] = []
    sought: list[int] = []
    if head:
        whole = key63("headline", head)
        fragment = whole ^ _PART
        kept.append(fragment if part else whole)
        sought += (whole, fragment) if part else (fragment,)
    if not lead or (part and len(lead) < FRAGMENT):
        return Blocks(tuple(kept), tuple(sought), ())
    begins = key63("beginning", lead[:FRAGMENT])
    cut, undated = begins ^ _PART, begins ^ _UNDATED
    if part:
        kept.append(cut)
        sought += (begins, cut)
        return Blocks(tuple(kept), tuple(sought), ())
    equal = key63("lead", lead)
    kept += (equal, begins)
    sought += (equal, cut, undated)
    days = _days(seen.spans)
    if not days:
        kept.append(undated)
        sought.append(begins)
        return Blocks(tuple(kept), tuple(sought), ())
    triples = sketch(lead)
    places = wording.dateline.places if wording.dateline is not None else ("",)
    within = [_nearby(place, day) for place in places for day in days]
    return Blocks(tuple(kept), tuple(sought), tuple(key ^ triple for key in within for triple in triples))


@lru_cache(maxsize=4096)
def _nearby(place: str, day: int) -> int:
    return key63("alike", fold(place), str(day))


def _days(spans: Iterable[Span]) -> list[int]:
    """The days in UTC on which a wording may have been published; none if they are not known, or too many."""
    days: set[int] = set()
    for after, until in spans:
        first, last = after // DAY, until // DAY
        if last - first < _MOST_DAYS:
            days.update(range(first, last + 1))
    return sorted(days)


class Meeting:
    """Where wordings meet their candidates."""

    def __init__(self) -> None:
        self._kept: dict[int, list[WordingKey]] = {}
        self._alike: dict[int, list[WordingKey]] = {}

    def enter(self, key: WordingKey, its: Blocks) -> None:
        """Let a wording be found."""
        for block in its.kept:
            self._kept.setdefault(block, []).append(key)
        for block in its.alike:
            self._alike.setdefault(block, []).append(key)

    def candidates(self, key: WordingKey, its: Blocks) -> Iterator[WordingKey]:
        """The other wordings that this one seeks, each once, in the order of their keys; they seek it too."""
        found: set[WordingKey] = set()
        for block in its.sought:
            found.update(self._kept.get(block, ()))
        met = [other for block in its.alike for other in self._alike.get(block, ()) if other != key]
        if met:  # most meet nobody
            found |= often(met)
        found.discard(key)
        return iter(sorted(found))

    def nearby(self, key: WordingKey, its: Blocks) -> list[WordingKey]:
        """The other wordings of its places and days that share any triple of their sketches, in order; it is theirs."""
        return sorted({other for block in its.alike for other in self._alike.get(block, ()) if other != key})


def often(keys: Iterable[WordingKey]) -> set[WordingKey]:
    """Those that come often enough to be candidates."""
    return {key for key, count in Counter(keys).items() if count >= SHARED}
