"""How a name becomes a place: what speaks for a place, what a report says, what overrides say, and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from feeds.places.countries import Mentions, country_name
from feeds.places.entries import Bond, Entry, NameKey, Ruling, name_key, name_keys
from feeds.places.overrides import AddedPlace, Overridden, Overrides
from feeds.places.resolve import Home, Outcome, Resolver, as_printed
from feeds.places.scoring import lead, ranked

MAIN, OTHER, SETTLED = Bond.MAIN, Bond.OTHER, Bond.SETTLED
ZEELAND = {"zeelandnet": Home("NL", frozenset({name_key("Hoek")}))}


@dataclass
class Atlas:
    """A gazetteer of a few places."""

    places: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    version: str = "1"

    def entries(self, key: NameKey) -> tuple[Entry, ...]:
        """The places of that name."""
        return self.places.get(key, ())

    def ruling(self, key: NameKey) -> Ruling | None:
        """What is known of the name."""
        return self.rulings.get(key)

    def entry(self, geonames: int) -> Entry | None:
        """One place by its id."""
        return next((one for found in self.places.values() for one in found if one.geonames == geonames), None)

    def mentions(self) -> Mapping[str, str]:
        """Further names of countries."""
        return {"VS": "US", "Alabama": "US"}


def town(geonames: int, name: str, country: str, population: int, bond: Bond = MAIN, *, capital: bool = False) -> Entry:
    """A place of that size, each at a spot of its own."""
    return Entry(geonames, name, country, geonames * 1.0, geonames * 1.0, population, capital, bond)


def outcome(*entries: Entry, ruling: Ruling | None = None, told: tuple[str, ...] = ()) -> tuple[Outcome, int | None]:
    """What a name of these places comes to on a Dutch site."""
    atlas = Atlas({"x": entries}, {"x": ruling} if ruling else {})
    found = Resolver(atlas, ZEELAND).resolve("X", "zeelandnet", told)
    return found.outcome, None if found.meant is None else found.meant.geonames


def test_the_larger_place_is_meant_if_it_is_clearly_larger() -> None:
    """A tenth of the people is too few to be meant; half of them is enough to leave it open."""
    assert outcome(town(1, "X", "US", 1_000_000), town(2, "X", "US", 100_000)) == ("resolved", 1)
    assert outcome(town(1, "X", "US", 1_000_000), town(2, "X", "US", 500_000)) == ("ambiguous", None)


def test_home_and_a_capital_weigh_more_than_people() -> None:
    """A town of the site's country beats one ten times its size elsewhere, a capital beats one of its size."""
    assert outcome(town(1, "X", "NL", 50_000), town(2, "X", "ZA", 200_000)) == ("resolved", 1)
    assert outcome(town(1, "X", "GY", 100_000, capital=True), town(2, "X", "US", 100_000)) == ("resolved", 1)


def test_another_name_never_beats_a_main_one() -> None:
    """What GeoNames lists as one of many names counts only where no place has it as its own."""
    assert outcome(town(1, "Y", "US", 3_000_000, OTHER)) == ("resolved", 1)
    assert outcome(town(1, "Y", "US", 3_000_000, OTHER), town(2, "X", "US", 10_000)) == ("ambiguous", None)
    assert outcome(town(1, "Y", "US", 300_000, OTHER), town(2, "X", "NL", 10_000)) == ("resolved", 2)


def test_a_village_far_away_needs_the_report_to_tell_it() -> None:
    """It is likelier the namesake of a village at home that the gazetteer lacks."""
    assert outcome(town(1, "X", "US", 4000)) == ("ambiguous", None)
    assert outcome(town(1, "X", "US", 4000), told=("US",)) == ("resolved", 1)
    assert outcome(town(1, "X", "BE", 600)) == outcome(town(1, "X", "NL", 600)) == ("resolved", 1)


def test_two_parts_of_one_town_are_no_rivals() -> None:
    """Places of one name in one country within 20 km are one town, and the larger stands for it."""
    near = Entry(2, "X", "US", 1.05, 1.05, 900_000, capital=False, bond=MAIN)
    assert outcome(town(1, "X", "US", 1_000_000), near) == ("resolved", 1)


def test_what_is_known_of_a_name_comes_first() -> None:
    """A name that is no place means none; an unclear one only what the report tells."""
    assert outcome(town(1, "X", "US", 1_000_000), ruling="no place") == ("no place", None)
    assert outcome(town(1, "X", "US", 1_000_000), ruling="unclear") == ("ambiguous", None)
    assert outcome(town(1, "X", "US", 1_000_000), ruling="unclear", told=("US",)) == ("resolved", 1)
    assert outcome() == ("unknown", None)


def test_a_country_alone_is_no_place() -> None:
    """Towns called like a country are not meant, but for a capital that somebody settled."""
    atlas = Atlas({"cuba": (town(1, "Cuba", "US", 90_000),), "monaco": (town(2, "Monaco", "MC", 32_000, SETTLED),)})
    resolver = Resolver(atlas, ZEELAND)
    assert resolver.resolve("CUBA", "zeelandnet").outcome == "no place"
    assert resolver.resolve("MONACO", "zeelandnet").meant == town(2, "Monaco", "MC", 32_000, SETTLED)


