"""Configured feeds and digests: what is wrong among them, and the rules that they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from feeds.channels.grammar import read_query
from feeds.channels.matching import references
from feeds.channels.query import Query, Within, both, either, negated
from feeds.channels.rules import Rule, Rules, Window, circle, in_order
from feeds.config.checks import age_span, shown
from feeds.config.gazette import Gazette
from feeds.config.lines import KeyPath
from feeds.config.values import Config, DigestSetting, FeedSetting, Selection
from feeds.errors import QueryError, pointed
from feeds.model import ChannelKey

_LISTS = ("any_of", "none_of")


def rules(config: Config) -> Rules:
    """The configured channels, each after those that it refers to."""
    return _rules(config.feed, config.digest, config.selection, gazette(config))


def gazette(config: Config) -> Gazette:
    """What tells where the places are that queries name."""
    return Gazette(config.places, config.sites, config.main_site.name)


@lru_cache(maxsize=8)
def _rules(
    feeds: tuple[FeedSetting, ...], digests: tuple[DigestSetting, ...], selection: Selection, where: Gazette
) -> Rules:
    found = []
    for feed in feeds:
        max_age = feed.max_age or selection.max_age
        window = Window(feed.entries or selection.entries, None if max_age is None else age_span(max_age))
        found.append(Rule(_key("feed", feed.key), feed.title, feed.description, _query(feed, where), window))
    for digest in digests:
        window = Window(digest.entries)
        query = _query(digest, where)
        found.append(Rule(_key("digest", digest.key), digest.title, digest.description, query, window, digest.every))
    return in_order(found)


def window(selection: Selection) -> Window:
    """How much the feeds show that follow from the stories themselves."""
    return Window(selection.entries, None if selection.max_age is None else age_span(selection.max_age))


SEARCH = ChannelKey("search")
"""The channel of a query that nobody configured."""


def search(config: Config, text: str) -> Rules:
    """The channel of the stories that a query finds, and what it refers to. Raises QueryError."""
    configured = rules(config)
    query = read_query(text)
    for key in references(query):
        if key.startswith("feed/") and key not in configured.keys:
            at = max(text.lower().find(key), 0)
            raise QueryError(text, at, f"refers to {shown(key)}; {_nearest(key, configured.keys)}")
    return configured.below(Rule(SEARCH, "", "", gazette(config).widen(query), Window(1)))


def _key(family: str, name: str) -> ChannelKey:
    return ChannelKey(f"{family}/{name}")


def queries(config: Config) -> Iterator[tuple[ChannelKey, Query]]:
    """The queries as they are configured, each with its channel."""
    for family, tables in (("feed", config.feed), ("digest", config.digest)):
        for said in tables:
            if said.query is not None:
                yield _key(family, said.key), read_query(said.query)


def _query(said: FeedSetting | DigestSetting, where: Gazette) -> Query | None:
    parts: list[Query] = [] if said.query is None else [read_query(said.query)]
    if said.any_of:
        parts.append(either(tuple(Within(ChannelKey(key)) for key in said.any_of)))
    parts += [negated(Within(ChannelKey(key))) for key in said.none_of]
    return where.widen(both(tuple(parts))) if parts else None


# -- what is wrong --------------------------------------------------------------------------------


def misfits(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """The configured channels that do not fit each other, though each may be sound by itself.

    `data` is what a file says, of any shape; values of a wrong type are not spoken of here.
    """
    feeds = _tables(data, "feed")
    for family, tables in (("feed", feeds), ("digest", _tables(data, "digest"))):
        names: dict[str, int] = {}
        for position, table in tables:
            name = table.get("key")
            if isinstance(name, str) and names.setdefault(name, position) != position:
                yield (family, position, "key"), f"is that of {family}[{names[name]}] again; name it otherwise"
            if family == "feed" and not any(table.get(part) for part in ("query", *_LISTS)):
                yield (family, position), "says not which stories it has; give it a query, any_of or none_of"
    yield from _lost(data, [str(table.get("key")) for _, table in feeds])
    yield from _circles(feeds)


def _tables(data: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    found = data.get(name)
    return [(at, one) for at, one in enumerate(found if isinstance(found, list) else []) if isinstance(one, dict)]


def _lost(data: Mapping[str, Any], names: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    """References to feeds that are not configured."""
    for family in ("feed", "digest"):
        for position, table in _tables(data, family):
            for path, key in _said_references(table):
                if key.startswith("feed/") and key.removeprefix("feed/") not in names:
                    hint = _nearest(key, [f"feed/{name}" for name in names])
                    yield (family, position, *path), f"refers to {shown(key)}; {hint}{_pointed(table, path, key)}"


def _nearest(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key, [one for one in known if one.startswith("feed/")], 1)
    return f"did you mean {near[0]}?" if near else "there is no [[feed]] with that key"


def _pointed(table: Mapping[str, Any], path: KeyPath, key: str) -> str:
    """Where in a query a reference stands."""
    text = table["query"] if path == ("query",) else ""
    at = text.lower().find(key)
    return "" if at < 0 else f" (at {at + 1})\n{pointed(text, at)}"


def _said_references(table: Mapping[str, Any]) -> Iterator[tuple[KeyPath, ChannelKey]]:
    """The channels that a table refers to, each with its path in the table."""
    query = table.get("query")
    if isinstance(query, str):
        with suppress(QueryError):  # which is told where the query is checked by itself
            yield from ((("query",), key) for key in references(read_query(query)))
    for name in _LISTS:
        listed = table.get(name)
        for position, key in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(key, str):
                yield (name, position), ChannelKey(key)


def _circles(feeds: list[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[KeyPath, str]]:
    refers: dict[ChannelKey, Collection[ChannelKey]] = {
        _key("feed", str(table.get("key"))): tuple(key for _, key in _said_references(table)) for _, table in feeds
    }
    for position, table in feeds:
        way = circle(_key("feed", str(table.get("key"))), refers)
        if way:
            yield ("feed", position), f"leads back to itself: {' -> '.join(way)}; take one of these references away"
