"""Laws of stories: a function of what pages show, in which no page shows one story twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.canon import micros
from feeds.capture import capture_of, times_of
from feeds.model import (
    Age,
    Article,
    Block,
    Capture,
    CaptureKey,
    ContentHash,
    Cut,
    Page,
    Sighting,
    Story,
    StoryId,
    Teaser,
    Told,
    Wording,
    WordingKey,
)
from feeds.stories.candidates import Meeting, Seen, blocks, sighting_order
from feeds.stories.dating import solve
from feeds.stories.evidence import span_of
from feeds.stories.identity import BEGINNING, EQUAL, SAME_LEAD, Links, clusters, groups, link
from feeds.stories.merge import fold_story, sightings_of_story
from feeds.stories.published import published
from feeds.stories.wordings import appearances, sighted, stands_alone

LAW = settings(max_examples=40, deadline=None)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STEM = "De brug over het kanaal blijft tot na de zomer dicht omdat een"
LEADS = (STEM + " schip de pijlers raakte.", STEM + " schip vastliep.", "Het waterpeil gaat omlaag.")
HEADLINES = (None, "Brug dicht", "‘Brug’ dicht", "Peil omlaag")

Shown = Mapping[WordingKey, tuple[Wording, tuple[Sighting, ...]]]


@dataclass(frozen=True)
class Decided:
    """What comes of some pages."""

    stories: tuple[tuple[Seen, ...], ...]
    told: tuple[Story, ...]


@st.composite
def items(draw: st.DrawFn, *, cuts: bool = True) -> tuple[str | None, str, Cut | None]:
    """A headline, a lead and where it was cut, out of so few that they often meet."""
    lead = draw(st.sampled_from(LEADS) | st.sampled_from(LEADS).map(str.upper))
    headline = draw(st.sampled_from(HEADLINES))
    cut: Cut | None = draw(st.sampled_from([None, None, "text", "headline"])) if cuts else None
    if cut == "text":
        lead = lead[: draw(st.sampled_from([0, 3, 59, 60, 61, 65]))]
    elif cut == "headline":
        headline, lead = "Brug", ""
    return headline, lead, cut


AGES = st.none() | st.tuples(st.integers(0, 6), st.integers(1, 3)).map(
    lambda span: Age(f"{span[0]} uur geleden", span[0] * 3600, (span[0] + span[1]) * 3600)
)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page with an article or none and a few teasers, of which the last may be cut off."""
    shown = draw(st.lists(st.tuples(items(cuts=False), AGES), max_size=3))
    shown += draw(st.lists(st.tuples(items(), AGES), max_size=1))
    listed = tuple(Teaser(n, item[0], None, item[1], age, item[2]) for n, (item, age) in enumerate(shown))
    topic = draw(st.sampled_from([None, "Zeeland", "Binnenland"]))
    article = None
    if draw(st.booleans()):
        headline, lead, cut = draw(items(cuts=not listed))
        article = Article(headline, None, lead or None, (Block("paragraph", lead),), None, None, cut)
    return Page("zeelandnet", "article", topic, article, listed, (), (), None, overfull=False)


@st.composite
def captured(draw: st.DrawFn) -> list[tuple[Capture, Page]]:
    """Some captured pages, told or not, in any order."""
    found = []
    for number, page in enumerate(draw(st.lists(pages(), max_size=5))):
        hour = draw(st.none() | st.integers(0, 9))
        told = Told(None, None, "unknown")
        if hour is not None:
            start = NOON + timedelta(hours=hour)
            told = Told(start, start + timedelta(hours=draw(st.integers(0, 2))), "sidecar")
        content = ContentHash(f"{number:032x}")
        mtime = NOON + timedelta(hours=draw(st.integers(-9, 9)))
        found.append(
            (
                capture_of(CaptureKey(number), content, "zeelandnet", None, times_of(told), micros(mtime), ("x.txt",)),
                page,
            )
        )
    return found


def seen_in(found: Iterable[tuple[Capture, Page]]) -> dict[WordingKey, Seen]:
    """The wordings of some captured pages with their sightings, in the order in which they come."""
    seen: dict[WordingKey, Seen] = {}
    for capture, page in found:
        for shown in appearances(page):
            wording, sighting = shown.wording, sighted(capture, shown)
            before = seen[wording.key].sightings if wording.key in seen else ()
            seen[wording.key] = Seen(wording, tuple(sorted({*before, sighting}, key=sighting_order)))
    return seen


def linked(seen: Mapping[WordingKey, Seen]) -> Links:
    """What links wordings that meet, from the least key on."""
    meeting = Meeting()
    for key, one in seen.items():
        meeting.enter(key, blocks(one))
    pairs = ((key, other) for key, one in seen.items() for other in meeting.candidates(key, blocks(one)) if key < other)
    return {pair: strength for pair in pairs if (strength := link(seen[pair[0]], seen[pair[1]]))}


def decide(found: Iterable[tuple[Capture, Page]]) -> Decided:
    """The stories of some captured pages."""
    seen = seen_in(found)
    links = linked(seen)
    stories = [story for group in groups(seen, links) for story in clusters(group, links)]
    stories.sort(key=lambda members: members[0].order)
    sightings = {str(number): sightings_of_story(members) for number, members in enumerate(stories)}
    solution = solve(sightings)
    told = []
    for number, members in enumerate(stories):
        aside = {one.capture.key for one in solution.set_aside if one.story == str(number)}
        dates = published(sightings[str(number)], solution.stories[str(number)], aside)
        told.append(fold_story(StoryId("tag:x"), members, sightings_of_story(members), dates, {}))
    return Decided(tuple(stories), tuple(told))


