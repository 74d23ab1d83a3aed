"""What holds of every feed, whatever stands in its texts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from re import findall, fullmatch

import feedparser
import nh3
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parser

from feeds.canon import clean
from feeds.model import Block, Channel, ChannelKey, Edit, Entry, Feed, Place, Published, Story, StoryId
from feeds.render import atom, jsonfeed, opml, pages, rss
from feeds.render.archive import Tombstone, tombstones_document
from feeds.render.content import content
from feeds.render.settings import Publisher, Site, sound
from feeds.render.splice import Shown

ATOM = "{http://www.w3.org/2005/Atom}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
PUBLISHER = Publisher(
    base_url="https://feeds.example.org",
    tag="example.org,2026",
    site_title="Voorbeeld",
    site_home="https://www.example.org/nieuws",
    language="nl",
    index_title="Feeds van Voorbeeld",
    sites=(Site("voorbeeld", "Voorbeeld", "https://www.example.org/nieuws"),),
    hubs=("https://hub.example.org/",),
    timezone="Europe/Amsterdam",
)
PARSER = etree.XMLParser(resolve_entities=False, huge_tree=False)

HOSTILE = (
    "]]>",
    "<script>alert(1)</script>",
    "</p><p onclick=x>",
    "&amp;nbsp;&#0;",
    "<!-- -->",
    "<![CDATA[",
    "\x00\x08\x0b\x1f",
    "\ud800\udfff",
    "\ufffe\uffff",
    "\u202eommekeer\u202c",
    "👩‍🚒🇳🇱",
    "a\r\nb\tc\u0085d\u2028e",
    "{%s}" * 3,
    "<?xml version='1.0'?>",
    "kilo" * 2_560,
)
words = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(HOSTILE)
texts = st.lists(words, max_size=4).map("".join)
names = st.lists(texts, max_size=3).map(tuple)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
blocks = st.builds(Block, st.sampled_from(["paragraph", "heading"]), texts)
stories = st.builds(
    Story,
    id=st.integers(0, 99).map(lambda number: StoryId(f"tag:example.org,2026:story/{number}")),
    headline=texts,
    summary=texts,
    link=st.none() | texts | texts.map("https://example.org/{}".format),
    link_kind=st.just("derived"),
    topics=names,
    datelines=names,
    agencies=names,
    places=st.lists(st.builds(Place, texts, lat=st.none() | st.floats(-90, 90), lon=st.floats(-180, 180))).map(tuple),
    published=st.just(Published(None, None, None)),
    first_seen=moments,
    updated=moments,
    body=st.lists(blocks, max_size=3).map(tuple),
    byline=st.none() | texts,
    revisions=st.just(0),
    site=st.sampled_from(["voorbeeld", "onbekend"]),
    edits=st.lists(st.builds(Edit, moments, texts, names), max_size=2).map(tuple),
)
entries = st.builds(Entry, stories, st.none() | moments)
channels = st.builds(Channel, st.just(ChannelKey("topic/x")), st.just("topic"), texts, texts, texts)
feeds = st.builds(Feed, channels, st.lists(entries, max_size=3).map(tuple), moments, st.just("nl"))


def by_name(document: bytes) -> bytes:
    """The same XML with signs of markup written by name."""
    return document.replace(b"&#x26;", b"&amp;").replace(b"&#x3C;", b"&lt;")


@given(feeds)
def test_spliced_atom_is_what_feedgen_writes(feed: Feed) -> None:
    """Entries written by themselves and put together are feedgen's own feed, but for signs written by number."""
    whole = atom.header(feed, PUBLISHER)
    for entry in feed.entries:
        whole.add_entry(atom.atom_entry(Shown(entry, PUBLISHER)), order="append")
    assert by_name(atom.render(feed, PUBLISHER).body) == whole.atom_str()


@given(feeds)
def test_spliced_rss_is_what_feedgen_writes(feed: Feed) -> None:
    """Items written by themselves and put together are feedgen's own feed, but for signs written by number."""
    whole = rss.header(feed, PUBLISHER)
    for entry in feed.entries:
        whole.add_entry(rss.rss_item(Shown(entry, PUBLISHER)), order="append")
    assert by_name(rss.render(feed, PUBLISHER).body) == whole.rss_str()


