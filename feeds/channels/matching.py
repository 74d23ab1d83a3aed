"""Whether a story is what a query asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from feeds.canon import slug
from feeds.channels.query import (
    And,
    FullText,
    Named,
    Not,
    Or,
    Query,
    Sightings,
    Term,
    Within,
    Words,
    terms,
)
from feeds.channels.words import Text, text_of
from feeds.model import Block, ChannelKey, Story

MATCHING_VERSION = 1
"""Raised when the same query finds other stories."""

_NOTHING = Text("")
_slug = lru_cache(maxsize=4096)(slug)
"""Stories share their topics and places."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A story as queries look at it, made by `subject`."""

    story: Story
    sightings: int
    channels: Collection[ChannelKey]
    """Those that it stands in, as far as the query may ask."""
    headline: Text = field(default=_NOTHING)
    text: Text = field(default=_NOTHING)


def subject(
    story: Story, body: tuple[Block, ...], sightings: int, channels: Collection[ChannelKey], *, read: bool
) -> Subject:
    """A story ready to be asked. Its text is its lead and the `body`; without `read` no query may ask for words."""
    if not read:
        return Subject(story, sightings, channels)
    passages = [story.summary, *(block.text for block in body)]
    return Subject(story, sightings, channels, text_of([story.headline]), text_of(passages))


def asks_for_words(query: Query) -> bool:
    """Whether the answer may depend on the text of a story."""
    return any(isinstance(term, Words) for term in terms(query))


def asks_for_bodies(query: Query) -> bool:
    """Whether the answer may depend on the full text, which costs more to get at than the rest."""
    return any(isinstance(term, Words) and term.where != "headline" for term in terms(query))


def asks_for_sightings(query: Query) -> bool:
    """Whether the answer may change when a story is merely seen again."""
    return any(isinstance(term, Sightings) for term in terms(query))


def references(query: Query) -> tuple[ChannelKey, ...]:
    """The channels that a query refers to, in order."""
    return tuple(term.channel for term in terms(query) if isinstance(term, Within))


def matches(query: Query, asked: Subject) -> bool:
    """Whether the story is what the query asks for."""
    if isinstance(query, And):
        return all(matches(one, asked) for one in query.queries)
    if isinstance(query, Or):
        return any(matches(one, asked) for one in query.queries)
    if isinstance(query, Not):
        return not matches(query.query, asked)
    return _answers(query, asked)


def _answers(term: Term, asked: Subject) -> bool:
    match term:
        case Words(sought, begun, where):
            looked_in = {"headline": (asked.headline,), "text": (asked.text,)}.get(where, (asked.headline, asked.text))
            return any(text.has(sought, begun=begun) for text in looked_in)
        case Named("country", code):
            return any(place.country is not None and place.country.lower() == code for place in asked.story.places)
        case Named(trait, name):
            return any(_slug(printed) == name for printed in _printed(trait, asked.story))
        case Within(channel):
            return channel in asked.channels
        case FullText():
            return asked.story.text_from is not None
        case Sightings(least):
            return asked.sightings >= least


def _printed(trait: str, story: Story) -> tuple[str, ...]:
    """The names that a story has of a trait: of places those that were printed and those they were resolved to."""
    if trait == "topic":
        return story.topics
    if trait == "agency":
        return story.agencies
    return *story.datelines, *(place.name for place in story.places)
