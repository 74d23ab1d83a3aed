"""Sightings into stories: the groups of candidates that a batch touches are decided anew.

What the store knows of them is gathered, the stories follow from that and from what is new, and what
differs from before is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.canon import micros
from feeds.channels.families import channels_of
from feeds.model import CaptureKey, Sighting, Story, Wording, WordingKey
from feeds.parse.profile import SiteProfile
from feeds.store import archive, shelf
from feeds.store.archive import Known
from feeds.store.rows import Values, story_in, story_out
from feeds.store.shelf import Membership, story_id, story_key
from feeds.stories.identity import Blocks, Seen, blocks, clusters, groups, sighting_order
from feeds.stories.merge import fold_story
from feeds.stories.wordings import stands_alone


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a batch brings and takes away."""

    wordings: dict[WordingKey, Wording]
    sightings: dict[WordingKey, list[Sighting]]
    unseen: frozenset[tuple[WordingKey, CaptureKey]]


def decide(
    connection: Connection,
    sites: Mapping[str, SiteProfile],
    seen: Sequence[tuple[Wording, Sighting]],
    unseen: Iterable[tuple[WordingKey, CaptureKey]],
) -> tuple[int, int]:
    """Keep what a batch has seen, forget what it has `unseen`; says how many stories are new and how many changed."""
    batch = _Batch({}, {}, frozenset(unseen))
    for wording, sighting in seen:
        batch.wordings[wording.key] = wording
        batch.sightings.setdefault(wording.key, []).append(sighting)
    blocks_of = {key: blocks(wording) for key, wording in batch.wordings.items()}
    touched = batch.wordings.keys() | {key for key, _ in batch.unseen}
    known = archive.known_candidates(connection, touched, blocks_of)
    members = _members(batch, known)
    stories, homes = _stories(connection, sites, members, blocks_of)
    fresh = [wording for key, wording in batch.wordings.items() if key not in known.homes]
    archive.drop_sightings(connection, sorted(batch.unseen))
    archive.put_wordings(connection, fresh, homes, [(b, w.key) for w in fresh for b in blocks_of[w.key].kept])
    archive.put_sightings(connection, (sighting for _, sighting in seen))
    moved = {key: homes[key] for key, home in known.homes.items() if key in homes and homes[key] != home}
    archive.assign(connection, moved)
    archive.drop_wordings(connection, sorted(known.homes.keys() - members.keys()))
    return _keep(connection, stories, {home for home in known.homes.values() if home is not None})


def _members(batch: _Batch, known: Known) -> dict[WordingKey, Seen]:
    """Every wording that some page still shows, with all its sightings."""
    members = {}
    for key in sorted(batch.wordings.keys() | known.wordings.keys()):
        fresh = batch.sightings.get(key, [])
        again = {sighting.capture.key for sighting in fresh}
        kept = [
            sighting
            for sighting in known.sightings.get(key, [])
            if sighting.capture.key not in again and (key, sighting.capture.key) not in batch.unseen
        ]
        if kept or fresh:
            wording = batch.wordings.get(key) or known.wordings[key]
            every = kept + fresh
            if len(every) > 1:
                every.sort(key=sighting_order)
            members[key] = Seen(wording, tuple(every))
    return members


def _stories(
    connection: Connection,
    sites: Mapping[str, SiteProfile],
    members: Mapping[WordingKey, Seen],
    blocks_of: Mapping[WordingKey, Blocks],
) -> tuple[dict[str, Story], dict[WordingKey, str | None]]:
    """The stories by key, and of every wording the story that it belongs to.

    A story has the id that was published first of those made from its wordings, else that of its earliest wording
    which is a story by itself: until such a one is captured there is nothing to publish.
    """
    ranks = shelf.published_ranks(connection, members)
    homes: dict[WordingKey, str | None] = dict.fromkeys(members)
    stories = {}
    for group in groups({key: blocks_of[key] for key in members}):
        for cluster in clusters([members[key] for key in group]):
            keys = [seen.wording.key for seen in cluster]
            earliest = next((seen.wording.key for seen in cluster if stands_alone(seen.wording)), keys[0])
            origin = min((key for key in keys if key in ranks), key=lambda key: ranks[key], default=earliest)
            name = story_key(origin)
            stories[name] = fold_story(story_id(name, ""), cluster, sites)
            homes.update((key, name) for key in keys)
    return stories, homes


def _keep(connection: Connection, stories: Mapping[str, Story], old_keys: set[str]) -> tuple[int, int]:
    """Keep what changed: stories, and the channels that they stand in."""
    old = archive.story_values(connection, sorted(old_keys | stories.keys()))
    values = {key: story_in(key, story) for key, story in stories.items()}
    changed = [key for key in sorted(values) if old.get(key) != values[key]]
    dropped = sorted(old.keys() - stories.keys())
    before = [m for key in (*changed, *dropped) if key in old for m in _memberships(key, _old_story(old[key]))]
    after = [m for key in changed for m in _memberships(key, stories[key])]
    archive.drop_stories(connection, dropped)
    archive.put_stories(connection, [values[key] for key in changed])
    shelf.put_memberships(connection, before, after)
    known = sum(1 for key in changed if key in old)
    return len(changed) - known, known


def _old_story(values: Values) -> Story:
    return story_out(values, story_id("", ""))


def _memberships(key: str, story: Story) -> list[Membership]:
    sort = micros(story.sort_key)
    return [Membership(channel, sort, key, name) for channel, name in channels_of(story)]
