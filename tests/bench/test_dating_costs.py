"""What dating costs where very much hangs together, as ratios of size (`-m big -s`)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import perf_counter

import pytest

from feeds.capture import TellsTime, capture_of
from feeds.model import Age, CaptureKey, ContentHash, Sighting, WordingKey
from feeds.stories.dating import solve
from feeds.stories.extending import Extension
from feeds.stories.spans import FOREVER

pytestmark = pytest.mark.big

SMALL, LARGE = 5_000, 50_000
"""Captures in a row, and so many stories, each on two captures that follow each other."""
SECOND = 1_000_000
START, APART, HALF_A_DAY = 1_770_000_000 * SECOND, 600 * SECOND, 43_200 * SECOND


def row(length: int, kind: str) -> dict[str, list[Sighting]]:
    """Stories and captures that hang together in a row, of which one end alone is told exactly.

    Each capture shows the story before it and the one behind it. It is told to the day, or not told at all; the files
    may lie in another order than they were captured in.
    """
    places = list(range(length))
    if kind == "unknown and backwards":
        places.reverse()
    elif kind == "unknown and shuffled":
        Random(1).shuffle(places)
    stories: dict[str, list[Sighting]] = {f"{number:06}": [] for number in range(length + 1)}
    ages = Age("20 minuten geleden", 1200, 1260), Age("10 minuten geleden", 600, 660)
    for number in range(length):
        at = START + number * APART
        told: TellsTime = (at - HALF_A_DAY, at + HALF_A_DAY, "name") if kind == "day" else (None, None, "unknown")
        key, content = CaptureKey(number + 1), ContentHash(f"{number:032x}")
        capture = capture_of(key, content, "site", None, told, places[number], (f"{number}.txt",))
        for story, age in enumerate(ages, start=number):
            stories[f"{story:06}"].append(Sighting(capture, "teaser", 0, WordingKey(story), "Kort", age, None))
    first = capture_of(CaptureKey(0), ContentHash("f" * 32), "site", None, (START, START, "sidecar"), 0, ("first.txt",))
    stories["000000"].append(Sighting(first, "teaser", 0, WordingKey(0), "Kort", ages[0], None))
    return {name: sorted(sightings, key=lambda one: one.capture.order) for name, sightings in stories.items()}


def solved(length: int, kind: str) -> float:
    """Seconds for dating a row as one, which dates all of it."""
    stories = row(length, kind)

    def solve_them() -> None:
        found = solve(stories)
        assert all(-FOREVER < low < high < FOREVER for low, high in found.stories.values())
        assert found.set_aside == ()

    return best_of_three(solve_them)


def extended(length: int, kind: str) -> float:
    """Seconds for dating a row beside nothing, from its told end to the other."""
    stories = row(length, kind)
    shown_on: dict[CaptureKey, list[str]] = {}
    for name, sightings in stories.items():
        for one in sightings:
            shown_on.setdefault(one.capture.key, []).append(name)

    def extend() -> None:
        extension, known, coming = Extension(lambda _: False), {"000000"}, ["000000"]
        while coming:
            for name in coming:
                unknown = {
                    one.capture.key: (one.capture.earliest or -FOREVER, one.capture.latest or FOREVER)
                    for one in stories[name]
                    if one.capture.key
                }
                assert extension.take(name, stories[name], [], (), unknown)
            pages = extension.frontier()
            coming = sorted({name for key in pages for name in shown_on[key]} - known)
            known.update(coming)
            assert extension.complete(pages) or coming
        assert len(extension.stories()) == length + 1

    return best_of_three(extend)


def best_of_three(work: Callable[[], None]) -> float:
    """The least that it takes, in seconds."""
    spent = []
    for _ in range(3):
        started = perf_counter()
        work()
        spent.append(perf_counter() - started)
    return min(spent)


@pytest.mark.parametrize("kind", ["day", "unknown", "unknown and backwards", "unknown and shuffled"])
def test_a_hundred_thousand_instants_in_a_row_cost_in_proportion(kind: str) -> None:
    """Ten times as many captures and stories in a row cost about ten times as much, dated as one or one by one."""
    for way in (solved, extended):
        small, large = way(SMALL, kind), way(LARGE, kind)
        print(f"\n{kind}, {way.__name__}: {large:.1f} s, {large / small:.1f} times those of a tenth", end="")
        assert large <= 40 * small, "a hundred times would be quadratic"
