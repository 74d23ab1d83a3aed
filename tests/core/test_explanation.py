"""What `explain` says: revisions, and why wordings are one story or are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.canon import fold, micros
from feeds.capture import capture_of, times_of
from feeds.model import (
    Age,
    CaptureKey,
    ContentHash,
    Cut,
    Dateline,
    Published,
    Sighting,
    StoryId,
    Told,
    Wording,
    WordingKey,
)
from feeds.stories.candidates import Seen
from feeds.stories.identity import link
from feeds.stories.merge import fold_story, sightings_of_story
from feeds.stories.reasons import apart, likeness, republished, tie, ties
from feeds.stories.revisions import revisions
from feeds.stories.wordings import is_fragment

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LEAD = "De brug over het kanaal bleef dinsdag urenlang dicht nadat een schip tegen een pijler was gevaren."
SHOUTED = LEAD.upper().replace("PIJLER", "'PIJLER'")
OTHER = "Op het strand spoelde maandagnacht een kist aan met brieven die een eeuw geleden waren geschreven."
DAY_OLD = Age("1 dag geleden", 86400, 172800)


def seen(
    *hours: int,
    headline: str | None = "Brug dicht",
    lead: str = LEAD,
    place: str | None = "GOES",
    cut: Cut | None = None,
    age: Age | None = DAY_OLD,
) -> Seen:
    """A wording on pages that were captured at these hours after noon; a page is known by its hour."""
    key = WordingKey(sum(ord(char) << (number % 40) for number, char in enumerate(f"{headline}|{lead}|{place}|{cut}")))
    dateline = None if place is None else Dateline(f"{place} (ANP)", (place,), ("ANP",))
    sightings = []
    for hour in hours:
        when = NOON + timedelta(hours=hour)
        told = Told(when, when, "sidecar")
        content = ContentHash(f"{hour:032x}")
        capture = capture_of(
            CaptureKey(hour), content, "zeelandnet", None, times_of(told), micros(when), (f"{hour}.txt",)
        )
        sightings.append(Sighting(capture, "teaser", 0, key, None, age, None))
    return Seen(Wording(key, headline, dateline, lead, cut), tuple(sightings))


# -- revisions ------------------------------------------------------------------------------------


def times(members: Sequence[Seen]) -> list[tuple[str | None, int, int | None]]:
    """Each revision's headline, and the captures that showed it first and the next one first."""
    return [(one.wording.headline, one.first.key, one.until.key if one.until else None) for one in revisions(members)]


def test_a_revision_stands_until_the_next_is_seen() -> None:
    """Each stands as long as captures show it, and once more if it comes back: the last is what the entry says."""
    members = [seen(1, 2), seen(3, 4, 9, headline="Brug open"), seen(5, headline="Brug half open")]
    first, second = [("Brug dicht", 1, 3), ("Brug open", 3, 5)], [("Brug half open", 5, 9), ("Brug open", 9, None)]
    assert times(members) == first + second


def test_what_no_right_clock_orders_is_not_the_newest() -> None:
    """A text that only captures with a wrong clock show comes before those that others show."""
    members = [seen(1, 10), seen(9, headline="Brug open")]
    assert [one.wording.headline for one in revisions(members, {CaptureKey(9)})] == ["Brug open", "Brug dicht"]


@pytest.mark.parametrize(
    "same",
    [
        seen(2, lead=SHOUTED),
        seen(2, headline="BRUG  'DICHT'"),
        seen(2, place="VEERE"),
        seen(2, lead=LEAD[:70], cut="text"),
        seen(2, headline=None),
        seen(2, lead=LEAD.replace("gevaren", "geváren")),
        seen(2, lead=LEAD.replace("urenlang", "urnlang")),
    ],
    ids=["case and quotes of the lead", "of the headline", "place", "cut off", "without headline", "accent", "letter"],
)
def test_what_says_the_same_is_no_revision(same: Seen) -> None:
    """Case, quotes, blanks, another dateline, a beginning and a missing headline make none, before or after."""
    assert times([seen(1), same]) == [("Brug dicht", 1, None)]


