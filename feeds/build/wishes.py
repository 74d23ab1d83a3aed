"""Withdrawing and restoring beside a process that holds the store: a wish is noted, and whoever writes grants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from feeds.build.refresh import Refreshed, refresh
from feeds.build.withdrawing import find_story, find_withdrawn, put_back, take_out
from feeds.canon import instant, micros
from feeds.config import Config
from feeds.errors import UsageError
from feeds.model import Story
from feeds.store import tombs, wishes
from feeds.store.engine import Store
from feeds.store.wishes import Wish


def ask(store: Store, config: Config, name: str, reason: str | None, now: datetime) -> Story:
    """Note that a story is to be withdrawn for a reason, or restored if there is none, in one short transaction.

    Raises UsageError where `withdraw` and `restore` would.
    """
    with store.writing() as connection:
        key, story = find_story(connection, config, name)
        if reason is None and all(wish.story != key for wish in wishes.all_wishes(connection)):
            find_withdrawn(connection, key, name)
        wishes.put_wishes(connection, [Wish(key, micros(now), reason)])
    return story


def grant(store: Store, config: Config) -> Refreshed | None:
    """Do what was asked, `out/` included; None if nothing was.

    A wish is forgotten only when `out/` shows it: what is interrupted is done again, to the same end.
    """
    with store.reading() as connection:
        if not wishes.all_wishes(connection):
            return None
    with store.writing() as connection:
        asked = [wish for wish in wishes.all_wishes(connection) if not wish.kept]
        for wish in asked:
            try:
                key, story = find_story(connection, config, wish.story)
                if wish.reason is None:
                    put_back(connection, config, key, story)
                else:
                    take_out(connection, config, key, story, wish.reason, instant(wish.at))
            except UsageError:
                continue  # the story is no more, or was put back already: whoever asked sees that
        wishes.put_wishes(connection, [replace(wish, kept=True) for wish in asked])
    done = refresh(store, config)
    with store.writing() as connection:
        wishes.forget_kept(connection)
    return done


def is_pending(store: Store, story: Story) -> bool:
    """Whether what was asked of a story is still to be done."""
    with store.reading() as connection:
        return any(wish.story == _key(story) for wish in wishes.all_wishes(connection))


def is_withdrawn(store: Store, story: Story) -> bool:
    """Whether a story is kept out of the feeds."""
    with store.reading() as connection:
        return _key(story) in tombs.withdrawn_stories(connection)


def _key(story: Story) -> str:
    return story.id.rpartition("/")[2]
