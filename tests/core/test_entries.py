"""Feeds taken apart into entries, and put together with fewer."""

from __future__ import annotations

import json

import pytest

from feeds.serve.entries import shortened, take_apart
from feeds.serve.media import ATOM, JSON_FEED, PAGE, RSS, media_of

HEAD, TAIL = b'<?xml version="1.0"?><feed><title>Alles</title>', b"</feed>"
ONE, TWO = b"<entry><id>1</id></entry>", b'<entry xml:lang="nl"><id>2</id></entry>\n'


def test_a_feed_is_its_head_its_entries_and_its_tail() -> None:
    """Taking apart loses nothing; without what is known, the rest stays in order."""
    entries = take_apart(HEAD + ONE + TWO + TAIL, ATOM)
    assert entries is not None
    assert (entries.before, entries.each, entries.after) == (HEAD, (ONE, TWO), TAIL)
    known = take_apart(HEAD + TWO + TAIL, ATOM)
    assert known is not None
    assert entries.without(known.keys()) == HEAD + ONE + TAIL
    assert entries.without(entries.keys()) == HEAD + TAIL
    assert entries.first(1) == HEAD + ONE + TAIL


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b"<!-- <entry> -->" + ONE + TAIL,
        HEAD + b"<![CDATA[<entry>]]>" + ONE + TAIL,
        HEAD + ONE + b"<x/>" + TWO + TAIL,
    ],
)
def test_what_is_not_plain_is_left_whole(body: bytes) -> None:
    """Comments, CDATA and elements between entries are not this program's: nothing is guessed at."""
    assert take_apart(body, ATOM) is None
    assert shortened(body, ATOM, 1) == body


def test_a_feed_without_entries_has_none() -> None:
    """An empty feed is whole by itself."""
    entries = take_apart(HEAD + TAIL, ATOM)
    assert entries is not None
    assert (entries.each, entries.first(5)) == ((), HEAD + TAIL)


def test_items_of_rss_are_entries() -> None:
    """RSS calls them items, and `items` is something else."""
    body = b"<rss><channel><items/><item><guid>1</guid></item></channel></rss>"
    entries = take_apart(body, RSS)
    assert entries is not None
    assert entries.each == (b"<item><guid>1</guid></item>",)


def test_json_feeds_are_cut_short_too() -> None:
    """The first items stay; what is no JSON feed stays as it is."""
    body = json.dumps({"title": "Alles", "items": [{"id": "1"}, {"id": "2"}]}).encode()
    assert json.loads(shortened(body, JSON_FEED, 1)) == {"title": "Alles", "items": [{"id": "1"}]}
    assert [shortened(bad, JSON_FEED, 1) for bad in (b"{", b"[]", b"{}")] == [b"{", b"[]", b"{}"]


def test_pages_have_no_entries() -> None:
    """Only feeds are taken apart."""
    assert take_apart(b"<html></html>", PAGE) is None


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("all/atom.xml", b"application/atom+xml; charset=utf-8"),
        ("all/rss.xml", b"application/rss+xml; charset=utf-8"),
        ("all/feed.json", b"application/feed+json"),
        ("all/archive/2026-03.atom.xml", b"application/atom+xml; charset=utf-8"),
        ("tombstones.atom.xml", b"application/atom+xml; charset=utf-8"),
        ("feeds.opml", b"text/x-opml; charset=utf-8"),
        ("index.html", b"text/html; charset=utf-8"),
        ("style.css", b"text/css; charset=utf-8"),
        ("whatever", b"application/octet-stream"),
    ],
)
def test_media_types(path: str, media_type: bytes) -> None:
    """A document's name says what it is."""
    assert media_of(path).type == media_type
