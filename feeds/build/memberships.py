"""Keeping which configured channels stories stand in, and which channels they left behind.

Memberships of families follow from a story alone and are kept with it. Those of rules depend on full texts and
sightings too, and on the configuration: when that changes, they are found anew from what the store has, and no dump is
parsed but for the full texts that a rule asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from feeds.canon import micros
from feeds.channels.families import channels_of, printed_in
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import ChannelKey, Dateline, Story
from feeds.places.resolve import Locate
from feeds.standing import found_by, standing
from feeds.store import channels, shelf
from feeds.store.channels import Former
from feeds.store.engine import Store
from feeds.store.shelf import Membership
from feeds.stories.candidates import Seen

_STORIES_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """What a batch made of stories, by their keys."""

    stories: Mapping[str, Story]
    members: Mapping[str, Sequence[Seen]]
    """Their wordings, of those that were decided anew."""
    changed: Collection[str]
    """Those of `stories` that say something new."""
    sorts_before: Mapping[str, int]
    """The sort keys that the stories had which the store knew, also of those that are no more."""
    locate: Locate
    """What their datelines mean."""


def keep_standing(connection: Connection, config: Config, told: Told) -> None:
    """Keep the channels of rules, and the former ones, of decided stories; channels that this changes become stale."""
    _keep_former(connection, told)
    wanted = rules(config)
    if not wanted.rules:
        return
    gone = told.sorts_before.keys() - told.stories.keys()
    asked = told.stories.keys() if wanted.ask_for_sightings else set(told.changed)
    sorts = {key: sort for key, sort in told.sorts_before.items() if key in gone or key in asked}
    before = {
        Membership(channel, sorts[key], key, "")
        for channel, key in channels.standing_in(connection, wanted.keys, sorts)
    }
    stories = {key: told.stories[key] for key in sorted(asked)}
    counts = {key: story.sightings for key, story in stories.items()}
    after = set(_memberships(stories, standing(connection, config, wanted, stories, counts)))
    as_it_was = {one for one in before & after if one.story not in told.changed}
    shelf.put_memberships(connection, before - as_it_was, after - as_it_was)


def renew_standing(store: Store, config: Config, progress: Callable[[str, int, int | None], None]) -> None:
    """Find the channels of rules anew for every story, if the rules are not those by which they were found."""
    wanted = rules(config)
    note, now = found_by(config)
    with store.writing() as connection:
        if shelf.notes(connection).get(note) == now:
            return
        channels.forget_ruled(connection)
        shelf.mark_stale(connection, wanted.keys)
        done = 0
        for some in channels.all_stories(connection, _STORIES_AT_ONCE, config.tag) if wanted.rules else ():
            stories = dict(some)
            shelf.put_memberships(connection, (), _memberships(stories, standing(connection, config, wanted, stories)))
            done += len(some)
            progress("stories for feeds", done, None)
        shelf.put_notes(connection, {note: now})


def family_memberships(key: str, story: Story) -> list[Membership]:
    """The channels that follow from a story alone."""
    sort, printed = micros(story.sort_key), printed_in(story)
    return [Membership(channel, sort, key, name, printed.get(channel, ())) for channel, name in channels_of(story)]


def all_memberships(connection: Connection, config: Config, key: str, story: Story) -> list[Membership]:
    """All channels of one story, those of rules too."""
    found = standing(connection, config, rules(config), {key: story})
    return [*family_memberships(key, story), *_memberships({key: story}, found)]


def _memberships(stories: Mapping[str, Story], found: Mapping[str, tuple[ChannelKey, ...]]) -> Iterator[Membership]:
    for key, story in stories.items():
        sort = micros(story.sort_key)
        yield from (Membership(channel, sort, key, "") for channel in found[key])


def _keep_former(connection: Connection, told: Told) -> None:
    former = [
        Former(key, channel, name)
        for key, members in told.members.items()
        for channel, name in _former(told.stories[key], members, told.locate)
    ]
    gone = told.sorts_before.keys() - told.stories.keys()
    channels.put_former(connection, told.members.keys() | gone, former)


def _former(story: Story, members: Sequence[Seen], locate: Locate) -> list[tuple[ChannelKey, str]]:
    """The channels of families that the story's wordings put it in and the story as it is does not.

    They follow from the dumps alone, so a feed that readers may have stays whether or not it was ever published.
    """
    if len(members) == 1:
        return []
    datelines = {seen.wording.dateline: None for seen in members if seen.wording.dateline is not None}
    if all(_as_told(one, story) for one in datelines):
        return []
    now = dict(channels_of(story))
    were = {channel: name for one in datelines for channel, name in channels_of(_under(story, one, locate))}
    return [(channel, name) for channel, name in were.items() if channel not in now]


def _as_told(dateline: Dateline, story: Story) -> bool:
    return dateline.places == story.datelines and dateline.agencies in {story.agencies, ()}


def _under(story: Story, dateline: Dateline, locate: Locate) -> Story:
    """The story under another of its datelines."""
    places = locate(dateline.places, story.summary, story.site)
    return replace(story, datelines=dateline.places, agencies=dateline.agencies, places=places)
