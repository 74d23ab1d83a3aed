"""The channels that follow from the stories themselves: everything, each topic, each dateline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from feeds.canon import slug
from feeds.model import Channel, ChannelKey, Family, Story

ALL = ChannelKey("all")


def channels_of(story: Story) -> tuple[tuple[ChannelKey, str], ...]:
    """The channels that a story stands in, each with the name that the story prints for it.

    A topic or place is known by its slug, so spellings that differ in accents, case or hyphens are one channel.
    """
    found: dict[ChannelKey, str] = {ALL: ""}
    for topic in story.topics:
        found.setdefault(ChannelKey(f"topic/{slug(topic)}"), topic)
    for place in story.datelines:
        found.setdefault(ChannelKey(f"dateline/{slug(place)}"), place)
    return tuple(found.items())


def channel(key: ChannelKey, name: str, site: str, texts: Mapping[Family, tuple[str, str]]) -> Channel:
    """A channel with its title and description from the templates of its family, which hold `{site}` and `{name}`."""
    family = cast("Family", key.partition("/")[0])
    title, description = (template.format(name=name, site=site) for template in texts[family])
    return Channel(key, family, name or site, title, description)
