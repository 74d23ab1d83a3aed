"""What a dateline means: a place, or that it cannot be told.

A name is resolved if the best of the places that have it leads clearly. What the report says beside it, the other place
of a slash pair and the countries in its text, is asked only where it could make a difference, so that most names are
looked up once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from feeds.canon import digest, slug
from feeds.model import Place
from feeds.places.countries import Mentions, country_keys, country_names
from feeds.places.entries import (
    DUTCH_SPEAKING,
    Bond,
    Entry,
    Gazetteer,
    NameKey,
    Ruling,
    name_key,
    name_keys,
    unclear_in,
)
from feeds.places.scoring import MARGIN, SMALL, TOLD, Scored, lead, ranked

PLACES_VERSION: Final = 2
"""Raised when the same names and gazetteer give other places."""

K = TypeVar("K")
V = TypeVar("V")

Outcome = Literal["resolved", "ambiguous", "no place", "unknown"]
Locate = Callable[[tuple[str, ...], str, str], tuple[Place, ...]]
"""The places of printed datelines, one for each, in a report of this text on this site."""

_MEMO: Final = 50_000
_COUNTRY_SUFFIX = re.compile(r"-[a-z]{2}")
_NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """Where a site is at home: its country, and the towns of its region, which are never anywhere else."""

    country: str | None = None
    towns: frozenset[NameKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a name, and why."""

    printed: str
    outcome: Outcome
    ranked: tuple[Scored, ...]
    """Every place that has the name, the likeliest first; the first is meant if the outcome is `resolved`."""
    told: frozenset[str]
    """The countries that the report speaks of, as far as it was asked and any of the places lies there."""
    lead: float
    """By how much the first beats the next; infinite if there is no other, 0 if there is none at all."""

    @property
    def meant(self) -> Entry | None:
        """The place that is meant."""
        return self.ranked[0].entry if self.outcome == "resolved" else None


def as_printed(datelines: tuple[str, ...], _text: str, _site: str) -> tuple[Place, ...]:
    """Places of which nothing is known but what is printed: what there is without a gazetteer."""
    return tuple(Place(name, slug=slug(name)) for name in datelines)


