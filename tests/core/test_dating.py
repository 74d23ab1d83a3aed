"""When a story was published, by the ages that pages print of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from feeds.canon import micros
from feeds.capture import capture_of, times_of
from feeds.model import (
    Age,
    Capture,
    CaptureKey,
    ContentHash,
    Evidence,
    Published,
    Sighting,
    Told,
    WordingKey,
)
from feeds.stories.contests import Doubt, doubts, tally
from feeds.stories.dating import solve
from feeds.stories.evidence import span_of
from feeds.stories.published import published

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
UNDATED = Published(None, None, None)

_numbers = count()


def capture(at: datetime, until: datetime | None = None, source: Evidence = "sidecar") -> Capture:
    """A page captured then, or some time in between."""
    told = Told(None, None, source) if source == "unknown" else Told(at, until or at, source)
    return capture_of(
        CaptureKey(next(_numbers)),
        ContentHash(at.isoformat()),
        "s",
        None,
        times_of(told),
        micros(at),
        ("x.txt",),
    )


def sighting(page: Capture, lo: int, hi: int) -> Sighting:
    """A story shown as that many minutes old."""
    return Sighting(page, "teaser", 0, WordingKey(1), None, Age("", lo * 60, hi * 60), None)


@dataclass(frozen=True)
class Dated:
    """When one story was published, and the sightings that contradict it."""

    published: Published
    set_aside: tuple[Sighting, ...]


def date_story(sightings: Sequence[Sighting]) -> Dated:
    """Date one story by itself."""
    found = solve({"it": sightings})
    aside = {one.capture.key for one in found.set_aside}
    doubted = tuple(one for one in sightings if one.capture.key in aside)
    return Dated(published(sightings, found.stories["it"], aside), doubted)


def test_an_age_is_a_span_of_publication() -> None:
    """An age [lo, hi) on a page captured in [a, b] means published after a - hi and no later than b - lo."""
    found = date_story([sighting(capture(NOON, NOON + HOUR), 120, 180)])
    assert found.published == Published(NOON - 3 * HOUR, NOON - HOUR, NOON - 2 * HOUR)
    assert found.set_aside == ()


def test_spans_intersect() -> None:
    """Every sighting that agrees narrows the span from its side."""
    first = sighting(capture(NOON), 60, 120)
    second = sighting(capture(NOON + 45 * MINUTE), 120, 180)
    found = date_story([first, second]).published
    assert (found.not_before, found.not_after) == (NOON - 120 * MINUTE, NOON - 75 * MINUTE)


def test_best_is_the_middle_of_the_earliest_span() -> None:
    """It stays where it was as long as later sightings leave it possible."""
    first = sighting(capture(NOON), 60, 120)
    later = sighting(capture(NOON + 20 * MINUTE), 60, 120)
    assert date_story([first]).published.best == NOON - 90 * MINUTE
    assert date_story([first, later]).published.best == NOON - 90 * MINUTE


def test_best_moves_into_what_later_sightings_leave() -> None:
    """Beyond either end of the final span it goes to the nearest whole second inside."""
    first = sighting(capture(NOON), 60, 120)
    after = date_story([first, sighting(capture(NOON + 45 * MINUTE), 60, 120)]).published
    assert after.not_before == NOON - 75 * MINUTE
    assert after.best == NOON - 75 * MINUTE + timedelta(seconds=1)
    until = date_story([first, sighting(capture(NOON + 15 * MINUTE), 120, 180)]).published
    assert until.not_after == until.best == NOON - 105 * MINUTE


def test_a_contradiction_is_set_aside() -> None:
    """A story that grew younger was published again: the earlier pages are believed, and the later is named."""
    first = sighting(capture(NOON), 60, 120)
    younger = sighting(capture(NOON + 5 * HOUR), 1, 2)
    agreeing = sighting(capture(NOON + 6 * HOUR), 420, 480)
    found = date_story([first, younger, agreeing])
    assert found.set_aside == (younger,)
    assert found.published == date_story([first, agreeing]).published


def test_spans_that_touch_contradict() -> None:
    """Published after an instant and no later than that same instant is impossible."""
    first = sighting(capture(NOON), 60, 120)
    touching = sighting(capture(NOON + 60 * MINUTE), 60, 120)
    assert date_story([first, touching]).set_aside == (touching,)


def test_without_age_or_time_nothing_is_known() -> None:
    """An age on a page of unknown time dates nothing; a page that prints no age was captured after publication."""
    unknown = sighting(capture(NOON, source="unknown"), 60, 120)
    ageless = Sighting(capture(NOON), "article", -1, WordingKey(1), None, None, "")
    assert span_of(unknown) is span_of(ageless) is None
    assert date_story([unknown]).published == UNDATED
    assert date_story([ageless, unknown]).published == Published(None, NOON, None)
    assert date_story([]).published == UNDATED


def test_a_trusted_modification_time_dates() -> None:
    """Weak evidence that its source trusts is evidence."""
    assert date_story([sighting(capture(NOON, source="mtime"), 60, 120)]).published.best == NOON - 90 * MINUTE


@pytest.mark.parametrize("micros", [1, 499_999, 999_999])
def test_best_is_in_whole_seconds(micros: int) -> None:
    """Fractions of a capture's time stay in the bounds and out of `best`."""
    at = NOON + timedelta(microseconds=micros)
    published = date_story([sighting(capture(at), 1, 2)]).published
    assert published.best is not None
    assert published.not_before is not None
    assert published.not_after is not None
    assert published.best.microsecond == 0
    assert published.not_before < published.best <= published.not_after


