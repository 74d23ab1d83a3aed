from __future__ import annotations

from dataclasses import replace

import pytest

from feeds.parse.dateline import Capitals, DatelineReader
from feeds.parse.profile import SiteProfile


@pytest.fixture(scope="module")
def reader(zeelandnet: SiteProfile) -> DatelineReader:
    return DatelineReader(zeelandnet)


@pytest.mark.parametrize(
    ("printed", "places", "agencies"),
    [
        ("MOSKOU (ANP/RTR)", ("MOSKOU",), ("ANP", "RTR")),
        ("SÃO PAULO (ANP/AFP)", ("SÃO PAULO",), ("ANP", "AFP")),
        ("PEKING (ANP/RTR/AFP/BLOOMBERG)", ("PEKING",), ("ANP", "RTR", "AFP", "BLOOMBERG")),
        ("KRIMPEN AAN DEN IJSSEL (ANP)", ("KRIMPEN AAN DEN IJSSEL",), ("ANP",)),
        ("ST. ANTON AM ARLBERG (ANP)", ("ST. ANTON AM ARLBERG",), ("ANP",)),
        ("NEWARK-ON-TRENT (ANP/DPA)", ("NEWARK-ON-TRENT",), ("ANP", "DPA")),
        ("‘S-HEER ARENDSKERKE (ANP)", ("‘S-HEER ARENDSKERKE",), ("ANP",)),
        ("'S-HERTOGENBOSCH (ANP)", ("'S-HERTOGENBOSCH",), ("ANP",)),
        ("GOES/GOES (ANP/DPA/ANP)", ("GOES",), ("ANP", "DPA")),
        ("AIR FORCE ONE (ANP)", ("AIR FORCE ONE",), ("ANP",)),
        ("DEN HAAG/KRALENDIJK (ANP)", ("DEN HAAG", "KRALENDIJK"), ("ANP",)),
        ("GAZA/TEL-AVIV(ANP/AFP)", ("GAZA", "TEL-AVIV"), ("ANP", "AFP")),
        ("Krimpen aan den IJssel (ANP)", ("Krimpen aan den IJssel",), ("ANP",)),
        ("den haag (ANP)", ("den haag",), ("ANP",)),
        ("BERLIJN (ANP/dpa)", ("BERLIJN",), ("ANP", "DPA")),
        ("TRUMPWASHINGTON (ANP)", ("WASHINGTON",), ("ANP",)),
        ("OEKRAÏNEKIEV/MOSKOU (ANP)", ("KIEV", "MOSKOU"), ("ANP",)),
        ("GOES", ("GOES",), ()),
        ("Borsele", ("Borsele",), ()),
        ("’s-Heer Arendskerke", ("’s-Heer Arendskerke",), ()),
        ("GOES/VLISSINGEN", ("GOES", "VLISSINGEN"), ()),
        ("OOST-SOUBURG", ("OOST-SOUBURG",), ()),
    ],
)
def test_datelines(reader: DatelineReader, printed: str, places: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    """A dateline is read as printed; its places and agencies are told apart, a glued keyword is taken off its place."""
    line = f"{printed} - Er is iets gebeurd - zo bleek."
    dateline, start = reader.opening(line)
    assert dateline is not None
    assert (dateline.raw, dateline.places, dateline.agencies) == (printed, places, agencies)
    assert line[start:] == "Er is iets gebeurd - zo bleek."


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-",
        " - ",
        "() - tekst",
        "Er is iets gebeurd.",
        "Emmen - Heerenveen eindigde in 2-1.",
        "Het ging goed - heel goed.",
        "MOSKOU (ANP) Tekst.",
        "MOSKOU (ANP",
        "MOSKOU (ANP/) - Tekst.",
        "/MOSKOU (ANP) - Tekst.",
        "De maatschappij (KLM) - die verlies leed - stopt.",
        "Dat zei hij. Volgens hem (ANP) - en anderen.",
        "GOES-WEST",
        "A - B",
        "2 uur geledenMOSKOU (ANP) - Tekst.",
        "EEN ZEER LANGE NAAM DIE MAAR NIET OPHOUDT EN DOORGAAT TOT VER VOORBIJ ELKE GRENS (ANP) - Tekst.",
    ],
)
def test_no_datelines(reader: DatelineReader, line: str) -> None:
    """Prose, a mere dash, a sentence before a bracket and a cut-off dateline are no datelines."""
    assert reader.opening(line) == (None, 0)


