"""Any text is a query or says where it is none; a query is what it is written as; its answers follow from logic."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.canon import slug
from feeds.channels.grammar import read_query
from feeds.channels.matching import matches, subject
from feeds.channels.query import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    And,
    FullText,
    Named,
    Not,
    Or,
    Query,
    Sightings,
    Where,
    Within,
    Words,
    both,
    countries,
    either,
    negated,
    terms,
    written,
)
from feeds.channels.words import words
from feeds.errors import QueryError, pointed
from feeds.model import Block, CaptureKey, ChannelKey, Place, Published, Story, StoryId

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STORY = Story(
    id=StoryId("tag:x:story/1"),
    headline="Kop",
    summary="Tekst.",
    link=None,
    link_kind=None,
    topics=(),
    datelines=(),
    agencies=(),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="zeelandnet",
)

SOUND = st.sampled_from(["brand", "de", "haag", "and", "or", "not", "en", "of", "niet", "foto", "10", "ﬀ", "東京"])
TEXTS = st.text(max_size=12) | SOUND
PIECES = st.sampled_from(
    [
        *(" ", "  ", "\n", "(", ")", "-", '"', "“", "*", ":", "AND", "or", "NOT", "EN", "OF", "NIET", "/", ">=3"),
        *("topic:", "place:", "country:", "agency:", "in:", "headline:", "text:", "has:text", "sightings:>=", "x:"),
        *("nl", "topic/sport", "feed/zeeland", "brand", "Den Haag", "’s-Heer", "MALMÖ", "ß"),
    ]
)
ALMOST_QUERIES = st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join)


SLUGS = TEXTS.map(slug)
PLAIN = st.one_of(
    st.builds(
        Words,
        st.lists(TEXTS, min_size=1, max_size=3).map(" ".join).map(words).filter(bool),
        st.booleans(),
        st.sampled_from(get_args(Where)),
    ),
    st.builds(Named, st.sampled_from(["topic", "place", "agency"]), SLUGS),
    st.builds(Named, st.just("country"), st.sampled_from(sorted(set(countries().values())))),
    st.builds(Within, SLUGS.map(lambda name: ChannelKey(f"feed/{name}"))),
    st.just(FullText()),
    st.builds(Sightings, st.integers(0, 999_999)),
)


def joined(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    """Queries of such queries."""
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return several.map(both) | several.map(either) | inner.map(negated)


QUERIES = st.recursive(PLAIN, joined, max_leaves=12)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, tuple[Block, ...], int]:
    """A story with its full text and how often it was seen."""
    prose = st.lists(SOUND | TEXTS, max_size=6).map(" ".join)
    names = st.lists(TEXTS, max_size=2).map(tuple)
    story = replace(
        STORY,
        headline=draw(prose),
        summary=draw(prose),
        topics=draw(names),
        datelines=draw(names),
        agencies=draw(names),
        places=(Place("x", draw(st.sampled_from(["NL", "RU", None]))),),
        text_from=draw(st.none() | st.just(CaptureKey(1))),
    )
    body = tuple(Block("paragraph", text) for text in draw(st.lists(prose, max_size=3)))
    return story, body, draw(st.integers(1, 5))


def found(query: Query, told: tuple[Story, tuple[Block, ...], int]) -> bool:
    """Whether the query finds the story."""
    story, body, sightings = told
    return matches(query, subject(story, body, sightings, (), read=True))


def read(text: str) -> Query | QueryError:
    """The query, or what is wrong with it."""
    try:
        return read_query(text)
    except QueryError as error:
        return error


def depth(query: Query) -> int:
    """How deep a query is nested."""
    if isinstance(query, And | Or):
        return 1 + max(depth(one) for one in query.queries)
    return 1 + depth(query.query) if isinstance(query, Not) else 0


@given(QUERIES)
def test_a_query_is_what_it_is_written_as(query: Query) -> None:
    """Reading what `written` wrote gives the same query, and writing that the same text."""
    assert read_query(written(query)) == query
    assert written(read_query(written(query))) == written(query)


@given(st.text() | ALMOST_QUERIES)
@example("(" * 3000)
@example("- " * 200)
@example("-" * 1000 + "a")
@example("(" * 900 + "a" + ")" * 900)
@example("a " * 500)
@example("ﷺ " * 900)
@example("topic:")
def test_any_text_is_a_query_or_says_where_it_is_none(text: str) -> None:
    """No text makes the reader fail. What is no query names a place in it; what is one is bounded and reads back."""
    query = read(text)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert query.what
        assert str(query)
    else:
        assert read_query(written(query)) == query
        assert len(written(query)) <= MAX_LENGTH
        assert len(list(terms(query))) <= MAX_TERMS
        assert depth(query) <= 2 * MAX_DEPTH + 2


@given(st.text(min_size=1), st.data())
def test_the_caret_stands_below_its_letter(text: str, data: st.DataObject) -> None:
    """Two lines, the lower only blanks and a caret; above it is the letter at that place, if it can be shown."""
    at = data.draw(st.integers(0, len(text)))
    above, below = pointed(text, at).split("\n")
    assert below.strip(" ") == "^"
    column = below.index("^")
    if at < len(text) and text[at].isprintable():
        assert above[column] == text[at]
    assert len(above) < 120


@given(QUERIES, QUERIES, stories())
def test_logic_holds(one: Query, other: Query, told: tuple[Story, tuple[Block, ...], int]) -> None:
    """And, or and not of queries find what they say of what the queries find, however they are nested and flattened."""
    first, second = found(one, told), found(other, told)
    assert found(both((one, other)), told) == (first and second)
    assert found(either((one, other)), told) == (first or second)
    assert found(negated(one), told) != first
    assert found(read_query(f"({written(one)}) AND NOT ({written(other)})"), told) == (first and not second)


@given(st.text())
def test_words_are_their_own_words(text: str) -> None:
    """Folding words again changes nothing; case, quotes and accents that combine do not show."""
    assert words(" ".join(words(text))) == words(text)
    assert words(text.replace("e", "e\u0301")) == words(text)


@given(stories(), st.data())
def test_a_story_is_found_by_its_own_words(told: tuple[Story, tuple[Block, ...], int], data: st.DataObject) -> None:
    """Any words that stand side by side in a passage find it, as does the beginning of any word."""
    story, body, _ = told
    passage = data.draw(st.sampled_from([story.headline, story.summary, *(block.text for block in body)]))
    known = words(passage)
    if known:
        first = data.draw(st.integers(0, len(known) - 1))
        last = data.draw(st.integers(first + 1, len(known)))
        assert found(Words(known[first:last]), told)
        assert found(Words((known[first][:1],), begun=True), told)
        where: Where = "headline" if passage is story.headline else "text"
        assert found(Words(known[first:last], where=where), told)
