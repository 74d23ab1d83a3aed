"""Wordings that read alike and are two stories: from other places, or one of another day and the other cut off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from feeds.canon import key63, micros
from feeds.capture import capture_of, times_of
from feeds.model import (
    Age,
    Article,
    Block,
    CaptureKey,
    ContentHash,
    Cut,
    Dateline,
    Page,
    Sighting,
    Teaser,
    Told,
    Wording,
    WordingKey,
)
from feeds.stories.candidates import Seen
from feeds.stories.identity import BEGINNING, clusters, link
from feeds.stories.reasons import apart, tie
from feeds.stories.wordings import appearances

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STEM = "Het is in het hele land wisselend bewolkt met in het noorden kans op een enkele bui. "
TUESDAY, WEDNESDAY = f"{STEM}Het wordt tien graden.", f"{STEM}Later draait de wind naar het zuiden."
PIECE = STEM[:72]
DAY = 24
GOES, VEERE = Dateline("GOES", ("GOES",), ()), Dateline("VEERE", ("VEERE",), ())
BOTH = Dateline("VEERE/GOES", ("VEERE", "GOES"), ())


def seen(
    *hours: int | None,
    lead: str = PIECE,
    headline: str | None = "Weer",
    dateline: Dateline | None = None,
    cut: Cut | None = None,
    age: int | None = None,
) -> Seen:
    """A wording on pages captured so many hours after noon; at None nothing tells when. An age is in hours.

    A page is known by its hour and headline.
    """
    key = WordingKey(key63(f"{headline}", f"{dateline}", lead, f"{cut}"))
    sightings = []
    for hour in hours:
        at = NOON + timedelta(hours=hour or 0)
        told = Told(None, None, "unknown") if hour is None else Told(at, at, "sidecar")
        name = CaptureKey(key63(f"{hour}", f"{headline}", f"{cut}"))
        capture = capture_of(name, ContentHash("0" * 32), "s", None, times_of(told), micros(at), ("x.txt",))
        printed = None if age is None else Age("", age * 3600, (age + 1) * 3600)
        sightings.append(Sighting(capture, "teaser", 0, key, None, printed, None))
    return Seen(Wording(key, headline, dateline, lead, cut), tuple(sightings))


def piece(*hours: int | None, dateline: Dateline | None = None, headline: str | None = "Weer") -> Seen:
    """A wording that was cut off after 72 characters."""
    return seen(*hours, headline=headline, dateline=dateline, cut="text")


def whole(hour: int, lead: str = WEDNESDAY, headline: str = "Weer in maart", dateline: Dateline | None = None) -> Seen:
    """A whole wording on a page that says it is between one and two hours old."""
    return seen(hour, lead=lead, headline=headline, dateline=dateline, age=1)


def stories(*wordings: Seen) -> list[set[int]]:
    """The stories of some wordings, each by the numbers of its own."""
    links = {}
    for one, other in combinations(sorted(wordings, key=lambda each: each.wording.key), 2):
        if strength := link(one, other):
            links[one.wording.key, other.wording.key] = strength
    number = {one.wording.key: order for order, one in enumerate(wordings)}
    return [{number[member.wording.key] for member in story} for story in clusters(wordings, links)]


# -- pieces: by place -----------------------------------------------------------------------------


@pytest.mark.parametrize(("mine", "theirs"), [(None, GOES), (GOES, None), (GOES, GOES), (GOES, BOTH), (BOTH, VEERE)])
def test_a_piece_belongs_where_its_place_is_named(mine: Dateline | None, theirs: Dateline | None) -> None:
    """Datelines share a place, or one prints none."""
    one, other = piece(0, dateline=mine), whole(1, dateline=theirs)
    assert link(one, other) == link(other, one) == BEGINNING


def test_a_piece_from_elsewhere_is_another_story() -> None:
    """However its text begins, and under whatever headline; one of two that both print places is not asked twice."""
    one, other = piece(0, dateline=VEERE), whole(1, dateline=GOES, headline="Weer")
    assert link(one, other) == link(other, one) == 0
    assert stories(one, other) == [{0}, {1}]
    assert apart([one], [other]).bar == apart([other], [one]).bar == "place"
    assert link(piece(0, dateline=VEERE), seen(1, lead=PIECE[:65], dateline=GOES, cut="text")) == 0


def test_a_report_from_elsewhere_takes_no_piece_away() -> None:
    """A piece with its whole stays one story when a report that begins alike comes from another place that day."""
    cut, mine, other = piece(0, dateline=GOES), whole(1, TUESDAY, dateline=GOES), whole(2, dateline=VEERE)
    assert stories(cut, mine, other) == [{0, 1}, {2}]


# -- pieces: by time ------------------------------------------------------------------------------


def test_a_piece_is_not_of_what_came_later() -> None:
    """What a page shows was published by then: a report of the day after that begins alike is another."""
    cut, mine, other = piece(0), whole(1, TUESDAY), whole(DAY)
    assert link(cut, other) == link(other, cut) == 0
    assert stories(cut, mine, other) == [{0, 1}, {2}]
    assert stories(cut, other) == [{0}, {1}]


def test_why_it_is_not_is_told() -> None:
    """The time of the story that the piece is of, or else by when the piece was shown."""
    cut, mine, other = piece(0), whole(1, TUESDAY), whole(DAY)
    alone, joined = apart([other], [cut]), apart([cut, mine], [other])
    assert alone.bar == joined.bar == "time"
    assert alone.times == (other.spans[0], (None, micros(NOON)))
    assert joined.times == (mine.spans[0], other.spans[0])
    assert tie(cut, mine) is not None


def test_hours_count() -> None:
    """A second report of the same day that is younger than the piece is none of it either."""
    assert stories(piece(0), whole(1, TUESDAY), whole(4)) == [{0, 1}, {2}]
    assert link(piece(3), whole(4)) == BEGINNING


def test_a_piece_that_is_shown_again_stays() -> None:
    """It may be cut off at the same letter the day after: its first page says which of two it is, if none says more."""
    cut, mine, other = piece(0, DAY + 1), whole(1, TUESDAY), whole(DAY)
    assert link(cut, other) == BEGINNING
    assert stories(cut, mine, other) == [{0, 1}, {2}]
    assert stories(cut, other) == [{0, 1}]


def test_pages_that_nothing_dates_exclude_nothing() -> None:
    """A piece on a page of unknown time may be of any day; what no page dates may be older than any piece."""
    assert link(piece(None), whole(DAY)) == BEGINNING
    assert link(piece(0, None), whole(DAY)) == BEGINNING
    assert link(piece(0), seen(DAY, lead=WEDNESDAY)) == BEGINNING


def test_what_nothing_dates_is_as_young_as_its_story() -> None:
    """An article without a date is of the day of the teasers with its lead, so no older piece begins it."""
    article = seen(DAY, lead=WEDNESDAY, headline="Zuidenwind")
    assert stories(piece(0), whole(1, TUESDAY), whole(DAY), article) == [{0, 1}, {2, 3}]


def test_a_story_that_was_published_again_keeps_its_pieces() -> None:
    """A piece from between two publications is of the first."""
    twice = Seen((one := whole(0)).wording, one.sightings + whole(40 * DAY).sightings)
    assert len(twice.spans) == 2
    assert link(piece(20 * DAY), twice) == BEGINNING


def test_what_was_not_cut_at_all_is_as_if_it_were_whole() -> None:
    """A page may end with the last letter of a lead: no time parts that from its equal, as where both are whole."""
    complete = seen(0, lead=WEDNESDAY, cut="text")
    assert link(complete, whole(DAY)) == BEGINNING
    assert stories(complete, whole(DAY)) == [{0, 1}]


def test_days_of_ages_tell_which_of_several() -> None:
    """A headline without its lead is of the report of its own day, and of the only one whatever the day."""
    days = [whole(0, TUESDAY, "Weer"), whole(DAY, WEDNESDAY, "Weer")]
    bare = seen(DAY + 1, lead="", age=2)
    assert stories(*days, bare) == [{0}, {1, 2}]
    assert stories(days[0], bare) == [{0, 1}]


# -- whole wordings -------------------------------------------------------------------------------


def listed(*items: tuple[str | None, Dateline | None], article: tuple[str, Dateline | None] | None = None) -> list[int]:
    """The positions at which a page shows something of its own: always the same lead, the article is -1."""
    shown = tuple(
        Teaser(number, headline, dateline, TUESDAY, None, None) for number, (headline, dateline) in enumerate(items)
    )
    body = (Block("paragraph", TUESDAY),)
    main = None if article is None else Article(article[0], article[1], TUESDAY, body, None, None, None)
    page = Page("s", "article", "Zeeland", main, shown, (), (), None, overfull=False)
    return [one.position for one in appearances(page)]


@pytest.mark.parametrize("headline", [None, "Weer"])
def test_one_text_from_two_places_is_two_items_of_a_list(headline: str | None) -> None:
    """Without headlines or under equal ones; what shares a place with one before it, or names none, is that one."""
    assert listed((headline, VEERE), (headline, GOES), (headline, VEERE)) == [0, 1]
    assert listed((headline, GOES), (headline, BOTH), (headline, None)) == [0]
    assert listed((headline, None), (headline, GOES)) == [0]


def test_an_article_may_read_like_a_teaser_from_elsewhere() -> None:
    """Below an article its own teaser is nothing new, and that of another town is."""
    assert listed(("Weer", GOES), ("Weer", VEERE), article=("Weer", GOES)) == [-1, 1]


def test_equal_leads_join_first_where_places_agree() -> None:
    """Of two stories with one text, a page without headlines shows the one that its dateline names."""
    veere, goes = (seen(0, lead=TUESDAY, headline=name, dateline=line) for name, line in (("V", VEERE), ("G", GOES)))
    goes = Seen(goes.wording, (goes.sightings[0]._replace(capture=veere.sightings[0].capture, position=1),))
    for dateline, found in ((GOES, [{0}, {1, 2}]), (VEERE, [{0, 2}, {1}]), (BOTH, None)):
        bare = seen(1, lead=TUESDAY, headline=None, dateline=dateline)
        assert found in (None, stories(veere, goes, bare))
        assert len(stories(veere, goes, bare)) == 2


def test_a_place_that_was_corrected_keeps_its_story() -> None:
    """An equal lead under another dateline is one story all the same, if nothing is nearer; and so is an edit of it."""
    one, other = (seen(hour, lead=TUESDAY, dateline=line) for hour, line in ((0, GOES), (1, VEERE)))
    renamed = seen(2, lead=TUESDAY, headline="Zon", dateline=VEERE)
    assert link(one, other) > link(one, renamed) > 1
    assert stories(one, other) == stories(one, renamed) == [{0, 1}]
    assert [found.bond for found in (tie(one, other), tie(one, renamed)) if found] == ["equal", "lead"]