def test_a_lead_seen_without_its_headline_counts_from_then_on() -> None:
    """The first capture of a lead under no headline is that of the revision, which has the headline."""
    assert times([seen(1, headline=None), seen(4)]) == [("Brug dicht", 1, None)]


def test_a_page_without_headlines_changes_no_headline() -> None:
    """It shows a lead under the headline that stood; where the lead is new, only that is."""
    members = [seen(1, headline="Brug dicht"), seen(2, 4, headline="Brug open"), seen(3, 5, headline=None)]
    assert times(members) == [("Brug dicht", 1, 2), ("Brug open", 2, None)]
    members = [seen(1), seen(2, headline=None, lead=OTHER), seen(3, headline="Kist gevonden", lead=OTHER + " Nu dan.")]
    assert times(members) == [("Brug dicht", 1, 2), ("Brug dicht", 2, 3), ("Kist gevonden", 3, None)]
    story = fold_story(StoryId("tag:x"), members[:2], sightings_of_story(members[:2]), Published(None, None, None), {})
    assert (story.headline, story.revisions, [edit.headline for edit in story.edits]) == ("Brug dicht", 1, [""])


@pytest.mark.parametrize("later", [(), (seen(3, headline="Brug open"),)], ids=["cut off", "then whole"])
def test_a_page_that_was_cut_off_may_show_a_new_headline(later: tuple[Seen, ...]) -> None:
    """The entry shows it and tells of it, so it is a revision, of the lead that stands."""
    members = [seen(1), seen(2, headline="Brug open", lead=LEAD[:70], cut="text"), *later]
    assert times(members) == [("Brug dicht", 1, 2), ("Brug open", 2, None)]
    assert revisions(members)[-1].wording.lead == LEAD
    story = fold_story(StoryId("tag:x"), members, sightings_of_story(members), Published(None, None, None), {})
    assert (story.headline, story.revisions, [edit.headline for edit in story.edits]) == (
        "Brug open",
        1,
        ["Brug dicht"],
    )


def test_a_story_of_beginnings_has_one_revision() -> None:
    """Where only beginnings were seen, the longest stands for what is not known."""
    (only,) = revisions([seen(1, lead=LEAD[:62], cut="text"), seen(2, lead=LEAD[:80], cut="text")])
    assert only.wording.lead == LEAD[:80]


@given(st.lists(st.tuples(st.sampled_from(["A", "B", None]), st.sampled_from([LEAD, OTHER, SHOUTED]), st.booleans())))
def test_a_story_counts_what_is_listed(drawn: list[tuple[str | None, str, bool]]) -> None:
    """The number of a story's revisions is that of its listed texts after the first; it says the last of them."""
    texts = [(headline, lead, "text" if cut else None) for headline, lead, cut in drawn] or [("A", LEAD, None)]
    members = [
        seen(number, headline=headline, lead=lead, cut="text" if cut else None)
        for number, (headline, lead, cut) in enumerate(dict.fromkeys(texts))
    ]
    story = fold_story(StoryId("tag:x"), members, sightings_of_story(members), Published(None, None, None), {})
    found = revisions(members)
    said = [(one.wording.head, one.wording.body) for one in found]
    assert story.revisions == len(set(said)) - 1
    assert all(before != after for before, after in pairwise(said))
    if not any(is_fragment(one.wording) for one in members):
        assert said[-1][1] == fold(story.summary)


# -- why it is one story, and why not -------------------------------------------------------------


