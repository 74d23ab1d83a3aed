"""What a configuration says of places, laid over a gazetteer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from feeds.canon import digest
from feeds.places.entries import Bond, Entry, Gazetteer, NameKey, Ruling, name_key


@dataclass(frozen=True, slots=True)
class AddedPlace:
    """A place that the gazetteer lacks."""

    name: str
    country: str
    lat: float
    lon: float
    geonames: int | None = None
    printed: tuple[str, ...] = ()
    """Other names of it in print."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What somebody knows better than the gazetteer; it always wins."""

    names: tuple[tuple[str, int], ...] = ()
    """Printed names, each with the GeoNames id of the place that it means."""
    unresolved: tuple[str, ...] = ()
    """Printed names that are no place, or mean no certain one: whatever else is said of them."""
    added: tuple[AddedPlace, ...] = ()


class Overridden:
    """A gazetteer with a user's overrides before it. An id in `names` that it does not have means no place."""

    def __init__(self, below: Gazetteer, overrides: Overrides) -> None:
        self._below = below
        self._version = digest("overridden", below.version, repr(overrides))
        self._entries: dict[NameKey, tuple[Entry, ...]] = {}
        self._rulings: dict[NameKey, Ruling] = {name_key(name): "no place" for name in overrides.unresolved}
        for place in overrides.added:
            entry = Entry(
                place.geonames, place.name, place.country, place.lat, place.lon, 0, capital=False, bond=Bond.SETTLED
            )
            self._entries.update((name_key(name), (entry,)) for name in (place.name, *place.printed))
        for name, geonames in overrides.names:
            meant = below.entry(geonames)
            self._entries[name_key(name)] = () if meant is None else (replace(meant, bond=Bond.SETTLED),)

    @property
    def version(self) -> str:
        """Differs when the gazetteer or the overrides do."""
        return self._version

    def entries(self, key: NameKey) -> tuple[Entry, ...]:
        """The places of that name; the one that the overrides name alone."""
        if key in self._rulings:
            return ()
        found = self._entries.get(key)
        return self._below.entries(key) if found is None else found

    def ruling(self, key: NameKey) -> Ruling | None:
        """What is known of the name itself; nothing, where the overrides name its place."""
        if key in self._rulings:
            return self._rulings[key]
        return None if key in self._entries else self._below.ruling(key)

    def entry(self, geonames: int) -> Entry | None:
        """One place by its GeoNames id."""
        return self._below.entry(geonames)

    def mentions(self) -> Mapping[str, str]:
        """Names that tell a country when they stand in a text."""
        return self._below.mentions()
