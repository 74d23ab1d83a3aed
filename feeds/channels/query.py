"""The query language: what a feed of one's own, or a search, asks of a story.

    brand "den haag"                  every word, and words side by side, in headline or text
    vaccin*                           words that begin so
    headline:brand text:"de brug"     only there
    topic:sport place:goes country:nl agency:anp in:feed/zeeland
    has:text sightings:>=3            with its full text; seen at least so often
    a OR b, a b, a AND b, NOT a, -a, (a b)

`NOT` binds closest, then `AND`, which may be left out, then `OR`. The Dutch `EN`, `OF` and `NIET` are operators only in
capitals, for they are words of every text. What is meant as a word and not as an operator stands in quotes.

A query is a small tree of frozen values, bounded in size and depth, that whoever answers it may walk: stories are asked
in `matching`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel import Locale

from feeds.canon import slug
from feeds.model import ChannelKey

MAX_LENGTH = 2000
"""Characters of a query."""
MAX_TERMS = 200
"""Terms of a query: words, phrases and named ones."""
MAX_DEPTH = 20
"""Parentheses and negations inside each other."""

Where = Literal["anywhere", "headline", "text"]
Trait = Literal["topic", "place", "country", "agency"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side, folded by `words`; if `begun`, the last may go on. At least one."""

    words: tuple[str, ...]
    begun: bool = False
    where: Where = "anywhere"


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, place or agency by its slug, or a country by its ISO 3166 code in lower case."""

    trait: Trait
    name: str


@dataclass(frozen=True, slots=True)
class Within:
    """A story that stands in another channel."""

    channel: ChannelKey


@dataclass(frozen=True, slots=True)
class FullText:
    """A story whose article was seen, not only its lead."""


@dataclass(frozen=True, slots=True)
class Sightings:
    """A story that was seen at least so often."""

    least: int


@dataclass(frozen=True, slots=True)
class Not:
    """What the inner query does not find. It holds no Not itself."""

    query: Query


@dataclass(frozen=True, slots=True)
class And:
    """What all of them find: two or more, none of them an And."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any of them finds: two or more, none of them an Or."""

    queries: tuple[Query, ...]


Term = Words | Named | Within | FullText | Sightings
Query = Term | Not | And | Or


def both(queries: tuple[Query, ...]) -> Query:
    """All of one or more queries."""
    flat = tuple(part for one in queries for part in (one.queries if isinstance(one, And) else (one,)))
    return flat[0] if len(flat) == 1 else And(flat)


def either(queries: tuple[Query, ...]) -> Query:
    """Any of one or more queries."""
    flat = tuple(part for one in queries for part in (one.queries if isinstance(one, Or) else (one,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def negated(query: Query) -> Query:
    """What the query does not find."""
    return query.query if isinstance(query, Not) else Not(query)


def terms(query: Query) -> Iterator[Term]:
    """The terms of a query, from left to right."""
    if isinstance(query, And | Or):
        for one in query.queries:
            yield from terms(one)
    elif isinstance(query, Not):
        yield from terms(query.query)
    else:
        yield query


def written(query: Query) -> str:
    """The query as one writes it. Reading that gives the same query."""
    if isinstance(query, Or):
        return " OR ".join(written(one) for one in query.queries)
    if isinstance(query, And):
        return " ".join(_inner(one) for one in query.queries)
    if isinstance(query, Not):
        inner = query.query
        return f"-({written(inner)})" if isinstance(inner, And | Or) else f"-{written(inner)}"
    return _term(query)


def _inner(query: Query) -> str:
    return f"({written(query)})" if isinstance(query, Or) else written(query)


def _term(query: Term) -> str:
    match query:
        case Words(sought, begun, where):
            quoted = len(sought) > 1 or sought[0] in {"and", "or", "not"}
            text = f'"{" ".join(sought)}"' if quoted else sought[0]
            return f"{'' if where == 'anywhere' else f'{where}:'}{text}{'*' if begun else ''}"
        case Named(trait, name):
            return f"{trait}:{name}"
        case Within(channel):
            return f"in:{channel}"
        case FullText():
            return "has:text"
        case Sightings(least):
            return f"sightings:>={least}"


_LANGUAGES = ("nl", "en")
"""The languages in which a country may be called by its name."""


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """The code of each country, in lower case, by the slugs of its Dutch and English names and by itself."""
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in sorted(Locale(language).territories.items()):
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}:
                found.setdefault(slug(name), code.lower())
                found.setdefault(code.lower(), code.lower())
    return found
