"""Atom 1.0 as feeds write it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from feeds.model import Block, Channel, ChannelKey, Edit, Entry, Feed, Published, Story, StoryId
from feeds.render import atom
from feeds.render.settings import MOST_TEXT, Publisher

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
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
    headline="Brug over de Schelde weer open",
    summary="De brug is na drie dagen weer open voor verkeer.",
    link="https://www.example.org/nieuws/brug-over-de-schelde-weer-open",
    link_kind="derived",
    topics=("Binnenland",),
    datelines=("DEN HAAG", "KRALENDIJK"),
    agencies=("ANP", "RTR"),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="voorbeeld",
)
CHANNEL = Channel(
    ChannelKey("topic/binnenland"), "topic", "Binnenland", "Voorbeeld: Binnenland", "Nieuws over Binnenland"
)


def render(*entries: Entry, channel: Channel = CHANNEL) -> bytes:
    """The Atom of a feed with these entries, last changed at noon."""
    return atom.render(Feed(channel, entries, NOON, "nl"), PUBLISHER).body


def entry_of(story: Story, published: datetime | None = None) -> etree._Element:
    """The only entry of a feed with this story."""
    entry = etree.fromstring(render(Entry(story, published))).find(f"{ATOM}entry")
    assert entry is not None
    return entry


def texts(entry: etree._Element, name: str) -> list[str | None]:
    """What the elements of this name say, in order."""
    return [element.text for element in entry.iter(f"{ATOM}{name}")]


def test_document_has_the_path_and_type_of_its_channel() -> None:
    """The feed of a channel is `KEY/atom.xml` and of Atom's media type."""
    document = atom.render(Feed(CHANNEL, (), NOON, "nl"), PUBLISHER)
    assert (document.path, document.media_type) == ("topic/binnenland/atom.xml", "application/atom+xml")


def test_feedparser_reads_it_without_complaint() -> None:
    """A feed reader finds the feed's and the entry's parts where it looks for them."""
    read = feedparser.parse(render(Entry(STORY, NOON)))
    assert (read.bozo, read.version) == (False, "atom10")
    assert (read.feed.title, read.feed.subtitle) == ("Voorbeeld: Binnenland", "Nieuws over Binnenland")
    (entry,) = read.entries
    assert (entry.id, entry.title, entry.summary, entry.link) == (STORY.id, STORY.headline, STORY.summary, STORY.link)
    assert [author.name for author in entry.authors] == ["ANP", "RTR"]


def test_header_says_who_where_and_when() -> None:
    """Id, addresses, language, author and generator are fixed, and `updated` is the feed's own."""
    feed = etree.fromstring(render())
    assert feed.findtext(f"{ATOM}id") == "tag:example.org,2026:feed/topic/binnenland"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-03T12:00:00+00:00"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Voorbeeld"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "nl"
    assert {link.get("rel"): (link.get("href"), link.get("type")) for link in feed.iter(f"{ATOM}link")} == {
        "self": ("https://feeds.example.org/topic/binnenland/atom.xml", "application/atom+xml"),
        "alternate": ("https://feeds.example.org/topic/binnenland/", "text/html"),
    }
    generator = feed.find(f"{ATOM}generator")
    assert generator is not None
    assert (generator.text, dict(generator.attrib)) == ("Dateline", {})


def test_entries_stand_in_the_order_of_the_feed() -> None:
    """The first entry of the feed is the first in the document."""
    stories = [replace(STORY, id=StoryId(f"tag:example.org,2026:story/{number}")) for number in range(3)]
    read = feedparser.parse(render(*(Entry(story, None) for story in stories)))
    assert [entry.id for entry in read.entries] == [story.id for story in stories]


def test_link_keeps_its_relation_and_type() -> None:
    """The entry's link says that it is the story's page."""
    (link,) = entry_of(STORY).iter(f"{ATOM}link")
    assert dict(link.attrib) == {"href": STORY.link, "rel": "alternate", "type": "text/html"}


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "//example.org/a",
        "https://",
        "https://[example.org/",
        "https://example.org/a b",
        "https://example.org/\x01",
        'https://example.org/"><script>',
    ],
)
def test_unsound_links_give_way_to_the_story_s_own_page(link: str | None) -> None:
    """Only a sound http or https address becomes a link; else it is the story's page, with the lead as content."""
    entry = entry_of(replace(STORY, link=link))
    key = STORY.id.rpartition("/")[2]
    assert [one.get("href") for one in entry.iter(f"{ATOM}link")] == [f"https://feeds.example.org/story/{key}/"]
    assert texts(entry, "content") == [f"<p>{STORY.summary}</p>"]


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://example.org/cafés?a=1&b=%20é#ë", "https://example.org/caf%C3%A9s?a=1&b=%20%C3%A9#%C3%AB"),
        ("https://münchen.example:8443/", "https://xn--mnchen-3ya.example:8443/"),
        ("https://example.org/100%?x=[1]#a#b", "https://example.org/100%25?x=%5B1%5D#a%23b"),
        ("https://example.org/a,b;c=(d)/!$&'*+:@~?e=/f?", "https://example.org/a,b;c=(d)/!$&'*+:@~?e=/f?"),
    ],
)
def test_links_are_uris(link: str, written: str) -> None:
    """A link is written as RSS and JSON Feed need it too: in ASCII, by octets, its host in Punycode (RFC 3987, 3.1)."""
    (one,) = entry_of(replace(STORY, link=link)).iter(f"{ATOM}link")
    assert one.get("href") == written


