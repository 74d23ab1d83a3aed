"""What tells where the places are that queries name: the packaged gazetteer, as the configuration has it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.canon import slug
from feeds.channels.query import Named, Query, terms
from feeds.channels.widening import widened
from feeds.parse.profile import SiteProfile
from feeds.places.gazetteer import open_resolver
from feeds.places.overrides import Overrides

_TELLING_APART = re.compile(r"-(?:[a-z]{2}|[0-9a-f]{4})$")
"""What the slug of a namesake has behind it."""


@dataclass(frozen=True, slots=True)
class Gazette:
    """The gazetteer for queries, with the user's overrides, as it reads names on one of the sites."""

    overrides: Overrides
    sites: tuple[SiteProfile, ...]
    site: str

    def widen(self, query: Query) -> Query:
        """The query, with every place in it found under any of its names. Opens the gazetteer only if it names one."""
        if not places_named(query):
            return query
        with open_resolver(self.overrides, self.sites) as resolver:
            return widened(query, lambda name: resolver.address(_spoken(name), self.site))

    def unknown(self, query: Query) -> list[str]:
        """The slugs of places in a query that neither gazetteer nor site profiles know, in order."""
        named = places_named(query)
        towns = {slug(name) for site in self.sites for name in (*site.towns, *site.datelines)}
        with open_resolver(self.overrides, self.sites) as resolver:
            return [
                name
                for name in named
                if name not in towns
                and all(
                    resolver.resolve(_spoken(one), self.site).outcome == "unknown"
                    for one in (name, _TELLING_APART.sub("", name))
                )
            ]


def places_named(query: Query) -> list[str]:
    """The slugs of the places that a query names, each once, from left to right."""
    named = [term.name for term in terms(query) if isinstance(term, Named) and term.trait == "place"]
    return list(dict.fromkeys(named))


def _spoken(slug: str) -> str:
    return slug.replace("-", " ")
