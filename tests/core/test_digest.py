"""Digests: which stories make an entry, when it appears, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.channels.digest import Linked, Period, entry, last_complete, period_of
from feeds.channels.rules import Every, Rule, Window
from feeds.model import Block, ChannelKey, Published, Story, StoryId

ZONE = "Europe/Amsterdam"
RULE = Rule(ChannelKey("digest/dag"), "De dag", "", None, Window(10), "day")
END = datetime(2026, 3, 3, 23, tzinfo=UTC)
STORY = Story(
    id=StoryId("tag:x:story/1"),
    headline="Brug dicht",
    summary="De brug blijft dicht.",
    link="https://bode.example/brug-dicht",
    link_kind="derived",
    topics=(),
    datelines=("GOES", "THOLEN"),
    agencies=(),
    places=(),
    published=Published(None, None, None),
    first_seen=END - timedelta(hours=2),
    updated=END - timedelta(hours=2),
    body=(),
    byline=None,
    revisions=0,
    site="bode",
)


@pytest.mark.parametrize(
    ("moment", "every", "name", "start", "end"),
    [
        ("2026-03-03T12:00Z", "day", "2026-03-03", "2026-03-02T23:00Z", "2026-03-03T23:00Z"),
        ("2026-03-02T23:00Z", "day", "2026-03-03", "2026-03-02T23:00Z", "2026-03-03T23:00Z"),
        ("2026-03-02T22:59Z", "day", "2026-03-02", "2026-03-01T23:00Z", "2026-03-02T23:00Z"),
        # The clocks go forward on 29 March and back on 25 October: a day of 23 hours, and one of 25.
        ("2026-03-29T12:00Z", "day", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("2026-10-25T12:00Z", "day", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("2026-03-08T22:59Z", "week", "2026-W10", "2026-03-01T23:00Z", "2026-03-08T23:00Z"),
        ("2026-03-08T23:00Z", "week", "2026-W11", "2026-03-08T23:00Z", "2026-03-15T23:00Z"),
        # The first week of 2026 begins in 2025 (ISO 8601).
        ("2025-12-29T12:00Z", "week", "2026-W01", "2025-12-28T23:00Z", "2026-01-04T23:00Z"),
        ("2027-01-01T12:00Z", "week", "2026-W53", "2026-12-27T23:00Z", "2027-01-03T23:00Z"),
    ],
)
def test_a_period_is_a_local_day_or_week(moment: str, every: Every, name: str, start: str, end: str) -> None:
    """Days begin at midnight where the site is, weeks on Monday; a period holds its first instant and not its end."""
    period = period_of(datetime.fromisoformat(moment), every, ZONE)
    assert (period.name, period.start, period.end) == (
        name,
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
    )


@pytest.mark.parametrize(
    ("newest", "every", "name"),
    [
        ("2026-03-03T22:59Z", "day", "2026-03-02"),
        ("2026-03-03T23:00Z", "day", "2026-03-03"),
        ("2026-03-08T22:59Z", "week", "2026-W09"),
        ("2026-03-08T23:00Z", "week", "2026-W10"),
    ],
)
def test_a_period_is_over_when_a_capture_is_from_after_it(newest: str, every: Every, name: str) -> None:
    """The last period that is over ends no later than the newest capture begins."""
    assert last_complete(datetime.fromisoformat(newest), every, ZONE).name == name


def test_an_entry_lists_the_stories_of_its_day() -> None:
    """Headlines with their places, each leading to its story; published when the day ended, under an id that stays."""
    plain = replace(STORY, id=StoryId("tag:x:story/2"), headline="Peil omlaag", link=None, datelines=())
    day = Period(date(2026, 3, 3), "day", ZONE)
    found = entry(RULE, day, [STORY, plain], 0, "https://feeds.example/digest/dag/", "nl", "x,2026")
    assert found.id == "tag:x,2026:digest/dag/2026-03-03"
    assert found.headline == "De dag: dinsdag 3 maart 2026"
    assert found.summary == "2 berichten: Brug dicht; Peil omlaag."
    assert found.link == "https://feeds.example/digest/dag/#2026-03-03"
    assert found.body == (
        Linked("paragraph", "Brug dicht (GOES, THOLEN)", "https://bode.example/brug-dicht"),
        Block("paragraph", "Peil omlaag"),
    )
    assert (found.published.best, found.sort_key, found.updated) == (END, END, END)


def test_an_entry_is_updated_when_one_of_its_stories_is() -> None:
    """A story that is edited later moves `updated`, and not when the entry was published."""
    edited = replace(STORY, updated=END + timedelta(hours=5))
    found = entry(RULE, Period(date(2026, 3, 3), "day", ZONE), [STORY, edited], 0, "x", "nl", "x,2026")
    assert (found.published.best, found.updated) == (END, END + timedelta(hours=5))


@pytest.mark.parametrize(
    ("language", "every", "title", "summary", "last"),
    [
        ("nl-BE", "week", "De dag: week 10, 2 maart tot en met 8 maart 2026", "9 berichten: ", "En nog 3 berichten."),
        ("en", "week", "De dag: week 10, 2 March to 8 March 2026", "9 stories: ", "And 3 stories more."),
        ("en", "day", "De dag: Monday 2 March 2026", "9 stories: ", "And 3 stories more."),
    ],
)
def test_an_entry_speaks_the_language_of_its_site(
    language: str, every: Every, title: str, summary: str, last: str
) -> None:
    """Dutch for a Dutch site, else English; of many stories the summary names some, the text says how many more."""
    found = entry(RULE, Period(date(2026, 3, 2), every, ZONE), [STORY] * 6, 3, "x", language, "x,2026")
    assert found.headline == title
    assert found.summary == summary + "; ".join(["Brug dicht"] * 5) + "; …"
    assert found.body[-1] == Block("paragraph", last)
