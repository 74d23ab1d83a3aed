"""What RSS 2.0, the RSS Advisory Board's profile and RSS's modules ask, one rule a test."""

from __future__ import annotations

import re
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from feeds.model import Feed
from feeds.render import rss
from feeds.render.settings import Publisher

CHANNEL = frozenset({"title", "link", "description", "docs", "generator", "language", "ttl", "lastBuildDate", "item"})
ITEM = frozenset({"title", "link", "description", "guid", "category", "pubDate"})
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "georss": "http://www.georss.org/georss",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
BASE = "https://feeds.example.org"


@pytest.fixture(scope="module")
def channel(everything: Feed, publisher: Publisher) -> etree._Element:
    """The channel of a feed."""
    root = etree.fromstring(rss.render(everything, publisher).body)
    assert (root.tag, root.get("version"), len(root)) == ("rss", "2.0", 1)
    return root[0]


def say(element: etree._Element, path: str) -> list[str]:
    """What the elements at that path say, in order."""
    return [found.text or "" for found in element.findall(path, NAMESPACES)]


def test_required_elements(channel: etree._Element) -> None:
    """A channel has one title, link and description, and they are not empty (RSS 2.0, required channel elements)."""
    for name in ("title", "link", "description"):
        assert len(say(channel, name)) == 1
        assert all(say(channel, name))


def test_elements_of_the_channel(channel: etree._Element) -> None:
    """Without a namespace there is nothing but what RSS 2.0 knows, and none but items comes twice."""
    names = [element.tag for element in channel if not element.tag.startswith("{")]
    assert set(names) <= CHANNEL
    assert all(names.count(name) == 1 for name in CHANNEL - {"item"})


def test_elements_of_an_item(channel: etree._Element) -> None:
    """Without a namespace there is nothing but what RSS 2.0 knows, and none but categories comes twice."""
    for item in channel.iter("item"):
        names = [element.tag for element in item if not element.tag.startswith("{")]
        assert set(names) <= ITEM
        assert all(names.count(name) == 1 for name in set(names) - {"category"})


def test_title_or_description(channel: etree._Element) -> None:
    """An item has a title or a description, and here both (RSS 2.0, elements of item)."""
    for item in channel.iter("item"):
        assert all(say(item, "title"))
        assert all(say(item, "description"))


def test_guid(channel: etree._Element) -> None:
    """Each item has a guid of its own, and one that is no address says so (profile, guid)."""
    guids = channel.findall("item/guid")
    assert len({guid.text for guid in guids}) == len(guids) == 4
    assert {guid.get("isPermaLink") for guid in guids} == {"false"}


def test_dates(channel: etree._Element) -> None:
    """Dates are RFC 822's with four digits for the year, in GMT (profile, data types)."""
    written = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
    dates = [*say(channel, "lastBuildDate"), *say(channel, "item/pubDate")]
    assert len(dates) == 4
    for date in dates:
        assert written.fullmatch(date)
        assert parsedate_to_datetime(date).strftime("%a, %d %b %Y %H:%M:%S GMT") == date


def test_links(channel: etree._Element) -> None:
    """Links are absolute addresses of the web; an item without one elsewhere has a page (RSS 2.0, link)."""
    assert say(channel, "link") == [f"{BASE}/topic/zeeland/"]
    assert say(channel, "item/link")[2] == f"{BASE}/story/3/"
    assert all(link.startswith("https://") for link in say(channel, "item/link"))


def test_self_link(channel: etree._Element) -> None:
    """The channel says where it is, as an Atom link (profile, atom:link)."""
    (own,) = [link for link in channel.findall("atom:link", NAMESPACES) if link.get("rel") == "self"]
    assert (own.get("href"), own.get("type")) == (f"{BASE}/topic/zeeland/rss.xml", "application/rss+xml")


def test_other_links(channel: etree._Element) -> None:
    """Hubs (WebSub section 4) and the archive (RFC 5005 section 4) are named as in Atom."""
    links = [(link.get("rel"), link.get("href")) for link in channel.findall("atom:link", NAMESPACES)]
    assert links[1:] == [
        ("hub", "https://hub.example.org/"),
        ("hub", "https://hub.example.net/"),
        ("prev-archive", f"{BASE}/topic/zeeland/archive/2026-02.atom.xml"),
    ]


def test_description_is_html(channel: etree._Element) -> None:
    """Text is escaped for HTML and then for XML (profile, description); full text stands in content:encoded."""
    assert say(channel, "item/description")[0] == "De brug blijft dicht."
    assert say(channel, "item/content:encoded")[0].startswith("<p>Het Kremlin &lt;zwijgt&gt;.</p>")


def test_author(channel: etree._Element) -> None:
    """Who has no e-mail address is a dc:creator (profile, author)."""
    assert say(channel.findall("item")[0], "dc:creator") == ["ANP", "RTR"]
    assert channel.find("item/author") is None


def test_category_domains(channel: etree._Element) -> None:
    """A category's domain is the address of its taxonomy (RSS 2.0, category)."""
    found = {(one.get("domain"), one.text) for one in channel.findall("item")[1].iter("category")}
    assert (f"{BASE}/dateline/", "MOSKOU") in found


@pytest.mark.parametrize(
    ("minutes", "period", "frequency"),
    [
        (1, "hourly", 60),
        (15, "hourly", 4),
        (60, "hourly", 1),
        (90, "daily", 16),
        (1440, "daily", 1),
        (5000, "weekly", 2),
    ],
)
def test_how_often(everything: Feed, publisher: Publisher, minutes: int, period: str, frequency: int) -> None:
    """A positive number of minutes to live; a period in lower case, and how many times in it (syndication module)."""
    body = rss.render(everything, replace(publisher, refresh_minutes=minutes)).body
    channel = etree.fromstring(body)[0]
    found = say(channel, "ttl"), say(channel, "sy:updatePeriod"), say(channel, "sy:updateFrequency")
    assert found == ([str(minutes)], [period], [str(frequency)])


def test_point(channel: etree._Element) -> None:
    """An item is where its first known place is (GeoRSS simple)."""
    assert say(channel.findall("item")[1], "georss:point") == ["55.75222 37.61556"]
