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
    is withdrawn already gets the new reason. Raises UsageError if there is no such story, or no reason.
    """
    if not reason.strip():
        raise UsageError("--reason: say why; readers of out/tombstones.atom.xml are told")
    with store.writing() as connection:
        key, story = _find(connection, config, name)
        tombs.withdraw(connection, WordingKey(int(key, 16)), micros(now.replace(microsecond=0)), reason)
        shelf.put_memberships(connection, all_memberships(connection, config, key, story), ())
        shelf.mark_stale(connection, [f"story/{key}"])
        mark_around(connection, config, key)
    return Withdrawal(story, refresh(store, config))


def restore(store: Store, config: Config, name: str) -> Withdrawal:
    """Put a withdrawn story back. Raises UsageError if there is none, or if it was not withdrawn."""
    with store.writing() as connection:
        key, story = _find(connection, config, name)
        of_story = [tomb for tomb in tombs.all_tombs(connection) if tomb.reason is not None and tomb.home == key]
        if not of_story:
            msg = f"{name}: was not withdrawn, and stands in its feeds"
            raise UsageError(msg)
        tombs.restore(connection, [tomb.wording for tomb in of_story])
        shelf.put_memberships(connection, (), all_memberships(connection, config, key, story))
        shelf.mark_stale(connection, [f"story/{key}"])
        mark_around(connection, config, key)
    return Withdrawal(story, refresh(store, config))


def _find(connection: Connection, config: Config, name: str) -> tuple[str, Story]:
    key = name.rpartition("/")[2].lower()
    story = shelf.story_by_key(connection, key, config.tag) if fullmatch(r"[0-7][0-9a-f]{15}", key) else None
    if story is None:
        msg = f"{name}: no story has this id; `feeds stories` lists them"
        raise UsageError(msg)
    return story.id.rpartition("/")[2], story
