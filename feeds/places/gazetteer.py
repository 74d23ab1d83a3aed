"""The packaged gazetteer, opened: an SQLite file that is only ever read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final
from urllib.parse import quote

from feeds.parse.profile import SiteProfile
from feeds.places.entries import Bond, Entry, Gazetteer, NameKey, Ruling, name_key
from feeds.places.overrides import Overridden, Overrides
from feeds.places.resolve import Home, Resolver

FILE: Final = "gazetteer.db"
DEGREE: Final = 10_000
"""Degrees are kept as whole numbers of so many to the degree."""
OWN: Final = 1_000_000_000
"""From here on are the numbers of places that GeoNames lacks."""

_PLACE = "geonames, name, country, lat, lon, population, capital"


class PackagedGazetteer:
    """Reads a gazetteer file, which nobody writes: no lock is taken, no change looked for.

    It is opened at the first question.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None

    @property
    def version(self) -> str:
        """A hash of all that is in it."""
        (found,) = self._connection.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
        return str(found)

    def entries(self, key: NameKey) -> tuple[Entry, ...]:
        """The places of that name, by GeoNames id."""
        found = self._connection.execute(
            f"SELECT {_PLACE}, bond FROM names JOIN places USING (geonames) WHERE key = ? ORDER BY geonames",  # noqa: S608 -- a constant
            (key,),
        )
        return tuple(_entry(row[:-1], row[-1]) for row in found)

    def ruling(self, key: NameKey) -> Ruling | None:
        """What is known of the name itself."""
        found = self._connection.execute("SELECT ruling FROM rulings WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def entry(self, geonames: int) -> Entry | None:
        """One place by its GeoNames id."""
        found = self._connection.execute(f"SELECT {_PLACE} FROM places WHERE geonames = ?", (geonames,)).fetchone()  # noqa: S608 -- a constant
        return None if found is None else _entry(found, Bond.MAIN)

    def mentions(self) -> Mapping[str, str]:
        """Names that tell a country when they stand in a text, each with its code."""
        return dict(self._connection.execute("SELECT name, country FROM mentions ORDER BY name").fetchall())

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            address = f"file:{quote(str(self._path))}?mode=ro&immutable=1"
            self._opened = sqlite3.connect(address, uri=True, check_same_thread=False)
        return self._opened


@contextmanager
def open_gazetteer(overrides: Overrides) -> Iterator[Gazetteer]:
    """The packaged gazetteer, with these overrides before it."""
    with ExitStack() as stack:
        packaged = PackagedGazetteer(stack.enter_context(as_file(files("feeds.places") / FILE)))
        stack.callback(packaged.close)
        yield packaged if overrides == Overrides() else Overridden(packaged, overrides)


@contextmanager
def open_resolver(overrides: Overrides, sites: tuple[SiteProfile, ...]) -> Iterator[Resolver]:
    """A resolver by the packaged gazetteer and these overrides, for these sites."""
    with open_gazetteer(overrides) as gazetteer:
        yield Resolver(gazetteer, homes(sites))


def homes(sites: tuple[SiteProfile, ...]) -> dict[str, Home]:
    """Where each site is at home, by its name."""
    return {site.name: Home(site.country, frozenset(map(name_key, site.towns))) for site in sites}


def _entry(row: tuple[int, str, str, int, int, int, int], bond: int) -> Entry:
    geonames, name, country, lat, lon, population, capital = row
    known = geonames if geonames < OWN else None
    return Entry(known, name, country, lat / DEGREE, lon / DEGREE, population, bool(capital), Bond(bond))
