"""The channels that are configured: feeds by query, digests, and which stories stand in each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from feeds.channels.matching import (
    MATCHING_VERSION,
    asks_for_bodies,
    asks_for_sightings,
    asks_for_words,
    matches,
    references,
    subject,
)
from feeds.channels.query import Query, written
from feeds.model import Block, Channel, ChannelKey, Story

Every = Literal["day", "week"]

RULED = ("feed", "digest")
"""The families of channels that rules make."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much of a channel its feed shows: so many entries, none older than the newest capture by more than an age."""

    entries: int
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A configured channel. With `every` it is a digest: one entry for each day or week instead of each story."""

    key: ChannelKey
    title: str
    description: str
    query: Query | None
    """What its stories are; None: all of them."""
    window: Window
    every: Every | None = None

    @property
    def channel(self) -> Channel:
        """What its feed is about."""
        return Channel(self.key, "feed" if self.every is None else "digest", self.title, self.title, self.description)


@dataclass(frozen=True, slots=True)
class Rules:
    """All configured channels, each after those that it refers to."""

    rules: tuple[Rule, ...] = ()

    @property
    def keys(self) -> tuple[ChannelKey, ...]:
        """Their channels."""
        return tuple(rule.key for rule in self.rules)

    @property
    def ask_for_bodies(self) -> bool:
        """Whether any of them depends on full texts."""
        return any(asks_for_bodies(rule.query) for rule in self.rules if rule.query is not None)

    @property
    def ask_for_sightings(self) -> bool:
        """Whether any of them may change when a story is merely seen again."""
        return any(asks_for_sightings(rule.query) for rule in self.rules if rule.query is not None)

    @property
    def said(self) -> str:
        """All that decides which stories stand in them, as one text."""
        asked = [f"{rule.key} {'' if rule.query is None else written(rule.query)}" for rule in self.rules]
        return "\n".join([str(MATCHING_VERSION), *asked])

    def standing(
        self, story: Story, body: tuple[Block, ...], sightings: int, channels: Iterable[ChannelKey]
    ) -> tuple[ChannelKey, ...]:
        """The configured channels that a story stands in.

        `body` is its full text, which may be left out unless they ask for bodies; `channels` are those of families.
        """
        read = any(asks_for_words(rule.query) for rule in self.rules if rule.query is not None)
        found = set(channels)
        asked = subject(story, body, sightings, found, read=read)
        for rule in self.rules:
            if rule.query is None or matches(rule.query, asked):
                found.add(rule.key)
        return tuple(key for key in self.keys if key in found)

    def below(self, rule: Rule) -> Rules:
        """Another rule, after those of these that it refers to, directly or through others."""
        by_key = {one.key: one for one in self.rules}
        needed = {rule.key: rule}
        waiting = [rule]
        while waiting:
            query = waiting.pop().query
            for key in () if query is None else references(query):
                if key in by_key and key not in needed:
                    needed[key] = by_key[key]
                    waiting.append(by_key[key])
        return in_order([rule, *(one for one in self.rules if one.key in needed)])


def in_order(rules: Sequence[Rule]) -> Rules:
    """The rules, each after those that it refers to. None may lead back to itself: see `circle`."""
    by_key = {rule.key: rule for rule in rules}
    placed: dict[ChannelKey, Rule] = {}

    def place(rule: Rule) -> None:
        if rule.key not in placed:
            for key in () if rule.query is None else references(rule.query):
                if key in by_key:
                    place(by_key[key])
            placed[rule.key] = rule

    for rule in rules:
        place(rule)
    return Rules(tuple(placed.values()))


def circle(key: ChannelKey, refers: Mapping[ChannelKey, Collection[ChannelKey]]) -> tuple[ChannelKey, ...]:
    """The way on which a channel leads back to itself through what each channel refers to; empty if none does."""
    ways: list[tuple[ChannelKey, ...]] = [(key,)]
    seen = {key}
    while ways:
        way = ways.pop(0)
        for other in refers.get(way[-1], ()):
            if other == key:
                return (*way, other)
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
