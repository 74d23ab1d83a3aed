"""Which wording stands in the place of one that vanished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feeds.canon import micros
from feeds.capture import capture_of
from feeds.model import Age, Capture, CaptureKey, ContentHash, Sighting, Wording, WordingKey
from feeds.stories.candidates import Seen
from feeds.stories.inheritance import heirs, stands_there

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = Age("1 uur geleden", 3600, 7200)
BROKEN = "De brug oŋer het kanaal blijft tot na de zomer dicht omdat een schip de ŋoorste pijlers raakte."
MENDED = BROKEN.replace("ŋ", "v")
EDITED = MENDED.replace("raakte", "zaterdag raakte")
LEVEL = "Het waterpeil van de plassen gaat omlaag, zodat er aan de oevers gewerkt kan worden."
NONE = frozenset[WordingKey]()


def capture(number: int, content: str) -> Capture:
    """A page that was captured at an hour, as its name says, and what it held."""
    at = micros(NOON + timedelta(hours=number))
    return capture_of(
        CaptureKey(hash((number, content)) & 0xFFFF), ContentHash(content), "x", None, (at, at, "name"), at, ()
    )


def seen(key: int, lead: str, *places: tuple[int, int], headline: str = "Brug dicht", content: str = "whole") -> Seen:
    """A wording at positions on pages."""
    wording = Wording(WordingKey(key), headline, None, lead, None)
    sightings = (
        Sighting(capture(page, content), "teaser", position, wording.key, "Zeeland", HOUR, None)
        for page, position in places
    )
    return Seen(wording, tuple(sightings))


def test_what_stands_where_it_stood_comes_first() -> None:
    """A text with the same words in its place is its heir, before a more similar one that stands elsewhere."""
    ghost = seen(1, BROKEN, (1, 2))
    there, elsewhere = seen(3, MENDED, (1, 2)), seen(2, BROKEN, (2, 0), headline="Schip raakt brug")
    assert heirs([(ghost, [elsewhere, there])], NONE) == {1: 3}
    assert heirs([(ghost, [elsewhere])], NONE) == {1: 2}


def test_a_place_is_known_again_in_a_dump_that_is_complete() -> None:
    """What tells of a dump when it was captured is the same, though its content is another."""
    ghost = seen(1, BROKEN, (1, 2), content="half")
    assert stands_there(ghost, seen(2, MENDED, (1, 2)))
    assert not stands_there(ghost, seen(2, MENDED, (1, 3)))
    assert not stands_there(ghost, seen(2, MENDED, (2, 2)))


def test_another_text_in_its_place_is_no_heir() -> None:
    """Neither headline nor words are those of the wording that vanished."""
    ghost = seen(1, BROKEN, (1, 2))
    assert heirs([(ghost, [seen(2, LEVEL, (1, 2), headline="Peil omlaag")])], NONE) == {}
    assert heirs([(ghost, [seen(2, LEVEL, (1, 2))])], NONE) == {1: 2}


def test_what_stood_beside_it_is_no_heir() -> None:
    """A wording that has an id already, on a page that showed both; one that is new there is."""
    ghost, beside = seen(1, MENDED, (1, 2)), seen(2, EDITED, (1, 3))
    assert heirs([(ghost, [beside])], frozenset({WordingKey(2)})) == {}
    assert heirs([(ghost, [beside])], NONE) == {1: 2}


def test_two_that_a_page_showed_both_have_no_heir_in_common() -> None:
    """The one with the better claim has it; two of different pages may have one."""
    heir = seen(3, MENDED, (1, 2))
    there, beside, elsewhere = seen(1, BROKEN, (1, 2)), seen(2, EDITED, (1, 3)), seen(4, MENDED, (2, 0), headline="")
    assert heirs([(beside, [heir]), (there, [heir])], NONE) == {1: 3}
    assert heirs([(elsewhere, [heir]), (there, [heir])], NONE) == {1: 3, 4: 3}
