"""Laws of places: total, deterministic, free of order, and no two places at one address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parse.profile import SiteProfile
from feeds.places.entries import Bond, Entry
from feeds.places.gazetteer import open_resolver
from feeds.places.overrides import Overrides
from feeds.places.resolve import Resolver
from feeds.places.scoring import ranked

SITE = "zeelandnet"
NAMES = ("BERGEN", "bergen", "BERGEN-NO", "VALENCIA", "GENT", "KIEV", "KYIV", "LAREN", "X", "ST. ANTON", "PANAMA", "")
TEXTS = ("", "Noorwegen", "Spanje en Venezuela", "De Verenigde Staten", "Nederland")

entries = st.builds(
    Entry,
    st.integers(1, 99),
    st.sampled_from(["Bergen", "Mons", "X"]),
    st.sampled_from(["NL", "NO", "BE", "US"]),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.integers(0, 10**8),
    st.booleans(),
    st.sampled_from(Bond),
)


@pytest.fixture(scope="module")
def resolver(zeelandnet: SiteProfile) -> Iterator[Resolver]:
    """Resolves by the packaged gazetteer."""
    with open_resolver(Overrides(), (zeelandnet,)) as found:
        yield found


@given(data=st.data())
def test_any_text_can_be_a_name(resolver: Resolver, data: st.DataObject) -> None:
    """Whatever is printed there is one place for each dateline, and one that is not known has the printed name."""
    anything = st.one_of(st.text(), st.text(st.characters(categories=["Cs", "Lu", "Zs"])), st.sampled_from(NAMES))
    datelines = tuple(data.draw(st.lists(anything, max_size=4)))
    places = resolver.locate(datelines, data.draw(st.one_of(st.text(), st.sampled_from(TEXTS))), SITE)
    assert len(places) == len(datelines)
    for printed, place in zip(datelines, places, strict=True):
        assert place.slug
        assert place.slug.isascii()
        assert set(place.slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        known = place.country is not None
        assert known is (place.geonames is not None) is (place.lat is not None) is (place.lon is not None)
        assert known or place.name == printed


@given(st.lists(st.tuples(st.lists(st.sampled_from(NAMES), max_size=3), st.sampled_from(TEXTS)), max_size=8))
def test_what_was_asked_before_makes_no_difference(zeelandnet: SiteProfile, asked: list[tuple[list[str], str]]) -> None:
    """A resolver that has answered anything else answers like a new one: its memos only save time."""
    with open_resolver(Overrides(), (zeelandnet,)) as used:
        for names, text in asked:
            used.locate(tuple(names), text, SITE)
        with open_resolver(Overrides(), (zeelandnet,)) as new:
            for names, text in asked:
                assert used.locate(tuple(names), text, SITE) == new.locate(tuple(names), text, SITE)


@given(st.lists(entries, max_size=6), st.randoms(use_true_random=False), st.sets(st.sampled_from(["NL", "NO", "US"])))
def test_the_order_of_places_makes_no_difference(found: list[Entry], random: Random, told: set[str]) -> None:
    """Ranking gives one order, whatever order the places come in."""
    one_each = list({(entry.geonames, entry.name): entry for entry in found}.values())
    shuffled = random.sample(one_each, len(one_each))
    assert ranked(one_each, "NL", told) == ranked(shuffled, "NL", told)


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4), st.sampled_from(TEXTS), st.randoms())
def test_the_order_of_datelines_makes_no_difference(
    resolver: Resolver, names: list[str], text: str, random: Random
) -> None:
    """A slash pair means the same turned round."""
    order = random.sample(range(len(names)), len(names))
    places = resolver.locate(tuple(names), text, SITE)
    turned = resolver.locate(tuple(names[at] for at in order), text, SITE)
    assert turned == tuple(places[at] for at in order)


def test_no_two_places_share_an_address(resolver: Resolver) -> None:
    """Every place of the Low Countries and every namesake of one, told by its country or not, stands at its own."""
    with (
        closing(sqlite3.connect(f"file:{files('feeds.places') / 'gazetteer.db'}?mode=ro", uri=True)) as database,
    ):
        names = [name for (name,) in database.execute("SELECT name FROM places WHERE country IN ('NL', 'BE', 'SR')")]
    told = ("", "Nederland", "België", "Suriname", "Duitsland", "Frankrijk", "Verenigde Staten", "Noorwegen")
    homes: dict[str, set[tuple[str, int | None]]] = {}
    for name in sorted(names):
        for text in told:
            (place,) = resolver.locate((name.upper(),), text, SITE)
            homes.setdefault(place.slug, set()).add((place.country or "", place.geonames))
    shared = {slug: found for slug, found in homes.items() if len(found) > 1}
    assert not shared
