"""Canonical text: what equals what, what addresses look like, and hashes that never change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.canon import clean, digest, first_sentence, fold, instant, iso, key63, micros, slug

ANY = st.text(st.characters())
"""Any text at all, lone surrogates included."""
TELLING = st.text(st.sampled_from("aÅåﬁßİſΣς'‘’\"“„\u00ad\u200b \u00a0\t\n-–—…ëƫ日½Ⅷ\u0308\u0301\ufdfa\u037a"))
"""Letters that change when they are folded."""

FLOODS = st.lists(st.text("e\u1ef5\u01df\u0301\u0323\u0344\u0345\u0f73\uff9e\u1fef\u200b'", max_size=5)).map(
    lambda parts: "".join(part * 9 for part in parts)
)
"""Combining marks by the dozen, with what is apart from them and what folding takes away between them."""


@given(ANY | TELLING | FLOODS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """What is folded stays as it is, so equality of folded texts is an equivalence."""
    assert fold(fold(text)) == fold(text)


@given(ANY | TELLING, st.sampled_from(" \t\n\u00a0\u2003"), st.sampled_from("'\"‘’“”„«»"))
def test_quotes_blanks_and_case_do_not_count(text: str, blank: str, quote: str) -> None:
    """Blanks around a text, quotes around it and its spelling in capitals are folded away."""
    assert fold(f"{blank}{quote}{text}{quote}{blank}") == fold(text)
    ascii_text = text.encode("ascii", "ignore").decode()
    assert fold(ascii_text.upper()) == fold(ascii_text.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE\u0301"),
        ("Straße", "STRASSE"),
        ("de 'oude' brug", "De “oude” brug"),
        ("Noord–Korea", "Noord-Korea"),
        ("a\u00a0\u00a0b", "a b"),
        ("zee\u00adland", "zeeland"),
        ("", "  ’ "),
        ("l´eau", "l'eau"),
        ("ù", "u’\u0300"),
    ],
)
def test_what_equals_what(one: str, other: str) -> None:
    """Pages write one text in these ways."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("een", "één"), ("10", "11"), ("a b", "ab"), ("Malmo", "Malmö")])
def test_what_differs(one: str, other: str) -> None:
    """Accents, digits and blanks between words make another text."""
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "flood", ["\u0323\u0301", "\uff9e\u0301", "\u0f73", "\u0323\u1fef\u0301\u1fef", "\u0323\u200b\u0301"]
)
def test_a_flood_of_marks_is_cut(flood: str) -> None:
    """Of combining marks on one letter only some thirty count, however many there are and whatever is between them."""
    few, many = fold("e" + flood * 50), fold("e" + flood * 50_000)
    assert few == many
    assert 15 <= len(many) <= 31


@given(ANY)
def test_a_slug_is_an_address(text: str) -> None:
    """Never empty, at most 80 characters, lower-case ASCII letters, digits and single hyphens inside."""
    found = slug(text)
    assert 1 <= len(found) <= 80
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert found == found.strip("-")
    assert "--" not in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MALMÖ", "malmo"),
        ("ABU DHABI", "abu-dhabi"),
        ("‘S-HEER ARENDSKERKE", "s-heer-arendskerke"),
        ("ST. ANTON AM ARLBERG", "st-anton-am-arlberg"),
        ("SÃO PAULO", "sao-paulo"),
        ("../../etc", "etc"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slugs_of_places(name: str, expected: str) -> None:
    """Accents are folded, everything that is no letter or digit is one hyphen."""
    assert slug(name) == expected


def test_names_without_letters_have_slugs_of_their_own() -> None:
    """Two names that nothing can be spelt of do not share an address."""
    assert slug("") != slug("!!!") != slug("???")
    assert slug("!!!").startswith("x-")


@given(ANY)
def test_cleaned_text_is_legal_xml(text: str) -> None:
    """An XML parser takes every cleaned text and gives it back, line ends apart."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    element = etree.Element("x")
    element.text = cleaned
    assert (etree.fromstring(etree.tostring(element)).text or "") == cleaned


@given(st.lists(ANY, max_size=4), st.lists(ANY, max_size=4))
def test_hashes_tell_lists_of_texts_apart(one: list[str], other: list[str]) -> None:
    """How texts are divided counts, and a key fits the store's integers."""
    assert (digest(*one) == digest(*other)) == (one == other)
    assert 0 <= key63(*one) < 2**63


def test_hashes_never_change() -> None:
    """Published ids are made of them: BLAKE2b (RFC 7693) over lengths and texts, personalised by the version."""
    assert digest("a", "bc") == "e330dba6067865bf2790c05305fc9e10"
    assert key63("a", "bc") == 2671943749240853075


@given(ANY, st.integers(10, 100))
def test_a_first_sentence_is_short(text: str, limit: int) -> None:
    """It is a beginning of the text of at most so many characters, on one line; what was cut ends in an ellipsis."""
    found = first_sentence(text, limit)
    plain = " ".join(text.split())
    assert len(found) <= limit
    assert plain.startswith(found.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Een zin. Nog een.", "Een zin."),
        ("Dat is gedaan.Ook dit.", "Dat is gedaan."),
        ("Hij zei: 'Nee!' En ging.", "Hij zei: 'Nee!'"),
        ("Voor 3.50 euro. Meer niet.", "Voor 3.50 euro."),
        ("Zonder einde", "Zonder einde"),
        ("woord " * 30, "woord " * 14 + "woord…"),
        ("x" * 100, "x" * 89 + "…"),
    ],
)
def test_where_a_sentence_ends(text: str, expected: str) -> None:
    """At its mark, also where the next is fused to it, else at the last whole word that fits."""
    assert first_sentence(text) == expected


@given(st.datetimes(datetime(1900, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instants_are_kept_to_the_microsecond(moment: datetime) -> None:
    """An instant comes back from the store's integers, and from RFC 3339, as it was."""
    assert instant(micros(moment)) == moment
    assert datetime.fromisoformat(iso(moment)) == moment
    assert iso(moment.astimezone(timezone(timedelta(hours=5)))) == iso(moment)
    assert iso(moment).endswith("Z")


def test_clean_text_is_what_xml_allows() -> None:
    """Of all characters, those stay that XML 1.0 allows and does not discourage (section 2.2), but for U+FFFD."""
    ranges = [(0x9, 0xA), (0xD, 0xD), (0x20, 0x7E), (0xA0, 0xD7FF), (0xE000, 0xFDCF), (0xFDF0, 0xFFFC)]
    ranges += [(plane << 16, (plane << 16) + 0xFFFD) for plane in range(1, 17)]
    legal = [chr(code) for first, last in ranges for code in range(first, last + 1)]
    every = [chr(code) for code in range(0x110000)]
    assert [letter for letter in every if clean(letter)] == legal
    assert clean("".join(every)) == "".join(legal)
