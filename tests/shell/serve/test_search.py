"""Feeds of what somebody looks for, against a real server over the seeds and against the rules themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from live import ROOT, Server, serving
from lxml import etree

from feeds.build import build
from feeds.channels.families import channels_of
from feeds.config import Config, Flags, load_config
from feeds.config.channels import SEARCH, search
from feeds.errors import QueryError
from feeds.reading import list_stories
from feeds.serve.memory import Memory
from feeds.serve.search.finding import Finder
from feeds.store.engine import open_store
from feeds.texts import texts_of


def config_of(folder: Path) -> Config:
    """A configuration that keeps everything in a folder."""
    flags = Flags(out=str(folder / "out"), store=f"sqlite:///{folder}/feeds.sqlite", dumps=(str(ROOT / "seeds"),))
    return load_config(None, {}, flags, folder).config


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, built."""
    folder = tmp_path_factory.mktemp("search")
    config = config_of(folder)
    with closing(open_store(config.store, write=True, wait=1)) as store:
        build(store, config, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A server over the seeds."""
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def finder(folder: Path) -> Iterator[Finder]:
    """What the server finds with."""
    config = config_of(folder)
    with closing(Memory(config.store)) as memory, closing(Finder(config, memory)) as finder:
        yield finder


def titles(server: Server, file: str = "atom.xml", **words: str) -> list[str]:
    """The titles that a search finds, in its order."""
    got = server.get(f"/search/{file}?{urlencode(words)}")
    assert got.status == 200, got.body
    return [entry.title for entry in feedparser.parse(got.body).entries]


@pytest.mark.parametrize("file", ["atom.xml", "rss.xml"])
def test_words_are_found_in_headline_and_text(server: Server, file: str) -> None:
    """Every story of the seeds that speaks of Kim, by headline, lead or full text, newest first."""
    assert titles(server, file, q="kim") == [
        "Koreaanse leider Kim al in Rusland voor ontmoeting met Poetin",
        "Kim en Poetin tekenen 'alomvattend' samenwerkingsverband",
    ]


def test_accents_and_case_do_not_matter(server: Server) -> None:
    """Who types plain letters finds the others, and the other way about."""
    assert titles(server, q="ISRAEL") == titles(server, q="israël") != []


def test_topic_and_place_narrow_a_search(server: Server) -> None:
    """`topic` and `place` are as printed or as in addresses; all that is said must hold."""
    moscow = titles(server, place="moskou")
    assert len(moscow) == 4
    assert titles(server, place="MOSKOU", topic="Buitenland") == moscow
    assert titles(server, q="kremlin", place="moskou") == [
        "Kremlin verwacht door Iran-oorlog geen gesprekken in Abu Dhabi",
        "Koreaanse leider Kim al in Rusland voor ontmoeting met Poetin",
        "Kremlin: tijdverspilling om te reageren op claims over Epstein",
    ]
    assert titles(server, topic="sport") == []


def test_a_limit_is_kept(server: Server) -> None:
    """`limit` takes the newest."""
    assert titles(server, topic="buitenland", limit="3") == titles(server, topic="buitenland")[:3]


def test_ids_are_those_of_every_feed(server: Server) -> None:
    """An entry that is found is the entry of the other feeds."""
    found = feedparser.parse(server.get("/search/atom.xml?q=kremlin").body).entries
    everything = {entry.id: entry for entry in feedparser.parse(server.get("/all/atom.xml").body).entries}
    assert found
    assert all(everything[entry.id].title == entry.title for entry in found)


def test_a_search_is_a_feed_of_its_own(server: Server) -> None:
    """Its address is its self link, whatever else was in the query; searches differ in their ids."""
    got = server.get("/search/atom.xml?_=123&q=kremlin&limit=2")
    parsed = feedparser.parse(got.body).feed
    address = f"{server.address}/search/atom.xml?q=kremlin&limit=2"
    assert [link.href for link in parsed.links if link.rel == "self"] == [address]
    assert got["link"] == f'<{address}>; rel="self"'
    other = feedparser.parse(server.get("/search/atom.xml?q=iran").body).feed
    assert len({parsed.id, other.id}) == 2


def test_a_search_comes_in_every_format(server: Server) -> None:
    """JSON Feed has the same entries as Atom under its own address; OPML names the feed to subscribe to."""
    atom = feedparser.parse(server.get("/search/atom.xml?q=kremlin").body)
    told = json.loads(server.get("/search/feed.json?q=kremlin").body)
    assert [item["id"] for item in told["items"]] == [entry.id for entry in atom.entries] != []
    assert told["feed_url"] == f"{server.address}/search/feed.json?q=kremlin"
    outlines = server.get("/search/opml?q=kremlin")
    assert outlines["content-type"] == "text/x-opml; charset=utf-8"
    listed = etree.fromstring(outlines.body)
    assert listed.xpath("//outline/@xmlUrl") == [f"{server.address}/search/atom.xml?q=kremlin"]


def test_a_search_is_asked_again_for_nothing(server: Server) -> None:
    """Whoever has the result is told that it is the same."""
    got = server.get("/search/atom.xml?q=kremlin")
    assert server.get("/search/atom.xml?q=kremlin", If_None_Match=str(got["etag"])).status == 304


def test_what_is_not_found_is_an_empty_feed(server: Server) -> None:
    """No result is a result: a feed that may have entries one day."""
    got = server.get("/search/rss.xml?q=zeppelin")
    assert (got.status, feedparser.parse(got.body).entries) == (200, [])
    assert "zeppelin" in feedparser.parse(got.body).feed.title


@pytest.mark.parametrize(
    "words", ["", "q=", "q=%20", "q=(a", "q=%22", "q=AND", "q=a&limit=0", "q=a&limit=x", "q=in:feed/no"]
)
def test_a_bad_query_is_explained(server: Server, words: str) -> None:
    """400 with what is wrong and where, as XML for who asks for XML; a person is shown a page."""
    got = server.get(f"/search/atom.xml?{words}")
    assert (got.status, got["content-type"]) == (400, "application/xml; charset=utf-8")
    assert b'<error position="' in got.body
    page = server.get(f"/search/atom.xml?{words}", Accept="text/html")
    assert (page.status, page["content-type"]) == (400, "text/html; charset=utf-8")


def test_only_formats_are_found(server: Server) -> None:
    """There is no other file in the folder of searches."""
    assert [server.get(f"/search/{name}?q=iran").status for name in ("", "index.html", "atom", "../atom.xml")] == [
        404
    ] * 4


WORDS = st.sampled_from(
    [
        "iran",
        "kremlin",
        "poetin",
        "de",
        "israël",
        "zeppelin",
        "rusland*",
        "akk*",
        '"in rusland"',
        "kop:kim",
        "text:wapens",
    ]
)
NAMES = st.sampled_from(
    [
        "topic:buitenland",
        "topic:sport",
        "place:moskou",
        "agency:anp",
        "in:dateline/teheran",
        "has:text",
        "sightings:>=2",
        "country:ru",
    ]
)
QUERIES = st.recursive(
    WORDS | NAMES,
    lambda inner: st.tuples(inner, st.sampled_from([" ", " OR ", " -"]), inner).map(
        lambda three: f"({''.join(three)})"
    ),
    max_leaves=6,
)


@given(text=QUERIES)
def test_the_index_finds_what_the_rules_find(finder: Finder, folder: Path, text: str) -> None:
    """For any query: just the stories that stand in a configured feed of that query, newest first."""
    config = config_of(folder)
    try:
        rules = search(config, text)
    except QueryError:
        return
    with closing(open_store(config.store, write=False, wait=1)) as store:
        listed = list(list_stories(store, config, topic=None, dateline=None, since=None, limit=None))
        with store.reading() as connection:
            texts = texts_of(
                connection, config, [story.text_from for story, _ in listed if story.text_from is not None]
            )
    expected = []
    for story, sightings in listed:
        article = None if story.text_from is None else texts.get(story.text_from)
        families = [channel for channel, _ in channels_of(story)]
        if SEARCH in rules.standing(story, () if article is None else article.body, len(sightings), families):
            expected.append(story.id)
    found = finder.find(rules, 1000)
    assert ([story.id for story in found.stories], found.all_seen) == (expected, True)