def test_story_with_a_link_and_no_full_text_has_no_content() -> None:
    """What was not seen is not made up: the link leads to it."""
    assert entry_of(STORY).find(f"{ATOM}content") is None


def test_full_text_is_html_of_paragraphs_and_headings() -> None:
    """Sub-headings are h3, the byline comes last, and markup in the text is text."""
    body = (Block("paragraph", "Eerst <b>dit</b> & dat."), Block("heading", "Daarna"), Block("paragraph", "Slot."))
    entry = entry_of(replace(STORY, body=body, byline="JAN DE BOER"))
    assert texts(entry, "content") == [
        "<p>Eerst &lt;b&gt;dit&lt;/b&gt; &amp; dat.</p>\n<h3>Daarna</h3>\n<p>Slot.</p>\n<p>JAN DE BOER</p>"
    ]
    assert [content.get("type") for content in entry.iter(f"{ATOM}content")] == ["html"]


def test_categories_tell_topic_place_and_agency_apart() -> None:
    """Every topic, printed place and agency is a category with the scheme of its family."""
    base = "https://feeds.example.org"
    assert [(one.get("scheme"), one.get("term")) for one in entry_of(STORY).iter(f"{ATOM}category")] == [
        (f"{base}/topic/", "Binnenland"),
        (f"{base}/dateline/", "DEN HAAG"),
        (f"{base}/dateline/", "KRALENDIJK"),
        (f"{base}/agency/", "ANP"),
        (f"{base}/agency/", "RTR"),
    ]


def test_unknown_publication_is_left_out() -> None:
    """An entry without a publication date has only `updated`."""
    entry = entry_of(STORY)
    assert (texts(entry, "published"), texts(entry, "updated")) == ([], ["2026-03-03T12:00:00+00:00"])


def test_dates_are_in_utc() -> None:
    """A date of another offset is written as the same instant in UTC (RFC 3339)."""
    amsterdam = datetime(2026, 3, 3, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    assert texts(entry_of(STORY, amsterdam), "published") == ["2026-03-03T12:30:00+00:00"]


def test_entry_without_agency_leaves_its_author_to_the_feed() -> None:
    """No author is made up for a story whose dateline names no agency."""
    assert entry_of(replace(STORY, agencies=())).find(f"{ATOM}author") is None


def test_title_is_never_empty() -> None:
    """A headline that vanishes with its forbidden characters gives way to the first sentence."""
    assert texts(entry_of(replace(STORY, headline="\x00\x07")), "title") == [STORY.summary]
    assert texts(entry_of(replace(STORY, headline="", summary="")), "title") == ["…"]


def test_title_of_ten_kilobytes_comes_out_whole() -> None:
    """Length is no reason to lose a letter."""
    headline = "Zeer lang & <breed> " * 500 + "."
    assert texts(entry_of(replace(STORY, headline=headline)), "title") == [headline]


def test_namespaces_are_declared_once() -> None:
    """The root alone declares namespaces, however many entries there are."""
    assert render(Entry(STORY, None), Entry(STORY, NOON)).count(b"xmlns") == 2


def test_an_article_that_is_cut_says_so() -> None:
    """The entry of a very long article has its beginning and leads to the rest; one of just that length is whole."""
    long = tuple(Block("paragraph", letter * (MOST_TEXT // 2)) for letter in "xyz")
    notice = "Dit bericht is hier ingekort. Lees verder op de site."
    (cut,) = texts(entry_of(replace(STORY, body=long)), "content")
    assert cut is not None
    assert cut.endswith(f'<p><a href="{STORY.link}">{notice}</a></p>')
    assert (cut.count("x" * 100), "zz" in cut) == (MOST_TEXT // 200, False)
    (whole,) = texts(entry_of(replace(STORY, body=long[:2])), "content")
    assert whole is not None
    assert "ingekort" not in whole
    (linkless,) = texts(entry_of(replace(STORY, body=long, link=None)), "content")
    assert linkless is not None
    assert linkless.endswith(f"<p>{notice}</p>")


def test_a_dateline_that_was_another_is_told() -> None:
    """What changed is said: the headline and the places that stood before, each if it was another."""
    edits = Edit(NOON, "", ("MOSKOU", "KIEV")), Edit(NOON + timedelta(hours=1), "Kop", ("MINSK",))
    (told,) = texts(entry_of(replace(STORY, edits=edits)), "content")
    assert told is not None
    assert "Gewijzigd op 3 maart 2026 om 12:00 uur; de plaats was: MOSKOU/KIEV.</p>" in told
    assert "Gewijzigd op 3 maart 2026 om 13:00 uur; de kop was: “Kop”; de plaats was: MINSK.</p>" in told