def test_best_stays_while_pages_of_unknown_time_narrow_a_span() -> None:
    """What is best of the whole span of a story is best of any part of it that holds that."""
    wide = published([], (micros(NOON), micros(NOON + HOUR)), ())
    assert wide.best is not None
    for cut in range(1, 60):
        least, most = NOON + cut * MINUTE / 2, NOON + HOUR - cut * MINUTE / 3
        narrow = published([], (micros(least), micros(most)), ())
        assert (narrow.best == wide.best) is (least < wide.best <= most)


def test_modification_times_do_not_outvote_what_is_told() -> None:
    """A folder that was copied has one modification time for all: it is doubted, and not the one sidecar."""
    told = sighting(capture(NOON), 60, 120)
    copied = [sighting(capture(NOON + 9 * HOUR, source="mtime"), 60, 120) for _ in range(2)]
    said = doubts([told, *copied])
    assert [said[one.capture.key] for one in (told, *copied)] == [Doubt.NONE, Doubt.NEAR, Doubt.NEAR]


def test_what_most_agree_on_stands_whichever_page_was_first() -> None:
    """A first page two hours off fits nearly all vague ages; the two that it does not fit are not set aside for it."""
    off = sighting(capture(NOON), 2, 3)
    days = [sighting(capture(NOON + timedelta(days=day, hours=3)), day * 1440, (day + 1) * 1440) for day in range(1, 7)]
    near = [sighting(capture(NOON + 14 * HOUR), 960, 1020), sighting(capture(NOON + 23 * HOUR), 1440, 2880)]
    found = date_story([off, *near, *days])
    assert found.set_aside == (off,)
    assert found.published.not_after == NOON - 2 * HOUR


def test_pages_that_a_run_of_wrong_clocks_outvotes_are_not_blamed() -> None:
    """Three pages told two days early outvote two right ones as to young stories; an older story tells who is wrong."""
    born = {name: NOON - timedelta(minutes=50 * number) for number, name in enumerate(("a", "b", "c", "old"))}
    late, days = timedelta(minutes=5), timedelta(days=2)
    runs = [(capture(NOON + late * n - days), NOON + late * n) for n in range(1, 4)]
    right = [(capture(NOON + late * n), NOON + late * n) for n in range(4, 10)]
    stories = {}
    for name, at in born.items():
        pages = sorted(runs + (right if name in {"c", "old"} else right[:2]), key=lambda page: page[0].order)
        ages = [(page, int((seen - at).total_seconds()) // 60) for page, seen in pages]
        stories[name] = [sighting(page, age, age + 1) for page, age in ages]
    votes = tally(Counter(said for seen in stories.values() for said in doubts(seen).items()))
    suspected = {key for key, its in votes.items() if its.is_suspected}
    assert suspected == {page.key for page, _ in (*runs, *right)}
    found = solve(stories, suspected)
    assert {one.capture.key for one in found.set_aside} == {page.key for page, _ in runs}
    assert all(low < micros(born[name]) <= high for name, (low, high) in found.stories.items())
