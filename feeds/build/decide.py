"""Sightings into stories: the groups that a batch touches are decided anew, and what differs is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from feeds.build.gather import Batch, Gathered, gather
from feeds.build.memberships import Decided, keep_standing
from feeds.build.settle import settle
from feeds.canon import micros
from feeds.channels.families import channels_of
from feeds.config import Config
from feeds.model import Story, WordingKey
from feeds.store import archive, shelf
from feeds.store.rows import Values, story_in, story_out
from feeds.store.shelf import Membership, story_id, story_key
from feeds.stories.candidates import Seen
from feeds.stories.identity import clusters, groups
from feeds.stories.merge import fold_story
from feeds.stories.wordings import stands_alone


def decide(
    connection: Connection,
    config: Config,
    batch: Batch,
) -> tuple[int, int]:
    """Keep what a batch has seen, forget what it has not; says how many stories are new and how many changed.

    The captures of what is seen must be kept already.
    """
    sites = {site.name: site for site in config.sites}
    gathered = gather(connection, batch)
    decided = _stories(connection, gathered)
    homes = {one.wording.key: name for name, members in decided.items() for one in members}
    archive.drop_sightings(connection, sorted(batch.unseen))
    fresh = [wording for key, wording in batch.wordings.items() if key not in gathered.homes]
    archive.put_wordings(connection, fresh, homes)
    moved = {
        key: homes.get(key)
        for key, home in gathered.homes.items()
        if key in gathered.members and homes.get(key) != home
    }
    archive.assign(connection, moved)
    archive.drop_wordings(connection, sorted(gathered.vanished))
    _move_blocks(connection, gathered)
    concerned = gathered.members.keys() | gathered.vanished
    verdicts = {name: verdict for name, verdict in gathered.verdicts.items() if name[0] in concerned}
    settled = settle(connection, decided, gathered.homes.keys(), verdicts)
    archive.put_verdicts(connection, settled.changed)
    archive.put_sightings(
        connection,
        (
            (sighting, settled.verdict(homes.get(key), sighting.capture.key))
            for key in sorted(batch.sightings)
            for sighting in batch.sightings[key]
        ),
    )
    archive.put_clocks(connection, settled.clocks)
    archive.put_capture_spans(connection, settled.capture_spans)
    stories = {
        name: fold_story(story_id(name, ""), members, settled.published[name], sites)
        for name, members in settled.members.items()
    }
    homes_before = {home for home in gathered.homes.values() if home is not None}
    return _keep(connection, config, stories, settled.members, homes_before)


def _stories(connection: Connection, gathered: Gathered) -> dict[str, tuple[Seen, ...]]:
    """The wordings of each story, by its key.

    A story has the id that was published first of those made from its wordings, else that of its earliest wording
    which is a story by itself: until such a one is captured there is nothing to publish.
    """
    ranks = shelf.published_ranks(connection, gathered.members)
    group_of: dict[WordingKey, int] = {}
    found = groups(gathered.members, gathered.links)
    for number, group in enumerate(found):
        group_of.update((seen.wording.key, number) for seen in group)
    links: list[dict[tuple[WordingKey, WordingKey], float]] = [{} for _ in found]
    for pair, strength in gathered.links.items():
        links[group_of[pair[0]]][pair] = strength
    stories = {}
    for group, its_links in zip(found, links, strict=True):
        for cluster in clusters(group, its_links):
            keys = [seen.wording.key for seen in cluster]
            earliest = next((seen.wording.key for seen in cluster if stands_alone(seen.wording)), keys[0])
            origin = min((key for key in keys if key in ranks), key=lambda key: ranks[key], default=earliest)
            stories[story_key(origin)] = cluster
    return stories


def _move_blocks(connection: Connection, gathered: Gathered) -> None:
    """Keep under which blocks wordings are found now."""
    gone, come = [], []
    for key in sorted(gathered.blocks_before.keys() | gathered.members.keys()):
        before, now = gathered.blocks_before.get(key), gathered.blocks_now.get(key)
        if before is now or (key not in gathered.members and key not in gathered.vanished):
            continue
        was = {*before.kept, *before.alike} if before is not None else set()
        will = {*now.kept, *now.alike} if now is not None and key not in gathered.vanished else set()
        gone += [(block, key) for block in was - will]
        come += [(block, key) for block in will - was]
    archive.move_blocks(connection, gone, come)


def _keep(
    connection: Connection,
    config: Config,
    stories: Mapping[str, Story],
    members: Mapping[str, Sequence[Seen]],
    old_keys: set[str],
) -> tuple[int, int]:
    """Keep what changed: stories, and the channels that they stand in."""
    old = shelf.story_values(connection, sorted(old_keys | stories.keys()))
    values = {key: story_in(key, story) for key, story in stories.items()}
    changed = [key for key in sorted(values) if old.get(key) != values[key]]
    dropped = sorted(old.keys() - stories.keys())
    before = [m for key in (*changed, *dropped) if key in old for m in _memberships(key, _old_story(old[key]))]
    after = [m for key in changed for m in _memberships(key, stories[key])]
    shelf.drop_stories(connection, dropped)
    shelf.put_stories(connection, [values[key] for key in changed])
    shelf.put_memberships(connection, before, after)
    sorts_before = {key: shelf.sort_of(values) for key, values in old.items()}
    keep_standing(connection, config, Decided(stories, members, changed, sorts_before))
    known = sum(1 for key in changed if key in old)
    return len(changed) - known, known


def _old_story(values: Values) -> Story:
    return story_out(values, story_id("", ""))


def _memberships(key: str, story: Story) -> list[Membership]:
    sort = micros(story.sort_key)
    return [Membership(channel, sort, key, name) for channel, name in channels_of(story)]
