"""Which wordings can be one story at all, found by keys so that a new one costs the same in an archive of any size.

Wordings that share a block are candidates. Blocks are a whole lead, its beginning, a headline for what has little
lead, the address of a captured article; and for what is merely alike a few of the lead's word triples, each within one
place and one day on which the wording may have been published, of which two must be shared.

A headline or a beginning that many wordings share is that of a series, and no evidence of which of them a piece is: it
is crowded, and nobody meets there. So is the address of a front. So a series costs the same however long it runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from feeds.canon import fold, key63
from feeds.model import CaptureKey, CaptureOrder, Sighting, Wording, WordingKey
from feeds.stories.addresses import addresses
from feeds.stories.evidence import Span, publications, span_of
from feeds.stories.similarity import sketch
from feeds.stories.wordings import FRAGMENT, is_fragment

DAY = 86_400_000_000
SHARED = 2
"""So many triples two wordings share in their sketches before they are looked at."""

CROWD = 24
"""The most whole wordings with one headline, beginning or address under which others find them."""

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
    addresses: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Where its article was captured."""
    pages: tuple[CaptureKey, ...] = field(init=False, repr=False, compare=False)
    """The captures on which it was seen. Not a set, which would take the most room of all this."""

    def __post_init__(self) -> None:
        first = self.sightings[0]
        object.__setattr__(self, "order", (first.capture.order, first.position, self.wording.key))
        object.__setattr__(self, "spans", publications(self.sightings))
        object.__setattr__(self, "addresses", addresses(self.sightings))
        object.__setattr__(self, "pages", tuple([sighting.capture.key for sighting in self.sightings]))

    @property
    def since(self) -> int | None:
        """After which microsecond it was published, if something says: its first sighting, else the days of all.

        Stories that recur are not decided anew; so nothing that hangs on this may follow from what narrows their spans.
        """
        first = span_of(self.sightings[0])
        if first is not None:
            return first[0]
        days = days_of(self.spans)
        return days[0] * DAY if days else None

    @property
    def shown_from(self) -> int | None:
        """The microsecond by which the earliest page that shows it was captured, of those whose time is told."""
        told = [one.capture.latest for one in self.sightings if one.capture.is_told]
        return min((at for at in told if at is not None), default=None)

    @property
    def shown_until(self) -> int | None:
        """The microsecond by which all pages that show it were captured; None if that of one is not told."""
        last = None
        for capture, *_ in self.sightings:
            if not capture.is_told or capture.latest is None:
                return None
            last = capture.latest if last is None else max(last, capture.latest)
        return last

    @property
    def evidence(self) -> tuple[object, ...]:
        """What its sightings say of which story it is."""
        part = is_fragment(self.wording)
        return self.spans, self.addresses, self.since, self.shown_until if part else None


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
    gated: tuple[tuple[int, int], ...]
    """Under the first of each its candidates are too, unless the second, which has whole wordings only, is crowded."""
    alike: tuple[int, ...]
    """Under these it can be found and finds others that share two of them."""
    days: tuple[int, ...]
    """The days in UTC on which it may have been published; none if they are not known, or too many."""
    addresses: tuple[str, ...] = ()


def blocks(seen: Seen, before: Blocks | None = None) -> Blocks:
    """The blocks of a wording; `before` are those that it had with other sightings.

    A fragment seeks whole wordings, and they it, and other fragments. Whole wordings do not seek each other by headline
    or by how they begin, because a daily column keeps both for years; only one that nothing dates does.
    """
    days = days_of(seen.spans)
    if before is not None and before.days == days and before.addresses == seen.addresses:
        return before
    wording = seen.wording
    lead, head = wording.body, wording.head
    part = is_fragment(wording)
    kept: list[int] = []
    gated: list[tuple[int, int]] = []
    if head:
        named = key63("headline", head)
        kept.append(named ^ _PART if part else named)
        gated.append((named ^ _PART, named))
        if part:
            gated.append((named, named))
    if not lead or (part and len(lead) < FRAGMENT):
        return Blocks(tuple(kept), (), tuple(gated), (), days)
    begins = key63("beginning", lead[:FRAGMENT])
    gated.append((begins ^ _PART, begins))
    if part:
        kept.append(begins ^ _PART)
        gated.append((begins, begins))
        return Blocks(tuple(kept), (), tuple(gated), (), days)
    equal = key63("lead", lead)
    kept += (equal, begins)
    for address in seen.addresses:
        at = key63("address", address)
        kept += (at, at ^ _UNDATED)
        gated.append((at ^ _UNDATED, at))
    gated.append((begins ^ _UNDATED, begins))
    if not days:
        kept.append(begins ^ _UNDATED)
        gated.append((begins, begins))
        return Blocks(tuple(kept), (equal,), tuple(gated), (), days, seen.addresses)
    triples = sketch(lead)
    places = wording.dateline.places if wording.dateline is not None else ("",)
    within = [_nearby(place, day) for place in places for day in days]
    alike = tuple([key ^ triple for key in within for triple in triples])
    return Blocks(tuple(kept), (equal,), tuple(gated), alike, days, seen.addresses)


def seekers(gate: int) -> tuple[int, int]:
    """The blocks of those that find others under this one, unless it is crowded."""
    return gate ^ _PART, gate ^ _UNDATED


@lru_cache(maxsize=4096)
def _nearby(place: str, day: int) -> int:
    """The key of a place on a day. Those of one day stand together: there the store finds them at once."""
    return (day & 0xFFFF) << 47 | key63("alike", fold(place)) >> 16


def days_of(spans: Iterable[Span]) -> tuple[int, ...]:
    """The days in UTC on which something may have been published; none if they are not known, or too many."""
    days: set[int] = set()
    for after, until in spans:
        first, last = after // DAY, until // DAY
        if last - first < _MOST_DAYS:
            days.update(range(first, last + 1))
    return tuple(sorted(days))


class Meeting:
    """Where wordings meet their candidates."""

    def __init__(self) -> None:
        self._kept: dict[int, list[WordingKey]] = {}
        self._alike: dict[int, list[WordingKey]] = {}
        self.crowded: set[int] = set()
        """The blocks where nobody meets."""

    def enter(self, key: WordingKey, its: Blocks) -> None:
        """Let a wording be found."""
        for block in its.kept:
            self._kept.setdefault(block, []).append(key)
        for block in its.alike:
            self._alike.setdefault(block, []).append(key)

    def has(self, block: int) -> bool:
        """Whether anybody can be found under a block."""
        return block in self._kept

    def candidates(self, key: WordingKey, its: Blocks) -> Iterator[WordingKey]:
        """The other wordings that this one seeks, each once, in the order of their keys; they seek it too."""
        found: set[WordingKey] = set()
        for block in its.sought:
            found.update(self._kept.get(block, ()))
        for block, gate in its.gated:
            if block in self._kept and gate not in self.crowded:
                found.update(self._kept[block])
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
