"""Text into a query, or the place in it where it cannot be understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from feeds.canon import slug
from feeds.channels.query import (
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_TERMS,
    FullText,
    Named,
    Query,
    Sightings,
    Trait,
    Where,
    Within,
    Words,
    both,
    countries,
    either,
    negated,
    written,
)
from feeds.channels.words import words
from feeds.errors import QueryError
from feeds.model import ChannelKey, Family

_QUOTES = '"“”„‟«»'
_TOKEN = re.compile(rf"\s+|(?P<mark>[()]|-(?=[^\s)]))|(?P<name>[^\W\d_]+):|[{_QUOTES}]|[^\s(){_QUOTES}]+")
_PHRASE = re.compile(rf"[^{_QUOTES}]*")
_AND, _OR, _NOT = frozenset({"and", "EN"}), frozenset({"or", "OF"}), frozenset({"not", "NIET"})
_CHANNEL = re.compile(r"(?P<family>[a-z]+)/[a-z0-9]+(?:-[a-z0-9]+)*")
_FAMILIES = tuple(family for family in get_args(Family) if family not in {"all", "digest"})
"""The families of channels that a query may refer to: `all` says nothing, and a digest has no stories of its own."""
_LEAST = re.compile(r">=([0-9]{1,6})")

_NAMES: Mapping[str, str] = {
    "topic": "topic", "onderwerp": "topic", "rubriek": "topic",
    "place": "place", "plaats": "place", "dateline": "place",
    "country": "country", "land": "country",
    "agency": "agency", "bureau": "agency",
    "headline": "headline", "kop": "headline",
    "text": "text", "tekst": "text",
    "in": "in",
    "has": "has", "heeft": "has",
    "sightings": "sightings",
}  # fmt: skip
_TRAITS: Mapping[str, Trait] = {"topic": "topic", "place": "place", "agency": "agency"}
_WHERE: Mapping[str, Where] = {"headline": "headline", "text": "text"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`(`, `)`, `-`, `and`, `or`, `not`, `name`, `phrase` or `word`."""
    text: str
    start: int
    begun: bool = False


def read_query(text: str) -> Query:
    """The query that a text asks. Raises QueryError with the place of the first mistake."""
    if len(text) > MAX_LENGTH:
        raise QueryError(text, MAX_LENGTH, f"is longer than {MAX_LENGTH} characters; shorten it, or make it two feeds")
    query = _Reader(text, _tokens(text)).whole()
    if len(written(query)) > MAX_LENGTH:  # one letter of some scripts is a word when folded
        raise QueryError(text, len(text), "has words that are too long; shorten it, or make it two feeds")
    return query


def channel_fault(key: str) -> str | None:
    """Why a query cannot refer to a channel of that key; None if it can. Whether there is one is another question."""
    shown = f'"{key[:60]}"'
    found = _CHANNEL.fullmatch(key)
    if found is None:
        return f"needs a feed's key like topic/sport, not {shown}; `feeds list` shows them"
    if found["family"] not in _FAMILIES:
        near = get_close_matches(found["family"], _FAMILIES, 1)
        return f"knows no feeds like {shown}; " + (f"did you mean {near[0]}/?" if near else f"known: {_all_families()}")
    return None


def _all_families() -> str:
    return ", ".join(f"{family}/" for family in _FAMILIES)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:  # cannot be: the last alternative takes whatever the others leave
            raise QueryError(text, at, "cannot be read from here")
        said, start, at = token[0], at, token.end()
        if said in _QUOTES:
            phrase = _PHRASE.match(text, at)
            inside = phrase[0] if phrase else ""
            at += len(inside)
            if at == len(text):
                raise QueryError(text, start, "has a quote without its partner; close it")
            at += 1
            begun = text.startswith("*", at)
            at += begun
            found.append(_Token("phrase", inside, start, begun))
        elif token["mark"]:
            found.append(_Token(said, said, start))
        elif token["name"]:
            found.append(_Token("name", token["name"], start))
        elif not said.isspace():
            found.append(_word(said, start))
    return found


def _word(said: str, start: int) -> _Token:
    for kind, spelt in (("and", _AND), ("or", _OR), ("not", _NOT)):
        if said in spelt or said.lower() in spelt:
            return _Token(kind, said, start)
    return _Token("word", said.removesuffix("*"), start, said.endswith("*"))


