"""How alike two texts are, and the keys under which alike texts meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.canon import fold
from feeds.stories.similarity import (
    MOST_WORDS,
    SKETCH,
    containment,
    grams,
    is_repaired,
    numbers,
    sketch,
    spellings,
)

LEAD = fold(
    "De brug over het kanaal blijft tot na de zomer dicht omdat een schip er de pijlers van heeft geraakt. "
    "Het verkeer moet omrijden via de dam bij de sluizen."
)
TEXTS = st.lists(st.sampled_from(["de", "brug", "is", "12", "dicht", "na", "een", "storm", "3,5"]), max_size=14).map(
    " ".join
)


def test_sketches_are_for_ever() -> None:
    """What is kept in stores is the same on every machine and in every process: these numbers never change."""
    assert sketch("de brug over het kanaal is dicht") == (1032195273, 1410662274, 1943293440, 2565707831, 2961085678)
    assert sketch("brug dicht") == (1550041066, 1719674338)
    assert sketch("") == ()


@given(TEXTS)
def test_a_sketch_is_the_least_of_a_text(text: str) -> None:
    """A sketch holds the least few of the text's triples, in order."""
    assert sketch(text) == tuple(sorted(grams(text)))[:SKETCH]
    assert all(0 <= triple < 2**32 for triple in sketch(text))


@given(TEXTS, TEXTS)
def test_likeness_is_mutual_and_a_share(one: str, other: str) -> None:
    """Containment does not ask which text comes first, lies between 0 and 1, and is 1 of a text with itself."""
    assert containment(one, other) == containment(other, one)
    assert 0 <= containment(one, other) <= 1
    assert containment(one, one) == (1 if one else 0)


@given(st.integers(3, 20))
def test_a_beginning_is_contained(words: int) -> None:
    """What is cut off between two words is contained whole."""
    assert containment(" ".join(LEAD.split(" ")[:words]), LEAD) == 1


@pytest.mark.parametrize(
    ("edited", "least", "most"),
    [
        (LEAD + " dat meldt de provincie.", 1, 1),  # a sentence added
        (LEAD.replace("schip", "boot"), 0.8, 0.99),  # a word corrected
        (LEAD.replace("kanaal", "kanaal,"), 1, 1),  # punctuation
        ("het waterpeil van de polder gaat morgen omlaag", 0, 0),  # another report
    ],
)
def test_edits_keep_most(edited: str, least: float, most: float) -> None:
    """An edit leaves most triples standing, unrelated texts share none."""
    assert least <= containment(LEAD, edited) <= most


def test_few_words_are_compared_as_words() -> None:
    """A text of one or two words has no triples; its words stand for it."""
    assert containment("brug dicht", "dicht brug") == 1
    assert containment("brug", "dicht") == 0


def test_nothing_is_like_nothing() -> None:
    """A text without words is like no other, not even itself."""
    assert containment("", "") == containment("...", LEAD) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("morgen 12 graden, overmorgen 7", ("12", "7")),
        ("de a58 en 3,5 km", ("3", "5")),
        ("in 2026 de 2e keer", ("2026", "2e")),
    ],
)
def test_numbers_in_order(text: str, found: tuple[str, ...]) -> None:
    """The words that begin with a digit, in the order of the text."""
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("de burgemester van goes", "de burgemeester van goes", True),
        ("de burgemeesterr van goes", "de burgemeester van goes", False),
        ("er is een akkoord", "er is geen akkoord", False),
        ("het akkord is er", "het akkoord is er", True),
        ("in belgie is", "in belgië is", True),
        ("in belgi? is", "in belgië is", True),
        ("in belgi is", "in belgië is", True),
        ("komt hij", "komt hij?", False),
        ("na 12 jaar", "na 125 jaar", False),
        ("het verloop", "het verkoop", False),
        ("", "a", False),
    ],
)
def test_a_repaired_letter_is_no_other_word(one: str, other: str, same: bool) -> None:
    """An accent, what a character set lost, and a letter inside a long word; no number, ending or other word."""
    assert is_repaired(one, other) is is_repaired(other, one) is same


@given(st.lists(TEXTS))
def test_texts_count_as_the_first_that_they_repair(texts: list[str]) -> None:
    """Every text counts as one that was seen, and that one as itself."""
    found = spellings(texts)
    assert found.keys() == set(texts)
    assert all(found[first] == first and first in texts for first in found.values())


def test_of_a_text_without_end_the_beginning_is_compared() -> None:
    """What two texts are alike by is bounded, so that comparing many takes no time by their length."""
    words = [f"woord{number}" for number in range(10 * MOST_WORDS)]
    text, beginning = " ".join(words), " ".join(words[:MOST_WORDS])
    assert grams(text) == grams(beginning)
    assert len(grams(text)) == MOST_WORDS - 2
    assert containment(text, f"{beginning} en iets anders") == 1
