"""What a gazetteer knows of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NewType, Protocol

from feeds.canon import slug

NameKey = NewType("NameKey", str)
"""What a name is looked up by: small ASCII letters and digits, nothing else."""

Ruling = str
"""What is known of a name beside its places: `no place`, that it means none; `unclear`, that only a report's text tells
which; `unclear in PH`, that nothing does in a report that speaks of PH, where the name means something else."""

_UNCLEAR_IN: Final = "unclear in "

DUTCH_SPEAKING: Final = frozenset({"AW", "BE", "BQ", "CW", "LU", "NL", "SR", "SX"})
"""Where Dutch is spoken, or nearly (Luxembourg): Dutch pages name every village there."""

_SAINT = re.compile(r"\b(?:st|sint|sankt)\b")
_SAINTS = ("st", "sint", "sankt")


class Bond(IntEnum):
    """How a name belongs to a place, the closest last."""

    OTHER = 0
    """One of the many names that GeoNames lists."""
    MAIN = 1
    """Its own name, or what feeds call it."""
    SETTLED = 2
    """Somebody looked: in print the name means this place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as the gazetteer has it under a name. `geonames` is None for one that a user added."""

    geonames: int | None
    name: str
    """What feeds call it: Dutch where there is a Dutch name."""
    country: str
    """ISO 3166-1 alpha-2, and XK for Kosovo."""
    lat: float
    lon: float
    population: int
    capital: bool
    bond: Bond


class Gazetteer(Protocol):
    """Places by name. A function: the same key has the same entries for as long as `version` stays."""

    @property
    def version(self) -> str:
        """Differs when anything in it does."""

    def entries(self, key: NameKey) -> tuple[Entry, ...]:
        """The places of that name."""

    def ruling(self, key: NameKey) -> Ruling | None:
        """What is known of the name itself."""

    def entry(self, geonames: int) -> Entry | None:
        """One place by its GeoNames id."""

    def mentions(self) -> Mapping[str, str]:
        """Names that tell a country when they stand in a text, besides the countries' own."""


def unclear_in(ruling: Ruling | None) -> str | None:
    """The country that makes a name unclear where a report speaks of it."""
    return ruling.removeprefix(_UNCLEAR_IN) if ruling is not None and ruling.startswith(_UNCLEAR_IN) else None


def name_key(printed: str) -> NameKey:
    """What a printed name is looked up by: case, accents, quotes, hyphens and blanks do not count."""
    return NameKey(slug(printed).replace("-", ""))


def name_keys(printed: str) -> Iterator[NameKey]:
    """The keys to try in turn: as printed, then with Sint, St. and Sankt for each other."""
    plain = slug(printed)
    yield NameKey(plain.replace("-", ""))
    if _SAINT.search(plain):
        for saint in _SAINTS:
            other = _SAINT.sub(saint, plain)
            if other != plain:
                yield NameKey(other.replace("-", ""))
