from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator import Settings, Story, TruePage, TrueSighting, Truth, score
from simulator.edits import Wording
from simulator.measure import (
    Agreement,
    b_cubed,
    blame,
    contingency,
    dating,
    holds,
    list_merges,
    majority,
    pairwise,
)
from simulator.oracle import Oracle, oracles
from simulator.proof import provably_wrong, undecidable
from simulator.settings import DAY, HOUR, MINUTE

from feeds.canon import micros

NOON = micros(datetime(2026, 3, 3, 12, tzinfo=UTC))
ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def story(index: int, *published: int) -> Story:
    wording = Wording(f"Kop {index}", (f"Lead {index}.",), ("ANP",), published[0], None)
    return Story(
        index, "Buitenland", "", False, "Oslo", ("Oslo",), "", published, (wording,), "", None, (), f"kop-{index}"
    )  # fmt: skip


def page(name: str, captured: int, *shown: tuple[int, str], error: int = 0) -> TruePage:
    sightings = tuple(
        TrueSighting("teaser", position, number, age, 0, None, bare=False)
        for position, (number, age) in enumerate(shown)
    )
    told = captured + error
    return TruePage(name, "A", captured, "exact", (told, told), error, False, sightings)


def test_pairs_are_counted_by_hand() -> None:
    """One sighting of five misplaced: 2 of 4 joined pairs are right, 2 of 4 true pairs joined."""
    table = contingency([(1, "a"), (1, "a"), (1, "b"), (2, "b"), (2, "b")])
    assert pairwise(table) == Agreement(2 / 4, 2 / 4)


def test_b_cubed_by_hand() -> None:
    """The same answer by B-cubed: each sighting's own purity and completeness, averaged."""
    table = contingency([(1, "a"), (1, "a"), (1, "b"), (2, "b"), (2, "b")])
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5
    assert b_cubed(table) == pytest.approx((precision, recall))


@given(ANSWERS)
def test_contingency_equals_enumeration(answer: list[tuple[int, int]]) -> None:
    """Counting by contingency gives what enumerating all pairs of sightings gives."""
    joined = [one[0] == two[0] for one, two in combinations(answer, 2) if one[1] == two[1]]
    paired = [one[1] == two[1] for one, two in combinations(answer, 2) if one[0] == two[0]]
    expected = (sum(joined) / len(joined) if joined else 1, sum(paired) / len(paired) if paired else 1)
    assert pairwise(contingency(answer)) == pytest.approx(expected)


@given(ANSWERS)
def test_exchange_of_sides(answer: list[tuple[int, int]]) -> None:
    """Precision of an answer against the truth is recall of the truth against the answer."""
    turned = contingency([(cluster, number) for number, cluster in answer])
    assert pairwise(contingency(answer)) == pairwise(turned)[::-1]
    assert b_cubed(contingency(answer)) == pytest.approx(b_cubed(turned)[::-1])


def test_nothing_is_perfect() -> None:
    """An empty answer to an empty truth has no mistakes."""
    assert pairwise({}) == b_cubed({}) == (1, 1)


def test_f1() -> None:
    """F1 is the harmonic mean, and 0 where nothing is right."""
    assert Agreement(0.5, 1).f1 == pytest.approx(2 / 3)
    assert Agreement(0, 0).f1 == 0


def test_list_merges_count_clusters() -> None:
    """A cluster counts once if two of its stories stand in one list anywhere, and not if they never do."""
    table = Counter({(1, "a"): 3, (2, "a"): 1, (3, "b"): 2, (4, "b"): 2, (5, "c"): 1})
    assert list_merges(table, [(1, 2), (2, 1, 5), (3, 5), (4, 5)]) == 1
    assert list_merges(table, [(1, 3), (2, 4)]) == 0


def test_majority_takes_the_larger_part() -> None:
    """A story is dated by the cluster that holds most of it."""
    assert majority({(1, "a"): 2, (1, "b"): 3, (2, "b"): 1}) == {1: "b", 2: "b"}


@pytest.mark.parametrize(
    ("span", "inside"),
    [((0, 10), True), ((5, 5), True), ((6, 10), False), ((0, 4), False), ((None, 5), True), ((None, None), True)],
)
def test_holds(span: tuple[int | None, int | None], inside: bool) -> None:
    """Edges are inside, and a missing bound excludes nothing."""
    assert holds(span, 5) is inside


