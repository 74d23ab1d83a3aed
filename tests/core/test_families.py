"""The channels that follow from stories, and what their feeds show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.channels.families import channel, channels_of, printed_in, with_printed
from feeds.channels.selection import feed, shown_date
from feeds.model import Channel, ChannelKey, Family, Place, Published, Story, StoryId
from feeds.places.resolve import as_printed

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEXTS: Mapping[Family, tuple[str, str]] = {
    "all": ("{site}", "Alles van {site}"),
    "topic": ("{site} {name}", "Rubriek {name} van {site}"),
    "dateline": ("{site}: {name}", "Uit {name}"),
    "country": ("{site}: {name} (land)", "In {name}"),
    "agency": ("{site} door {name}", "Van {name}"),
}
BARE = Story(
    id=StoryId("tag:x:story/1"),
    headline="Kop",
    summary="Tekst.",
    link=None,
    link_kind=None,
    topics=(),
    datelines=(),
    agencies=(),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="zeelandnet",
)


KIEV = Place("Kiev", "UA", 703448, 50.4547, 30.5238, "kiev")


def placed(*datelines: str) -> Story:
    """A story whose datelines are known as printed alone."""
    return replace(BARE, datelines=datelines, places=as_printed(datelines, "", "zeelandnet"))


def dated(identity: str, best: datetime, width: timedelta = timedelta(hours=1)) -> Story:
    """A story published about then."""
    return replace(BARE, id=StoryId(identity), published=Published(best - width / 2, best + width / 2, best))


def test_a_bare_story_is_in_the_feed_of_everything() -> None:
    """A story without topic, dateline and agency stands in `all` alone."""
    assert channels_of(BARE) == ((ChannelKey("all"), ""),)


def test_a_story_is_in_the_feed_of_each_topic_and_place() -> None:
    """A story with two places is in both of their feeds, under lower-case ASCII names."""
    story = replace(placed("DEN HAAG", "MALMÖ"), topics=("Binnenland", "Tholen"))
    expected = {
        "all": "",
        "topic/binnenland": "Binnenland",
        "topic/tholen": "Tholen",
        "dateline/den-haag": "DEN HAAG",
        "dateline/malmo": "MALMÖ",
    }
    assert dict(channels_of(story)) == expected


def test_spellings_of_one_place_are_one_feed() -> None:
    """Case, accents and hyphens make no feed of their own, and a story stands in a feed once."""
    story = placed("TEL-AVIV", "Tel Aviv")
    assert channels_of(story)[1:] == ((ChannelKey("dateline/tel-aviv"), "TEL-AVIV"),)
    assert printed_in(story) == {"dateline/tel-aviv": ("TEL-AVIV", "Tel Aviv")}


def test_a_known_place_is_one_feed_whatever_is_printed() -> None:
    """Its feed has the place's own name and address, and its country has one too; a story stands in each once."""
    story = replace(BARE, datelines=("KYIV", "KIEV", "DUQM"), places=(KIEV, KIEV, Place("DUQM", slug="duqm")))
    expected = {"dateline/kiev": "Kiev", "dateline/duqm": "DUQM", "country/oekraine": "Oekraïne"}
    assert dict(channels_of(story)[1:]) == expected
    assert printed_in(story) == {"dateline/kiev": ("KIEV", "KYIV"), "dateline/duqm": ("DUQM",)}


def test_a_namesake_is_told_by_its_country() -> None:
    """The feed of a place whose plain address another place has is called by its country too."""
    bergen = Place("Bergen", "NO", 3161732, 60.39, 5.32, "bergen-no")
    story = replace(BARE, datelines=("BERGEN",), places=(bergen,))
    assert dict(channels_of(story))[ChannelKey("dateline/bergen-no")] == "Bergen (Noorwegen)"


def test_a_story_is_in_the_feed_of_each_agency() -> None:
    """Every agency of a dateline has its feed."""
    story = replace(BARE, agencies=("ANP", "RTR"))
    assert channels_of(story)[1:] == ((ChannelKey("agency/anp"), "ANP"), (ChannelKey("agency/rtr"), "RTR"))


