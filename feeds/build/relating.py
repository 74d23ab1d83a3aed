"""Close reports: what of others becomes stale when a story changes that they link to, or is another's now.

Which wordings are close follows from them alone; which stories are is asked when an entry is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from feeds.build.gather import Gathered
from feeds.build.memberships import family_memberships
from feeds.canon import micros
from feeds.channels.archiving import month_of
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import Story, WordingKey
from feeds.store import archive, channels, months, recurring, related, shelf
from feeds.store.shelf import archive_month
from feeds.store.tombs import all_tombs, withdrawn_stories
from feeds.stories.candidates import Seen

MOST = 3
"""So many close reports an entry names."""


def keep_close(connection: Connection, gathered: Gathered, members: Mapping[str, Sequence[Seen]]) -> set[str]:
    """Keep which wordings a batch found close; says which stories have other close reports than before.

    `members` are the wordings of the stories as they are kept now.
    """
    changed = related.put_related(connection, gathered.touched, gathered.close)
    now = {seen.wording.key: story for story, some in members.items() for seen in some}
    moved = {key for key in gathered.members if gathered.homes.get(key) != now.get(key)} | gathered.vanished
    pairs = related.related_to(connection, moved)
    concerned = {key for pair in pairs for key in pair} | changed
    left = {home for key in concerned & moved if (home := gathered.homes.get(key)) is not None}
    return _homes_of(connection, concerned) | left | _around_withdrawn(connection, moved, gathered)


def _around_withdrawn(connection: Connection, moved: set[WordingKey], gathered: Gathered) -> set[str]:
    """The stories close to those that withdrawn wordings came to or left: these are hidden, or are so no more."""
    withdrawn = moved & {tomb.bearer for tomb in all_tombs(connection) if tomb.reason is not None}
    before = {home for key in withdrawn if (home := gathered.homes.get(key)) is not None}
    wordings = archive.wordings_of(connection, before | _homes_of(connection, withdrawn))
    return close_to(connection, wordings)


def close_to(connection: Connection, wordings: Iterable[WordingKey]) -> set[str]:
    """The stories that have close reports of these wordings."""
    return _homes_of(connection, (other for _, other in related.related_to(connection, wordings)))


def _homes_of(connection: Connection, wordings: Iterable[WordingKey]) -> set[str]:
    return set(recurring.homes_of(connection, wordings).values())


def mark_close(connection: Connection, config: Config, stories: Iterable[str]) -> None:
    """Have the entries of stories written again."""
    found = months.stories_by_key(connection, sorted(stories), config.tag)
    if not found:
        return
    sorts = {key: micros(story.sort_key) for key, story in found.items()}
    places = {(one.channel, one.sort) for key, story in found.items() for one in family_memberships(key, story)}
    places |= {(channel, sorts[key]) for channel, key in channels.standing_in(connection, rules(config).keys, sorts)}
    shelf.forget_entries(connection, sorted(found))
    stale = {key for channel, sort in places for key in (channel, archive_month(channel, month_of(sort)))}
    shelf.mark_stale(connection, sorted(stale))


def mark_around(connection: Connection, config: Config, story: str) -> None:
    """Have the entries written again that may link to a story."""
    mark_close(connection, config, close_to(connection, archive.wordings_of(connection, [story])))


def related_stories(connection: Connection, stories: Iterable[str], tag: str) -> dict[str, tuple[Story, ...]]:
    """For each story that has any the newest others with close reports, ties by key; none that was withdrawn."""
    close = related.close_stories(connection, stories)
    if not close:
        return {}
    hidden = withdrawn_stories(connection)
    found = months.stories_by_key(connection, sorted(set().union(*close.values()) - hidden), tag)
    newest = sorted(found, key=lambda key: (-micros(found[key].sort_key), key))
    rank = {key: number for number, key in enumerate(newest)}
    return {
        story: tuple(found[key] for key in sorted(others & found.keys(), key=rank.__getitem__)[:MOST])
        for story, others in close.items()
    }
