"""A query as an expression for the full-text index: it finds all that the query does, and perhaps more. Pure.

What the index cannot tell makes it look at more, never at less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from feeds.canon import slug
from feeds.channels.families import channels_of
from feeds.channels.query import And, Named, Or, Query, Within, Words
from feeds.channels.words import words
from feeds.model import Block, Story
from feeds.store.lookup import Indexed

_COLUMN = {"anywhere": "{headline text} : ", "headline": "headline : ", "text": "text : "}
_LAST_KNOWN = "\u058f"
"""The last letter of the alphabets in which SQLite's tokens are surely those of `channels.words`."""
_BETWEEN = " passageends "
"""A word between passages, so that words side by side stand in one of them."""


def expression(query: Query | None) -> str | None:
    """The FTS5 expression; None if all stories have to be looked at. Stays within what a query may hold."""
    if isinstance(query, And):
        parts = [part for one in query.queries if (part := expression(one)) is not None]
        return " AND ".join(f"({part})" for part in parts) if parts else None
    if isinstance(query, Or):
        each = [expression(one) for one in query.queries]
        known = [part for part in each if part is not None]
        return " OR ".join(f"({part})" for part in known) if len(known) == len(each) else None
    if isinstance(query, Words):
        if any(char > _LAST_KNOWN for word in query.words for char in word):
            return None
        return f'{_COLUMN[query.where]}"{" ".join(query.words)}"{" *" if query.begun else ""}'
    if isinstance(query, Named):
        return f'traits : "{_trait(query.trait, query.name)}"'
    if isinstance(query, Within) and not query.channel.startswith("feed/"):
        return f'traits : "{_trait("in", query.channel)}"'
    return None


def indexed(story: Story, body: tuple[Block, ...]) -> Indexed:
    """What the index keeps of a story."""
    text = _BETWEEN.join(" ".join(words(passage)) for passage in (story.summary, *(block.text for block in body)))
    return Indexed(" ".join(words(story.headline)), text, " ".join(sorted(set(_traits(story)))), body)


def _traits(story: Story) -> Iterator[str]:
    yield from _each("topic", story.topics)
    yield from _each("agency", story.agencies)
    yield from _each("place", (*story.datelines, *(place.name for place in story.places)))
    yield from (_trait("country", place.country.lower()) for place in story.places if place.country is not None)
    yield from (_trait("in", channel) for channel, _ in channels_of(story))


def _each(trait: str, names: Iterable[str]) -> Iterator[str]:
    return (_trait(trait, slug(name)) for name in names)


def _trait(trait: str, name: str) -> str:
    """A name as one word of the index; two names may share one, for the index only says what may be meant."""
    return trait + "".join(char if char.isalnum() else "0" for char in name)
