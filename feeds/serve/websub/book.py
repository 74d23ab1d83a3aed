"""The subscriptions in memory, and in the store a moment later.

Memory is what counts while the process runs. A build may hold the store for seconds, and no subscriber waits for it:
what changed is written when the store lets us.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

from feeds.errors import StoreError
from feeds.store.engine import Store
from feeds.store.subscribers import Subscription, all_subscriptions, drop_subscriptions, put_subscriptions

Key = tuple[str, str]
"""Topic and callback."""

_FLUSH_SECONDS = 0.25
_LAST_TRIES = 8

log = logging.getLogger(__name__)


class Book:
    """Who is told of what."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[str, dict[str, Subscription]] = {}
        self._dirty: set[Key] = set()
        self._changed = asyncio.Event()
        with store.reading() as connection:
            for one in all_subscriptions(connection):
                self._topics.setdefault(one.topic, {})[one.callback] = one

    def __len__(self) -> int:
        return sum(map(len, self._topics.values()))

    def __iter__(self) -> Iterator[Subscription]:
        return (one for each in list(self._topics.values()) for one in list(each.values()))

    def topics(self) -> tuple[str, ...]:
        """The topics that somebody is told of."""
        return tuple(self._topics)

    def of(self, topic: str) -> tuple[Subscription, ...]:
        """Who is told of a topic."""
        return tuple(self._topics.get(topic, {}).values())

    def find(self, key: Key) -> Subscription | None:
        """The subscription of a callback to a topic."""
        return self._topics.get(key[0], {}).get(key[1])

    def put(self, subscription: Subscription) -> None:
        """Keep a subscription, in place of an earlier one of the same callback to the same topic."""
        self._topics.setdefault(subscription.topic, {})[subscription.callback] = subscription
        self._note((subscription.topic, subscription.callback))

    def drop(self, key: Key) -> None:
        """Forget a subscription."""
        each = self._topics.get(key[0], {})
        if each.pop(key[1], None) is not None:
            self._note(key)
        if not each:
            self._topics.pop(key[0], None)

    def mark_due(self, topic: str) -> tuple[Key, ...]:
        """Everybody is to be told of a topic; says whom that is."""
        for one in self.of(topic):
            if not one.due:
                self.put(replace(one, due=True))
        return tuple((one.topic, one.callback) for one in self.of(topic))

    def expire(self, now: int) -> int:
        """Forget whose lease has ended (section 5.1.2); says how many. `now` in microseconds since 1970."""
        ended = [(one.topic, one.callback) for one in self if one.expires <= now]
        for key in ended:
            self.drop(key)
        return len(ended)

    async def keep(self) -> None:
        """Write what changed, again and again until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(_FLUSH_SECONDS)
            self._changed.clear()
            await asyncio.to_thread(self._flush)

    async def close(self) -> None:
        """Write what is left and let go of the store."""
        for _ in range(_LAST_TRIES):
            if not self._dirty:
                break
            await asyncio.to_thread(self._flush)
        self._store.close()

    def _note(self, key: Key) -> None:
        self._dirty.add(key)
        self._changed.set()

    def _flush(self) -> None:
        """Write what changed in one transaction; try again later if the store is busy."""
        keys, self._dirty = self._dirty, set()
        now = {key: self.find(key) for key in sorted(keys)}
        try:
            with self._store.writing() as connection:
                put_subscriptions(connection, [one for one in now.values() if one is not None])
                drop_subscriptions(connection, [key for key, one in now.items() if one is None])
        except StoreError as error:
            log.warning("the hub's subscriptions are kept in memory for now: %s", error)
            self._dirty |= keys
            self._changed.set()
