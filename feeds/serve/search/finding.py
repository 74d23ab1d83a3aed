"""The stories that a query finds: candidates from the index, judged by the rules of feeds; bounded in cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic

from sqlalchemy import Connection

from feeds.channels.families import channels_of
from feeds.channels.rules import Rules
from feeds.config import Config
from feeds.config.channels import SEARCH
from feeds.errors import SearchNotReady, SearchTooCostly
from feeds.model import Story
from feeds.serve.memory import Memory
from feeds.serve.search.expression import expression, indexed
from feeds.store.channels import sightings_of
from feeds.store.ledger import chunks
from feeds.store.lookup import Indexed, Lookup, stories_of
from feeds.texts import texts_of

_CATCH_UP_SECONDS = 5.0
_SECONDS = 1.0
_CANDIDATES = 10_000
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """The newest stories that a query finds, with their full texts."""

    stories: tuple[Story, ...]
    all_seen: bool
    """Whether every candidate was looked at, or enough were found; else older stories may be missing."""


class Finder:
    """Answers queries, one at a time."""

    def __init__(self, config: Config, memory: Memory) -> None:
        self._config = config
        self._memory = memory
        self._lock = Lock()
        self._lookup: Lookup | None = None

    def find(self, rules: Rules, most: int) -> Found:
        """The newest stories of the channel of a search. Raises SearchNotReady, SearchTooCostly, StoreError."""
        if not self._lock.acquire(timeout=_CATCH_UP_SECONDS + _SECONDS):
            raise SearchNotReady("the index for searches is being made")
        try:
            with self._memory.reading() as connection:
                if self._lookup is None:
                    self._lookup = Lookup(self._config.store, self._config.tag)
                if not self._lookup.catch_up(connection, self._describe, _CATCH_UP_SECONDS):
                    raise SearchNotReady("the index for searches is being made")
                return self._find(connection, self._lookup, rules, most)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            if self._lookup is not None:
                self._lookup.close()
                self._lookup = None

    def _find(self, connection: Connection, lookup: Lookup, rules: Rules, most: int) -> Found:
        deadline = monotonic() + _SECONDS
        query = next(rule.query for rule in rules.rules if rule.key == SEARCH)
        keys = lookup.candidates(expression(query), _CANDIDATES + 1, _SECONDS)
        found: list[Story] = []
        for some in chunks(keys[:_CANDIDATES], _AT_ONCE):
            if monotonic() > deadline:
                if found:
                    return Found(self._with_texts(connection, found), all_seen=False)
                raise SearchTooCostly("this search takes too long; ask for less")
            stories = stories_of(connection, some, self._config.tag)
            bodies = lookup.bodies(some)
            counts = sightings_of(connection, some) if rules.ask_for_sightings else {}
            for key in some:
                if key not in stories:
                    continue
                families = [channel for channel, _ in channels_of(stories[key])]
                if SEARCH in rules.standing(stories[key], bodies.get(key, ()), counts.get(key, 0), families):
                    found.append(stories[key])
                    if len(found) == most:
                        return Found(self._with_texts(connection, found), all_seen=True)
        return Found(self._with_texts(connection, found), all_seen=len(keys) <= _CANDIDATES)

    def _with_texts(self, connection: Connection, stories: Sequence[Story]) -> tuple[Story, ...]:
        texts = texts_of(connection, self._config, [one.text_from for one in stories if one.text_from is not None])
        return tuple(
            one
            if one.text_from is None or (article := texts.get(one.text_from)) is None
            else replace(one, body=article.body, byline=article.byline)
            for one in stories
        )

    def _describe(self, connection: Connection, stories: Sequence[Story]) -> Iterator[Indexed]:
        texts = texts_of(connection, self._config, [one.text_from for one in stories if one.text_from is not None])
        for story in stories:
            article = None if story.text_from is None else texts.get(story.text_from)
            yield indexed(story, () if article is None else article.body)
