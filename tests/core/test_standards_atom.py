"""What RFC 4287, RFC 5005, RFC 6721 and GeoRSS ask of Atom documents, one rule a test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from feeds.model import Feed, StoryId
from feeds.render import atom
from feeds.render.archive import Place, Tombstone, archive_document, tombstones_document
from feeds.render.settings import Publisher
from feeds.render.splice import Shown

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}"
POINT = "{http://www.georss.org/georss}point"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
BASE = "https://feeds.example.org"


@pytest.fixture(scope="module")
def live(everything: Feed, publisher: Publisher) -> etree._Element:
    """A feed."""
    return etree.fromstring(atom.render(everything, publisher).body)


@pytest.fixture(scope="module")
def archive(everything: Feed, publisher: Publisher) -> etree._Element:
    """The middle one of three documents of its archive."""
    entries = [atom.written_entry(Shown(entry, publisher)) for entry in everything.entries]
    place = Place("2026-02", "2026-01", "2026-03")
    return etree.fromstring(archive_document(everything.channel, place, NOON, entries, publisher).body)


@pytest.fixture(scope="module")
def tombstones(publisher: Publisher) -> etree._Element:
    """The tombstones of an entry that was withdrawn and of one that is part of another."""
    first, second = (StoryId(f"tag:example.org,2026:story/{number}") for number in (8, 9))
    stones = [Tombstone(first, NOON, "Op verzoek <b>", None), Tombstone(second, NOON.replace(hour=13), None, first)]
    return etree.fromstring(tombstones_document(stones, publisher).body)


def links(element: etree._Element) -> list[tuple[str | None, str | None]]:
    """Relation and address of the element's own links."""
    return [(link.get("rel"), link.get("href")) for link in element.findall(f"{ATOM}link")]


@pytest.mark.parametrize("name", ["live", "archive", "tombstones"])
def test_grammar(name: str, request: pytest.FixtureRequest) -> None:
    """Every document is what the grammar of Atom allows (RFC 4287 sections 3 and 4)."""
    schema = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
    assert schema.validate(request.getfixturevalue(name)), schema.error_log


def test_author(live: etree._Element) -> None:
    """The feed has an author, for entries need one somewhere (RFC 4287 section 4.1.1)."""
    assert live.findtext(f"{ATOM}author/{ATOM}name") == "Voorbeeld & Zn"


def test_self(live: etree._Element) -> None:
    """A feed says where it is, once (RFC 4287 section 4.1.1)."""
    assert [href for rel, href in links(live) if rel == "self"] == [f"{BASE}/topic/zeeland/atom.xml"]


def test_one_alternate(live: etree._Element) -> None:
    """No two alternates have one type and language (RFC 4287 sections 4.1.1 and 4.1.2)."""
    for element in (live, *live.iter(f"{ATOM}entry")):
        assert [rel for rel, _ in links(element)].count("alternate") == 1


def test_ids_differ(live: etree._Element) -> None:
    """Entries of a feed have ids of their own (RFC 4287 section 4.1.1), and none is the feed's."""
    ids = [element.text for element in live.iter(f"{ATOM}id") if element.getparent().tag != f"{ATOM}source"]
    assert len(ids) == len(set(ids)) == 5


def test_content_or_link(live: etree._Element) -> None:
    """An entry without content has an alternate, and one whose content is not text has a summary (section 4.1.2)."""
    for entry in live.iter(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}content") is not None or ("alternate" in dict(links(entry)))
        assert entry.findtext(f"{ATOM}summary")


def test_plain_titles(live: etree._Element) -> None:
    """A title without type is text: signs of markup are escaped once (RFC 4287 section 3.1.1.1)."""
    assert live.findtext(f"{ATOM}entry/{ATOM}title") == "Brug dicht < 3 uur & langer"


def test_html_content(live: etree._Element) -> None:
    """Content of type html is escaped HTML that can stand in a div (RFC 4287 section 4.1.3.3)."""
    content = live.findall(f"{ATOM}entry")[1].find(f"{ATOM}content")
    assert content is not None
    assert (content.get("type"), content.text) == (
        "html",
        (
            "<p>Het Kremlin &lt;zwijgt&gt;.</p>\n<h3>Geen woord</h3>\n<p>JAN DE BOER</p>\n"
            "<p>Gewijzigd op 3 maart 2026 om 13:00 uur; de kop was: “Moskou zwijgt nog”.</p>"
        ),
    )


