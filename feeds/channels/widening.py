"""Places in a query, found under every name that a gazetteer knows for them."""

from __future__ import annotations

from collections.abc import Callable

from feeds.channels.query import And, Named, Not, Or, Query, Within, both, either, negated
from feeds.model import ChannelKey

Address = Callable[[str], str]
"""The slug under which a place has its feed, by any slug of any of its names; of an unknown one that slug itself."""


def widened(query: Query, address: Address) -> Query:
    """The query, finding as well what stands in the feed of a place that it names: `place:kyiv` finds KIEV."""
    if isinstance(query, And):
        return both(tuple(widened(one, address) for one in query.queries))
    if isinstance(query, Or):
        return either(tuple(widened(one, address) for one in query.queries))
    if isinstance(query, Not):
        return negated(widened(query.query, address))
    if isinstance(query, Named) and query.trait == "place":
        slugs = dict.fromkeys((query.name, address(query.name)))
        return either((query, *(Within(ChannelKey(f"dateline/{slug}")) for slug in slugs)))
    return query
