"""Spans of time as bars of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.tables.timeline import ASIDE, FINAL, SAID, Scale, axis, bar, marked, scale_of

TEN = Scale(0, 1000, 10)


@pytest.mark.parametrize(
    ("span", "drawn"),
    [
        ((0, 1000), "├────────┤"),
        ((200, 500), "  ├─┤     "),
        ((210, 290), "  │       "),
        ((300, 300), "   │      "),
        ((None, 500), "◄───┤     "),
        ((900, None), "         ►"),
        ((-500, 500), "◄───┤     "),
        ((500, 5000), "     ├───►"),
        ((1000, 2000), "         »"),
        ((-9, 0), "«         "),
        ((None, None), "◄────────►"),
    ],
)
def test_a_span_is_drawn_where_it_lies(span: tuple[int | None, int | None], drawn: str) -> None:
    """From the column of its first bound to that of its last; what lies beyond the scale points there."""
    assert bar(TEN, *span, SAID) == drawn


@given(st.integers(-2000, 3000), st.integers(0, 3000), st.integers(1, 10**6), st.integers(1, 60))
def test_a_bar_is_as_wide_as_its_scale(first: int, length: int, last: int, columns: int) -> None:
    """Whatever it is drawn of, so that bars stand below each other."""
    scale = Scale(0, last, columns)
    for strokes in (SAID, ASIDE, FINAL):
        drawn = bar(scale, first, first + length, strokes)
        assert len(drawn) == len(marked(scale, drawn, first)) == columns
        assert drawn.strip()


def test_the_scale_holds_every_span() -> None:
    """From the earliest bound to the latest, said at its edges."""
    assert scale_of([]) is None
    scale = scale_of([(5, 9), (3, 4), (6, 12)])
    assert scale is not None
    assert (scale.first, scale.last) == (3, 12)
    assert axis(TEN, "3", "12") == "3       12"
    assert marked(TEN, bar(TEN, 0, 1000, FINAL), 500) == "┣━━━━●━━━┫"
