"""The query language: what is written, what it means, and what is said of mistakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feeds.channels.grammar import read_query
from feeds.channels.matching import (
    asks_for_bodies,
    asks_for_sightings,
    asks_for_words,
    matches,
    references,
    subject,
)
from feeds.channels.query import And, FullText, Named, Not, Or, Query, Sightings, Within, Words, countries, written
from feeds.channels.words import words
from feeds.errors import QueryError
from feeds.model import Block, CaptureKey, ChannelKey, Place, Published, Story, StoryId

A, B, C = Words(("a",)), Words(("b",)), Words(("c",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MALMÖ", ("malmo",)),
        ("Café-restaurant ’t Hof", ("cafe", "restaurant", "t", "hof")),
        ("foto's, foto’s", ("fotos", "fotos")),
        ("‘s-Gravenhage", ("s", "gravenhage")),
        ("20.000 euro (10%)", ("20", "000", "euro", "10")),
        ("Ærø Łódź Straße", ("aero", "lodz", "strasse")),
        ("Москва", ("москва",)),
        ("  \n… — ", ()),
    ],
)
def test_words(text: str, found: tuple[str, ...]) -> None:
    """Letters and digits, without case, accents, quotes and punctuation."""
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a and b", And((A, B))),
        ("a EN b", And((A, B))),
        ("a en b", And((A, Words(("en",)), B))),
        ("a or b", Or((A, B))),
        ("a OF b OF c", Or((A, B, C))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("(a b) c", And((A, B, C))),
        ("NOT a b", And((Not(A), B))),
        ("niet", Words(("niet",))),
        ("NIET a", Not(A)),
        ("-a", Not(A)),
        ("a - b", None),
        ("--a", A),
        ("not not a", A),
        ("-(a or b)", Not(Or((A, B)))),
        ("-topic:Sport", Not(Named("topic", "sport"))),
        ('"den  haag"', Words(("den", "haag"))),
        ("“Den Haag”", Words(("den", "haag"))),
        ("feyenoord-ajax", Words(("feyenoord", "ajax"))),
        ('"or"', Words(("or",))),
        ("vaccin*", Words(("vaccin",), begun=True)),
        ('"covid vaccin"*', Words(("covid", "vaccin"), begun=True)),
        ("kop:brug", Words(("brug",), where="headline")),
        ('text:"de brug"', Words(("de", "brug"), where="text")),
        ("rubriek:Sport", Named("topic", "sport")),
        ('PLACE:"Abu Dhabi"', Named("place", "abu-dhabi")),
        ("plaats:'s-Heer", Named("place", "s-heer")),
        ("country:nl", Named("country", "nl")),
        ("land:Rusland", Named("country", "ru")),
        ('country:"United States"', Named("country", "us")),
        ("agency:ANP", Named("agency", "anp")),
        ("in:feed/zeeland", Within(ChannelKey("feed/zeeland"))),
        ("in:topic/sport/", Within(ChannelKey("topic/sport"))),
        ("has:text", FullText()),
        ("heeft:tekst", FullText()),
        ("sightings:>=3", Sightings(3)),
        ("10:30", Words(("10", "30"))),
    ],
)
def test_what_is_written_is_what_is_meant(text: str, query: Query | None) -> None:
    """Each form of the language gives the tree that a person expects; None is a mistake."""
    if query is None:
        with pytest.raises(QueryError):
            read_query(text)
    else:
        assert read_query(text) == query


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("", 0, "is empty"),
        ("   ", 0, "is empty"),
        ("a OR", 4, "ends where a word, a phrase or a name"),
        ("a AND OR b", 6, "needs a word, a phrase or a name"),
        ("OR a", 0, "needs a word, a phrase or a name"),
        ("()", 1, "needs a word, a phrase or a name"),
        ("a (b", 2, "has a parenthesis without its partner"),
        ("a) b", 1, "has a parenthesis that nothing opened"),
        ('a "b c', 2, "has a quote without its partner"),
        ("a !!! b", 2, 'needs a word here; "!!!" has no letter or digit'),
        ("topic:", 6, "needs a word right behind topic:"),
        ("a topic: sport", 8, "needs a word right behind topic:"),
        ("topic:(a b)", 6, "needs a word right behind topic:"),
        ("topik:sport", 0, "knows no topik: here; did you mean topic:?"),
        ("https://x", 0, "knows no https: here"),
        ("topic:sp*", 6, "may hold a * only behind words"),
        ("place:!", 6, 'needs a name here; "!" has no letter or digit'),
        ("land:ruslnd", 5, 'knows no country "ruslnd"; did you mean rusland?'),
        ("in:sport", 3, 'needs a feed\'s key like topic/sport, not "sport"'),
        ("in:digest/dag", 3, 'knows no feeds like "digest/dag"'),
        ("in:topik/sport", 3, 'knows no feeds like "topik/sport"; did you mean topic/?'),
        ("has:picture", 4, "knows no has:picture; write has:text"),
        ("sightings:3", 10, 'needs >= and a number here, not "3"'),
        ("(" * 30 + "a", 21, "is nested deeper than 20"),
        ("a " * 201, 400, "has more than 200 terms"),
        ("a" * 2001, 2000, "is longer than 2000 characters"),
    ],
)
def test_a_mistake_is_shown_where_it_is(text: str, at: int, what: str) -> None:
    """The place is that of the first thing that does not fit, and the words say what would."""
    with pytest.raises(QueryError) as caught:
        read_query(text)
    assert (caught.value.position, caught.value.what[: len(what)]) == (at, what)


def test_a_mistake_is_pointed_at() -> None:
    """The message shows the line of the query, shortened around the place, with a caret below it."""
    with pytest.raises(QueryError) as caught:
        read_query("brand OR\n" + "storm OR " * 20 + "land:atlantis OR regen")
    _, above, below = str(caught.value).split("\n")
    assert above.endswith("storm OR land:atlantis OR regen")
    assert above.startswith("    …")
    assert above[below.index("^") :].startswith("atlantis")


def test_countries_have_their_names() -> None:
    """A country is known by its code, and by its Dutch and English names; what is no country is not."""
    known = countries()
    assert [known[name] for name in ("nl", "nederland", "netherlands", "duitsland", "belgie")] == [
        *("nl", "nl", "nl", "de", "be")
    ]
    assert {"eu", "un", "zz", "wereld", "world"}.isdisjoint(known)


# -- matching -------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STORY = Story(
    id=StoryId("tag:x:story/1"),
    headline="Brug over het Kanaal dicht na ‘aanvaring’",
    summary="De Sloebrug blijft tot na de zomer dicht.",
    link=None,
    link_kind=None,
    topics=("Binnenland", "Tholen"),
    datelines=("DEN HAAG", "MALMÖ"),
    agencies=("ANP", "RTR"),
    places=(Place("Den Haag", "NL"), Place("Malmö", "SE")),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="zeelandnet",
    text_from=CaptureKey(1),
)
BODY = (
    Block("paragraph", "De Sloebrug blijft dicht."),
    Block("heading", "Schade"),
    Block("paragraph", "Café te huur."),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brug", True),
        ("BRÜG", True),
        ("bru", False),
        ("bru*", True),
        ("sloebrug", True),
        ("aanvaring", True),
        ("cafe", True),
        ('"kanaal dicht"', True),
        ('"kanaal na"', False),
        ('"dicht schade"', False),
        ('"aanvaring de"', False),
        ('"café te hu"*', True),
        ("headline:sloebrug", False),
        ("text:sloebrug", True),
        ("text:kanaal", False),
        ("brug huur", True),
        ("brug regen", False),
        ("brug OR regen", True),
        ("brug -regen", True),
        ("-brug", False),
        ("topic:binnenland", True),
        ("topic:TÖLEN", False),
        ("topic:tholen topic:binnenland", True),
        ("topic:binnen", False),
        ('place:"den haag"', True),
        ("place:den-haag", True),
        ("place:malmo", True),
        ("place:haag", False),
        ("country:nl", True),
        ("land:zweden", True),
        ("country:ru", False),
        ("agency:rtr", True),
        ("agency:AFP", False),
        ("has:text", True),
        ("sightings:>=3", True),
        ("sightings:>=4", False),
        ("in:feed/zeeland", True),
        ("in:topic/sport", False),
    ],
)
def test_what_a_query_finds(text: str, expected: bool) -> None:
    """Words are looked for in headline, lead and full text; phrases within one passage; names whole, by their slugs."""
    asked = subject(STORY, BODY, 3, {ChannelKey("feed/zeeland")}, read=True)
    assert matches(read_query(text), asked) is expected


def test_a_story_without_full_text_is_searched_in_its_lead() -> None:
    """A teaser is found by headline and lead, and has no text."""
    asked = subject(replace(STORY, text_from=None), (), 1, (), read=True)
    assert [matches(read_query(text), asked) for text in ("sloebrug", "cafe", "has:text")] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("brug", (True, True, False)),
        ("headline:brug", (True, False, False)),
        ("topic:sport -has:text", (False, False, False)),
        ("topic:sport OR -(sightings:>=2 place:goes)", (False, False, True)),
    ],
)
def test_a_query_says_what_it_needs(text: str, needs: tuple[bool, bool, bool]) -> None:
    """Whether words, full texts and sightings have to be fetched to answer it."""
    query = read_query(text)
    assert (asks_for_words(query), asks_for_bodies(query), asks_for_sightings(query)) == needs


def test_a_query_says_what_it_refers_to() -> None:
    """The channels that it names, in the order of its text."""
    assert references(read_query("in:topic/b -(in:feed/a OR c)")) == (ChannelKey("topic/b"), ChannelKey("feed/a"))


def test_a_query_is_written_as_one_writes_it() -> None:
    """Blanks, synonyms and needless parentheses go; needed ones stay."""
    text = '((brug)) and (land:Rusland OR  “Den Haag”) NIET kop:"or" -(a b)'
    assert written(read_query(text)) == 'brug (country:ru OR "den haag") -headline:"or" -(a b)'
