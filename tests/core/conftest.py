"""A feed with everything in it that entries can have, for tests of what standards ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import Block, Channel, ChannelKey, Edit, Entry, Feed, Place, Published, Story, StoryId
from feeds.render.settings import Publisher, Site

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def publisher() -> Publisher:
    """A Dutch publisher with two hubs."""
    return Publisher(
        base_url="https://feeds.example.org",
        tag="example.org,2026",
        site_title="Voorbeeld & Zn",
        site_home="https://www.example.org/nieuws",
        language="nl",
        index_title="Feeds van Voorbeeld",
        sites=(Site("voorbeeld", "Voorbeeld & Zn", "https://www.example.org/nieuws"),),
        hubs=("https://hub.example.org/", "https://hub.example.net/"),
        refresh_minutes=15,
        timezone="Europe/Amsterdam",
    )


@pytest.fixture(scope="session")
def everything() -> Feed:
    """An article with a place and edits, a teaser from two places, one without a link, one without a date."""
    plain = Story(
        id=StoryId("tag:example.org,2026:story/1"),
        headline="Brug dicht < 3 uur & langer",
        summary="De brug blijft dicht.",
        link="https://www.example.org/nieuws/brug-dicht",
        link_kind="derived",
        topics=("Binnenland", "Zeeland"),
        datelines=("DEN HAAG", "KRALENDIJK"),
        agencies=("ANP", "RTR"),
        places=(Place("Den Haag"), Place("Kralendijk", "BQ", 3513563, 12.15, -68.26667)),
        published=Published(NOON - timedelta(hours=3), NOON - timedelta(hours=1), NOON - timedelta(hours=2)),
        first_seen=NOON - timedelta(hours=1),
        updated=NOON,
        body=(),
        byline=None,
        revisions=0,
        site="voorbeeld",
        sightings=3,
    )
    article = replace(
        plain,
        id=StoryId("tag:example.org,2026:story/2"),
        headline="Moskou zwijgt",
        datelines=("MOSKOU",),
        places=(Place("Moskou", "RU", 524901, 55.75222, 37.61556),),
        body=(Block("paragraph", "Het Kremlin <zwijgt>."), Block("heading", "Geen woord")),
        byline="JAN DE BOER",
        revisions=1,
        edits=(Edit(NOON, "Moskou zwijgt nog"),),
    )
    linkless = replace(plain, id=StoryId("tag:example.org,2026:story/3"), link=None, link_kind=None, agencies=())
    undated = replace(plain, id=StoryId("tag:example.org,2026:story/4"), published=Published(None, None, None))
    channel = Channel(ChannelKey("topic/zeeland"), "topic", "Zeeland", "Voorbeeld Zeeland", "Nieuws over Zeeland")
    dated = [Entry(story, story.published.best) for story in (plain, article, linkless)]
    dated[1] = replace(dated[1], related=(replace(plain, link="https://www.example.org/nieuws/a?b=1&c=2"), linkless))
    return Feed(channel, (*dated, Entry(undated, None)), NOON, "nl", "topic/zeeland/archive/2026-02.atom.xml")
