"""What holds of the documents of an archive, whatever stories a month has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from feeds.canon import instant
from feeds.channels.archiving import Archived, Part, bounds, cut, month_of, newest_first

MONTH = "2026-02"
FIRST, AFTER = bounds(MONTH)
MOST = 100


def newest(one: Archived) -> tuple[int, str]:
    """Sort key of stories, newest first."""
    return -one.sort, one.story


sorts = st.integers(FIRST, AFTER - 1) | st.sampled_from([FIRST, FIRST + 1, FIRST + 60_000_000, AFTER - 1])
stories = st.builds(
    Archived,
    story=st.integers(0, 2**63 - 1).map(lambda key: f"{key:016x}"),
    sort=sorts,
    updated=st.just(0),
    size=st.integers(1, 60),
    mark=st.just(1),
)
archives = st.lists(stories, min_size=1, max_size=40, unique_by=lambda one: one.story).map(
    lambda found: sorted(found, key=newest)
)


def by_day(parts: tuple[Part, ...]) -> dict[str, list[Part]]:
    """The documents by the day that they are named after; the month's own by nothing."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.name[7:10], []).append(part)
    return found


@given(archives)
def test_every_story_stands_once_in_order(found: list[Archived]) -> None:
    """The documents have all stories once, each its own newest first, and to the minute newest first one by one."""
    parts = cut(found, MOST)
    listed = [one for part in parts for one in part.stories]
    assert sorted(listed, key=newest) == found
    assert all(list(part.stories) == sorted(part.stories, key=newest) for part in parts)
    minutes = [one.sort // 60_000_000 for one in listed]
    assert minutes == sorted(minutes, reverse=True)
    names = [part.name for part in parts]
    assert names == sorted(set(names), key=newest_first)


@given(archives)
def test_documents_are_bounded_and_named_after_what_they_hold(found: list[Archived]) -> None:
    """None is larger than asked unless it holds one story alone; the newest has the month's name."""
    parts = cut(found, MOST)
    assert parts[0].name == MONTH
    for part in parts:
        assert len(part.stories) == 1 or sum(one.size for one in part.stories) <= MOST
        assert all(f"{instant(one.sort):%Y-%m-%dT%H%M}-{one.story}".startswith(part.name) for one in part.stories)


@given(archives, stories)
def test_a_late_story_disturbs_its_own_day(found: list[Archived], late: Archived) -> None:
    """A story of a day that has its own documents changes no document but those."""
    late = replace(late, story="8000000000000000")
    before = by_day(cut(found, MOST))
    day = f"{instant(late.sort):-%d}"
    after = by_day(cut(sorted([*found, late], key=newest), MOST))
    if day in before and all(f"{instant(one.sort):-%d}" != day for one in before[""][0].stories):
        assert {key: parts for key, parts in after.items() if key != day} == {
            key: parts for key, parts in before.items() if key != day
        }


@given(archives, stories)
def test_a_newer_story_leaves_the_days_of_their_own_alone(found: list[Archived], new: Archived) -> None:
    """A story newer than all of the month changes no document of a day, whatever moves out of the month's own."""
    new = replace(new, story="8000000000000000", sort=AFTER - 1)
    before = {part.name: part for part in cut(found, MOST)}
    after = {part.name: part for part in cut([new, *found], MOST)}
    if found[0].sort < AFTER - 86_400_000_000:
        assert all(
            after[name] == part for name, part in before.items() if name != MONTH and len(name) == len("2026-02-01")
        )


@given(st.integers(-(10**16), 2 * 10**17))
def test_a_month_holds_its_bounds(sort: int) -> None:
    """Every sort key lies within the bounds of its month, and the next month begins where it ends."""
    first, after = bounds(month_of(sort))
    assert first <= sort < after
    assert month_of(first) == month_of(after - 1) == month_of(sort)