class _Reader:
    """Reads the tokens of one query from left to right."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.next = 0
        self.terms = 0

    def whole(self) -> Query:
        if not self.tokens:
            raise QueryError(self.text, 0, "is empty; name a word, or a topic like topic:sport")
        query = self._any(0)
        if self.next < len(self.tokens):
            raise self._fault("has a parenthesis that nothing opened; take it away")
        return query

    def _kind(self) -> str:
        return self.tokens[self.next].kind if self.next < len(self.tokens) else "end"

    def _fault(self, what: str) -> QueryError:
        at = self.tokens[self.next].start if self.next < len(self.tokens) else len(self.text)
        return QueryError(self.text, at, what)

    def _any(self, depth: int) -> Query:
        found = [self._all(depth)]
        while self._kind() == "or":
            self.next += 1
            found.append(self._all(depth))
        return either(tuple(found))

    def _all(self, depth: int) -> Query:
        found = [self._one(depth)]
        while self._kind() not in {"or", ")", "end"}:
            if self._kind() == "and":
                self.next += 1
            found.append(self._one(depth))
        return both(tuple(found))

    def _one(self, depth: int) -> Query:
        kind = self._kind()
        if depth > MAX_DEPTH:
            raise self._fault(f"is nested deeper than {MAX_DEPTH}; make it simpler")
        if kind in {"not", "-"}:
            self.next += 1
            return negated(self._one(depth + 1))
        if kind == "(":
            opened = self.next
            self.next += 1
            query = self._any(depth + 1)
            if self._kind() != ")":
                self.next = opened
                raise self._fault("has a parenthesis without its partner; close it")
            self.next += 1
            return query
        if kind in {"word", "phrase", "name"}:
            return self._term()
        expected = "a word, a phrase or a name like topic:sport"
        if kind == "end":
            raise self._fault(f"ends where {expected} should follow")
        raise self._fault(f"needs {expected} here; put quotes around what is meant as a word")

    def _term(self) -> Query:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self._fault(f"has more than {MAX_TERMS} terms; make it two feeds, and merge them with in:")
        token = self.tokens[self.next]
        self.next += 1
        if token.kind != "name":
            return self._words(token, "anywhere")
        name = _NAMES.get(token.text.lower())
        if name is None:
            near = get_close_matches(token.text.lower(), _NAMES, 1)
            hint = f"did you mean {near[0]}:?" if near else "put quotes around what is meant as text"
            raise QueryError(self.text, token.start, f"knows no {token.text}: here; {hint}")
        end = token.start + len(token.text) + 1
        given = self.tokens[self.next] if self.next < len(self.tokens) else None
        if given is None or given.kind not in {"word", "phrase", "and", "or", "not"} or given.start != end:
            raise QueryError(self.text, end, f"needs a word right behind {token.text}:, in quotes if it has blanks")
        self.next += 1
        return self._named(name, given)

    def _named(self, name: str, given: _Token) -> Query:
        if name in _WHERE:
            return self._words(given, _WHERE[name])
        if given.begun:
            raise QueryError(self.text, given.start, "may hold a * only behind words; write the name in full")
        if name in _TRAITS:
            if not words(given.text):
                raise QueryError(self.text, given.start, f"needs a name here; {_shown(given)} has no letter or digit")
            return Named(_TRAITS[name], slug(given.text))
        readers: Mapping[str, Callable[[_Token], Query]] = {
            "country": self._country,
            "in": self._within,
            "has": self._has,
            "sightings": self._sightings,
        }
        return readers[name](given)

    def _words(self, given: _Token, where: Where) -> Query:
        found = words(given.text)
        if not found:
            raise QueryError(self.text, given.start, f"needs a word here; {_shown(given)} has no letter or digit")
        return Words(found, given.begun, where)

    def _country(self, given: _Token) -> Query:
        known = countries()
        code = known.get(slug(given.text))
        if code is None:
            near = get_close_matches(slug(given.text), known, 1)
            hint = f"did you mean {near[0]}?" if near else "write its Dutch or English name, or its code like nl"
            raise QueryError(self.text, given.start, f"knows no country {_shown(given)}; {hint}")
        return Named("country", code)

    def _within(self, given: _Token) -> Query:
        key = given.text.strip("/").lower()
        if (wrong := channel_fault(key)) is not None:
            raise QueryError(self.text, given.start, wrong)
        return Within(ChannelKey(key))

    def _has(self, given: _Token) -> Query:
        if words(given.text) not in {("text",), ("tekst",)}:
            raise QueryError(self.text, given.start, f"knows no has:{given.text}; write has:text")
        return FullText()

    def _sightings(self, given: _Token) -> Query:
        least = _LEAST.fullmatch(given.text)
        if least is None:
            raise QueryError(self.text, given.start, f"needs >= and a number here, not {_shown(given)}: sightings:>=3")
        return Sightings(int(least[1]))


def _shown(token: _Token) -> str:
    text = token.text if len(token.text) <= 30 else f"{token.text[:29]}…"
    return f'"{text}"'
