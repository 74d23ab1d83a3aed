"""Stories that the user withdraws from every feed, and puts back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from re import fullmatch

from sqlalchemy import Connection

from feeds.build.memberships import all_memberships
from feeds.build.refresh import Refreshed, refresh
from feeds.build.relating import mark_around
from feeds.canon import micros
from feeds.config import Config
from feeds.errors import UsageError
from feeds.model import Story, WordingKey
from feeds.store import shelf, tombs
from feeds.store.engine import Store


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withdrawn or put back, and what became of `out/`."""

    story: Story
    done: Refreshed


def withdraw(store: Store, config: Config, name: str, reason: str, now: datetime) -> Withdrawal:
    """Take a story out of every feed and archive and leave a tombstone: since `now`, with the reason.

    `name` is an id of the story or the 16 digits at its end. Later wordings of the story stay away too. A story that
    is withdrawn already gets the new reason. Raises UsageError if there is no such story.
    """
    with store.writing() as connection:
        key, story = find_story(connection, config, name)
        take_out(connection, config, key, story, reason, now)
    return Withdrawal(story, refresh(store, config))


def restore(store: Store, config: Config, name: str) -> Withdrawal:
    """Put a withdrawn story back. Raises UsageError if there is none, or if it was not withdrawn."""
    with store.writing() as connection:
        key, story = find_story(connection, config, name)
        put_back(connection, config, key, story)
    return Withdrawal(story, refresh(store, config))


def take_out(connection: Connection, config: Config, key: str, story: Story, reason: str, now: datetime) -> None:
    """Withdraw a story in the store; its feeds are stale then."""
    tombs.withdraw(connection, WordingKey(int(key, 16)), micros(now.replace(microsecond=0)), reason)
    shelf.put_memberships(connection, all_memberships(connection, config, key, story), ())
    shelf.mark_stale(connection, [f"story/{key}"])
    mark_around(connection, config, key)


def put_back(connection: Connection, config: Config, key: str, story: Story) -> None:
    """Restore a story in the store; its feeds are stale then. Raises UsageError if it was not withdrawn."""
    tombs.restore(connection, find_withdrawn(connection, key, key))
    shelf.put_memberships(connection, (), all_memberships(connection, config, key, story))
    shelf.mark_stale(connection, [f"story/{key}"])
    mark_around(connection, config, key)


def find_withdrawn(connection: Connection, key: str, name: str) -> list[WordingKey]:
    """The ids of a story that the user withdrew, by their wordings. Raises UsageError if there are none."""
    found = [one.wording for one in tombs.all_tombs(connection) if one.reason is not None and one.home == key]
    if not found:
        msg = f"{name}: was not withdrawn, and stands in its feeds"
        raise UsageError(msg)
    return found


def find_story(connection: Connection, config: Config, name: str) -> tuple[str, Story]:
    """The key and the story of an id, or of the 16 digits at its end. Raises UsageError if there is none."""
    key = name.rpartition("/")[2].lower()
    story = shelf.story_by_key(connection, key, config.tag) if fullmatch(r"[0-7][0-9a-f]{15}", key) else None
    if story is None:
        msg = f"{name}: no story has this id; `feeds stories` lists them"
        raise UsageError(msg)
    return story.id.rpartition("/")[2], story
