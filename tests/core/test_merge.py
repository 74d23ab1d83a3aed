"""What a story says, folded from the wordings that its pages showed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from feeds.canon import micros
from feeds.capture import capture_of, times_of
from feeds.model import (
    Age,
    Capture,
    CaptureKey,
    ContentHash,
    Cut,
    Dateline,
    Edit,
    Role,
    Sighting,
    Story,
    StoryId,
    Told,
    Wording,
    WordingKey,
)
from feeds.parse.profile import SiteProfile
from feeds.stories.candidates import Seen, sighting_order
from feeds.stories.dating import solve
from feeds.stories.merge import fold_story, sightings_of_story
from feeds.stories.published import published

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD = "De brug blijft tot na de zomer dicht."
URL = "https://www.zeelandnet.nl/nieuws/brug-dicht-IB1"


@dataclass(frozen=True)
class Shown:
    """A story as one page shows it, captured at an hour after noon; without one, at an mtime nobody vouches for."""

    hour: int | None
    headline: str | None = "Brug dicht"
    lead: str = LEAD
    place: str | None = "GOES"
    topic: str | None = "Zeeland"
    cut: Cut | None = None
    body: str | None = None
    """Of an article; None makes it a teaser."""
    age: Age | None = None
    mtime: int = 0
    until: int | None = None
    url: str | None = None


def told(*shown: Shown, site: SiteProfile | None = None, wrong: Sequence[int] = ()) -> Story:
    """The story that these pages tell, some of which have a wrong clock."""
    found: dict[WordingKey, tuple[Wording, list[Sighting]]] = {}
    for number, one in enumerate(shown):
        key = WordingKey(hash((one.headline, one.lead, one.place, one.cut)) & 0xFFFFFFFF)
        places = tuple(one.place.split("/")) if one.place else ()
        dateline = Dateline(f"{one.place} (ANP)", places, ("ANP",)) if one.place else None
        wording, sightings = found.setdefault(key, (Wording(key, one.headline, dateline, one.lead, one.cut), []))
        role: Role = "teaser" if one.body is None else "article"
        position = 0 if one.body is None else -1
        sightings.append(Sighting(capture(number, one), role, position, wording.key, one.topic, one.age, one.body))
    members = [Seen(wording, tuple(sorted(seen, key=sighting_order))) for wording, seen in found.values()]
    members.sort(key=lambda seen: seen.order)
    shown_on = sightings_of_story(members)
    dated = published(shown_on, solve({"x": shown_on}).stories["x"], ())
    sites, clocks = {} if site is None else {site.name: site}, [*map(CaptureKey, wrong)]
    return fold_story(StoryId("tag:x"), members, sightings_of_story(members), dated, sites, wrong=clocks)


def capture(number: int, one: Shown) -> Capture:
    """The page's capture."""
    when = Told(None, None, "unknown")
    if one.hour is not None:
        when = Told(NOON + one.hour * HOUR, NOON + (one.until or one.hour) * HOUR, "sidecar")
    content = ContentHash(f"{number:032x}")
    mtime = NOON + one.mtime * HOUR
    return capture_of(
        CaptureKey(number), content, "zeelandnet", one.url, times_of(when), micros(mtime), (f"{number}.txt",)
    )


# -- what stands ----------------------------------------------------------------------------------


def test_the_newest_page_has_the_last_word() -> None:
    """Headline, lead and datelines are those of the page that was captured last, whatever came in last."""
    last = Shown(9, "Brug weer open", LEAD + " Of toch niet.", "VEERE/GOES")
    story = told(last, Shown(1), Shown(5, "Brug half open"))
    assert (story.headline, story.summary) == ("Brug weer open", LEAD + " Of toch niet.")
    assert story.datelines == ("VEERE", "GOES")
    assert [place.name for place in story.places] == ["VEERE", "GOES"]
    assert story.agencies == ("ANP",)


def test_a_wrong_clock_has_not_the_last_word() -> None:
    """What a capture with a wrong clock shows is neither the newest nor the first while another shows the story."""
    shown = Shown(-99, "Brug open"), Shown(1), Shown(99, "Brug open")
    story = told(*shown, wrong=[0, 2])
    assert (story.headline, story.revisions) == ("Brug dicht", 1)
    assert story.first_seen == story.updated == NOON + HOUR
    assert told(shown[0], wrong=[0]).first_seen == NOON - 99 * HOUR


