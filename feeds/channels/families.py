"""The channels that follow from the stories themselves: everything, each topic, place, country and agency."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from feeds.canon import fold, slug
from feeds.model import Channel, ChannelKey, Family, Place, Story
from feeds.places.countries import country_name

ALL = ChannelKey("all")

_MOST_PRINTED: Final = 20
_BEHIND = re.compile(r" \([^()]*\)$")
"""The country behind the name of a namesake."""


def channels_of(story: Story) -> tuple[tuple[ChannelKey, str], ...]:
    """The channels that a story stands in, each with the name that the story has for it.

    A topic or agency is known by its slug, so spellings that differ in accents, case or hyphens are one channel; so is
    a place that no gazetteer knows. One that is known has one channel, whatever the story prints.
    """
    found: dict[ChannelKey, str] = {ALL: ""}
    for topic in story.topics:
        found.setdefault(ChannelKey(f"topic/{slug(topic)}"), topic)
    for place in story.places:
        found.setdefault(ChannelKey(f"dateline/{place.slug}"), _name(place))
    for place in story.places:
        if place.country is not None:
            country = country_name(place.country)
            found.setdefault(ChannelKey(f"country/{slug(country)}"), country)
    for agency in story.agencies:
        found.setdefault(ChannelKey(f"agency/{slug(agency)}"), agency)
    return tuple(found.items())


def _name(place: Place) -> str:
    """What a place's feed is called: with its country, where a namesake has the plain address."""
    if place.country is None or place.slug == slug(place.name):
        return place.name
    return f"{place.name} ({country_name(place.country)})"


def printed_in(story: Story) -> dict[ChannelKey, tuple[str, ...]]:
    """The channels of a story's places, each with the names that the story prints for the place, in order."""
    found: dict[ChannelKey, set[str]] = {}
    for printed, place in zip(story.datelines, story.places, strict=True):
        found.setdefault(ChannelKey(f"dateline/{place.slug}"), set()).add(printed)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def with_printed(one: Channel, printed: Sequence[str], template: str) -> Channel:
    """The channel with the names that its stories print for it in its description, if they print another than its own.

    Capitals make no other name. `template` holds `{printed}`; of very many names the first are told.
    """
    names = sorted(set(printed))
    if not template or {fold(name) for name in names} <= {fold(_BEHIND.sub("", one.name))}:
        return one
    told = ", ".join(names[:_MOST_PRINTED]) + (", …" if len(names) > _MOST_PRINTED else "")
    return replace(one, description=f"{one.description} {template.format(printed=told)}")


def channel(key: ChannelKey, name: str, site: str, texts: Mapping[Family, tuple[str, str]]) -> Channel:
    """A channel with its title and description from the templates of its family, which hold `{site}` and `{name}`."""
    family = cast("Family", key.partition("/")[0])
    title, description = (template.format(name=name, site=site) for template in texts[family])
    return Channel(key, family, name or site, title, description)
