"""What changed from one text to the next, word by word."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from feeds.canon import fold
from feeds.stories.revisions import MOST_WORDS, Piece, changes


def test_changes_are_words() -> None:
    """What was taken out, what was put in, and what stayed, in the order of the text."""
    assert changes("Brug urenlang dicht in Goes", "Brug weer open in 'Goes'") == (
        Piece("kept", "Brug"),
        Piece("removed", "urenlang dicht"),
        Piece("added", "weer open"),
        Piece("kept", "in 'Goes'"),
    )
    assert changes("", "Brug open") == (Piece("added", "Brug open"),)
    assert changes("Brug  OPEN", "brug open") == (Piece("kept", "brug open"),)


WORDS = st.lists(st.sampled_from(["de", "De", "brug", "'brug'", "is", "open", "3", "5"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_changes_hold_both_texts(old: str, new: str) -> None:
    """Kept and removed words are the old text, kept and added ones the new; two kept pieces never stand together."""
    pieces = changes(old, new)
    assert fold(" ".join(piece.text for piece in pieces if piece.kind != "added")) == fold(old)
    assert " ".join(piece.text for piece in pieces if piece.kind != "removed") == new
    kinds = [piece.kind for piece in pieces]
    assert all(one != other for one, other in pairwise(kinds))


def test_long_texts_that_differ_are_changed_as_a_whole() -> None:
    """What is beyond reading is not compared word by word; what stands around it is still kept."""
    old, new = "a b " * MOST_WORDS, "b c a " * MOST_WORDS
    assert [piece.kind for piece in changes(f"begin {old} end", f"begin {new} end")] == [
        "kept", "removed", "added", "kept",
    ]  # fmt: skip
