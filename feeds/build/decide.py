"""Sightings into stories: the groups that a batch touches are decided anew, and what differs is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from feeds.build.batch import Batch
from feeds.build.gather import Gathered, gather
from feeds.build.memberships import Told, family_memberships, keep_standing
from feeds.build.relating import close_to, keep_close, mark_close
from feeds.build.settle import Decided, Settled, settle
from feeds.config import Config
from feeds.model import Story, WordingKey
from feeds.places.resolve import Locate
from feeds.store import archive, clocks, heirs, recurring, shelf
from feeds.store.archive import WordingRow
from feeds.store.rows import NO_VERDICT, Values, story_in, story_out
from feeds.store.shelf import story_id, story_key
from feeds.stories.candidates import Seen
from feeds.stories.identity import clusters, groups
from feeds.stories.merge import fold_story
from feeds.stories.wordings import stands_alone


@dataclass(frozen=True, slots=True)
class _Concerned:
    """The stories that a batch concerns beside those that it tells, by their keys."""

    before: AbstractSet[str]
    """To which its wordings belonged."""
    close: AbstractSet[str]
    """They have other close reports now."""
    anew: AbstractSet[str]
    """Ids came to them or left: whatever they say, they may be withdrawn now, or may be so no more."""


def decide(
    connection: Connection,
    config: Config,
    batch: Batch,
    locate: Locate,
) -> tuple[int, int]:
    """Keep what a batch has seen, forget what it has not; says how many stories are new and how many changed.

    The captures of what is seen must be kept already.
    """
    batch = replace(batch, anew=batch.anew | heirs.give_back(connection, batch.wordings.keys()))
    sites = {site.name: site for site in config.sites}
    gathered = gather(connection, batch)
    decided = _stories(connection, gathered)
    archive.drop_wordings(connection, sorted(gathered.vanished))
    _move_blocks(connection, gathered)
    concerned = gathered.members.keys() | gathered.vanished
    verdicts = {name: verdict for name, verdict in gathered.verdicts.items() if name[0] in concerned}
    settled = settle(connection, Decided(decided, gathered.homes, verdicts, batch.unseen, gathered.again))
    again = {name: one for name, one in sorted(gathered.again.items()) if name not in settled.members}
    archive.put_wordings(connection, _wording_rows(batch, gathered, settled))
    recurring.put_more_sightings(connection, [(one.wording, one.sightings, one.accord) for one in again.values()])
    clocks.move_clocks(connection, settled.clocks)
    clocks.put_capture_spans(connection, settled.capture_spans)
    wrong = settled.aside.get(None, ())
    stories = {
        name: fold_story(
            story_id(name, ""), members, settled.sightings[name], settled.published[name], sites, locate, wrong
        )
        for name, members in settled.members.items()
    }
    stories.update((name, one.story) for name, one in again.items())
    homes_before = {home for home in gathered.homes.values() if home is not None}
    close = keep_close(connection, gathered, settled.members)
    anew = {name for name, some in settled.members.items() for seen in some if seen.wording.key in batch.anew}
    others = _Concerned(homes_before, close, anew)
    return _keep(connection, config, stories, settled.members, others, locate)


def _wording_rows(batch: Batch, gathered: Gathered, settled: Settled) -> Iterator[WordingRow]:
    """The wordings of which the store has anything else, by key."""
    told = {seen.wording.key: (name, seen) for name, members in settled.members.items() for seen in members}
    changed = {*batch.wordings, *(key for key, _ in batch.unseen)}
    for key in sorted(told.keys() | gathered.members.keys()):
        story, seen = told.get(key) or (None, gathered.members[key])
        verdicts = settled.verdicts(story, seen)
        if (
            key in changed
            or (key in gathered.members and gathered.homes.get(key) != story)
            or any(
                now != settled.before.get((key, one.capture.key), NO_VERDICT)
                for one, now in zip(seen.sightings, verdicts, strict=True)
            )
        ):
            yield WordingRow(seen, verdicts, story)


def _stories(connection: Connection, gathered: Gathered) -> dict[str, tuple[Seen, ...]]:
    """The wordings of each story, by its key.

    A story has the id that was published first of those made from its wordings, or from wordings in whose place these
    stand, else that of its earliest wording which is a story by itself: until such a one is captured there is nothing
    to publish.
    """
    steady = {seen.wording.key for members in gathered.steady.values() for seen in members}
    disturbed = {key: seen for key, seen in gathered.members.items() if key not in steady}
    ids = heirs.ids_on(connection, disturbed.keys())
    group_of: dict[WordingKey, int] = {}
    found = groups(disturbed, gathered.links)
    for number, group in enumerate(found):
        group_of.update((seen.wording.key, number) for seen in group)
    links: list[dict[tuple[WordingKey, WordingKey], float]] = [{} for _ in found]
    for pair, strength in gathered.links.items():
        links[group_of[pair[0]]][pair] = strength
    stories = dict(gathered.steady)
    for group, its_links in zip(found, links, strict=True):
        for cluster in clusters(group, its_links):
            keys = [seen.wording.key for seen in cluster]
            earliest = next((seen.wording.key for seen in cluster if stands_alone(seen.wording)), keys[0])
            borne = [one for key in keys if key in ids for one in ids[key]]
            stories[story_key(min(borne).wording if borne else earliest)] = cluster
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
    others: _Concerned,
    locate: Locate,
) -> tuple[int, int]:
    """Keep what changed: stories, and the channels that they stand in."""
    anew = others.anew
    old = shelf.story_values(connection, sorted(others.before | stories.keys()))
    values = {key: story_in(key, story) for key, story in stories.items()}
    changed = [key for key in sorted(values) if key in anew or old.get(key) != values[key]]
    dropped = sorted(old.keys() - stories.keys())
    before = [m for key in (*changed, *dropped) if key in old for m in family_memberships(key, _old_story(old[key]))]
    after = [m for key in changed for m in family_memberships(key, stories[key])]
    shelf.drop_stories(connection, dropped)
    shelf.put_stories(connection, [values[key] for key in changed])
    shelf.put_memberships(connection, before, after)
    sorts_before = {key: shelf.sort_of(values) for key, values in old.items()}
    keep_standing(connection, config, Told(stories, members, changed, sorts_before, locate))
    faces = {key: shelf.face_of(old[key]) for key in changed if key in old}
    named = [key for key, face in faces.items() if key in anew or face != shelf.face_of(values[key])]
    wordings = [seen.wording.key for key in named for seen in members[key]]
    mark_close(connection, config, (others.close | close_to(connection, wordings)) - set(changed))
    known = sum(1 for key in changed if key in old)
    return len(changed) - known, known


def _old_story(values: Values) -> Story:
    return story_out(values, story_id("", ""))