def test_what_nothing_dates_is_never_the_newest() -> None:
    """A page that only a modification time dates gives way to every told one, however late it seems."""
    story = told(Shown(None, "Oud", "Oude tekst.", mtime=99), Shown(1, "Nieuw", "Nieuwe tekst."))
    assert (story.headline, story.summary) == ("Nieuw", "Nieuwe tekst.")
    both = told(Shown(None, "Later", mtime=9), Shown(None, "Eerder", mtime=1))
    assert both.headline == "Later"


def test_what_nothing_dates_is_never_the_earliest() -> None:
    """`first_seen` is the start of the earliest told span, and the earliest modification time where none is told."""
    assert told(Shown(5, until=9), Shown(7), Shown(None, mtime=-99)).first_seen == NOON + 5 * HOUR
    assert told(Shown(None, mtime=4), Shown(None, mtime=3)).first_seen == NOON + 3 * HOUR


def test_an_untold_page_supplies_what_no_other_has() -> None:
    """A headline or dateline that only an undated page shows is better than none."""
    story = told(Shown(1, None, place=None), Shown(None, "Brug dicht", place="GOES"))
    assert (story.headline, story.datelines) == ("Brug dicht", ("GOES",))


def test_a_part_never_replaces_the_whole() -> None:
    """A later page that was cut off changes neither text nor headline, one without dateline no dateline."""
    story = told(
        Shown(1), Shown(2, "Bru", "", None, cut="headline"), Shown(3, "Brug dicht", LEAD[:9], None, cut="text")
    )
    assert (story.headline, story.summary, story.datelines) == ("Brug dicht", LEAD, ("GOES",))
    assert story.updated == story.first_seen


def test_of_two_parts_the_longer_stands() -> None:
    """As long as no page shows the whole lead, the most of it is shown."""
    assert told(Shown(1, lead=LEAD[:20], cut="text"), Shown(2, lead=LEAD[:9], cut="text")).summary == LEAD[:20]


def test_a_story_without_headline_shows_its_first_sentence() -> None:
    """It is cut at a word, with an ellipsis, and has no address."""
    story = told(Shown(1, None, "Een zin die " + "heel " * 30 + "lang is."))
    assert story.headline.startswith("Een zin die heel")
    assert story.headline.endswith("heel…")
    assert len(story.headline) <= 90
    assert (story.link, story.link_kind) == (None, None)
    assert told(Shown(1, None, "Kort. En meer.")).headline == "Kort."


def test_topics_are_collected() -> None:
    """A story that stands in the lists of two topics is of both."""
    assert told(Shown(1, topic="Zeeland"), Shown(2, topic="Binnenland"), Shown(3, topic=None)).topics == (
        "Binnenland",
        "Zeeland",
    )


# -- links ----------------------------------------------------------------------------------------


def test_a_captured_address_beats_a_derived_one(zeelandnet: SiteProfile) -> None:
    """The address of the page with the article is the story's; else the one that the headline implies, so marked."""
    derived = told(Shown(1, "‘Brug’ dicht: café's ƒ & co"), site=zeelandnet)
    assert derived.link_kind == "derived"
    assert derived.link is not None
    assert derived.link.startswith("https://www.zeelandnet.nl/nieuws/brug-dicht-cafes-")
    captured = told(Shown(1), Shown(2, body="tekst", url=URL), site=zeelandnet)
    assert (captured.link, captured.link_kind) == (URL, "captured")


def test_the_address_of_a_list_is_not_that_of_its_teasers(zeelandnet: SiteProfile) -> None:
    """A page's address is its article's alone."""
    assert told(Shown(1, url=URL), site=zeelandnet).link == "https://www.zeelandnet.nl/nieuws/brug-dicht"
    assert told(Shown(1, None, url=URL), site=zeelandnet).link is None


def test_the_full_text_is_that_of_the_newest_article() -> None:
    """A story is known in full once its article was captured."""
    assert told(Shown(1)).text_from is None
    assert told(Shown(1, body="oud"), Shown(3), Shown(2, body="nieuw")).text_from == CaptureKey(2)


# -- updated and revisions ------------------------------------------------------------------------

