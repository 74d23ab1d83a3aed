"""Telling subscribers (WebSub section 7): many at a time, and none of them in the way of another.

A delivery holds one of a few places for a second at most; then it goes on in a lane for the slow, or is put off
if that is full. Hosts take turns, and each has but a part of the places.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from feeds.errors import OutgoingError
from feeds.serve.outgoing import Outgoing
from feeds.serve.websub.asked import origin, web_address
from feeds.serve.websub.book import Key
from feeds.store.subscribers import Subscription

FAST, FAST_PER_HOST = 64, 32
SLOW, SLOW_PER_HOST = 1024, 768
CONNECTIONS = FAST + SLOW
_FAST_SECONDS = 1.0
_SECONDS = 30.0
RETRIES = (2, 10, 60, 300, 1800, 7200, 21_600)
"""Seconds until a delivery that failed is tried again; then it is given up until there is news."""
_RESPONSE_BYTES = 4096

log = logging.getLogger(__name__)
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Content:
    """The newest document of a topic."""

    body: bytes
    media_type: str
    digest: str
    links: str
    """The Link header: `hub` and `self` (section 7)."""


@dataclass(slots=True)
class _Host:
    """A server on which callbacks are."""

    waiting: deque[Key] = field(default_factory=deque)
    fast: int = 0
    slow: int = 0
    listed: bool = False
    """Whether it stands in the row of those whose turn comes."""


class Sender:
    """Delivers the newest document of a topic to whoever is put before it."""

    def __init__(
        self,
        outgoing: Outgoing,
        find: Callable[[Key], Subscription | None],
        content: Callable[[str], Awaitable[Content | None]],
        told: Callable[[Key, str | None], None],
    ) -> None:
        """`find` knows subscriptions, `content` topics; `told` hears what a callback has now, None if it is gone."""
        self._outgoing = outgoing
        self._find = find
        self._content = content
        self._told = told
        self._hosts: dict[Origin, _Host] = {}
        self._row: deque[_Host] = deque()
        self._queued: set[Key] = set()
        self._flying: dict[Key, asyncio.Task[None]] = {}
        self._again: set[Key] = set()
        self._failures: Counter[Key] = Counter()
        self._retries: dict[Key, asyncio.TimerHandle] = {}
        self._fast = self._slow = 0
        self._stopped = False
        self.outcomes: Counter[str] = Counter()

    @property
    def idle(self) -> bool:
        """Whether nobody is being told or waits for his turn; retries apart."""
        return not self._queued and not self._flying

    def tell(self, key: Key) -> None:
        """Have a subscriber told of the newest document. Asked twice, he is told once."""
        retry = self._retries.pop(key, None)
        if retry is not None:
            retry.cancel()
        if self._stopped or key in self._queued:
            return
        if key in self._flying:  # one after the other, or the older document might arrive last
            self._again.add(key)
            return
        address = web_address(key[1])
        if address is None:
            return
        host = self._hosts.setdefault(origin(address), _Host())
        host.waiting.append(key)
        self._queued.add(key)
        self._list(host)
        self._start()

    async def stop(self) -> None:
        """End what is under way. Who was not told stays due."""
        self._stopped = True
        for retry in self._retries.values():
            retry.cancel()
        flying = list(self._flying.values())
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)

    def _list(self, host: _Host) -> None:
        if host.waiting and host.fast < FAST_PER_HOST and not host.listed:
            host.listed = True
            self._row.append(host)

    def _start(self) -> None:
        """Give the free places to the hosts in turn."""
        while self._row and self._fast < FAST and not self._stopped:
            host = self._row.popleft()
            host.listed = False
            key = host.waiting.popleft()
            self._queued.discard(key)
            self._fast += 1
            host.fast += 1
            self._flying[key] = asyncio.get_running_loop().create_task(self._fly(host, key))
            self._list(host)

    async def _fly(self, host: _Host, key: Key) -> None:
        """One delivery, from its place to what comes of it."""
        place = _Place()
        task = asyncio.current_task()
        timer = asyncio.get_running_loop().call_later(_FAST_SECONDS, self._slow_down, host, place, task)
        try:
            told = await self._deliver(key)
        except asyncio.CancelledError:
            if self._stopped or not place.put_off:
                raise
            told = None
        finally:
            timer.cancel()
            self._leave(host, place)
            self._flying.pop(key, None)
        if told is not None:
            self._failures.pop(key, None)
        if key in self._again:
            self._again.discard(key)
            content = await self._content(key[0])
            if content is not None and content.digest != told:  # else what he was told is what he was to be told again
                self.tell(key)
        elif told is None:
            self._try_later(key)
        self._start()

    def _slow_down(self, host: _Host, place: _Place, task: asyncio.Task[None] | None) -> None:
        """Free the place of a delivery that takes long."""
        if self._slow < SLOW and host.slow < SLOW_PER_HOST:
            self._leave(host, place)
            place.slow = True
            self._slow += 1
            host.slow += 1
            self._start()
        elif task is not None:
            place.put_off = True
            task.cancel()

    def _leave(self, host: _Host, place: _Place) -> None:
        if place.slow:
            self._slow -= 1
            host.slow -= 1
        else:
            self._fast -= 1
            host.fast -= 1
        self._list(host)

    def _try_later(self, key: Key) -> None:
        failures = self._failures[key]
        self._failures[key] += 1
        if failures >= len(RETRIES) or self._find(key) is None:
            self._failures.pop(key, None)
            self.outcomes["given up"] += 1
            return
        delay = RETRIES[failures] * random.uniform(0.8, 1.2)  # noqa: S311 -- so that they do not all come at once
        self._retries[key] = asyncio.get_running_loop().call_later(delay, self.tell, key)

    async def _deliver(self, key: Key) -> str | None:
        """The digest of what the subscriber was told, empty if he need not be told anything; None if it failed."""
        subscription, content = self._find(key), await self._content(key[0])
        if subscription is None:
            return ""
        if content is None:  # the publisher stumbles: who is due stays so, and is told when it stands again
            return None if subscription.due else ""
        headers = [("content-type", content.media_type), ("link", content.links)]
        if subscription.secret is not None:
            signature = hmac.new(subscription.secret, content.body, "sha256").hexdigest()
            headers.append(("x-hub-signature", f"sha256={signature}"))
        try:
            response = await self._outgoing.ask(
                "POST", key[1], headers, content.body, most=_RESPONSE_BYTES, seconds=_SECONDS
            )
        except OutgoingError as error:
            log.info("not delivered to %s", error)
            self.outcomes["unreachable"] += 1
            return None
        if response.status == 410:  # section 7: the subscriber is gone for good
            self.outcomes["gone"] += 1
            self._told(key, None)
            return ""
        if 200 <= response.status < 300:
            self.outcomes["delivered"] += 1
            self._told(key, content.digest)
            return content.digest
        self.outcomes["refused"] += 1
        return None


@dataclass(slots=True)
class _Place:
    """What a delivery under way takes up."""

    slow: bool = False
    put_off: bool = False