@given(feeds)
def test_any_text_survives_atom(feed: Feed) -> None:
    """The document is well-formed, and clean text comes out as it went in."""
    root = etree.fromstring(atom.render(feed, PUBLISHER).body, PARSER)
    channel = feed.channel
    assert root.findtext(f"{ATOM}title") == (clean(channel.title) or channel.key)
    for element, entry in zip(root.iter(f"{ATOM}entry"), feed.entries, strict=True):
        story, said = entry.story, content(Shown(entry, PUBLISHER))
        assert element.findtext(f"{ATOM}id") == story.id
        assert element.findtext(f"{ATOM}title") == said.title
        assert element.findtext(f"{ATOM}summary") == whole(story.summary)
        assert element.findtext(f"{ATOM}content") == said.full_text
        assert [one.text for one in element.findall(f"{ATOM}author/{ATOM}name")] == printed(story.agencies)
        assert [one.get("href") for one in element.findall(f"{ATOM}link")] == [said.link]
        assert said.link in {sound(story.link), f"https://feeds.example.org/story/{story.id.rpartition('/')[2]}/"}
        terms = [one.get("term") for one in element.iter(f"{ATOM}category")]
        assert terms == [*printed(story.topics), *printed(story.datelines), *printed(story.agencies)]
        assert element.findtext(f"{ATOM}updated") == story.updated.isoformat()
        assert element.findtext(f"{ATOM}published") == (entry.published and entry.published.isoformat())


@given(feeds)
def test_any_text_survives_rss(feed: Feed) -> None:
    """The document is well-formed, and clean text comes out as it went in."""
    root = etree.fromstring(rss.render(feed, PUBLISHER).body, PARSER)
    for element, entry in zip(root.iter("item"), feed.entries, strict=True):
        story, said = entry.story, content(Shown(entry, PUBLISHER))
        assert element.findtext("guid") == story.id
        assert element.findtext("title") == said.title
        if clean(story.summary):
            assert unescape_once(element.findtext("description")) == whole(story.summary)
            assert element.findtext(ENCODED) == said.full_text
        assert [one.text for one in element.iter(CREATOR)] == printed(story.agencies)
        terms = [one.text for one in element.iter("category")]
        assert terms == [*printed(story.topics), *printed(story.datelines), *printed(story.agencies)]
        assert (element.find("pubDate") is None) == (entry.published is None)


@given(feeds)
def test_any_text_survives_json(feed: Feed) -> None:
    """The document is JSON in UTF-8, and clean text comes out as it went in."""
    read = json.loads(jsonfeed.render(feed, PUBLISHER).body.decode())
    assert read["title"] == (clean(feed.channel.title) or feed.channel.key)
    for item, entry in zip(read["items"], feed.entries, strict=True):
        story, said = entry.story, content(Shown(entry, PUBLISHER))
        assert (item["id"], item["title"], item["url"]) == (story.id, said.title, said.link)
        assert item.get("content_html") == (said.full_text or None)
        assert item.get("summary", item.get("content_text")) == whole(story.summary)
        assert [one["name"] for one in item.get("authors", [])] == printed(story.agencies)
        assert [one["name"] for one in item["_dateline"]["places"]] == [clean(one.name) for one in story.places]


@given(feeds)
def test_any_text_survives_a_page(feed: Feed) -> None:
    """A browser finds the titles, links and leads of the entries, and no element that the page has not of itself."""
    own = {*("html", "head", "meta", "title", "link", "style", "body", "main", "h1", "p", "nav", "a", "article"), "h2"}
    read = parser.document_fromstring(pages.feed_page(feed, PUBLISHER).body.decode())
    assert {str(element.tag) for element in read.iter()} <= {*own, "time"}
    assert all(one.startswith(("https://", "http://", "../")) for one in map(str, read.xpath("//article//a/@href")))
    for element, entry in zip(read.iter("article"), feed.entries, strict=True):
        said = content(Shown(entry, PUBLISHER))
        assert element.findtext("h2/a") == normal(said.title)
        assert (element.findall("p")[1].text or "") == normal(said.summary)


@given(stories)
def test_any_text_survives_a_story_s_page(story: Story) -> None:
    """A browser finds the title of a story on its page, the blocks that are not blank, and nothing that could act."""
    document = pages.story_document(Entry(story, None), PUBLISHER)
    read = parser.document_fromstring(document.body.decode())
    assert read.findtext(".//h1") == normal(content(Shown(Entry(story, None), PUBLISHER)).title)
    assert not read.xpath("//script|//@*[starts-with(name(), 'on')]|//a[not(starts-with(@href, '../'))]")
    text = read.text_content()
    assert all(normal(clean(block.text)) in text for block in story.body if clean(block.text).strip())


@given(st.lists(channels, max_size=3), texts)
def test_any_text_survives_the_lists(listed: list[Channel], reason: str) -> None:
    """The names of feeds and the reasons of tombstones come out as they went in."""
    outlines = etree.fromstring(opml.render(listed, PUBLISHER).body, PARSER).iter("outline")
    titles = [one.get("title") for one in outlines if one.get("type")]
    assert sorted(titles) == sorted(clean(one.title) or one.key for one in listed)
    stone = Tombstone(StoryId("tag:example.org,2026:story/1"), datetime(2026, 3, 3, tzinfo=UTC), reason, None)
    deleted = etree.fromstring(tombstones_document([stone], PUBLISHER).body, PARSER)[-1]
    assert "".join(deleted.itertext()) == (clean(reason) if clean(reason).strip() else "")