CHANGES = {
    "headline": Shown(5, "Brug weer open"),
    "lead": Shown(5, lead=LEAD + " Dat duurt lang."),
    "place": Shown(5, place="VEERE"),
    "topic": Shown(5, topic="Binnenland"),
    "text": Shown(5, body="de volledige tekst"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_updated_is_when_the_present_was_first_complete(what: str) -> None:
    """It is the start of the capture that first showed what the story now says; saying it again changes nothing."""
    change = CHANGES[what]
    again = Shown(8, change.headline, change.lead, change.place, change.topic, body=change.body)
    assert told(Shown(1), Shown(3), change).updated == NOON + 5 * HOUR
    assert told(again, Shown(1), change, Shown(3)).updated == NOON + 5 * HOUR


@pytest.mark.parametrize(
    "same",
    [
        Shown(5, "brug ‘dicht’"),
        Shown(5, lead=LEAD.replace(" ", "  ").upper()),
        Shown(5, place="Goes"),
        Shown(5, None),
        Shown(5, topic=None),
        Shown(5, place=None),
        Shown(5, lead=LEAD[:9], cut="text"),
        Shown(5, age=Age("5 uur geleden", 18000, 21600)),
    ],
)
def test_what_is_no_change_in_substance_is_no_update(same: Shown) -> None:
    """Case, quotes, blanks, what a page leaves out or cuts off, and its age: none of it is an update or a revision."""
    story = told(Shown(1), same)
    assert story.updated == NOON + HOUR
    assert story.revisions == 0


def test_updated_is_never_before_best() -> None:
    """A story is not updated before it is published."""
    day = 24 * 3600
    story = told(Shown(0, until=48, age=Age("zojuist", 0, 60)))
    assert story.first_seen == NOON
    assert story.published.best == story.updated
    assert story.updated > NOON
    long_ago = told(Shown(0, age=Age("1 dag geleden", day, 2 * day)))
    assert long_ago.updated == NOON


def test_an_untold_page_takes_its_time_from_the_file() -> None:
    """Where nothing dates the page that changed the story, its modification time does."""
    assert told(Shown(None, mtime=3), Shown(None, "Brug open", mtime=4)).updated == NOON + 4 * HOUR


def test_revisions_count_distinct_wordings() -> None:
    """Every folded headline and lead after the first is a revision, however often it was seen."""
    assert told(Shown(1)).revisions == 0
    pages = [Shown(1), Shown(2, "Brug open"), Shown(3), Shown(4, "BRUG OPEN"), Shown(5, "Brug half open")]
    assert told(*pages).revisions == 2


@pytest.mark.parametrize(
    ("pages", "edits"),
    [
        ((Shown(1), Shown(5, "Brug weer open")), [(5, "Brug dicht")]),
        ((Shown(1), Shown(5, lead=LEAD + " Dat duurt lang.")), [(5, "")]),
        ((Shown(1), Shown(5, place="VEERE")), [(5, "", "GOES")]),
        ((Shown(1), Shown(5, "Brug open", place="VEERE")), [(5, "Brug dicht", "GOES")]),
        ((Shown(1, body="oud"), Shown(5, body="nieuw"), Shown(6, body="nieuw")), [(5, "")]),
        ((Shown(1), Shown(3, "Brug open"), Shown(5)), [(3, "Brug dicht"), (5, "Brug open")]),
        ((Shown(1), Shown(5, body="de volledige tekst")), []),
        ((Shown(1, place=None), Shown(5)), []),
        ((Shown(1, body="de volle", topic=None), Shown(5, body="de volledige tekst")), []),
        ((Shown(1), Shown(5, topic="Binnenland")), []),
        ((Shown(1, lead=LEAD[:9], cut="text"), Shown(5)), []),
    ],
)
def test_edits_tell_what_reads_otherwise(
    pages: tuple[Shown, ...], edits: list[tuple[int, str] | tuple[int, str, str]]
) -> None:
    """An edit is told where headline, lead, dateline or full text were known and changed, not where one is added."""
    expected = [Edit(NOON + one[0] * HOUR, one[1], one[2:]) for one in edits]
    assert told(*pages).edits == tuple(expected)


def test_the_date_is_that_of_its_sightings() -> None:
    """Every page's age takes part, also that of wordings that no longer stand."""
    hour = Age("1 uur geleden", 3600, 7200)
    story = told(Shown(2, "Brug open", age=Age("2 uur geleden", 7200, 10800)), Shown(1, age=hour))
    assert (story.published.not_before, story.published.not_after) == (NOON - HOUR, NOON)


def test_sightings_come_in_the_order_of_capture() -> None:
    """Told ones by their span, then those that nothing dates, whichever wording each of them shows."""
    shown = [Shown(1), Shown(1, until=2), Shown(3), Shown(None, mtime=-5)]
    members = []
    for turn in (0, 1):
        wording = Wording(WordingKey(turn), "Kop", None, LEAD, None)
        seen = [(number, shown[number]) for number in range(turn, 4, 2)]
        members.append(
            Seen(
                wording,
                tuple(Sighting(capture(n, one), "teaser", 0, wording.key, None, None, None) for n, one in seen),
            )
        )
    assert [int(one.capture.key) for one in sightings_of_story(members)] == [0, 1, 2, 3]