def test_each_wording_names_the_surest_other() -> None:
    """The strongest link to a wording before it, of equal ones that with the same headline."""
    edited = LEAD.replace("urenlang", "lang")
    members = [
        seen(1),
        seen(2, headline="Brug open"),
        seen(3, headline="Brug open", lead=edited),
        seen(4, headline="Brug open", lead=edited[:80], cut="text"),
    ]
    named = [None if one is None else (one[0], one[1].bond) for one in ties(members)]
    assert named == [None, (0, "lead"), (1, "alike"), (2, "beginning")]
    only_later = [seen(1, lead=LEAD[:62], cut="text"), seen(2, headline="Iets", lead=LEAD[:70], cut="text"), seen(3)]
    assert [None if one is None else one[0] for one in ties(only_later)] == [None, 0, 0]


def test_a_tie_says_what_is_known() -> None:
    """Whether place and time bear it out, or are not known of one."""
    edited = LEAD.replace("urenlang", "lang")
    sure = tie(seen(1), seen(2, lead=edited))
    assert sure is not None
    assert (sure.bond, sure.placed, sure.dated) == ("alike", True, True)
    assert 0.7 <= sure.shared < 1
    bare = tie(seen(1), seen(2, place=None, age=None))
    assert bare is not None
    assert (bare.bond, bare.placed, bare.dated) == ("equal", False, False)
    assert tie(seen(1), seen(2, lead=OTHER)) is None
    assert tie(seen(1), seen(1, lead=edited)) is None, "one page shows both"


LATER = seen(200)
ELSEWHERE = LEAD.replace("urenlang", "lang")


@pytest.mark.parametrize(
    ("other", "bar"),
    [
        (seen(1, headline="Brug gestremd", lead=OTHER), "page"),
        (LATER, "time"),
        (seen(2, lead=ELSEWHERE, place="VEERE"), "place"),
        (seen(300, lead=ELSEWHERE), "time"),
        (seen(2, lead=OTHER), "words"),
        (seen(2, lead=LEAD[:80], cut="text"), "several"),
        (seen(2, lead=OTHER[:80], cut="text"), "beginning"),
        (seen(2, headline="Brug open", lead=ELSEWHERE, age=None), "headline"),
        (seen(2, lead=ELSEWHERE.replace("een schip", "2 schepen"), age=None), "numbers"),
        (seen(2, lead=OTHER, age=None), "words"),
    ],
)
def test_what_keeps_stories_apart_is_named(other: Seen, bar: str) -> None:
    """The page that shows both before all else, then what `identity` asks, in the order in which it asks."""
    why = apart([seen(1)], [other])
    assert why.bar == bar
    assert apart([other], [seen(1)]).bar == bar
    assert (why.page is not None, why.times is not None) == (bar == "page", bar == "time")
    assert why.likeness == likeness(seen(1).wording, other.wording)


SEEN = st.builds(
    seen,
    st.integers(1, 4),
    headline=st.sampled_from(["Brug dicht", "Brug open", None]),
    lead=st.sampled_from([LEAD, OTHER, ELSEWHERE, LEAD[:70], "In 2025 was dat 3 keer zo."]),
    place=st.sampled_from(["GOES", "VEERE", None]),
    cut=st.sampled_from([None, "text"]),
    age=st.sampled_from([DAY_OLD, None]),
)


@given(SEEN, SEEN)
def test_what_is_not_linked_has_a_reason_of_its_text(one: Seen, other: Seen) -> None:
    """Of two wordings exactly one is told: why they are one story, or which condition they fail."""
    linked = link(one, other) > 0
    assert (tie(one, other) is not None) == linked
    pages = {sighting.capture.key for sighting in one.sightings}
    if pages.isdisjoint(sighting.capture.key for sighting in other.sightings):
        assert (apart([one], [other]).bar in {"several", "time", "unmet"}) or not linked
        assert apart([one], [other]).bar != "several" or linked


def test_a_second_publication_is_what_most_agree_on() -> None:
    """Of the spans after the first publication the stretch that most share; spans before it tell of none."""
    assert republished([(50, 60), (55, 90), (5, 8)], until=10) == (55, 60)
    assert republished([(50, 60)], until=10) == (50, 60)
    assert republished([(5, 8)], until=10) is None
