"""Laws of dating: the tightest spans that the evidence leaves, and no more set aside than contradicts it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random

from dated import DAYS, Stories, World, capture, claims, in_order, worlds
from hypothesis import assume, given
from hypothesis import strategies as st

from feeds.model import CaptureKey
from feeds.stories.contests import doubts, tally
from feeds.stories.dating import SetAside, Solution, solve
from feeds.stories.evidence import SECOND, is_exact, is_wrong_clock
from feeds.stories.published import published
from feeds.stories.spans import FOREVER

Node = str | CaptureKey
Rule = tuple[Node | None, Node, int, int]
"""By how much the second is later than the first, or than the origin of time; at least and at most."""


def rules_of(stories: Stories, aside: Sequence[SetAside], *, lists: bool) -> list[Rule]:
    """What the pages say without what was set aside: their times and ages, and what follows from lists and texts."""
    doubted = {(one.story, one.capture.key) for one in aside if one.kind != "seen"}
    unseen = {(one.story, one.capture.key) for one in aside if one.kind == "seen"}
    rules: list[Rule] = []
    pages: dict[CaptureKey, list[tuple[int, str, bool]]] = {}
    for name, sightings in stories.items():
        for one in sightings:
            page = one.capture
            if page.earliest is not None and page.latest is not None and (None, page.key) not in doubted:
                rules.append((None, page.key, page.earliest, page.latest))
            if one.age is None:
                rules += [] if (name, page.key) in unseen else [(name, page.key, 0, FOREVER)]
            elif (name, page.key) not in doubted:
                rules.append((name, page.key, one.age.lo * SECOND, one.age.hi * SECOND))
                pages.setdefault(page.key, []).append((one.position, name, is_exact(page)))
    for shown in pages.values() if lists else []:
        for (_, newer, exact), (_, older, _) in pairwise(sorted(shown)):
            rules += [] if exact else [(older, newer, 0, FOREVER)]
    return rules


def lists_are_in_order(stories: Stories) -> bool:
    """Whether every page's ages grow down its list, so that its order is evidence too."""
    pages: dict[CaptureKey, list[tuple[int, int]]] = {}
    for seen in stories.values():
        for one in seen:
            if one.age is not None:
                pages.setdefault(one.capture.key, []).append((one.position, one.age.lo))
    return all([age for _, age in sorted(shown)] == sorted(age for _, age in shown) for shown in pages.values())


def known(rules: Sequence[Rule]) -> list[Rule]:
    """The rules about what has bounds on both sides; contradictions among the others show once one of them has."""
    reached: set[Node | None] = {None}
    size = 0
    while size < len(reached):
        size = len(reached)
        reached |= {
            node for rule in rules if rule[3] < FOREVER and not reached.isdisjoint(rule[:2]) for node in rule[:2]
        }
    return [rule for rule in rules if rule[0] in reached and rule[1] in reached]


def tightest(rules: Sequence[Rule]) -> dict[Node | None, tuple[int, int]] | None:
    """The tightest bounds by Floyd and Warshall; None if the rules contradict each other or leave a story no room."""
    nodes: list[Node | None] = list(dict.fromkeys(node for rule in rules for node in (None, rule[1], rule[0])))
    most: dict[tuple[Node | None, Node | None], int] = {
        (one, other): 0 if one == other else FOREVER for one in nodes for other in nodes
    }
    for earlier, later, least, longest in rules:
        most[earlier, later] = min(most[earlier, later], longest)
        most[later, earlier] = min(most[later, earlier], -least)
    for middle in nodes:
        for one in nodes:
            for other in nodes:
                if most[one, middle] < FOREVER and most[middle, other] < FOREVER:
                    most[one, other] = min(most[one, other], most[one, middle] + most[middle, other])
    found = {node: (-most[node, None], most[None, node]) for node in nodes}
    circles = any(most[node, node] < 0 for node in nodes)
    return None if circles or any(isinstance(n, str) and low == high for n, (low, high) in found.items()) else found


def within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Whether a span lies in another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


# -- pages that tell the truth --------------------------------------------------------------------


@given(worlds())
def test_the_truth_lies_in_the_tightest_spans(world: World) -> None:
    """Nothing is set aside; spans are exactly what all evidence together leaves, and the truth is in them."""
    solution = solve(world.stories)
    expected = tightest(rules_of(world.stories, (), lists=True))
    assert solution.set_aside == ()
    assert expected is not None
    assert solution.stories == {name: expected[name] for name in solution.stories}
    assert solution.captures == {key: expected[key] for key in solution.captures}
    assert all(low < world.born[name] <= high for name, (low, high) in solution.stories.items())
    assert all(low <= world.captured[key] <= high for key, (low, high) in solution.captures.items())


@given(worlds(), st.data())
def test_true_evidence_never_widens_a_span(world: World, data: st.DataObject) -> None:
    """A further sighting that tells the truth narrows spans or leaves them."""
    name = data.draw(st.sampled_from(sorted(world.stories)) if world.stories else st.none())
    if name is None:
        return
    late = data.draw(st.sampled_from(world.stories[name]))
    without = in_order(world.stories | {name: [one for one in world.stories[name] if one is not late]})
    before, after = solve(without), solve(world.stories)
    assert all(within(after.stories[story], span) for story, span in before.stories.items())
    assert all(within(after.captures[page], span) for page, span in before.captures.items())


