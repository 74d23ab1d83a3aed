"""The index of feeds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from lxml import etree
from lxml import html as parser

from feeds.model import Channel, ChannelKey
from feeds.render import html
from feeds.render.settings import Publisher

MOMENT = datetime(2026, 3, 3, 9, 5, tzinfo=UTC)
PUBLISHER = Publisher(
    base_url="https://feeds.example.org",
    tag="example.org,2026",
    site_title="Voorbeeld",
    site_home="https://www.example.org/nieuws",
    language="nl",
    index_title="Feeds van Voorbeeld",
)
EVERYTHING = Channel(ChannelKey("all"), "all", "Voorbeeld", "Voorbeeld: alles", "Al het nieuws")
TOPIC = Channel(ChannelKey("topic/sport"), "topic", "Sport", "Voorbeeld: Sport", "Nieuws over Sport")
MOSCOW = Channel(ChannelKey("dateline/moskou"), "dateline", "MOSKOU", "Voorbeeld: MOSKOU", "Nieuws uit MOSKOU")
ARNHEM = Channel(ChannelKey("dateline/arnhem"), "dateline", "Arnhem", "Voorbeeld: Arnhem", "Nieuws uit Arnhem")
LISTED = ((MOSCOW, 2, MOMENT), (TOPIC, 1, None), (EVERYTHING, 3, MOMENT), (ARNHEM, 1, None))


def page(*listed: html.Listed, language: str = "nl") -> etree._Element:
    """The index of these channels, as a browser reads it."""
    return parser.document_fromstring(html.index(listed, replace(PUBLISHER, language=language)).body)


def test_index_is_the_front_page() -> None:
    """The index stands at the top of `out/`, as HTML in UTF-8."""
    document = html.index(LISTED, PUBLISHER)
    assert (document.path, document.media_type) == ("index.html", "text/html; charset=utf-8")
    assert document.body.startswith(b"<!DOCTYPE html>")


def test_feeds_are_listed_by_family_and_name() -> None:
    """Everything first, then topics, then places by name, whatever order they came in and however they are printed."""
    read = page(*LISTED)
    assert [heading.text for heading in read.iter("h2")] == ["Alles", "Onderwerpen", "Plaatsen"]
    assert [name.text for name in read.xpath("//span/a")] == ["Voorbeeld", "Sport", "Arnhem", "MOSKOU"]
    assert page(*LISTED[::-1]).text_content() == read.text_content()


def test_every_feed_has_its_addresses() -> None:
    """Its page and every format are one tap away, by links that hold wherever the page is put."""
    links = [link.get("href") for link in page((MOSCOW, 2, MOMENT)).xpath("//li//a")]
    files = ("index.html", "rss.xml", "atom.xml", "feed.json")
    assert links == [f"dateline/moskou/{file}" for file in files]


def test_readers_can_take_all_feeds_at_once() -> None:
    """The OPML file is linked for people and for programs."""
    assert page().xpath("//p/a/@href") == ["feeds.opml"]
    assert page().xpath("/html/head/link[@type='text/x-opml']/@href") == ["feeds.opml"]


def test_feed_says_how_much_and_how_new() -> None:
    """A feed's entries are counted in words, and its newest is dated for people in their time zone and for programs."""
    two, one = page((MOSCOW, 2, MOMENT), (ARNHEM, 1, None)).findall(".//small")[::-1]
    assert two.text_content() == "2 berichten, nieuwste van 3 maart 2026 om 09:05 uur"
    assert [time.get("datetime") for time in two.iter("time")] == ["2026-03-03T09:05:00Z"]
    assert one.text_content() == "1 bericht"


def test_programs_find_the_feed_of_everything() -> None:
    """A reader that is given the page's address finds every format of `all`."""
    links = page(*LISTED).xpath("/html/head/link[@rel='alternate' and @type!='text/x-opml']")
    assert [(link.get("type"), link.get("href")) for link in links] == [
        ("application/rss+xml", "all/rss.xml"),
        ("application/atom+xml", "all/atom.xml"),
        ("application/feed+json", "all/feed.json"),
    ]


def test_names_are_text() -> None:
    """Markup and forbidden characters in a name cannot become part of the page."""
    hostile = replace(TOPIC, name='</span><script src="//x">\x00 & ]]>')
    read = page((hostile, 1, None))
    assert read.find(".//script") is None
    assert [name.text for name in read.xpath("//span/a")] == ['</span><script src="//x"> & ]]>']


def test_page_needs_nothing_from_elsewhere() -> None:
    """Nothing is loaded: no script, no image, no style from another file, no address of another host."""
    body = html.index(LISTED, PUBLISHER).body
    assert not re.search(rb"<script|<img|stylesheet|@import|url\(|https?:", body)


def test_page_speaks_the_language_of_the_site() -> None:
    """Dutch for a Dutch site, in any of its regions, and English for one whose words are not known."""
    assert [page(language=tag).get("lang") for tag in ("nl", "nl-BE", "fr")] == ["nl", "nl", "en"]


def test_an_empty_index_says_so() -> None:
    """A site without feeds has a page that says that there are none."""
    assert "Er zijn nog geen feeds." in page().text_content()