def test_a_feed_tells_the_names_in_print() -> None:
    """Each once and in order, after the description; none if they are the feed's own name, or if none are wanted."""
    one = channel(ChannelKey("dateline/kiev"), "Kiev", "ZeelandNet", TEXTS)
    told = with_printed(one, ["KYIV", "KIEV", "KYIV"], "In print: {printed}.")
    assert told.description == "Uit Kiev In print: KIEV, KYIV."
    assert with_printed(one, ["Kiev"], "In print: {printed}.") == one
    assert with_printed(one, [], "In print: {printed}.") == one
    assert with_printed(one, ["KIEV"], "") == one
    many = with_printed(one, [f"KIEV{'-' * n}" for n in range(1, 50)], "{printed}").description
    assert many.endswith("KIEV--------------------, …")


@pytest.mark.parametrize("name", ["..", "/", "日本", "", "a/b", "…"])
def test_every_name_has_a_folder_of_its_own_level(name: str) -> None:
    """Whatever a page prints as a place, its feed stands right below `dateline/`."""
    key = channels_of(placed(name))[1][0]
    family, _, folder = key.partition("/")
    assert family == "dateline"
    assert folder.replace("-", "").isalnum()
    assert folder.isascii()


def test_titles_come_from_the_configuration() -> None:
    """Templates hold the site and the name as printed; braces in a name are not read as a template."""
    one = channel(ChannelKey("dateline/moskou"), "MOSKOU", "ZeelandNet", TEXTS)
    assert (one.family, one.name, one.title, one.description) == (
        "dateline",
        "MOSKOU",
        "ZeelandNet: MOSKOU",
        "Uit MOSKOU",
    )
    assert channel(ChannelKey("topic/site"), "{site}", "ZeelandNet", TEXTS).title == "ZeelandNet {site}"
    assert channel(ChannelKey("all"), "", "ZeelandNet", TEXTS).title == "ZeelandNet"


def test_a_feed_shows_the_newest_first() -> None:
    """Entries are sorted by `best`, else by when they were first seen, ties by id; never by the time of building."""
    stories = [
        dated("tag:c", NOON),
        dated("tag:a", NOON + DAY),
        replace(BARE, id=StoryId("tag:d"), first_seen=NOON + 2 * DAY, updated=NOON + 9 * DAY),
        dated("tag:b", NOON),
    ]
    shown = feed(channel(ChannelKey("all"), "", "Z", TEXTS), stories, DAY, "nl")
    assert [entry.story.id for entry in shown.entries] == ["tag:d", "tag:a", "tag:b", "tag:c"]
    assert shown.updated == NOON + 9 * DAY
    assert shown.language == "nl"


def test_a_date_is_shown_if_it_is_known_well_enough() -> None:
    """The bounds are at most so far apart; half-known dates are not shown, but sorted by."""
    vague = dated("tag:a", NOON, 3 * DAY)
    assert shown_date(dated("tag:a", NOON, 2 * DAY), 2 * DAY) == NOON
    assert shown_date(vague, 2 * DAY) is None
    assert vague.sort_key == NOON
    assert shown_date(BARE, 2 * DAY) is None


@pytest.mark.parametrize(
    ("name", "printed", "told"),
    [
        ("Moskou", ("MOSKOU",), ""),
        ("'s-Gravendeel", ("’S-GRAVENDEEL", "'s-Gravendeel"), ""),
        ("York (Verenigde Staten)", ("YORK",), ""),
        ("Kiev", ("KYIV", "KIEV"), " In de berichten staat: KIEV, KYIV."),
        ("Moskou", (), ""),
    ],
)
def test_a_description_tells_other_names_alone(name: str, printed: tuple[str, ...], told: str) -> None:
    """What is printed for a place is told if it is another name, not for capitals, quotes or the country behind it."""
    one = Channel(ChannelKey("dateline/x"), "dateline", name, name, "Nieuws.")
    assert with_printed(one, printed, "In de berichten staat: {printed}.").description == f"Nieuws.{told}"
