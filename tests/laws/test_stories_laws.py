"""Laws of stories: a function of what pages show, in which no page shows one story twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

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
from feeds.stories.dating import published, solve
from feeds.stories.identity import clusters, groups, link
from feeds.stories.merge import fold_story, sightings_of_story
from feeds.stories.wordings import is_fragment, sightings_of, stands_alone

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
    for number, page in enumerate(draw(st.lists(pages(), max_size=6))):
        hour = draw(st.none() | st.integers(0, 9))
        told = Told(None, None, "unknown")
        if hour is not None:
            start = NOON + timedelta(hours=hour)
            told = Told(start, start + timedelta(hours=draw(st.integers(0, 2))), "sidecar")
        content = ContentHash(f"{number:032x}")
        mtime = NOON + timedelta(hours=draw(st.integers(-9, 9)))
        found.append((Capture(CaptureKey(number), content, "zeelandnet", None, told, mtime, ("x.txt",), 0), page))
    return found


def seen_in(found: Iterable[tuple[Capture, Page]]) -> dict[WordingKey, Seen]:
    """The wordings of some captured pages with their sightings, in the order in which they come."""
    seen: dict[WordingKey, Seen] = {}
    for capture, page in found:
        for wording, sighting in sightings_of(capture, page):
            before = seen[wording.key].sightings if wording.key in seen else ()
            seen[wording.key] = Seen(wording, tuple(sorted({*before, sighting}, key=sighting_order)))
    return seen


def decide(found: Iterable[tuple[Capture, Page]]) -> Decided:
    """The stories of some captured pages."""
    seen = seen_in(found)
    grouped = groups({key: blocks(one.wording) for key, one in seen.items()})
    stories = [story for group in grouped for story in clusters([seen[key] for key in group])]
    stories.sort(key=lambda members: members[0].order)
    return Decided(tuple(stories), tuple(fold_story(StoryId("tag:x"), members, {}) for members in stories))


@given(captured(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_show(found: list[tuple[Capture, Page]], shuffle: Random) -> None:
    """The same captures in any order, some of them twice, are the same stories and say the same."""
    again = found + found[::2]
    shuffle.shuffle(again)
    assert decide(again) == decide(found)


@given(captured())
def test_groups_do_not_show(found: list[tuple[Capture, Page]]) -> None:
    """What is no candidate for each other never influences each other: one group of all gives the same stories."""
    everything = clusters(seen_in(found).values())
    assert sorted(everything, key=lambda members: members[0].order) == list(decide(found).stories)


@given(captured())
def test_a_page_shows_a_story_once(found: list[tuple[Capture, Page]]) -> None:
    """No two items of one list, nor an article and an item of its own list, are ever one story."""
    for story in decide(found).stories:
        shown = [sighting.capture.key for seen in story for sighting in seen.sightings]
        assert len(shown) == len(set(shown))


@given(captured())
def test_a_wording_is_of_one_story(found: list[tuple[Capture, Page]]) -> None:
    """Every wording that says enough is in exactly one story, every other in one at most, and none is empty."""
    told = [seen.wording for story in decide(found).stories for seen in story]
    assert len(told) == len({wording.key for wording in told})
    enough = {key for key, seen in seen_in(found).items() if stands_alone(seen.wording)}
    assert enough <= {wording.key for wording in told}
    assert all(any(stands_alone(seen.wording) for seen in story) for story in decide(found).stories)


@given(captured())
def test_whole_leads_of_a_story_are_equal(found: list[tuple[Capture, Page]]) -> None:
    """Only equal leads and beginnings of them are ever joined."""
    for story in decide(found).stories:
        whole = {seen.wording.body for seen in story if not is_fragment(seen.wording)}
        longest = max((seen.wording.body for seen in story), key=len)
        assert len(whole) <= 1
        assert all(longest.startswith(seen.wording.body) for seen in story)


@given(captured())
def test_a_story_is_honest_about_its_times(found: list[tuple[Capture, Page]]) -> None:
    """`best` lies within its bounds, `updated` never before it, and both other times are those of captures."""
    decided = decide(found)
    for members, story in zip(decided.stories, decided.told, strict=True):
        began = {sighting.capture.began for seen in members for sighting in seen.sightings}
        published = story.published
        assert story.first_seen in began
        assert story.updated in {*began, published.best}
        assert published.best is None or published.best <= story.updated
        if published.not_before is not None and published.not_after is not None and published.best is not None:
            assert published.not_before < published.best <= published.not_after
            assert published.best.microsecond == 0


# -- dating ---------------------------------------------------------------------------------------

SIGHTINGS = captured().map(
    lambda found: sorted(
        (replace(sighting, wording=WordingKey(1)) for one in found for _, sighting in sightings_of(*one)),
        key=sighting_order,
    )
)


def bounds(sightings: Sequence[Sighting]) -> tuple[datetime, datetime, datetime] | None:
    """The dated span and `best`, None where nothing is known."""
    found = date_story(sightings).published
    if found.not_before is None or found.not_after is None or found.best is None:
        return None
    return found.not_before, found.not_after, found.best


@given(SIGHTINGS)
def test_a_span_only_narrows_as_pages_arrive_in_order(sightings: list[Sighting]) -> None:
    """Each further sighting narrows the span or is set aside, and `best` stays unless that rules it out."""
    before = None
    for count in range(len(sightings) + 1):
        after = bounds(sightings[:count])
        if before is not None:
            assert after is not None
            assert before[0] <= after[0] < after[1] <= before[1]
            assert after[2] == before[2] or not after[0] < before[2] <= after[1]
        before = after


@given(SIGHTINGS, st.data())
def test_a_late_page_never_widens_a_span_unless_it_contradicts(sightings: list[Sighting], data: st.DataObject) -> None:
    """A sighting that comes in at any place narrows the span, or else some sighting contradicts another."""
    if not sightings:
        return
    late = data.draw(st.integers(0, len(sightings) - 1))
    without = sightings[:late] + sightings[late + 1 :]
    before, after = bounds(without), bounds(sightings)
    if before is not None and not date_story(sightings).set_aside:
        assert after is not None
        assert before[0] <= after[0] < after[1] <= before[1]
