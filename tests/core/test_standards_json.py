"""What JSON Feed 1.1 and OPML 2.0 ask, one rule a test; and that all formats say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import feedparser
import pytest
from lxml import etree

from feeds.model import Channel, ChannelKey, Entry, Feed
from feeds.render import atom, jsonfeed, opml, rss
from feeds.render.settings import Publisher

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://feeds.example.org"
TOP = {"version", "title", "home_page_url", "feed_url", "description", "authors", "language", "hubs", "items"}
ITEM = {"id", "url", "title", "content_html", "content_text", "summary", "tags", "authors", "_dateline"}
ITEM |= {"date_published", "date_modified"}


@pytest.fixture(scope="module")
def document(everything: Feed, publisher: Publisher) -> dict[str, Any]:
    """A feed."""
    found: dict[str, Any] = json.loads(jsonfeed.render(everything, publisher).body)
    return found


def test_top_level(document: dict[str, Any]) -> None:
    """Version and title must be there, and nothing that JSON Feed 1.1 does not know (Top-level)."""
    assert (document["version"], document["title"]) == ("https://jsonfeed.org/version/1.1", "Voorbeeld Zeeland")
    assert set(document) == TOP


def test_addresses(document: dict[str, Any]) -> None:
    """The feed says where it and its page are (Top-level: home_page_url, feed_url)."""
    assert document["home_page_url"] == f"{BASE}/topic/zeeland/"
    assert document["feed_url"] == f"{BASE}/topic/zeeland/feed.json"


def test_authors(document: dict[str, Any]) -> None:
    """Authors are objects with a name or an address, never an empty list (Top-level and Items: authors)."""
    assert document["authors"] == [{"name": "Voorbeeld & Zn", "url": "https://www.example.org/nieuws"}]
    assert document["items"][0]["authors"] == [{"name": "ANP"}, {"name": "RTR"}]
    assert "authors" not in document["items"][2]


def test_language(document: dict[str, Any]) -> None:
    """The language is told (Top-level: language, RFC 5646)."""
    assert document["language"] == "nl"


def test_hubs(document: dict[str, Any]) -> None:
    """A hub has a type and an address (Top-level: hubs)."""
    assert [set(hub) for hub in document["hubs"]] == [{"type", "url"}] * 2
    assert {hub["type"] for hub in document["hubs"]} == {"WebSub"}


def test_items(document: dict[str, Any]) -> None:
    """An item has an id that is a text, and content; nothing that JSON Feed does not know (Items)."""
    ids = [item["id"] for item in document["items"]]
    assert len(set(ids)) == len(ids) == 4
    for item in document["items"]:
        assert isinstance(item["id"], str)
        assert ("content_html" in item) != ("content_text" in item)
        assert set(item) <= ITEM


def test_every_item_has_an_address(document: dict[str, Any]) -> None:
    """Readers drop items without url; one that the site has none for has a page (Items: url)."""
    assert document["items"][2]["url"] == f"{BASE}/story/3/"


def test_dates(document: dict[str, Any]) -> None:
    """Dates are RFC 3339's with an offset; one that is not known is left out (Items: date_published)."""
    assert ["date_published" in item for item in document["items"]] == [True, True, True, False]
    for item in document["items"]:
        assert datetime.fromisoformat(item["date_modified"]).utcoffset() is not None


def test_tags(document: dict[str, Any]) -> None:
    """Tags are plain texts, each once (Items: tags)."""
    assert document["items"][0]["tags"] == ["Binnenland", "Zeeland", "DEN HAAG", "KRALENDIJK", "ANP", "RTR"]


def test_extension(document: dict[str, Any]) -> None:
    """What JSON Feed has no word for is an object whose name begins with an underscore (Extensions)."""
    assert document["items"][0]["_dateline"] == {
        "places": [
            {"name": "Den Haag", "country": None, "geonames": None, "lat": None, "lon": None},
            {"name": "Kralendijk", "country": "BQ", "geonames": 3513563, "lat": 12.15, "lon": -68.26667},
        ],
        "published": {
            "not_before": "2026-03-03T09:00:00Z",
            "not_after": "2026-03-03T11:00:00Z",
            "best": "2026-03-03T10:00:00Z",
        },
        "first_seen": "2026-03-03T11:00:00Z",
        "sightings": 3,
        "revisions": 0,
    }


