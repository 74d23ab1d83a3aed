"""Keeping which configured channels stories stand in, and which channels they left behind.

Memberships of families follow from a story alone and are kept with it. Those of rules depend on full texts and
sightings too, and on the configuration: when that changes, they are found anew from what the store has, and no dump is
parsed but for the full texts that a rule asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from feeds.canon import micros
from feeds.channels.families import channels_of
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import ChannelKey, Dateline, Place, Story
from feeds.standing import found_by, standing
from feeds.store import channels, shelf
from feeds.store.channels import Former
from feeds.store.engine import Store
from feeds.store.shelf import Membership
from feeds.stories.candidates import Seen

_STORIES_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch made of stories, by their keys."""

    stories: Mapping[str, Story]
    members: Mapping[str, Sequence[Seen]]
    changed: Collection[str]
    """Those of `stories` that say something new."""
    sorts_before: Mapping[str, int]
    """The sort keys that the stories had which the store knew, also of those that are no more."""


def keep_standing(connection: Connection, config: Config, decided: Decided) -> None:
    """Keep the channels of rules, and the former ones, of decided stories; channels that this changes become stale."""
    _keep_former(connection, decided)
    wanted = rules(config)
    if not wanted.rules:
        return
    gone = decided.sorts_before.keys() - decided.stories.keys()
    asked = decided.stories.keys() if wanted.ask_for_sightings else set(decided.changed)
    sorts = {key: sort for key, sort in decided.sorts_before.items() if key in gone or key in asked}
    before = {
        Membership(channel, sorts[key], key, "")
        for channel, key in channels.standing_in(connection, wanted.keys, sorts)
    }
    stories = {key: decided.stories[key] for key in sorted(asked)}
    counts = {key: sum(len(seen.sightings) for seen in decided.members[key]) for key in stories}
    after = set(_memberships(stories, standing(connection, config, wanted, stories, counts)))
    seen_again = before & after if asked != set(decided.changed) else set()
    as_it_was = {one for one in seen_again if one.story not in decided.changed}
    shelf.put_memberships(connection, before - as_it_was, after - as_it_was)


def renew_standing(store: Store, config: Config) -> None:
    """Find the channels of rules anew for every story, if the rules are not those by which they were found."""
    wanted = rules(config)
    note, now = found_by(config)
    with store.writing() as connection:
        if shelf.notes(connection).get(note) == now:
            return
        channels.forget_ruled(connection)
        shelf.mark_stale(connection, wanted.keys)
        for some in channels.all_stories(connection, _STORIES_AT_ONCE, config.tag) if wanted.rules else ():
            stories = dict(some)
            shelf.put_memberships(connection, (), _memberships(stories, standing(connection, config, wanted, stories)))
        shelf.put_notes(connection, {note: now})


def _memberships(stories: Mapping[str, Story], found: Mapping[str, tuple[ChannelKey, ...]]) -> Iterator[Membership]:
    for key, story in stories.items():
        sort = micros(story.sort_key)
        yield from (Membership(channel, sort, key, "") for channel in found[key])


def _keep_former(connection: Connection, decided: Decided) -> None:
    former = [
        Former(key, channel, name)
        for key, story in decided.stories.items()
        for channel, name in _former(story, decided.members[key])
    ]
    channels.put_former(connection, decided.stories.keys() | decided.sorts_before.keys(), former)


def _former(story: Story, members: Sequence[Seen]) -> list[tuple[ChannelKey, str]]:
    """The channels of families that the story's wordings put it in and the story as it is does not.

    They follow from the dumps alone, so a feed that readers may have stays whether or not it was ever published.
    """
    if len(members) == 1:
        return []
    datelines = {seen.wording.dateline: None for seen in members if seen.wording.dateline is not None}
    if all(_as_told(one, story) for one in datelines):
        return []
    now = dict(channels_of(story))
    were = {channel: name for one in datelines for channel, name in channels_of(_under(story, one))}
    return [(channel, name) for channel, name in were.items() if channel not in now]


def _as_told(dateline: Dateline, story: Story) -> bool:
    return dateline.places == story.datelines and dateline.agencies in {story.agencies, ()}


def _under(story: Story, dateline: Dateline) -> Story:
    """The story under another of its datelines."""
    places = tuple(Place(name) for name in dateline.places)
    return replace(story, datelines=dateline.places, agencies=dateline.agencies, places=places)