def test_the_towns_of_a_region_are_nowhere_else() -> None:
    """A name that the profile lists among the site's own towns never means a place abroad."""
    atlas = Atlas({"hoek": (town(1, "Hoek", "US", 900_000),)})
    resolver = Resolver(atlas, ZEELAND | {"elsewhere": Home("US")})
    assert resolver.resolve("HOEK", "zeelandnet").outcome == "unknown"
    assert resolver.resolve("HOEK", "elsewhere").outcome == "resolved"


def test_names_are_compared_by_their_letters() -> None:
    """Case, accents, quotes, hyphens, stops and blanks do not count; Sint and St. stand for each other."""
    assert name_key("‘S-Heer  Arendskerke") == name_key("'s heer arendskerke") == "sheerarendskerke"
    assert name_key("MALMÖ") == name_key("malmo")
    assert list(name_keys("ST. ANTON")) == ["stanton", "sintanton", "sanktanton"]
    assert list(name_keys("STAVANGER")) == ["stavanger"]


def test_ranking_is_total() -> None:
    """Ties go by id, and a place without rival leads by infinitely much."""
    one, other = town(1, "X", "US", 5000), town(2, "X", "US", 5000)
    assert ranked([other, one], None, ()) == ranked([one, other], None, ())
    assert lead(ranked([one], None, ())) == float("inf")
    assert lead(ranked([one, other], None, ())) == 0


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("De Verenigde Staten en Noord-Korea praten.", {"US", "KP"}),
        ("De VS. En dan Saoedi-Arabië.", {"US", "SA"}),
        ("In de Verenigde Arabische Emiraten", {"AE"}),
        ("Zuid-Soedan, niet het land ernaast", {"SS"}),
        ("In Alabama", {"US"}),
        ("de vs, een chili en wat niger", set()),
        ("", set()),
    ],
)
def test_countries_are_found_in_texts(text: str, codes: set[str]) -> None:
    """By their Dutch names and the further ones, as whole words with a capital; the longest name counts."""
    assert Mentions(Atlas().mentions()).in_text(text) == codes


def test_countries_have_dutch_names() -> None:
    """By CLDR; a code that it lacks stands for itself."""
    assert (country_name("RU"), country_name("XK"), country_name("Q0")) == ("Rusland", "Kosovo", "Q0")


def test_overrides_always_win() -> None:
    """A name means the place that the configuration says, also an added one, or none."""
    atlas = Atlas(
        {
            "bergen": (town(1, "Bergen", "NO", 290_000), town(2, "Bergen", "BE", 90_000)),
            "goes": (town(3, "Goes", "NL", 1),),
        },
        {"hoek": "no place"},
    )
    overrides = Overrides(
        names=(("BERGEN", 2),),
        unresolved=("Goes",),
        added=(AddedPlace("Hoek", "NL", 51.3, 3.8, printed=("HOEK ZLD",)),),
    )
    resolver = Resolver(Overridden(atlas, overrides), ZEELAND)
    places = resolver.locate(("BERGEN", "GOES", "HOEK", "HOEK ZLD", "X"), "", "zeelandnet")
    assert [(one.name, one.country, one.geonames) for one in places] == [
        ("Bergen", "BE", 2),
        ("GOES", None, None),
        ("Hoek", "NL", None),
        ("Hoek", "NL", None),
        ("X", None, None),
    ]
    assert places[2] == places[3]
    assert Overridden(atlas, overrides).version != Overridden(atlas, Overrides()).version


def test_addresses_follow_from_the_gazetteer_alone() -> None:
    """The bare name's place has the plain address, a namesake that of its country, a second one there a hash."""
    entries = (town(1, "X", "US", 2_000_000), town(2, "X", "BE", 1000), town(3, "X", "BE", 900))
    atlas = Atlas({"x": entries, "y": (entries[1],), "z": (entries[2],)})
    resolver = Resolver(atlas, ZEELAND)
    slugs = [resolver.locate((name,), "", "zeelandnet")[0].slug for name in ("X", "Y", "Z")]
    assert slugs[:2] == ["x", "x-be"]
    assert len(slugs[2]) == len("x-1234")
    assert resolver.locate(("X-BE",), "", "zeelandnet")[0].slug.startswith("x-be-")
    assert resolver.address("Y", "zeelandnet") == resolver.address("x-be", "zeelandnet") == "x-be"


def test_a_plain_address_means_the_same_on_every_site() -> None:
    """Where two sites take a bare name differently, nobody has its plain address."""
    atlas = Atlas({"x": (town(1, "X", "NL", 9000), town(2, "X", "US", 9000))})
    resolver = Resolver(atlas, {"a": Home("NL"), "b": Home("US")})
    assert [resolver.locate(("X",), "", site)[0].slug for site in ("a", "b")] == ["x-nl", "x-us"]


def test_without_a_gazetteer_places_are_as_printed() -> None:
    """Their names are the printed ones, and their addresses follow from these."""
    (place,) = as_printed(("MALMÖ",), "", "zeelandnet")
    assert (place.name, place.country, place.slug) == ("MALMÖ", None, "malmo")