def test_oracle_is_the_intersection() -> None:
    """Two captures a minute apart whose printed hours differ date a story to that minute."""
    published = NOON - 2 * HOUR - 30_000_000
    seen = Truth(
        (story(0, published),),
        (page("a", NOON - MINUTE, (0, "1 uur geleden")), page("b", NOON, (0, "2 uur geleden"))),
    )
    assert oracles(seen) == {0: Oracle((NOON - MINUTE - 2 * HOUR, NOON - 2 * HOUR), published, contradicted=False)}


def test_oracle_without_age_is_open() -> None:
    """A story whose ages nobody saw is known only to be out by its first capture."""
    shown = TrueSighting("article", -1, 0, None, 0, None, bare=False)
    seen = Truth((story(0, NOON - HOUR),), (TruePage("a", "A", NOON, "exact", (NOON, NOON), 0, False, (shown,)),))
    assert oracles(seen)[0].span == (None, NOON)


def test_oracle_of_a_second_publication() -> None:
    """Ages that count from two publications contradict each other, those of one alone do not."""
    twice = story(0, NOON - 600 * HOUR, NOON - HOUR)
    early = page("a", NOON - 598 * HOUR, (0, "2 uur geleden"))
    late = page("b", NOON, (0, "1 uur geleden"))
    assert oracles(Truth((twice,), (early, late)))[0].contradicted
    alone = oracles(Truth((twice,), (late,)))[0]
    assert (alone.contradicted, alone.instant) == (False, NOON - HOUR)


def test_dating_by_hand() -> None:
    """One span right and twice as wide, one wrong, one open: two contained of three, two dated, median 1.5."""
    known = {number: Oracle((0, 10), 5, contradicted=False) for number in range(3)}
    result = dating(known, {0: (0, 20), 1: (6, 16)})
    assert result[:3] == (2 / 3, 2 / 3, 1.5)


def test_contradicted_stories_are_not_dated() -> None:
    """A story without any right date is no part of containment and width."""
    assert dating({0: Oracle((9, 3), 5, contradicted=True)}, {0: (100, 200)}) == (1, 1, 1, 1)


def test_wrong_clock_is_provable_by_two_stories_and_two_pages() -> None:
    """A page an hour off is proved wrong by two right pages that contradict it as to two stories, and by no less."""
    born = NOON - 5 * MINUTE
    stories = tuple(story(number, born) for number in range(4))
    two, one = ((0, "5 minuten geleden"), (1, "5 minuten geleden")), ((0, "5 minuten geleden"),)
    good, better = page("good", NOON, *two), page("better", NOON, *two)
    bad, lonely = page("bad", NOON, *two, error=HOUR), page("lonely", NOON, (2, "5 minuten geleden"), error=HOUR)
    assert provably_wrong(Truth(stories, (good, better, bad, lonely))) == {"bad"}
    assert blame(Truth(stories, (good, better, bad, lonely)), ["bad", "good", "lonely"]) == Agreement(2 / 3, 1)
    assert provably_wrong(Truth(stories, (good, bad, lonely))) == frozenset()
    assert provably_wrong(Truth(stories, (good, better, page("bad", NOON, *one, error=HOUR)))) == frozenset()


def test_a_page_of_another_time_proves_nothing() -> None:
    """Pages that saw the stories more than ten days before do not contradict a wrong clock, nor do ages in months."""
    stories = tuple(story(number, NOON - 20 * DAY) for number in range(2))
    shown = (0, "2 weken geleden"), (1, "2 weken geleden")
    early = tuple(page(name, NOON - 19 * DAY, (0, "1 dag geleden"), (1, "1 dag geleden")) for name in "ab")
    bad = page("bad", NOON, *shown, error=3 * DAY)
    assert provably_wrong(Truth(stories, (*early, bad))) == frozenset()
    later = tuple(page(name, NOON - HOUR, *shown) for name in "ab")
    far = page("bad", NOON, *shown, error=9 * DAY)
    assert provably_wrong(Truth(stories, (*later, far))) == {"bad"}
    old = tuple(story(number, NOON - 40 * DAY) for number in range(2))
    months = (0, "1 maand geleden"), (1, "1 maand geleden")
    pages = (page("a", NOON, *months), page("b", NOON, *months), page("bad", NOON, *months, error=-9 * DAY))
    assert provably_wrong(Truth(old, pages)) == frozenset()


