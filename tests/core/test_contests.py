"""Captures that contradict each other: which are suspected, which have a wrong clock, and that no story moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pytest

from feeds.capture import capture_of
from feeds.model import Age, CaptureKey, ContentHash, Sighting, WordingKey
from feeds.stories.candidates import sighting_order
from feeds.stories.contests import Doubt, distrusted, doubts, tally
from feeds.stories.dating import solve
from feeds.stories.evidence import is_wrong_clock

MINUTE = 60_000_000
HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True)
class Page:
    """A page captured at a minute, whose clock is off by some; upper case stories are shown without an age."""

    at: int
    shows: str
    off: int = 0


@dataclass(frozen=True)
class Found:
    """What dating makes of pages, each by its number."""

    suspected: set[int]
    wrong: set[int]
    misdated: set[str]
    """Stories whose span does not hold the minute at which they were published."""


def printed(age: int) -> Age:
    """An age in minutes as a portal prints it."""
    unit = 1 if age < HOUR else HOUR if age < DAY else DAY
    return Age("", age // unit * unit * 60, (age // unit + 1) * unit * 60)


def crawled(born: Mapping[str, Sequence[int]], pages: Sequence[Page]) -> dict[str, list[Sighting]]:
    """What the pages say of stories, of which each was published at one minute or more."""
    stories: dict[str, list[Sighting]] = {}
    for number, page in enumerate(pages):
        told = (page.at + page.off) * MINUTE
        capture = capture_of(CaptureKey(number), ContentHash(f"{number:03}"), "s", None, (told, told, "name"), told, ())
        for position, shown in enumerate(page.shows):
            name = shown.lower()
            age = None if shown != name else printed(page.at - max(at for at in born[name] if at <= page.at))
            seen = Sighting(capture, "teaser", position, WordingKey(1), None, age, None)
            stories.setdefault(name, []).append(seen)
    return {name: sorted(seen, key=sighting_order) for name, seen in stories.items()}


def found(born: Mapping[str, Sequence[int]], pages: Sequence[Page]) -> Found:
    """Suspects captures by what each story doubts, and dates all stories together."""
    stories = crawled(born, pages)
    votes = tally(Counter(said for seen in stories.values() for said in doubts(seen).items()))
    suspected = {key for key, its in votes.items() if its.is_suspected}
    solution = solve(stories, suspected)
    told = {one.capture.key: one.capture.earliest for seen in stories.values() for one in seen}
    return Found(
        set(suspected),
        {key for key, span in solution.captures.items() if is_wrong_clock((told[key], told[key]), span)},
        {
            name
            for name, (after, until) in solution.stories.items()
            if not any(after <= at * MINUTE <= until for at in born[name])
        },
    )


def test_a_clock_that_few_of_its_stories_can_tell_is_found() -> None:
    """Three stories of an hour contradict a page that is an hour off, five of some days cannot: the clock is wrong."""
    born = {name: [1000 + 20 * number] for number, name in enumerate("abc")}
    born |= {name: [-3000 - 10 * number] for number, name in enumerate("vwxyz")}
    pages = [Page(1100 + 9 * number, "cbavwxyz") for number in range(5)] + [Page(1131, "cbavwxyz", HOUR)]
    assert found(born, pages) == Found({5}, {5}, set())


def test_a_run_of_wrong_clocks_that_has_the_majority_moves_no_story() -> None:
    """Three wrong clocks against two right ones as to two stories: an older story bears out the right ones."""
    born = {"a": [1000], "b": [1010], "o": [700]}
    run = [Page(1020, "bao", -150), Page(1030, "bao", -150), Page(1040, "bao", -150)]
    right = [Page(1050, "bao"), Page(1055, "bao")]
    others = [Page(at, "o") for at in (750, 850, 900, 1100, 1110, 1120)]
    assert found(born, [*run, *right, *others]) == Found({0, 1, 2, 3, 4}, {0, 1, 2}, set())


def test_even_camps_are_both_doubted() -> None:
    """Of two pages against two either may be wrong; a fifth page that bears out two makes no difference to that."""
    seen = crawled({"a": [1000]}, [Page(1010, "a", -40), Page(1020, "a", -40), Page(1030, "a"), Page(1040, "a")])["a"]
    assert set(doubts(seen).values()) == {Doubt.NEAR}
    more = crawled(
        {"a": [1000]}, [Page(1010, "a", -40), Page(1020, "a", -40), *(Page(1030 + n, "a") for n in range(7))]
    )["a"]
    assert [doubts(more)[CaptureKey(number)] for number in range(9)] == [Doubt.NEAR] * 2 + [Doubt.NONE] * 7


def test_the_worst_clock_does_not_hide_a_better_one() -> None:
    """Beside a clock that is days off and that all contradict, one that a few contradict is doubted all the same."""
    pages = [Page(1005 + 5 * number, "a") for number in range(9)] + [Page(1010, "a", -3 * DAY), Page(1200, "a", -DAY)]
    hours = [Page(1062 + HOUR * number, "a") for number in range(1, 9)] + [Page(1119, "a", -HOUR)]
    said = doubts(crawled({"a": [1000]}, pages + hours)["a"])
    assert {key for key, doubt in said.items() if doubt} >= {9, 10, 19}
    assert not any(said[CaptureKey(number)] for number in range(9))


def test_who_shows_a_story_before_it_is_published_contradicts() -> None:
    """Two pages of a run agree on when three stories were published, but others showed these before: it is wrong."""
    born = {"a": [1000], "b": [1001], "c": [1002], "o": [900]}
    run = [Page(1010, "cbao", 2 * DAY), Page(1020, "cbao", 2 * DAY)]
    others = [Page(1100, "A"), Page(1200, "B"), Page(1300, "C"), *(Page(at, "o") for at in (920, 940, 1015, 1025))]
    assert found(born, [*run, *others]).wrong == {0, 1}
    assert found(born, [*run, *others]).misdated == set()


def test_a_clock_that_one_story_doubts_is_no_better_than_those_it_is_doubted_with() -> None:
    """One of two wrong clocks is doubted by one story alone, and would bear out the other in a second one."""
    born = {"u": [990], "a": [1000], "n": [1035], "k": [930], "l": [931]}
    wrong = [Page(1034, "au", 130), Page(1045, "naukl", 130)]
    right = [Page(995, "kl"), Page(1200, "na"), Page(1815, "na")]
    assert found(born, [*wrong, *right]) == Found({1, 2, 3, 4}, {0, 1}, set())


def test_one_story_that_was_published_again_blames_no_clock() -> None:
    """Right pages show one story that was published again, and one that wrong clocks tell otherwise."""
    again = 11 * DAY
    born = {"r": [1000, 1000 + again], "a": [900 + again], "b": [910 + again], "o": [600 + again]}
    first = [Page(1000 + day * DAY, "r") for day in range(0, 9, 2)]
    run = [Page(950 + again + n, "bao", -100) for n in range(2)]
    late = [Page(1005 + again, "rbao"), Page(1030 + again, "rbao"), *(Page(1050 + again + n, "bao") for n in range(3))]
    others = [Page(at + again, "o") for at in (610, 700, 800, 1100)]
    assert found(born, [*first, *run, *late, *others]).wrong == {5, 6}
    assert found(born, [*first, *run, *late, *others]).misdated == set()


def test_a_right_clock_that_waits_is_not_blamed_by_the_story_that_doubts_it() -> None:
    """All that saw a story first are suspected, and a page shows it again, published again: its clock is right."""
    born = {"r": [1000, 1000 + 6 * DAY], "a": [980], "b": [990], "o": [700]}
    run = [Page(1020, "bao", -150), Page(1030, "bao", -150)]
    right = [Page(1050, "rbao"), Page(1055, "rbao")]
    others = [Page(at, "o") for at in (750, 850, 900, 1100, 1110, 1120)]
    assert found(born, [*run, *right, *others, Page(1005 + 6 * DAY, "r")]) == Found({0, 1, 2, 3}, {0, 1}, set())


def test_a_second_publication_does_not_tell_of_the_first() -> None:
    """All that saw the first publication are suspected; who saw the second, weeks later, is not asked before them."""
    born = {"a": [1000, 1000 + 20 * DAY], "b": [1010, 1010 + 20 * DAY]}
    run = [Page(1020, "ba", 90), Page(1025, "ba", 90)]
    right = [Page(1030, "ba"), Page(1035, "ba"), Page(1040, "ba")]
    again = [Page(1020 + 20 * DAY, "ba"), Page(1030 + 20 * DAY, "ba")]
    named = found(born, [*run, *right, *again])
    assert named.suspected == {0, 1, 2, 3, 4}
    assert named.wrong == {0, 1}
    solution = solve(crawled(born, [*run, *right, *again]), {CaptureKey(key) for key in named.suspected})
    assert all(until < 1100 * MINUTE for _, until in solution.stories.values())
    assert {one.capture.key for one in solution.set_aside if one.kind == "age"} == {5, 6}


def beside(pages: Sequence[Page], suspected: set[CaptureKey]) -> Collection[CaptureKey]:
    """The captures that a story published at minute 1000 doubts beside suspected ones."""
    return distrusted(crawled({"a": [1000]}, pages), suspected).get("a", set())


def test_the_many_and_those_whom_trusted_captures_contradict_are_trusted_no_less() -> None:
    """A capture that more suspected ones contradict than bear it out is distrusted, unless a trusted one does too."""
    run, right = [Page(1010, "a", 90), Page(1020, "a", 90)], [Page(1030, "a"), Page(1031, "a")]
    suspected = {CaptureKey(0), CaptureKey(1)}
    assert beside([*run, *right[:1]], suspected) == {2}
    assert beside([*run, *right], suspected) == set()
    assert beside([*run, *right[:1], Page(1040, "a", 300)], suspected) == set()
    assert beside([*run, *right[:1]], {CaptureKey(0)}) == set()
    assert beside([*run, *right[:1]], set()) == set()


def test_who_shows_a_story_without_an_age_does_not_make_a_clock_that_waits_trusted() -> None:
    """A wrong clock contradicts two suspected ones, and pages that show the story without an age before: it waits."""
    born = {"a": [1000]}
    pages = [Page(1010, "a"), Page(1030, "a"), Page(1020, "a", 2 * DAY), Page(1100, "A"), Page(1200, "A")]
    stories = crawled(born, pages)
    assert beside(pages, {CaptureKey(0), CaptureKey(1)}) == {2}
    spans = solve(stories, {CaptureKey(0), CaptureKey(1)}).stories
    assert spans["a"][0] < 1000 * MINUTE <= spans["a"][1]


@pytest.mark.parametrize("turned", [False, True])
def test_told_times_are_put_back_of_those_first_that_the_fewest_contradict(turned: bool) -> None:
    """Where nothing else tells, the one clock that three contradict is wrong, whether it is the first or the last."""
    born = {"a": [1000], "b": [1005]}
    odd = Page(1030, "ba", 400 if turned else -400)
    pages = [odd, Page(1020, "ba"), Page(1040, "ba"), Page(1045, "ba")]
    stories = crawled(born, pages)
    solution = solve(stories, {CaptureKey(number) for number in range(4)})
    assert [one.capture.key for one in solution.set_aside] == [0]


@pytest.mark.parametrize("every", [1, 3, 7])
def test_what_comes_again_and_again_blames_no_clock(every: int) -> None:
    """Two teasers return in the same words on every page of right clocks: nobody is suspected, no date is wrong."""
    born = {name: [day * every * DAY + 60 * number for day in range(3)] for number, name in enumerate("wx")}
    born |= {name: [100 * number - 600] for number, name in enumerate("abcde")}
    pages = [Page(400 + 360 * every * number, "xw" + "edcba"[number // 3 : number // 3 + 2]) for number in range(12)]
    assert found(born, pages) == Found(set(), set(), set())


FAR = [-20_000 * DAY, -365 * DAY, -12 * DAY, 12 * DAY, 365 * DAY]
"""A clock that was reset, or set by hand; all beyond the silence after which a story may have been published again."""


@pytest.mark.parametrize("off", FAR)
@pytest.mark.parametrize("run", [1, 2])
def test_a_clock_that_is_far_off_is_found(off: int, run: int) -> None:
    """One page, or two against six, tell a time that is weeks or years off: a wrong clock, nothing published again."""
    born = {name: [1000 + 20 * number] for number, name in enumerate("abcde")}
    pages = [Page(1100 + 10 * number, "edcba", off if number < run else 0) for number in range(run + 6)]
    assert found(born, pages) == Found(set(range(run)), set(range(run)), set())


@pytest.mark.parametrize("early", [1, 2])
def test_who_shows_an_old_story_long_before_others_contradicts_nobody(early: int) -> None:
    """Pages of a rare topic show its old stories weeks apart, with ages that fit one publication: none is doubted."""
    born = {"a": [0], "b": [2000]}
    first = [Page(4 * DAY + HOUR * number, "ba") for number in range(early)]
    again = [Page(20 * DAY + HOUR * number, "ba") for number in range(6)]
    stories = crawled(born, [*first, *again])
    assert [set(doubts(seen).values()) for seen in stories.values()] == [{Doubt.NONE}] * 2
    wrong = crawled(born, [*first, *again, Page(21 * DAY, "ba", 3 * DAY)])
    assert [{key for key, doubt in doubts(seen).items() if doubt} for seen in wrong.values()] == [{early + 6}] * 2


def test_stories_that_are_published_again_blame_no_clock() -> None:
    """A page that alone shows two stories weeks before many show them again is right: each came at its own time."""
    born = {"a": [1000, 1000 + 20 * DAY], "b": [1010, 3000 + 21 * DAY], "c": [1020], "d": [1030]}
    first = [Page(1100, "dcba"), Page(1110, "dc"), Page(1120, "dc")]
    again = [Page(3100 + 21 * DAY + 10 * number, "ba") for number in range(5)]
    named = found(born, [*first, *again])
    assert (named.wrong, named.misdated) == (set(), set())
    solution = solve(crawled(born, [*first, *again]), {CaptureKey(key) for key in named.suspected})
    assert all(until < 1100 * MINUTE for _, until in solution.stories.values())


def test_a_page_that_others_near_it_bear_out_is_not_far_off() -> None:
    """Two stories came again together, but as many of the page were seen near it: it is not even suspected."""
    born = {"a": [1000, 1000 + 20 * DAY], "b": [1010, 1010 + 20 * DAY], "c": [1020], "d": [1030]}
    first = [Page(1100, "dcba"), Page(1110, "dc")]
    again = [Page(1100 + 20 * DAY + 10 * number, "ba") for number in range(4)]
    assert found(born, [*first, *again]) == Found(set(), set(), set())


def test_a_page_that_alone_shows_its_other_stories_is_borne_out_by_none_of_them() -> None:
    """Of a page that is years off two stories are seen elsewhere, five nowhere else, or once: its clock is wrong."""
    born = {name: [1000 + 10 * number] for number, name in enumerate("abcdefg")}
    pages = [
        Page(1100, "gfedcba", -365 * DAY),
        *(Page(1110 + 10 * number, "ba") for number in range(4)),
        Page(1200, "dc"),
    ]
    assert found(born, pages) == Found({0}, {0}, set())