@LAW
@given(captured(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_show(found: list[tuple[Capture, Page]], shuffle: Random) -> None:
    """The same captures in any order, some of them twice, are the same stories and say the same."""
    again = found + found[::2]
    shuffle.shuffle(again)
    assert decide(again) == decide(found)


@LAW
@given(captured())
def test_groups_do_not_show(found: list[tuple[Capture, Page]]) -> None:
    """What is not linked never influences each other: one group of all gives the same stories."""
    seen = seen_in(found)
    everything = clusters(seen.values(), linked(seen))
    assert sorted(everything, key=lambda members: members[0].order) == list(decide(found).stories)


@LAW
@given(captured())
def test_whoever_is_linked_meets(found: list[tuple[Capture, Page]]) -> None:
    """Blocks lose no candidate: wordings that are one story beyond doubt find each other."""
    seen = seen_in(found)
    sure = {
        (one, other)
        for one in seen
        for other in seen
        if one < other and link(seen[one], seen[other]) in {EQUAL, SAME_LEAD, BEGINNING}
    }
    assert sure <= linked(seen).keys()


@LAW
@given(captured())
def test_a_page_shows_a_story_once(found: list[tuple[Capture, Page]]) -> None:
    """No two items of one list, nor an article and an item of its own list, are ever one story."""
    for story in decide(found).stories:
        shown = [sighting.capture.key for seen in story for sighting in seen.sightings]
        assert len(shown) == len(set(shown))


@LAW
@given(captured())
def test_a_wording_is_of_one_story(found: list[tuple[Capture, Page]]) -> None:
    """Every wording that says enough is in exactly one story, every other in one at most, and none is empty."""
    told = [seen.wording for story in decide(found).stories for seen in story]
    assert len(told) == len({wording.key for wording in told})
    enough = {key for key, seen in seen_in(found).items() if stands_alone(seen.wording)}
    assert enough <= {wording.key for wording in told}
    assert all(any(stands_alone(seen.wording) for seen in story) for story in decide(found).stories)


@LAW
@given(captured())
def test_a_story_hangs_together(found: list[tuple[Capture, Page]]) -> None:
    """Every wording of a story is linked to another of its wordings, a fragment as the beginning of one."""
    links = linked(seen_in(found))
    for story in decide(found).stories:
        keys = {seen.wording.key for seen in story}
        inside = {key for pair in links if keys.issuperset(pair) for key in pair}
        assert len(keys) == 1 or inside == keys


@LAW
@given(captured())
def test_a_story_is_honest_about_its_times(found: list[tuple[Capture, Page]]) -> None:
    """`best` lies within its bounds, `updated` never before it, and both other times are those of captures."""
    decided = decide(found)
    for members, story in zip(decided.stories, decided.told, strict=True):
        began = {sighting.capture.began for seen in members for sighting in seen.sightings}
        dates = story.published
        assert story.first_seen in began
        assert story.updated in {*began, dates.best}
        assert dates.best is None or dates.best <= story.updated
        if dates.not_before is not None and dates.not_after is not None and dates.best is not None:
            assert dates.not_before < dates.best <= dates.not_after
            assert dates.best.microsecond == 0


# -- dating ---------------------------------------------------------------------------------------

SIGHTINGS = captured().map(
    lambda found: sorted(
        (
            sighted(capture, shown[-1])._replace(wording=WordingKey(1))
            for capture, page in found
            if (shown := appearances(page))
        ),
        key=sighting_order,
    )
)
"""Sightings of one story, one on each page, in the order of capture."""


def bounds(sightings: Sequence[Sighting]) -> tuple[datetime, datetime, datetime] | None:
    """The dated span and `best`, None where they are not known or sightings contradict each other."""
    solution = solve({"it": sightings})
    found = published(sightings, solution.stories["it"], ())
    if solution.set_aside or found.not_before is None or found.not_after is None or found.best is None:
        return None
    return found.not_before, found.not_after, found.best


@LAW
@given(SIGHTINGS)
def test_a_span_only_narrows_as_pages_arrive_in_order(sightings: list[Sighting]) -> None:
    """Unless one contradicts, each further sighting narrows the span, and `best` stays unless that rules it out."""
    before = None
    for count in range(len(sightings) + 1):
        after = bounds(sightings[:count])
        if before is not None and after is not None:
            assert before[0] <= after[0] < after[1] <= before[1]
            assert after[2] == before[2] or not after[0] < before[2] <= after[1]
        before = after


@LAW
@given(SIGHTINGS, st.data())
def test_a_late_page_never_widens_a_span_unless_it_contradicts(sightings: list[Sighting], data: st.DataObject) -> None:
    """A sighting that comes in at any place narrows the span, or else some sighting contradicts another."""
    late = data.draw(st.integers(0, len(sightings)))
    before, after = bounds(sightings[:late] + sightings[late + 1 :]), bounds(sightings)
    if before is not None and after is not None:
        assert before[0] <= after[0] < after[1] <= before[1]


@LAW
@given(SIGHTINGS)
def test_what_is_set_aside_could_not_be_put_back(sightings: list[Sighting]) -> None:
    """What agrees with all others is never set aside, and what is set aside leaves the rest in agreement."""
    aside = {one.capture.key for one in solve({"it": sightings}).set_aside}
    kept = [one for one in sightings if one.capture.key not in aside]
    assert not solve({"it": kept}).set_aside
    spans = [span for one in kept if (span := span_of(one)) is not None]
    for one in sightings:
        span = span_of(one)
        if one.capture.key in aside and span is not None:
            assert max(span[0], *(start for start, _ in spans)) >= min(span[1], *(end for _, end in spans))
