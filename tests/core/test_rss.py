"""RSS 2.0 as feeds write it."""

from __future__ import annotations

import locale
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from feeds.model import Block, Channel, ChannelKey, Entry, Feed, Published, Story, StoryId
from feeds.render import rss
from feeds.render.settings import Publisher

CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
SY = "http://purl.org/rss/1.0/modules/syndication/"
LINK = "{http://www.w3.org/2005/Atom}link"
NOON = datetime(2026, 3, 3, 12, 0, 59, 999_999, tzinfo=UTC)
PUBLISHER = Publisher(
    base_url="https://feeds.example.org",
    tag="example.org,2026",
    site_title="Voorbeeld",
    site_home="https://www.example.org/nieuws",
    language="nl",
    index_title="Feeds van Voorbeeld",
)
STORY = Story(
    id=StoryId("tag:example.org,2026:story/0a1b"),
    headline="Veerboot vaart weer",
    summary="De veerboot vaart na een storing weer.",
    link="https://www.example.org/nieuws/veerboot-vaart-weer",
    link_kind="derived",
    topics=("Vlissingen",),
    datelines=("BRESKENS",),
    agencies=("ANP", "BELGA"),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="voorbeeld",
)
CHANNEL = Channel(ChannelKey("dateline/breskens"), "dateline", "BRESKENS", "Voorbeeld: BRESKENS", "Nieuws uit BRESKENS")


def render(*entries: Entry, channel: Channel = CHANNEL) -> bytes:
    """The RSS of a feed with these entries, last changed at noon."""
    return rss.render(Feed(channel, entries, NOON, "nl"), PUBLISHER).body


def item_of(story: Story, published: datetime | None = None) -> etree._Element:
    """The only item of a feed with this story."""
    item = etree.fromstring(render(Entry(story, published))).find("channel/item")
    assert item is not None
    return item


def test_document_has_the_path_and_type_of_its_channel() -> None:
    """The feed of a channel is `KEY/rss.xml` and of RSS's media type."""
    document = rss.render(Feed(CHANNEL, (), NOON, "nl"), PUBLISHER)
    assert (document.path, document.media_type) == ("dateline/breskens/rss.xml", "application/rss+xml")


def test_feedparser_reads_it_without_complaint() -> None:
    """A feed reader finds the feed's and the item's parts where it looks for them."""
    read = feedparser.parse(render(Entry(STORY, NOON)))
    assert (read.bozo, read.version) == (False, "rss20")
    assert (read.feed.title, read.feed.subtitle) == ("Voorbeeld: BRESKENS", "Nieuws uit BRESKENS")
    (entry,) = read.entries
    assert (entry.id, entry.title, entry.summary, entry.link) == (STORY.id, STORY.headline, STORY.summary, STORY.link)
    assert entry.published_parsed[:6] == (2026, 3, 3, 12, 0, 59)