class Resolver:
    """Tells what names mean by one gazetteer. Pure: its memos only save time."""

    def __init__(self, gazetteer: Gazetteer, homes: Mapping[str, Home]) -> None:
        """`homes` are those of the sites, by name."""
        self._gazetteer = gazetteer
        self._homes = homes
        self._mentions: Mentions | None = None
        self._bare: dict[tuple[str, str], tuple[Resolution, bool]] = {}
        self._by_told: dict[tuple[str, str, frozenset[str]], Resolution] = {}
        self._closed: dict[tuple[tuple[str, ...], str], tuple[Place, ...]] = {}
        self._places: dict[tuple[str, int | None, str], Place] = {}

    @property
    def version(self) -> str:
        """Differs when a name could mean something else, or a country be called otherwise."""
        return digest(str(PLACES_VERSION), self._gazetteer.version, repr(dict(country_names())))

    def resolve(self, printed: str, site: str, told: Collection[str] = ()) -> Resolution:
        """What a printed name means on a site, in a report that speaks of these countries."""
        home = self._homes.get(site, Home())
        key, entries, ruling = self._look_up(printed)
        if key in home.towns:
            entries = tuple(entry for entry in entries if entry.country == home.country)
        places = ranked(entries, home.country, told)
        by = lead(places) if places else 0.0
        return Resolution(
            printed,
            _outcome(places, by, ruling, frozenset(told), DUTCH_SPEAKING | {home.country}),
            places,
            frozenset(told),
            by,
        )

    def resolve_all(self, datelines: tuple[str, ...], text: str, site: str) -> tuple[Resolution, ...]:
        """What the datelines of a report mean, one for each, by all that the report says."""
        found = [self._known(printed, site) for printed in datelines]
        if not any(is_open for _, is_open in found):
            return tuple(one for one, _ in found)
        told = self._countries(text)
        return tuple(
            self._told(one, site, told | _others(found, at)) if is_open else one
            for at, (one, is_open) in enumerate(found)
        )

    def locate(self, datelines: tuple[str, ...], text: str, site: str) -> tuple[Place, ...]:
        """The places of a report's datelines, one for each; one that cannot be told has its printed name alone."""
        places = self._closed.get((datelines, site))
        if places is None:
            places = tuple(self.place(one) for one in self.resolve_all(datelines, text, site))
            if not any(self._known(printed, site)[1] for printed in datelines):
                _remember(self._closed, (datelines, site), places)
        return places

    def address(self, name: str, site: str) -> str:
        """The slug of the place that a name means on a site; of one that means none, or is an address, its own."""
        meant = self._known(name, site)[0].meant
        return slug(name) if meant is None else self._resolved_slug(meant)

    def _look_up(self, printed: str) -> tuple[NameKey, tuple[Entry, ...], Ruling | None]:
        for key in name_keys(printed) if any(map(str.isalnum, printed)) else ():  # signs alone are no name
            entries, ruling = self._gazetteer.entries(key), self._gazetteer.ruling(key)
            if key in country_keys() and all(entry.bond is not Bond.SETTLED for entry in entries):
                return key, entries, "no place"
            if entries or ruling:
                return key, entries, ruling
        return name_key(printed), (), None

    def _known(self, printed: str, site: str) -> tuple[Resolution, bool]:
        """What a name means by itself, and whether a report's text could change that."""
        known = self._bare.get((printed, site))
        if known is None:
            bare = self.resolve(printed, site)
            is_open = bare.outcome == "ambiguous" or (bare.outcome == "resolved" and bare.lead < MARGIN + TOLD)
            is_open = is_open or unclear_in(self._look_up(printed)[2]) is not None
            known = bare, is_open
            _remember(self._bare, (printed, site), known)
        return known

    def _told(self, bare: Resolution, site: str, told: frozenset[str]) -> Resolution:
        """What an open name means in a report that speaks of these countries.

        Only those of its places count, and the one that makes it unclear.
        """
        countries = {one.entry.country for one in bare.ranked}
        counting = told & {*countries, unclear_in(self._look_up(bare.printed)[2]) or ""}
        if not counting:
            return bare
        memo = bare.printed, site, counting
        found = self._by_told.get(memo)
        if found is None:
            found = self.resolve(bare.printed, site, counting)
            _remember(self._by_told, memo, found)
        return found

    def _countries(self, text: str) -> frozenset[str]:
        if self._mentions is None:
            self._mentions = Mentions(self._gazetteer.mentions())
        return self._mentions.in_text(text)

    def place(self, resolution: Resolution) -> Place:
        """The place that is meant, with an address that no other place has."""
        entry = resolution.meant
        name = resolution.printed if entry is None else entry.name
        memo = name, None if entry is None else entry.geonames, "" if entry is None else entry.country
        place = self._places.get(memo)
        if place is None:
            place = Place(name, slug=self._unresolved_slug(name)) if entry is None else self._resolved(entry)
            _remember(self._places, memo, place)
        return place

    def _resolved(self, entry: Entry) -> Place:
        return Place(entry.name, entry.country, entry.geonames, entry.lat, entry.lon, self._resolved_slug(entry))

    def _resolved_slug(self, entry: Entry) -> str:
        """The slug of its name if the bare name means it, else with its country, else with a hash."""
        plain = slug(entry.name)
        holder = self._holder(plain)
        if holder is not None and _is(holder, entry):
            return plain
        namesakes = [other for other in self._look_up(plain)[1] if other.country == entry.country]
        first = ranked((other for other in namesakes if slug(other.name) == plain), None, ())
        if first and _is(first[0].entry, entry):
            return f"{plain}-{entry.country.lower()}"
        return f"{plain}-{digest('place', entry.name, str(entry.geonames), entry.country)[:4]}"

    def _unresolved_slug(self, printed: str) -> str:
        """The slug of the printed name; with a hash if that is where a place would be found."""
        plain = slug(printed)
        taken = self._holder(plain) is not None
        if not taken and _COUNTRY_SUFFIX.fullmatch(plain[-3:]):
            countries = {entry.country.lower() for entry in self._look_up(plain[:-3])[1]}
            taken = plain[-2:] in countries
        return f"{plain}-{digest('place', plain)[:4]}" if taken else plain

    def _holder(self, plain: str) -> Entry | None:
        """The place that the bare name means wherever a site is at home: the one that has the name as its address."""
        meant = [self._known(plain, site)[0].meant for site in sorted(self._homes)] or [self._known(plain, "")[0].meant]
        first = meant[0]
        if first is None or slug(first.name) != plain:
            return None
        return first if all(other is not None and _is(first, other) for other in meant) else None


def _remember(memo: dict[K, V], key: K, value: V) -> None:
    if len(memo) >= _MEMO:
        memo.clear()
    memo[key] = value


def _others(found: list[tuple[Resolution, bool]], at: int) -> frozenset[str]:
    """The countries of a dateline's other places, where these are clear by themselves."""
    meant = (one.meant for number, (one, _) in enumerate(found) if number != at)
    return frozenset(entry.country for entry in meant if entry is not None) or _NOWHERE


def _outcome(
    places: tuple[Scored, ...],
    by: float,
    ruling: Ruling | None,
    told: AbstractSet[str],
    near: Collection[str | None],
) -> Outcome:
    if ruling == "no place":
        return "no place"
    if not places:
        return "unknown"
    first = places[0].entry
    is_told = first.country in told
    if by < MARGIN or (ruling == "unclear" and not is_told) or unclear_in(ruling) in told:
        return "ambiguous"
    if ruling == "unclear" and any(place.entry.country in told - {first.country} for place in places):
        return "ambiguous"  # the report tells of both
    if first.population < SMALL and first.bond is Bond.MAIN and not is_told and first.country not in near:
        return "ambiguous"
    if first.bond is Bond.OTHER and any(place.entry.bond is not Bond.OTHER for place in places):
        return "ambiguous"  # another name of a big city may be what a small town is called
    return "resolved"


def _is(one: Entry, other: Entry) -> bool:
    return (one.geonames, one.name, one.country) == (other.geonames, other.name, other.country)
