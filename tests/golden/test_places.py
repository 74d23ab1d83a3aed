"""What names in print mean by the packaged gazetteer: hundreds, each looked up by hand."""

from __future__ import annotations

import os
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from feeds.canon import slug
from feeds.parse.profile import SiteProfile
from feeds.places.compile import SOURCE, compiled
from feeds.places.gazetteer import FILE, open_resolver
from feeds.places.overrides import Overrides
from feeds.places.resolve import Resolver

PACKAGE = Path(__file__).parents[2] / "feeds" / "places"
_GOLDEN = tomllib.loads((Path(__file__).parent / "places.toml").read_text("utf-8"))
RESOLVED: Final = MappingProxyType(
    {name: (country, geonames) for name, (country, geonames) in _GOLDEN["resolved"].items()}
)
VILLAGES: Final = MappingProxyType(
    {name: (country, lat, lon) for name, (country, lat, lon) in _GOLDEN["villages"].items()}
)
UNRESOLVED: Final = tuple(name for group in _GOLDEN["unresolved"].values() for name in group)
SITE = "zeelandnet"


@pytest.fixture(scope="module")
def resolver(zeelandnet: SiteProfile) -> Iterator[Resolver]:
    """Resolves by the packaged gazetteer, at home in Zeeland."""
    with open_resolver(Overrides(), (zeelandnet,)) as found:
        yield found


@pytest.mark.parametrize("name", RESOLVED)
def test_a_name_means_its_place(resolver: Resolver, name: str) -> None:
    """Dutch, local and former names, with and without accents, hyphens and apostrophes, mean the one right place."""
    meant = resolver.resolve(name, SITE).meant
    assert meant is not None
    assert (meant.country, meant.geonames) == RESOLVED[name]


@pytest.mark.parametrize("name", VILLAGES)
def test_a_village_that_geonames_lacks_is_known(resolver: Resolver, name: str) -> None:
    """It is where the map has it, has no number that GeoNames gives, and has the plain address."""
    (place,) = resolver.locate((name,), "", SITE)
    country, lat, lon = VILLAGES[name]
    assert (place.country, place.geonames) == (country, None)
    assert place.lat == pytest.approx(lat, abs=0.02)
    assert place.lon == pytest.approx(lon, abs=0.02)
    assert place.slug == slug(place.name)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("'T HARDE", "'t Harde"),
        ("‘T ZAND", "'t Zand"),
        ("'S-GRAVENDEEL", "'s-Gravendeel"),
        ("'S-GRAVENZANDE", "'s-Gravenzande"),
        ("OOST-JERUZALEM", "Oost-Jeruzalem"),
        ("EAST JERUSALEM", "Oost-Jeruzalem"),
        ("AFRIN", "Afrin"),
        ("RYAZAN", "Ryazan"),
        ("GORGAN", "Gorgan"),
        ("MALMÖ", "Malmö"),
        ("RĒZEKNE", "Rēzekne"),
    ],
)
def test_names_are_shown_as_they_are_printed_here(resolver: Resolver, printed: str, name: str) -> None:
    """Articles have their apostrophe, transliterations no marks; accents that a language itself has stay."""
    (place,) = resolver.locate((printed,), "", SITE)
    assert (place.name, place.country is not None) == (name, True)


@pytest.mark.parametrize("name", UNRESOLVED)
def test_what_cannot_be_told_stays_as_printed(resolver: Resolver, name: str) -> None:
    """What is no place, what the gazetteer lacks and what several places share has its printed name alone."""
    (place,) = resolver.locate((name,), "", SITE)
    assert (place.name, place.country, place.geonames, place.lat, place.lon) == (name, None, None, None, None)


