"""Which feeds there are, by the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from feeds.canon import instant
from feeds.channels.families import channel
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import Channel, Family
from feeds.store.counts import ChannelCount


def listed_channels(counts: Iterable[ChannelCount], config: Config) -> list[tuple[Channel, ChannelCount]]:
    """The channels that have a feed, by key, with the number of their stories.

    Of families those that are on and large enough, counting the stories that have left; and all that are configured.
    """
    site = config.main_site.title
    texts: dict[Family, tuple[str, str]] = {
        "all": (config.texts.all.title, config.texts.all.description),
        "topic": (config.texts.topic.title, config.texts.topic.description),
        "dateline": (config.texts.dateline.title, config.texts.dateline.description),
        "country": (config.texts.country.title, config.texts.country.description),
        "agency": (config.texts.agency.title, config.texts.agency.description),
    }
    least = config.selection.minimum_stories
    counted = {count.channel: count for count in counts}
    found = [
        (channel(count.channel, count.name, site, texts), count)
        for count in counted.values()
        if count.channel == "all"
        or (count.channel.partition("/")[0] in config.families.on and count.stories + count.former >= least)
    ]
    found += [
        (rule.channel, counted.get(rule.key, ChannelCount(rule.key, rule.title, 0, None)))
        for rule in rules(config).rules
    ]
    return sorted(found, key=lambda one: one[0].key)


def offered_channels(listed: Iterable[tuple[Channel, ChannelCount]]) -> Iterator[tuple[Channel, int, datetime | None]]:
    """The feeds that people are offered: not those that only stay for their readers, having lost all stories."""
    for one, count in listed:
        if count.stories or not count.former:
            yield one, count.stories, None if count.newest is None else instant(count.newest)