def test_source(live: etree._Element) -> None:
    """An entry taken from elsewhere keeps id, title and date of its source (RFC 4287 section 4.2.11)."""
    source = live.find(f"{ATOM}entry/{ATOM}source")
    assert source is not None
    assert source.findtext(f"{ATOM}id") == "https://www.example.org/nieuws"
    assert source.findtext(f"{ATOM}title") == "Voorbeeld & Zn"
    assert source.findtext(f"{ATOM}updated") == "2026-03-03T12:00:00+00:00"


def test_point(live: etree._Element) -> None:
    """Latitude and longitude, one blank between (GeoRSS simple); a place that is not known has none."""
    assert [entry.findtext(POINT) for entry in live.iter(f"{ATOM}entry")] == [
        "12.15000 -68.26667",
        "55.75222 37.61556",
        "12.15000 -68.26667",
        "12.15000 -68.26667",
    ]


def test_hubs(live: etree._Element) -> None:
    """A feed names every hub of its publisher (WebSub section 4)."""
    hubs = ["https://hub.example.org/", "https://hub.example.net/"]
    assert [href for rel, href in links(live) if rel == "hub"] == hubs


def test_subscription_document(live: etree._Element) -> None:
    """A feed with an archive leads to its newest document, and is none itself (RFC 5005 section 4)."""
    assert ("prev-archive", f"{BASE}/topic/zeeland/archive/2026-02.atom.xml") in links(live)
    assert live.find(f"{HISTORY}archive") is None


def test_archive_document(archive: etree._Element, live: etree._Element) -> None:
    """A document of an archive is marked, names its neighbours and the feed, and has its id (RFC 5005 section 4)."""
    mark = archive.find(f"{HISTORY}archive")
    assert mark is not None
    assert (mark.text, len(mark)) == (None, 0)
    assert links(archive) == [
        ("self", f"{BASE}/topic/zeeland/archive/2026-02.atom.xml"),
        ("alternate", f"{BASE}/topic/zeeland/"),
        ("current", f"{BASE}/topic/zeeland/atom.xml"),
        ("prev-archive", f"{BASE}/topic/zeeland/archive/2026-01.atom.xml"),
        ("next-archive", f"{BASE}/topic/zeeland/archive/2026-03.atom.xml"),
    ]
    assert archive.findtext(f"{ATOM}id") == live.findtext(f"{ATOM}id")


def test_ends_of_the_chain(everything: Feed, publisher: Publisher) -> None:
    """The first and the last document name no neighbour that is not there (RFC 5005 section 4)."""
    alone = archive_document(everything.channel, Place("2026-02", None, None), NOON, [], publisher)
    assert {rel for rel, _ in links(etree.fromstring(alone.body))} == {"self", "alternate", "current"}


def test_deleted_entries(tombstones: etree._Element) -> None:
    """A deleted entry says which and since when, and why; the newest comes first (RFC 6721 section 3)."""
    assert [(one.get("ref"), one.get("when")) for one in tombstones.iter(f"{DELETED}deleted-entry")] == [
        ("tag:example.org,2026:story/9", "2026-03-03T13:00:00+00:00"),
        ("tag:example.org,2026:story/8", "2026-03-03T12:00:00+00:00"),
    ]
    assert [one.text for one in tombstones.iter(f"{DELETED}comment")] == [
        "Opgegaan in tag:example.org,2026:story/8",
        "Op verzoek <b>",
    ]


def test_deleted_entries_come_first(tombstones: etree._Element) -> None:
    """Deleted entries are children of the feed and stand before any entry (RFC 6721 section 3)."""
    names = [element.tag for element in tombstones]
    assert names[-2:] == [f"{DELETED}deleted-entry"] * 2
    assert f"{ATOM}entry" not in names


def test_no_tombstones(publisher: Publisher) -> None:
    """A feed without any tombstone is a feed, dated by the day that ids are made from."""
    empty = etree.fromstring(tombstones_document([], publisher).body)
    assert empty.findtext(f"{ATOM}updated") == "2026-01-01T00:00:00+00:00"
    later = etree.fromstring(tombstones_document([], publisher, NOON).body)
    assert later.findtext(f"{ATOM}updated") == "2026-03-03T12:00:00+00:00"