def test_undecidable_is_what_an_unrefuted_clock_says() -> None:
    """A story that only a wrong clock dates is undecidable, one that two right pages date as well is not."""
    born = NOON - 5 * MINUTE
    stories = tuple(story(number, born) for number in range(2))
    bad = page("bad", NOON, (0, "5 minuten geleden"), error=HOUR)
    good = tuple(page(name, NOON, (0, "5 minuten geleden")) for name in "abc")
    assert undecidable(Truth(stories, (bad,))) == {0}
    assert undecidable(Truth(stories, (bad, *good[:1]))) == {0}
    assert undecidable(Truth(stories, (bad, *good[:2]))) == frozenset()
    again = page("again", NOON + MINUTE, (0, "6 minuten geleden"), error=HOUR)
    assert undecidable(Truth(stories, (bad, again, *good[:2]))) == {0}
    assert undecidable(Truth(stories, (bad, again, *good))) == frozenset()


def test_a_clock_that_excludes_no_truth_leaves_a_story_decidable() -> None:
    """What an hour off puts within the same day is true all the same; and so is what a right clock says."""
    stories = (story(0, NOON - 30 * HOUR), story(1, NOON - 5 * MINUTE))
    day = page("day", NOON, (0, "1 dag geleden"), error=HOUR)
    right = page("right", NOON, (1, "5 minuten geleden"))
    assert undecidable(Truth(stories, (day, right))) == frozenset()


def test_a_proved_clock_leaves_nothing_undecidable() -> None:
    """A story that stands on a proved wrong clock alone counts: the other stories of the page tell when that was."""
    stories = tuple(story(number, NOON - 5 * MINUTE) for number in range(3))
    two = (0, "5 minuten geleden"), (1, "5 minuten geleden")
    good = tuple(page(name, NOON, *two) for name in "ab")
    bad = page("bad", NOON, *two, (2, "5 minuten geleden"), error=HOUR)
    assert undecidable(Truth(stories, (*good, bad))) == frozenset()


def test_what_pages_of_untold_time_join_to_an_undecidable_story_is_so_too() -> None:
    """A page without time shows stories of one age: where one is put the others are, unless a page refutes it."""
    born = NOON - 5 * MINUTE
    stories = (story(0, born), story(1, born), story(2, born))
    bad = page("bad", NOON, (0, "5 minuten geleden"), error=HOUR)
    ages = tuple((number, "9 minuten geleden") for number in range(3))
    untold = replace(page("untold", NOON + 4 * MINUTE, *ages), telling="none", told=(None, None))
    right = page("right", NOON, (2, "5 minuten geleden"))
    assert undecidable(Truth(stories, (bad, untold, right))) == {0, 1}


def test_undecidable_stories_are_not_dated() -> None:
    """They count in no figure of dating, and their share is a figure of its own."""
    stories = tuple(story(number, NOON - 5 * MINUTE) for number in range(2))
    bad = page("bad", NOON, (0, "5 minuten geleden"), error=HOUR)
    right = page("right", NOON, (1, "5 minuten geleden"))
    truth = Truth(stories, (bad, right))
    found = score(truth, truth.story_of(), {0: (NOON, NOON + HOUR), 1: (NOON - HOUR, NOON)})
    assert (found.containment, found.containment_beside_wrong_clocks, found.undecidable) == (1, 1, 1 / 2)


def test_left_out_sightings() -> None:
    """A sighting that is left out is alone, unless it is a fragment that nothing could tell apart."""
    whole = TrueSighting("teaser", 0, 0, None, 0, None, bare=False)
    fragment = TrueSighting("teaser", 0, 0, None, 0, "text", bare=True)
    pages = tuple(
        TruePage(name, "B", NOON, "none", (None, None), 0, False, (shown,))
        for name, shown in (("a", whole), ("b", whole), ("c", fragment))
    )
    seen = Truth((story(0, NOON - HOUR),), pages)
    assert score(seen, {("a", 0): 7, ("b", 0): 7}, {}).pairwise_recall == 1
    assert score(seen, {("a", 0): 7}, {}).pairwise_recall == 0
    assert score(seen, {("a", 0): 7, ("b", 0): 7, ("c", 0): 8}, {}).pairwise_recall == 1 / 3


def test_settings_are_values() -> None:
    """Two simulations with equal settings are the same one."""
    assert Settings(seed=3) == Settings(seed=3)