@settings(max_examples=40)
@given(feeds)
def test_feedparser_never_complains(feed: Feed) -> None:
    """A feed reader takes every feed for what it is, with all its entries."""
    for document, version in ((atom.render(feed, PUBLISHER), "atom10"), (rss.render(feed, PUBLISHER), "rss20")):
        read = feedparser.parse(document.body)
        assert (read.bozo, read.version, len(read.entries)) == (False, version, len(feed.entries))


@given(stories)
def test_full_text_is_only_text(story: Story) -> None:
    """The HTML of a story has no tags but its own, and between them the clean text of its blocks."""
    html = content(Shown(Entry(story, None), PUBLISHER)).full_text
    if html is None:
        return
    assert set(re.findall("<[^>]*>", html)) <= {"<p>", "</p>", "<h3>", "</h3>"}
    raw = [block.text for block in story.body] + [(story.byline or "")[:499]] if story.body else [story.summary]
    shown = [unescape(part) for part in re.findall("<(?:p|h3)>([^<]*)</", html)]
    told = [normal(clean(text)) for text in raw if clean(text).strip()]
    assert len(shown) == len(told) + len(story.edits)
    assert [one for one, other in zip(shown, told, strict=False) if one != other and not one.endswith("…")] == []
    assert all(one.startswith("Gewijzigd op ") for one in shown[len(told) :])


@given(stories)
def test_a_sanitiser_has_nothing_to_do(story: Story) -> None:
    """The HTML of a story passes a sanitiser that allows its own tags alone without a byte changed."""
    html = content(Shown(Entry(story, None), PUBLISHER)).full_text or ""
    assert nh3.clean(html, tags={"p", "h3"}, attributes={}, link_rel=None) == html


@given(stories, st.lists(st.tuples(texts, texts | texts.map("https://example.org/{}".format)), min_size=1, max_size=4))
def test_a_digest_leads_only_to_sound_addresses(story: Story, lines: list[tuple[str, str]]) -> None:
    """Lines with any text and any address are harmless too, and only sound addresses are linked."""
    body = tuple(Block("paragraph", text, link) for text, link in lines)
    html = content(Shown(Entry(replace(story, body=body, byline=None), None), PUBLISHER)).full_text or ""
    cleaned = nh3.clean(html, tags={"p", "a"}, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)
    assert cleaned == html
    shown = [link for text, link in lines if clean(text).strip()]
    assert [unescape(href) for href in findall('<a href="([^"]*)">', html)] == list(filter(None, map(sound, shown)))


@given(
    texts
    | st.builds("https://{}/{}?{}#{}".format, texts, texts, texts, texts)
    | texts.map("http://example.org/{}".format)
)
def test_a_sound_address_is_a_uri(link: str) -> None:
    """Whatever an address was, it is written in the characters of RFC 3986 section 2, and then stays as it is."""
    written = sound(link) or ""
    assert fullmatch(r"(?:https?://(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)?", written)
    assert (sound(written) or "") == written


@given(stories, stories, st.none() | moments)
def test_versions_of_a_story_are_told_apart(one: Story, other: Story, published: datetime | None) -> None:
    """What is remembered of a story is not shown for another version of it with the same id."""
    other = replace(other, id=one.id)
    for story in (one, other):
        shown = Shown(Entry(story, published), PUBLISHER)
        assert content(shown) == content.__wrapped__(shown)


@given(feeds)
def test_bytes_follow_from_values(feed: Feed) -> None:
    """Rendering again, from equal values that were never seen before, gives the same bytes."""
    formats = atom.render, rss.render, jsonfeed.render, pages.feed_page
    first = [render(feed, PUBLISHER) for render in formats]
    content.cache_clear()
    assert first == [render(feed, PUBLISHER) for render in formats]


def printed(given_names: tuple[str, ...]) -> list[str]:
    """The names that have something to print, each once, in order; a name is cut at a length that none has."""
    return list(dict.fromkeys(cut(clean(name), 500) for name in given_names if clean(name).strip()))


def whole(text: str) -> str:
    """The clean text, as far as an entry carries it: more than ten kilobytes."""
    return cut(clean(text), 12_000)


def cut(text: str, most: int) -> str:
    """The text, its end an ellipsis if it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def unescape_once(html: str | None) -> str:
    """The text of HTML in which only the three signs of markup are escaped."""
    return (html or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def normal(text: str) -> str:
    """The text with line ends as HTML reads them (HTML 13.2.3.5)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