@pytest.mark.parametrize(
    ("line", "counts_as"),
    [
        ("GOES - Een brand.", "known"),
        ("Borsele - Een brand.", "known"),
        ("AMSTERDAM - Een brand.", "known"),
        ("GOES/AMSTERDAM - Een brand.", "known"),
        ("GOES - Kloetinge krijgt een school.", "known"),
        ("KLUNDERT - Een brand.", "long"),
        ("AJAX - PSV eindigde in 1-0.", "long"),
        ("GOES/KLUNDERT - Een brand.", "long"),
        ("AZ - PSV eindigde in 1-0.", "any"),
        ("PSV - AZ 2-1", "any"),
        ("EDE/AZ - Een brand.", "long"),
        ("Amsterdam - Een brand.", None),
        ("Goes - Kloetinge 2-0", None),
        ("Goes - Kloetinge eindigde in 2-0.", None),
        ("Goes - 's-Heer Arendskerke 2-0", None),
    ],
)
def test_places_without_an_agency(reader: DatelineReader, line: str, counts_as: str | None) -> None:
    """Without an agency a known place counts everywhere, other capitals as far as the page lets them.

    A town in mixed case before another town is the pairing of a match.
    """
    levels: tuple[Capitals, ...] = ("known", "long", "any")
    accepted = [level for level in levels if reader.opening(line, level)[0] is not None]
    assert accepted == ([] if counts_as is None else list(levels[levels.index(counts_as) :]))


def test_prose_in_brackets_after_a_regional_dateline(reader: DatelineReader) -> None:
    """A bracket further on in the sentence does not make its words a place."""
    line = "GOES - Een man (32) - hij woont in Goes - is gevonden."
    dateline, start = reader.opening(line)
    assert dateline is not None
    assert (dateline.raw, line[start:]) == ("GOES", "Een man (32) - hij woont in Goes - is gevonden.")


def test_the_end_of_a_line_ends_a_dateline(reader: DatelineReader) -> None:
    """A dateline after which the page ends is whole; the text behind it is empty."""
    for line in ("MOSKOU (ANP) -", "GOES -"):
        dateline, start = reader.opening(line)
        assert dateline is not None
        assert line[start:] == ""


def test_a_place_keeps_its_own_beginning(reader: DatelineReader, zeelandnet: SiteProfile) -> None:
    """A known place that begins like a keyword keeps its name, and so does a place of which no known one is left."""
    keyed = DatelineReader(replace(zeelandnet, keywords=("GOES", "GAZA", "OOST")))
    for place in ("GAZA-STAD", "OOSTKAPELLE", "GOESTING", "GAZA"):
        dateline, _ = keyed.opening(f"{place} (ANP) - Tekst.")
        assert dateline is not None
        assert dateline.places == (place,)
    dateline, _ = reader.opening("TRUMPSPRINGFIELD (ANP) - Tekst.")
    assert dateline is not None
    assert dateline.places == ("TRUMPSPRINGFIELD",)


def test_towns(reader: DatelineReader) -> None:
    """A dateline names towns of the region only if all of its places are such towns."""
    for line, expected in (("Borsele - x", True), ("GOES/HULST - x", True), ("GOES/MOSKOU - x", False)):
        dateline, _ = reader.opening(line)
        assert dateline is not None
        assert reader.names_town(dateline) is expected
