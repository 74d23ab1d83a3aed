"""Which of several places a name means, as a number.

Size, the closeness of the name, being a capital, being at home or where Dutch is spoken, and being in a country that
the report speaks of. The weights were chosen on datelines of Dutch pages; a name is resolved only if the best leads by
`MARGIN`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import cos, hypot, log10, radians
from typing import Final

from feeds.places.entries import DUTCH_SPEAKING, Bond, Entry

OTHER: Final = -1.0
"""GeoNames lists every name that a place had in any language, and many of them are towns elsewhere."""
MAIN: Final = 0.6
SETTLED: Final = 2.1
"""That somebody looked counts as much as thirty times the people, but not against what the report itself says."""
CAPITAL: Final = 1.2
HOME: Final = 1.5
DUTCH: Final = 0.8
"""Where Dutch is spoken, if that is not home."""
TOLD: Final = 1.5
"""The report names the country, or its other dateline lies there."""
MARGIN: Final = 0.7

SMALL: Final = 5000
"""A smaller place where no Dutch is spoken is hardly meant, unless somebody looked or the report tells its country:
likelier it is the namesake of a village that the gazetteer lacks."""

_BONDS: Final = {Bond.OTHER: OTHER, Bond.MAIN: MAIN, Bond.SETTLED: SETTLED}
_SAME_TOWN_KM: Final = 20.0
_KM_PER_DEGREE: Final = 111.2


@dataclass(frozen=True, slots=True)
class Scored:
    """A place that a name may mean, and how much speaks for it."""

    entry: Entry
    score: float


def ranked(entries: Iterable[Entry], home: str | None, told: Collection[str]) -> tuple[Scored, ...]:
    """The places by score, best first; `home` and `told` are countries. A total order, whatever order they come in."""
    scored = [Scored(entry, _score(entry, home, told)) for entry in entries]
    return tuple(sorted(scored, key=lambda one: (-one.score, one.entry.geonames or 0, one.entry.name)))


def lead(places: tuple[Scored, ...]) -> float:
    """By how much the first of ranked places beats the next that is not the same town; infinite if there is none."""
    first = places[0]
    rivals = (other for other in places[1:] if not _is_same_town(first.entry, other.entry))
    rival = next(rivals, None)
    return float("inf") if rival is None else round(first.score - rival.score, 3)


def _score(entry: Entry, home: str | None, told: Collection[str]) -> float:
    score = log10(entry.population + 10) + _BONDS[entry.bond]
    score += HOME if entry.country == home else DUTCH if entry.country in DUTCH_SPEAKING else 0.0
    score += CAPITAL * entry.capital + TOLD * (entry.country in told)
    return round(score, 3)


def _is_same_town(one: Entry, other: Entry) -> bool:
    """Whether two entries of one name are so near each other that they are one town: GeoNames lists its parts too."""
    if one.country != other.country:
        return False
    north = one.lat - other.lat
    east = (one.lon - other.lon) * cos(radians(one.lat))
    return hypot(north, east) * _KM_PER_DEGREE < _SAME_TOWN_KM