@pytest.mark.parametrize(
    ("datelines", "text", "expected"),
    [
        (("BERGEN",), "Bij een brand in Noorwegen vielen drie doden.", ["NO"]),
        (("BERGEN",), "In Noord-Holland is het feest.", ["NL"]),
        (("VALENCIA",), "Spanje rouwt om de slachtoffers.", ["ES"]),
        (("VALENCIA",), "Venezuela gaat naar de stembus.", ["VE"]),
        (("VALENCIA",), "Spanje en Venezuela spraken elkaar.", [None]),
        (("VALENCIA", "MADRID"), "De koning kwam langs.", ["ES", "ES"]),
        (("CARACAS", "VALENCIA"), "Er is geen stroom.", ["VE", "VE"]),
        (("SAN JOSE",), "Apple toont in de VS een nieuwe telefoon.", ["US"]),
        (("SAN JOSE",), "De president van Costa Rica treedt af.", ["CR"]),
        (("GEORGETOWN",), "Buurland Suriname kijkt naar Guyana.", ["GY"]),
        (("HASSELT",), "De ministers van België kwamen bijeen.", ["BE"]),
        (("CORDOBA",), "Argentinië wint.", ["AR"]),
        (("CORDOBA",), "Spanje en Argentinië spelen gelijk.", [None]),
        (("CORDOBA", "MADRID"), "Argentinië wint.", [None, "ES"]),
        (("PHILIPPINE",), "De brug in Zeeland is dicht.", ["NL"]),
        (("PHILIPPINE",), "Een tyfoon trekt over de Filipijnen.", [None]),
        (("MANILLA", "PHILIPPINE"), "Het stormt.", ["PH", None]),
        (("ESSEN",), "De trein naar Antwerpen in België stond stil.", [None]),
        (("ESSEN",), "De staalfabriek gaat dicht.", ["DE"]),
        (("LAGOS",), "Toeristen in Portugal zitten vast.", [None]),
        (("PERTH",), "In Schotland sneeuwt het.", [None]),
        (("BIRMINGHAM",), "In de staat Alabama is gestemd.", ["US"]),
        (("TRIPOLI",), "Het leger van Libanon trok de stad binnen.", [None]),
        (("MOSKOU",), "Rusland en de Verenigde Staten spreken elkaar.", ["RU"]),
        (("DEN HAAG", "KRALENDIJK"), "Bonaire krijgt geld.", ["NL", "BQ"]),
        (("SCHIPHOL", "BRUSSEL"), "Nederland en België staken.", [None, "BE"]),
    ],
)
def test_a_report_tells_places_apart(
    resolver: Resolver, datelines: tuple[str, ...], text: str, expected: list[str | None]
) -> None:
    """The countries in its text and the other place of its dateline decide between places of one name, and only so."""
    assert [place.country for place in resolver.locate(datelines, text, SITE)] == expected


@pytest.mark.parametrize(
    ("names", "slug", "name"),
    [
        (("KIEV", "KYIV", "Kyiv"), "kiev", "Kiev"),
        (("PEKING", "BEIJING"), "peking", "Peking"),
        (("DEN HAAG", "'S-GRAVENHAGE", "’s-Gravenhage"), "den-haag", "Den Haag"),
        (("DEN BOSCH", "‘S-HERTOGENBOSCH"), "den-bosch", "Den Bosch"),
        (("MALMÖ", "MALMO"), "malmo", "Malmö"),
        (("TEL AVIV", "TEL-AVIV", "TELAVIV"), "tel-aviv", "Tel Aviv"),
        (("HAVANA", "HAVANNA"), "havana", "Havana"),
        (("ABU DHABI",), "abu-dhabi", "Abu Dhabi"),
        (("CAÏRO", "CAIRO"), "cairo", "Caïro"),
    ],
)
def test_names_of_one_place_are_one_address(resolver: Resolver, names: tuple[str, ...], slug: str, name: str) -> None:
    """Whatever is printed, a place has its Dutch name, and the address that follows from it."""
    for place in resolver.locate(names, "", SITE):
        assert (place.name, place.slug) == (name, slug)


def test_namesakes_have_addresses_of_their_own(resolver: Resolver) -> None:
    """The plain address goes to the place that the bare name means, and to the printed name where it means none."""
    (ambiguous,) = resolver.locate(("BERGEN",), "", SITE)
    (norwegian,) = resolver.locate(("BERGEN",), "Noorwegen", SITE)
    (dutch,) = resolver.locate(("BERGEN",), "Drenthe", SITE)
    assert [one.slug for one in (ambiguous, norwegian, dutch)] == ["bergen", "bergen-no", "bergen-nl"]
    (spanish,) = resolver.locate(("BARCELONA",), "", SITE)
    (torn,) = resolver.locate(("BARCELONA",), "Venezuela", SITE)
    assert spanish.slug == "barcelona"
    assert torn.geonames is None
    assert torn.slug.startswith("barcelona-")


def test_the_gazetteer_is_made_from_its_sources() -> None:
    """`python -m feeds.places.compile` gives the packaged file byte for byte."""
    if find_spec(SOURCE) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{SOURCE} is missing")
        pytest.skip(f"{SOURCE} is missing; pip install -e '.[test]' brings it")
    assert compiled() == (PACKAGE / FILE).read_bytes()


def test_the_gazetteer_is_small_and_sound() -> None:
    """It stays below 8 MB, and SQLite finds nothing wrong with it."""
    assert (PACKAGE / FILE).stat().st_size < 8_000_000
    with closing(sqlite3.connect(f"file:{PACKAGE / FILE}?mode=ro&immutable=1", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
