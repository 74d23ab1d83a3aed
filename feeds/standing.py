"""Which configured channels stories stand in, as the store tells: where rules meet full texts and sightings."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from feeds.canon import digest
from feeds.channels.families import channels_of
from feeds.channels.rules import Rules
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import ChannelKey, Story
from feeds.store import channels
from feeds.texts import texts_of

_FOUND_BY = "channels found by"


def found_by(config: Config) -> tuple[str, str]:
    """Under which name the store notes the rules by which its stories stand in configured channels, and these rules."""
    return _FOUND_BY, digest(rules(config).said)


def standing(
    connection: Connection,
    config: Config,
    rules: Rules,
    stories: Mapping[str, Story],
    sightings: Mapping[str, int] | None = None,
) -> dict[str, tuple[ChannelKey, ...]]:
    """The channels of `rules` that each story stands in, by the story's key.

    `sightings` says how often each was seen, where that is known already. Full texts are read only if a rule asks.
    """
    if not rules.rules:
        return dict.fromkeys(stories, ())
    if sightings is None:
        sightings = channels.sightings_of(connection, stories) if rules.ask_for_sightings else {}
    keys = [story.text_from for story in stories.values() if story.text_from is not None]
    texts = texts_of(connection, config, keys) if rules.ask_for_bodies else {}
    found = {}
    for key, story in stories.items():
        article = None if story.text_from is None else texts.get(story.text_from)
        body = () if article is None else article.body
        families = [channel for channel, _ in channels_of(story)]
        found[key] = rules.standing(story, body, sightings.get(key, 0), families)
    return found
