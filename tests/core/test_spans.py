"""The arithmetic of time against a plain all-pairs shortest-path search over the same constraints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.stories.spans import FOREVER, Spans

Bounds = list[tuple[int, int]]


class Rule(NamedTuple):
    """How much later one instant is than another, or than the origin of time if that is None."""

    earlier: int | None
    later: int
    least: int
    most: int


def add(spans: Spans, rule: Rule) -> bool:
    """Put a rule to the spans."""
    if rule.earlier is None:
        return spans.bound(rule.later, rule.least, rule.most)
    return spans.link(rule.earlier, rule.later, rule.least, rule.most)


def tightest(size: int, strict: int, rules: Sequence[Rule]) -> Bounds | None:
    """The tightest bounds that follow from all rules, by Floyd and Warshall; None if they contradict each other."""
    origin = size
    most = [[0 if one == other else FOREVER for other in range(size + 1)] for one in range(size + 1)]
    for earlier, later, least, longest in rules:
        start = origin if earlier is None else earlier
        most[start][later] = min(most[start][later], longest)
        most[later][start] = min(most[later][start], -least)
    nodes = range(size + 1)
    for middle in nodes:
        for one in nodes:
            for other in nodes:
                if most[one][middle] < FOREVER and most[middle][other] < FOREVER:
                    most[one][other] = min(most[one][other], most[one][middle] + most[middle][other])
    found = [(-most[node][origin], most[origin][node]) for node in range(size)]
    circles = any(most[node][node] < 0 for node in nodes)
    return None if circles or any(low == high for low, high in found[:strict]) else found


@st.composite
def systems(draw: st.DrawFn, *, bounded: bool) -> tuple[int, int, list[Rule]]:
    """A number of instants, how many of them are strict, and rules between them."""
    size = draw(st.integers(1, 5))
    node, near = st.integers(0, size - 1), st.integers(-12, 12)
    low, width = near | st.just(-FOREVER), st.integers(0, 9) | st.just(FOREVER)

    def rule(earlier: int | None, later: int, least: int, width: int) -> Rule:
        return Rule(earlier, later, least, FOREVER if FOREVER in {width, -least} else least + width)

    links = st.builds(rule, node, node, low, width).filter(lambda found: found.earlier != found.later)
    rules = draw(st.lists(st.builds(rule, st.none(), node, low, width) | links, max_size=12))
    first = [Rule(None, number, -40, 40) for number in range(size)] if bounded else []
    return size, draw(st.integers(0, size)), first + rules


def assert_as_reference(size: int, strict: int, rules: Sequence[Rule]) -> None:
    """Each rule is taken exactly if it fits what was taken before, and the bounds are those that follow."""
    spans, taken = Spans(size, strict), list[Rule]()
    before: Bounds = [(-FOREVER, FOREVER)] * size
    for rule in rules:
        follows = tightest(size, strict, [*taken, rule])
        fits = add(spans, rule)
        assert fits == (follows is not None), rule
        if fits and follows is not None:
            taken.append(rule)
            before = follows
        assert list(zip(spans.low, spans.high, strict=True)) == before


@given(systems(bounded=True))
def test_bounds_are_shortest_paths(system: tuple[int, int, list[Rule]]) -> None:
    """Of instants that all have some bounds: exactly what fits is taken, what does not changes nothing."""
    assert_as_reference(*system)


@given(systems(bounded=True))
def test_what_is_refused_leaves_no_trace(system: tuple[int, int, list[Rule]]) -> None:
    """Without the rules that were refused all others are taken and give the same bounds."""
    size, strict, rules = system
    spans = Spans(size, strict)
    taken = [rule for rule in rules if add(spans, rule)]
    again = Spans(size, strict)
    assert all(add(again, rule) for rule in taken)
    assert (again.low, again.high) == (spans.low, spans.high)


@given(systems(bounded=True), st.randoms(use_true_random=False))
def test_order_does_not_show_where_all_fits(system: tuple[int, int, list[Rule]], shuffle: object) -> None:
    """Rules without contradiction give the same bounds in any order."""
    size, strict, rules = system
    spans = Spans(size, strict)
    taken = [rule for rule in rules if add(spans, rule)]
    again = Spans(size, strict)
    assert all(add(again, rule) for rule in reversed(taken))
    assert (again.low, again.high) == (spans.low, spans.high)


def test_nothing_is_known_at_first() -> None:
    """An instant that nothing bounds may be at any time, and differences alone do not bound it."""
    spans = Spans(2, 0)
    assert spans.link(0, 1, 5, 6)
    assert (spans.low, spans.high) == ([-FOREVER] * 2, [FOREVER] * 2)


@pytest.mark.parametrize(("strict", "room"), [(0, True), (1, False)])
def test_a_strict_instant_keeps_room(strict: int, room: bool) -> None:
    """The lower bound of a strict instant is outside, so a single point is no room; another instant may be a point."""
    spans = Spans(1, strict)
    assert spans.bound(0, 7, 7) is room


def test_a_contradiction_over_years_is_found_at_once() -> None:
    """A circle that contradicts itself by a microsecond is refused however far its bounds are apart."""
    year = 365 * 86_400 * 1_000_000
    spans = Spans(2, 0)
    assert spans.bound(0, 0, year)
    assert spans.link(0, 1, 10, 20)
    assert not spans.link(0, 1, 21, 30)
    assert (spans.low, spans.high) == ([0, 10], [year, year + 20])