@given(worlds(), st.data())
def test_a_suspicion_that_all_evidence_refutes_blames_nobody(world: World, data: st.DataObject) -> None:
    """Whichever clocks are suspected, where everything fits together none is wrong, and no date gets wider.

    It may get narrower: on a page that is suspected the order of its list counts too.
    """
    suspected = data.draw(st.sets(st.sampled_from(sorted(world.captured))))
    solution, unsuspecting = solve(world.stories, suspected), solve(world.stories)
    assert solution.set_aside == ()
    for name, (after, until) in unsuspecting.stories.items():
        assert after <= solution.stories[name][0] < solution.stories[name][1] <= until


@given(worlds(), st.data())
def test_a_wrong_clock_is_no_clock(world: World, data: st.DataObject) -> None:
    """A suspected clock that its stories leave no room is named, and its capture counts as one of unknown time."""
    key = data.draw(st.sampled_from(sorted(world.captured)))
    wrong, off = (
        capture(key, *[world.captured[key] + DAYS * data.draw(st.sampled_from([-1, 1]))] * 2),
        capture(key, None, None),
    )
    told, untold = (
        in_order(
            {n: [o._replace(capture=new) if o.capture.key == key else o for o in s] for n, s in world.stories.items()}
        )
        for new in (wrong, off)
    )
    solution, expected = solve(told, {key}), solve(untold)
    named = {one.capture.key for one in solution.set_aside if one.kind == "clock"}
    low, high = expected.captures.get(key, (-FOREVER, FOREVER))
    assert named == (set() if low <= (wrong.earliest or 0) <= high else {key})
    assert is_wrong_clock((wrong.earliest, wrong.latest), solution.captures.get(key, (None, None))) == bool(named)
    if named:
        assert solution.stories == expected.stories
        assert solution.captures == expected.captures


# -- pages that say anything ----------------------------------------------------------------------


def suspicions(stories: Stories) -> set[CaptureKey]:
    """The captures that the stories themselves suspect."""
    votes = tally(Counter(said for seen in stories.values() for said in doubts(seen).items()))
    return {key for key, its in votes.items() if its.is_suspected}


@given(claims(), st.booleans())
def test_what_is_set_aside_is_minimal(stories: Stories, suspecting: bool) -> None:
    """What stands does not contradict itself, and none of what was set aside could be put back."""
    aside = solve(stories, suspicions(stories) if suspecting else ()).set_aside
    assert tightest(known(rules_of(stories, aside, lists=False))) is not None
    for one in aside:
        others = [other for other in aside if other is not one]
        assert tightest(rules_of(stories, others, lists=False)) is None, one


@given(claims())
def test_spans_follow_from_what_stands(stories: Stories) -> None:
    """Spans hold no instant that the ages that stand exclude, where no told time had to be set aside."""
    solution = solve(stories)
    assume(all(one.kind != "clock" for one in solution.set_aside))
    expected = tightest(known(rules_of(stories, solution.set_aside, lists=False)))
    assert expected is not None
    for spans in (solution.stories, solution.captures):
        assert all(within(span, expected[node]) for node, span in spans.items() if node in expected)
    assert all(low < high for low, high in solution.stories.values())
    assert all(low <= high for low, high in solution.captures.values())


@given(claims(), st.randoms(use_true_random=False))
def test_the_order_of_stories_does_not_show(stories: Stories, shuffle: Random) -> None:
    """The solution is a function of the set of stories."""
    names = list(stories)
    shuffle.shuffle(names)
    assert plain(solve({name: stories[name] for name in names})) == plain(solve(stories))


@given(claims(exact=True))
def test_exact_captures_date_each_story_by_itself(stories: Stories) -> None:
    """Where every capture is told exactly, a story is dated as if there were no other."""
    together = solve(stories)
    for name, sightings in stories.items():
        alone = solve({name: sightings})
        assert alone.stories[name] == together.stories[name]
        assert alone.set_aside == tuple(one for one in together.set_aside if one.story == name)


@given(claims(), claims())
def test_what_shares_no_page_is_dated_apart(some: Stories, others: Stories) -> None:
    """Contradictions never reach stories that no page connects with them."""
    apart = {
        f"+{name}": [one._replace(capture=one.capture._replace(key=CaptureKey(one.capture.key + 100))) for one in seen]
        for name, seen in others.items()
    }
    alone = solve(some)
    together = solve(some | apart)
    assert {name: together.stories[name] for name in some} == alone.stories


@given(claims(), st.data())
def test_evidence_that_contradicts_nothing_never_widens_a_span(stories: Stories, data: st.DataObject) -> None:
    """A sighting that comes in at any place widens no span unless it contradicts evidence or the order of a list."""
    name = data.draw(st.sampled_from(sorted(stories)))
    late = data.draw(st.sampled_from(stories[name]))
    before = solve(in_order(stories | {name: [one for one in stories[name] if one is not late]}))
    after = solve(stories)
    if not after.set_aside and lists_are_in_order(stories):
        assert all(within(after.stories[story], span) for story, span in before.stories.items())


@given(claims())
def test_best_lies_in_its_span(stories: Stories) -> None:
    """`best` is a whole second of the span, and there is none where a bound is missing."""
    solution = solve(stories)
    for name, sightings in stories.items():
        doubted = {one.capture.key for one in solution.set_aside if one.story == name}
        found = published(sightings, solution.stories[name], doubted)
        if found.not_before is None or found.not_after is None:
            assert found.best is None
        else:
            assert found.best is not None
            assert found.not_before < found.best <= found.not_after
            assert found.best.microsecond == 0 or found.not_after - found.not_before < timedelta(seconds=1)


def plain(solution: Solution) -> tuple[object, ...]:
    """A solution without its order."""
    aside = sorted((one.kind, one.capture.key, one.story or "") for one in solution.set_aside)
    return sorted(solution.stories.items()), sorted(solution.captures.items()), aside
