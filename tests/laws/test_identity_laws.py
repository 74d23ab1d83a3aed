"""Laws of identity: whatever pages show, in whatever order, links are mutual and no page shows a story twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

from hypothesis import given
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
    Dateline,
    Page,
    Teaser,
    Told,
    WordingKey,
)
from feeds.stories.candidates import Meeting, Seen, blocks, sighting_order
from feeds.stories.identity import ADDRESS, BEGINNING, SAME_LEAD, clusters, groups, link
from feeds.stories.pieces import begins
from feeds.stories.wordings import FRAGMENT, appearances, is_fragment, sighted, stands_alone

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STEM = "De brug over het kanaal blijft tot na de zomer dicht omdat een"
TAIL = "Dat meldt de provincie. Het verkeer moet omrijden via de dam bij de sluizen en dat duurt 20 minuten langer."
LEADS = (
    f"{STEM} schip de pijlers raakte. {TAIL}",
    f"{STEM} schip de pijlers heeft geraakt. {TAIL}",
    f"{STEM} schip de pijlers raakte. {TAIL.replace('20', '30')}",
    f"{STEM} schip de pijlers raakte. Er viel een gewonde. {TAIL}",
    f"{STEM} schip vastliep in de sluis.",
    "Het waterpeil gaat omlaag.",
)
HEADLINES = (None, "Brug dicht", "‘Brug’ dicht", "Peil gaat omlaag")
ADDRESSES = (None, "https://www.zeelandnet.nl/nieuws/peil-gaat-omlaag", "https://www.zeelandnet.nl/nieuws")
GOES, VEERE = Dateline("GOES (ANP)", ("GOES",), ("ANP",)), Dateline("VEERE/GOES", ("VEERE", "GOES"), ())
DATELINES = (None, GOES, VEERE, Dateline("THOLEN", ("THOLEN",), ()))

Links = dict[tuple[WordingKey, WordingKey], float]


@st.composite
def teasers(draw: st.DrawFn, position: int) -> Teaser:
    """One item of a list, out of so few that they often meet, whole or cut off."""
    lead = draw(st.sampled_from(LEADS))
    headline = draw(st.sampled_from(HEADLINES))
    dateline = draw(st.sampled_from(DATELINES))
    cut: Cut | None = draw(st.sampled_from([None, None, None, "text", "headline"]))
    if cut == "text":
        lead = lead[: draw(st.sampled_from([0, 3, 10, 59, 60, 61, 90, 120]))]
    elif cut == "headline":
        headline, lead, dateline = "Brug", "", None
    hours = draw(st.none() | st.integers(0, 30))
    age = None if hours is None else Age("", hours * 3600, (hours + 1) * 3600)
    return Teaser(position, headline, dateline, lead, age, cut)


def listing(shown: tuple[Teaser, ...], article: Teaser | None = None) -> Page:
    """A page with a list, and perhaps an article that reads like an item of one."""
    main = None
    if article is not None:
        body = (Block("paragraph", article.text),)
        main = Article(article.headline, article.dateline, article.text, body, None, None, article.cut)
    return Page("zeelandnet", "article", "Zeeland", main, shown, (), (), None, overfull=False)


def page_at(number: int, at: datetime, *, told: bool = True, url: str | None = None) -> Capture:
    """The capture of a page, told to the instant or not at all."""
    span = Told(at, at, "sidecar") if told else Told(None, None, "unknown")
    return capture_of(
        CaptureKey(number), ContentHash(f"{number:032x}"), "zeelandnet", url, times_of(span), micros(at), ("x.txt",)
    )


@st.composite
def shown(draw: st.DrawFn) -> list[Seen]:
    """The wordings of a few captured pages, in the order of their keys."""
    found: dict[WordingKey, Seen] = {}
    for number in range(draw(st.integers(1, 5))):
        article = draw(st.none() | teasers(0))
        page = listing(tuple(draw(teasers(position)) for position in range(draw(st.integers(1, 3)))), article)
        at, url = NOON + timedelta(hours=draw(st.integers(0, 30))), draw(st.sampled_from(ADDRESSES))
        capture = page_at(number, at, told=draw(st.integers(0, 3)) > 0, url=url)
        for shown in appearances(page):
            wording, sighting = shown.wording, sighted(capture, shown)
            before = found[wording.key].sightings if wording.key in found else ()
            found[wording.key] = Seen(wording, tuple(sorted((*before, sighting), key=sighting_order)))
    return [found[key] for key in sorted(found)]


def links_of(wordings: Sequence[Seen]) -> Links:
    """All links among some wordings."""
    pairs = {(one.wording.key, other.wording.key): link(one, other) for one, other in combinations(wordings, 2)}
    return {(min(pair), max(pair)): strength for pair, strength in pairs.items() if strength}


def candidates(wordings: Sequence[Seen]) -> dict[WordingKey, set[WordingKey]]:
    """Whom each wording meets."""
    its, meeting = {seen.wording.key: blocks(seen) for seen in wordings}, Meeting()
    for key, found in its.items():
        meeting.enter(key, found)
    return {key: set(meeting.candidates(key, found)) for key, found in its.items()}


def keys_of(stories: Sequence[Sequence[Seen]]) -> list[list[WordingKey]]:
    """Stories by the keys of their wordings, in order."""
    return [[seen.wording.key for seen in story] for story in stories]


def pages_of(seen: Seen) -> set[CaptureKey]:
    """The captures that show a wording."""
    return {sighting.capture.key for sighting in seen.sightings}


def may_be_of_one_time(one: Seen, other: Seen) -> bool:
    """Whether there is an instant at which both may have been published."""
    if not one.spans or not other.spans:
        return True
    return any(max(a[0], b[0]) < min(a[1], b[1]) for a in one.spans for b in other.spans)


# -- links and candidates -------------------------------------------------------------------------


@given(shown())
def test_links_are_mutual(wordings: list[Seen]) -> None:
    """It does not matter which of two wordings comes first, and evidence is never negative."""
    for one, other in combinations(wordings, 2):
        assert link(one, other) == link(other, one) >= 0


@given(shown())
def test_no_evidence_links_what_a_page_shows_both(wordings: list[Seen]) -> None:
    """Whatever two wordings say, they are not linked if one page shows both."""
    for one, other in combinations(wordings, 2):
        if pages_of(one) & pages_of(other):
            assert link(one, other) == 0


@given(shown())
def test_only_the_same_text_begins_what_it_is_begun_by(wordings: list[Seen]) -> None:
    """Of two fragments that say enough, each begins the other only if they are equal; no whole one begins any."""
    for one, other in combinations(wordings, 2):
        mutual = begins(one.wording, other.wording) and begins(other.wording, one.wording)
        if mutual and max(len(one.wording.body), len(other.wording.body)) >= FRAGMENT:
            assert one.wording.body == other.wording.body
        assert not begins(one.wording, one.wording)
        assert is_fragment(one.wording) or not begins(one.wording, other.wording)


@given(shown())
def test_what_is_sought_seeks_as_well(wordings: list[Seen]) -> None:
    """Two wordings are candidates of each other or of neither, so that it is no matter which of them comes later."""
    met = candidates(wordings)
    assert all(key in met[other] for key, others in met.items() for other in others)
    assert all(key not in others for key, others in met.items())


@given(shown())
def test_what_is_surely_one_meets(wordings: list[Seen]) -> None:
    """Equal leads, beginnings of each other and edits at one address always meet, whatever else there is."""
    met = candidates(wordings)
    for (one, other), strength in links_of(wordings).items():
        if strength in {ADDRESS, BEGINNING} or strength > 1:
            assert other in met[one]


# -- stories --------------------------------------------------------------------------------------


@st.composite
def groups_with_any_links(draw: st.DrawFn) -> tuple[list[Seen], Links]:
    """Wordings with their real links, or with links between any of the whole ones, however strong."""
    wordings = draw(shown())
    if draw(st.booleans()):
        return wordings, links_of(wordings)
    whole = [seen.wording.key for seen in wordings if not is_fragment(seen.wording)]
    strength = st.sampled_from([0.0, 0.7, 0.9, 2.0, 3.0])
    drawn = {pair: draw(strength) for pair in combinations(whole, 2)}
    real = {pair: found for pair, found in links_of(wordings).items() if found == BEGINNING}
    return wordings, real | {pair: found for pair, found in drawn.items() if found}


@given(groups_with_any_links())
def test_no_page_shows_a_story_twice(linked: tuple[list[Seen], Links]) -> None:
    """However strong a link is, no two wordings of one page are one story."""
    for story in clusters(*linked):
        pages = [sighting.capture.key for seen in story for sighting in seen.sightings]
        assert len(pages) == len(set(pages))


@given(shown())
def test_equal_leads_are_one_story_at_any_time(wordings: list[Seen]) -> None:
    """Equal whole leads are two stories only if a page shows both: a wrong clock or a second publication parts none."""
    stories = clusters(wordings, links_of(wordings))
    pages = [{sighting.capture.key for seen in story for sighting in seen.sightings} for story in stories]
    leads = [{seen.wording.body for seen in story if not is_fragment(seen.wording)} for story in stories]
    for one, other in combinations(range(len(stories)), 2):
        assert leads[one].isdisjoint(leads[other]) or not pages[one].isdisjoint(pages[other])


def test_one_wrong_clock_joins_no_other_day() -> None:
    """Reports of a series that are nearly alike stay two, though a page with a wrong clock shows one too late."""
    first, second = (f"Het is {day} bewolkt met in het noorden kans op regen. {TAIL}" for day in ("zondag", "maandag"))
    found: dict[WordingKey, Seen] = {}
    shows = ((0, first, "Weer", 1), (1, first, "Weer", 2), (48, second, "Weer", 1), (49, first, None, 2))
    for hour, lead, headline, age in shows:
        teaser = Teaser(0, headline, GOES, lead, Age("", 0, 3600 * age), None)
        for shown in appearances(listing((teaser,))):
            before = found[shown.wording.key].sightings if shown.wording.key in found else ()
            sighting = sighted(page_at(hour, NOON + timedelta(hours=hour)), shown)
            found[shown.wording.key] = Seen(shown.wording, (*before, sighting))
    links = links_of(list(found.values()))
    assert sorted(strength >= SAME_LEAD for strength in links.values()) == [False, True]
    assert [{seen.wording.lead for seen in story} for story in clusters(found.values(), links)] == [{first}, {second}]


def test_a_story_published_again_stays_one() -> None:
    """The same lead on two pages that date it a day apart, under a headline and without one, is one story."""
    wordings = [
        Seen(shown.wording, (sighted(page_at(number, NOON + timedelta(days=number)), shown),))
        for number, headline in enumerate(("Brug dicht", None))
        for shown in appearances(listing((Teaser(0, headline, GOES, LEADS[0], Age("", 0, 3600), None),)))
    ]
    assert len(wordings) == 2
    assert len(clusters(wordings, links_of(wordings))) == 1


@given(shown())
def test_times_that_exclude_each_other_are_two_stories(wordings: list[Seen]) -> None:
    """Leads that are merely alike are one story only if they may be of one time."""
    for story in clusters(wordings, links_of(wordings)):
        whole = [seen for seen in story if not is_fragment(seen.wording)]
        for one in whole:
            others = [seen for seen in whole if seen is not one]
            near = [seen for seen in others if seen.wording.body == one.wording.body or may_be_of_one_time(one, seen)]
            assert near or not others


@given(groups_with_any_links())
def test_every_wording_has_one_home(linked: tuple[list[Seen], Links]) -> None:
    """What says enough is in exactly one story, a scrap in one at most; stories come in the order of their capture."""
    stories = clusters(*linked)
    homes = [key for story in keys_of(stories) for key in story]
    assert len(homes) == len(set(homes))
    assert {seen.wording.key for seen in linked[0] if stands_alone(seen.wording)} <= set(homes)
    orders = [[seen.order for seen in story] for story in stories]
    assert all(story == sorted(story) for story in orders)
    assert [story[0] for story in orders] == sorted(story[0] for story in orders)


@given(groups_with_any_links(), st.randoms(use_true_random=False))
def test_order_does_not_show(linked: tuple[list[Seen], Links], shuffle: Random) -> None:
    """Stories are a function of the set of wordings and the set of links."""
    wordings, links = list(linked[0]), list(linked[1].items())
    expected = keys_of(clusters(wordings, dict(links)))
    shuffle.shuffle(wordings)
    shuffle.shuffle(links)
    assert keys_of(clusters(wordings, dict(links))) == expected


@given(shown(), st.randoms(use_true_random=False))
def test_groups_are_what_hangs_together(wordings: list[Seen], shuffle: Random) -> None:
    """Each wording is in one group, no link leads out of one, and the order in which they come does not show."""
    links = links_of(wordings)
    found = keys_of(groups({seen.wording.key: seen for seen in wordings}, links))
    group_of = {key: number for number, group in enumerate(found) for key in group}
    assert sorted(group_of) == [seen.wording.key for seen in wordings]
    assert all(group_of[one] == group_of[other] for one, other in links)
    shuffle.shuffle(wordings)
    assert keys_of(groups({seen.wording.key: seen for seen in wordings}, links)) == found


@given(shown())
def test_groups_do_not_influence_each_other(wordings: list[Seen]) -> None:
    """One group of all gives the same stories as each group by itself."""
    links = links_of(wordings)
    apart = [
        story
        for group in groups({seen.wording.key: seen for seen in wordings}, links)
        for story in clusters(group, links)
    ]
    together = clusters(wordings, links)
    assert keys_of(sorted(apart, key=lambda story: story[0].order)) == keys_of(together)