def test_formats_say_the_same(everything: Feed, publisher: Publisher, document: dict[str, Any]) -> None:
    """Ids, titles, links, dates, tags and texts of an entry are equal in all three formats."""

    def read(body: bytes) -> list[tuple[Any, ...]]:
        entries = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False).entries
        return [
            (
                one.id,
                one.title,
                one.link,
                one.get("published_parsed"),
                tuple(dict.fromkeys(tag.term for tag in one.tags)),
                one.content[0].value if one.get("content") else None,
            )
            for one in entries
        ]

    first, second = read(atom.render(everything, publisher).body), read(rss.render(everything, publisher).body)
    third = [
        (
            one["id"],
            one["title"],
            one["url"],
            datetime.fromisoformat(one["date_published"]).utctimetuple() if "date_published" in one else None,
            tuple(one["tags"]),
            one.get("content_html"),
        )
        for one in document["items"]
    ]
    assert [one[:3] + one[4:] for one in first] == [one[:3] + one[4:] for one in second]
    assert [one[:3] + one[4:] for one in first] == [one[:3] + one[4:] for one in third]
    for formats in zip(first, second, third, strict=True):
        assert len({None if one[3] is None else tuple(one[3])[:6] for one in formats}) == 1


def test_related_reports(everything: Feed, publisher: Publisher) -> None:
    """All formats name the same reports (RFC 4287 section 4.2.7.2), each address once and never the entry's own."""
    plain, article, linkless, _undated = (entry.story for entry in everything.entries)
    close = (plain, article, replace(plain, link="https://www.example.org/x"), linkless)
    feed = replace(everything, entries=(Entry(replace(article, link="https://www.example.org/x"), None, close),))
    expected = [("https://www.example.org/nieuws/brug-dicht", plain.headline), (f"{BASE}/story/3/", linkless.headline)]
    (item,) = json.loads(jsonfeed.render(feed, publisher).body)["items"]
    assert [(one["url"], one["title"]) for one in item["_dateline"]["related"]] == expected
    for body, element in (
        (atom.render(feed, publisher).body, f"{ATOM}entry"),
        (rss.render(feed, publisher).body, "item"),
    ):
        (entry,) = etree.fromstring(body).iter(element)
        links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]
        assert [(link.get("href"), link.get("title")) for link in links] == expected
        assert {link.get("type") for link in links} == {"text/html"}


# -- OPML -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def listed(publisher: Publisher) -> etree._Element:
    """The list of three feeds."""
    channels = [
        Channel(ChannelKey("dateline/moskou"), "dateline", "MOSKOU", "Uit MOSKOU", "Nieuws uit MOSKOU"),
        Channel(ChannelKey("topic/zeeland"), "topic", "Zeeland", 'Zeeland "&<', ""),
        Channel(ChannelKey("all"), "all", "Voorbeeld", "Voorbeeld", "Alles"),
    ]
    document = opml.render(channels, publisher)
    assert document.path == "feeds.opml"
    return etree.fromstring(document.body)


def test_opml_has_head_and_body(listed: etree._Element) -> None:
    """The root says its version and has a head with a title and a body (OPML 2.0, the opml element)."""
    assert (listed.tag, listed.get("version"), [one.tag for one in listed]) == ("opml", "2.0", ["head", "body"])
    assert listed.findtext("head/title") == "Feeds van Voorbeeld"


def test_every_outline_has_text(listed: etree._Element) -> None:
    """A text is required of each outline (OPML 2.0, text attribute)."""
    assert all(one.get("text") for one in listed.iter("outline"))


def test_subscriptions(listed: etree._Element) -> None:
    """A subscription has type rss, xmlUrl, htmlUrl and title (OPML 2.0, subscription lists)."""
    feeds = [one for one in listed.iter("outline") if one.get("type")]
    assert [one.get("type") for one in feeds] == ["rss"] * 3
    assert [one.get("xmlUrl") for one in feeds] == [
        f"{BASE}/{key}/atom.xml" for key in ("all", "topic/zeeland", "dateline/moskou")
    ]
    assert all(one.get("htmlUrl") and one.get("title") for one in feeds)
    assert feeds[1].get("text") == 'Zeeland "&<'


def test_groups(listed: etree._Element) -> None:
    """A group is an outline around its feeds: what readers make a folder of (OPML 2.0, directories)."""
    groups = [one for one in listed.findall("body/outline") if len(one)]
    assert [(group.get("text"), len(group)) for group in groups] == [("Onderwerpen", 1), ("Plaatsen", 1)]