def test_header_says_who_where_and_when() -> None:
    """The channel's link is its page, its own address is an Atom link, and its date is the feed's own."""
    channel = etree.fromstring(render()).find("channel")
    assert channel is not None
    assert {element.tag: element.text for element in channel} == {
        "title": "Voorbeeld: BRESKENS",
        "link": "https://feeds.example.org/dateline/breskens/",
        "description": "Nieuws uit BRESKENS",
        LINK: None,
        "docs": "http://www.rssboard.org/rss-specification",
        "generator": "Dateline",
        "language": "nl",
        "ttl": "60",
        "lastBuildDate": "Tue, 03 Mar 2026 12:00:59 GMT",
        f"{{{SY}}}updatePeriod": "hourly",
        f"{{{SY}}}updateFrequency": "1",
    }
    (link,) = channel.iter(LINK)
    assert dict(link.attrib) == {
        "href": "https://feeds.example.org/dateline/breskens/rss.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }


def test_entries_stand_in_the_order_of_the_feed() -> None:
    """The first entry of the feed is the first in the document."""
    stories = [replace(STORY, id=StoryId(f"tag:example.org,2026:story/{number}")) for number in range(3)]
    read = feedparser.parse(render(*(Entry(story, None) for story in stories)))
    assert [entry.id for entry in read.entries] == [story.id for story in stories]


def test_guid_is_no_permalink() -> None:
    """The story's id is no address, and says so."""
    (guid,) = item_of(STORY).iter("guid")
    assert (guid.text, dict(guid.attrib)) == (STORY.id, {"isPermaLink": "false"})


def test_unknown_publication_is_left_out() -> None:
    """An item whose publication is not known has no `pubDate`."""
    assert item_of(STORY).find("pubDate") is None


def test_dates_are_english_and_in_utc() -> None:
    """A date is written by RFC 822 with a year of four digits, as the same instant in UTC."""
    kathmandu = datetime(2026, 5, 1, 1, 15, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert item_of(STORY, kathmandu).findtext("pubDate") == "Thu, 30 Apr 2026 19:30:00 GMT"


def test_the_locale_of_the_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads may render at the same time: no date goes through the process-wide locale."""

    def refuse(*arguments: object) -> None:
        pytest.fail(f"setlocale{arguments}")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert item_of(replace(STORY, headline="Alleen hier"), NOON).findtext("pubDate") == "Tue, 03 Mar 2026 12:00:59 GMT"


def test_agencies_are_creators() -> None:
    """Every agency is named, as Dublin Core says it, for RSS wants an e-mail address of an author."""
    assert [creator.text for creator in item_of(STORY).iter(CREATOR)] == ["ANP", "BELGA"]
    assert item_of(STORY).find("author") is None


def test_description_is_html_that_says_the_plain_summary() -> None:
    """A lead with signs of markup shows as it was printed: the profile reads a description as HTML."""
    item = item_of(replace(STORY, summary="Prijs < 3 & > 2 <script>"))
    assert item.findtext("description") == "Prijs &lt; 3 &amp; &gt; 2 &lt;script&gt;"


def test_full_text_stands_beside_the_description() -> None:
    """The description stays the lead when there is a full text."""
    item = item_of(replace(STORY, body=(Block("heading", "Kop"), Block("paragraph", "Tekst."))))
    assert item.findtext("description") == STORY.summary
    assert item.findtext(ENCODED) == "<h3>Kop</h3>\n<p>Tekst.</p>"


def test_story_without_a_link_carries_its_summary_as_content() -> None:
    """Without a page of the site to open, the item holds all there is, and links to the story's own page."""
    item = item_of(replace(STORY, link="javascript:alert(1)"))
    assert item.findtext("link") == "https://feeds.example.org/story/0a1b/"
    assert item.findtext(ENCODED) == f"<p>{STORY.summary}</p>"


def test_categories_have_their_family_as_domain() -> None:
    """Every topic, printed place and agency is a category with the domain of its family."""
    base = "https://feeds.example.org"
    assert [(one.get("domain"), one.text) for one in item_of(STORY).iter("category")] == [
        (f"{base}/topic/", "Vlissingen"),
        (f"{base}/dateline/", "BRESKENS"),
        (f"{base}/agency/", "ANP"),
        (f"{base}/agency/", "BELGA"),
    ]


def test_a_channel_without_description_is_described_by_its_title() -> None:
    """RSS wants a description, and a feed without one is still a feed."""
    read = feedparser.parse(render(channel=replace(CHANNEL, description="\x00")))
    assert (read.bozo, read.feed.subtitle) == (False, "Voorbeeld: BRESKENS")


def test_namespaces_are_declared_once() -> None:
    """The root alone declares namespaces, however many items use them."""
    full = replace(STORY, body=(Block("paragraph", "Tekst."),))
    assert render(Entry(full, None), Entry(full, NOON)).count(b"xmlns:") == 5
