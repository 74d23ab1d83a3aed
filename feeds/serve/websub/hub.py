"""The hub put together: requests in, verification, deliveries out."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from time import time
from urllib.parse import urlencode

from feeds.config import Config
from feeds.errors import OutgoingError
from feeds.serve.documents import Documents
from feeds.serve.outgoing import Outgoing
from feeds.serve.websub.asked import Publication, Refusal, Wish, understood, with_parameters
from feeds.serve.websub.book import Book, Key
from feeds.serve.websub.delivering import CONNECTIONS, Sender
from feeds.serve.websub.topics import Topics
from feeds.store.engine import Store
from feeds.store.subscribers import Subscription

_VERIFYING = 128
_MOST_PENDING = 20_000
_MOST_SUBSCRIPTIONS = 1_000_000
_VERIFY_SECONDS = 10.0
_VERIFY_AGAIN = (1.0, 5.0)
_CHALLENGE_BYTES = 4096
_EXPIRY_SECONDS = 30.0

log = logging.getLogger(__name__)


class Hub:
    """A WebSub hub for this server's feeds and for what the configuration names."""

    def __init__(self, config: Config, documents: Documents, store: Store) -> None:
        """`store` is the hub's to close."""
        private = config.hub.allow_private
        self._calls = Outgoing(allow_private=private, connections=_VERIFYING + 32)
        self._deliveries = Outgoing(allow_private=private, connections=CONNECTIONS)
        self._book = Book(store)
        self._topics = Topics(config.base_url, config.hub.topics, documents, self._calls)
        self._sender = Sender(self._deliveries, self._valid, self._topics.content, self._told)
        self._verifying = asyncio.Semaphore(_VERIFYING)
        self._pending: set[asyncio.Task[None]] = set()
        self._fetching: dict[str, bool] = {}
        self._numbers = count()
        self._asking: Counter[Key] = Counter()
        self._settled: dict[Key, int] = {}
        """The youngest request that was confirmed, while others about the same subscription are being verified."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The hub works inside; at the start those are told that were not when it last stopped."""
        loops = [asyncio.create_task(self._book.keep()), asyncio.create_task(self._expire())]
        self._take_up()
        try:
            yield
        finally:
            await self._sender.stop()
            tasks = [*loops, *self._pending]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._topics.close()
            await self._book.close()
            await self._calls.close()
            await self._deliveries.close()

    def __len__(self) -> int:
        """How many subscriptions there are."""
        return len(self._book)

    def outcomes(self) -> dict[str, int]:
        """What came of deliveries so far, by outcome."""
        return dict(self._sender.outcomes)

    def asked(self, body: bytes) -> Refusal | None:
        """Take up a request's form; None if it was accepted (section 5.1), and is verified from now on."""
        wish = understood(body)
        if isinstance(wish, Refusal):
            return wish
        if isinstance(wish, Publication):
            return self._published(wish)
        if len(self._pending) >= _MOST_PENDING:
            return Refusal(503, "Too many requests are being verified: try again in a minute.")
        key = wish.topic, wish.callback
        if wish.mode == "subscribe":
            if not self._topics.has(wish.topic):
                return Refusal(404, "hub.topic is no feed of this hub: ask for the address in a feed's self link.")
            if self._book.find(key) is None and len(self._book) >= _MOST_SUBSCRIPTIONS:
                return Refusal(503, "This hub has no room for more subscriptions.")
        elif self._valid(key) is None:
            return Refusal(404, "There is no such subscription.")
        self._asking[key] += 1
        self._do(self._verify_in_turn(wish, next(self._numbers)))
        return None

    def news(self, paths: Iterable[str]) -> None:
        """Documents of this server changed: tell whoever has not got them."""
        for path in paths:
            self._tell(self._topics.address(path), anew=False)

    def _published(self, publication: Publication) -> Refusal | None:
        """A publisher speaks (section 6); what it says is not believed but looked at."""
        if not all(self._topics.has(topic) for topic in publication.topics):
            return Refusal(404, "This is no hub for that topic: see hub.topics in its configuration.")
        for topic in publication.topics:
            if self._topics.own(topic) is not None:
                self._tell(topic, anew=False)
            elif topic in self._fetching:
                self._fetching[topic] = True  # once more, for the news may be younger than what is being fetched
            elif self._book.of(topic):
                self._fetching[topic] = False
                self._do(self._fetch(topic))
        return None

    async def _fetch(self, topic: str) -> None:
        try:
            while True:
                self._fetching[topic] = False
                found = await self._topics.fetch(topic)
                if found is None:
                    log.warning("a topic that has news cannot be fetched: %s", topic)
                else:
                    self._tell(topic, anew=True)
                if not self._fetching[topic]:
                    return
        finally:
            self._fetching.pop(topic, None)

    def _tell(self, topic: str, *, anew: bool) -> None:
        """Tell the subscribers of a topic; unless `anew`, only those that have not got its document."""
        subscriptions = self._book.of(topic)
        document = None if anew or not subscriptions else self._topics.own(topic)
        for one in subscriptions:
            if document is None or one.delivered != document.digest.decode():
                if not one.due:
                    self._book.put(replace(one, due=True))
                self._sender.tell((one.topic, one.callback))

    def _take_up(self) -> None:
        """Go on where the hub stopped."""
        self._book.expire(_now())
        for topic in self._book.topics():
            if not self._topics.may_have(topic):
                self._do(self._deny(topic, "This hub does not serve the topic any more."))
                continue
            self._tell(topic, anew=False) if self._topics.own(topic) is not None else self._tell_due(topic)

    def _tell_due(self, topic: str) -> None:
        for one in self._book.of(topic):
            if one.due:
                self._sender.tell((one.topic, one.callback))

    def _valid(self, key: Key) -> Subscription | None:
        """A subscription whose lease has not ended (section 5.1.2)."""
        found = self._book.find(key)
        return found if found is not None and found.expires > _now() else None

    def _told(self, key: Key, digest: str | None) -> None:
        found = self._book.find(key)
        if digest is None:
            self._book.drop(key)
        elif found is not None:
            self._book.put(replace(found, delivered=digest, due=False))

    async def _verify_in_turn(self, wish: Wish, number: int) -> None:
        """Do as a request says if it is confirmed, unless a younger one about the same subscription was before."""
        key = wish.topic, wish.callback
        try:
            if await self._confirms(wish) and self._settled.get(key, -1) < number:
                self._settled[key] = number
                self._settle(wish)
        finally:
            self._asking[key] -= 1
            if not self._asking[key]:
                del self._asking[key]
                self._settled.pop(key, None)

    async def _confirms(self, wish: Wish) -> bool:
        """Verification of intent (section 5.3): the callback has to repeat a word that nobody can guess."""
        challenge = secrets.token_urlsafe(32)
        said = {"hub.mode": wish.mode, "hub.topic": wish.topic, "hub.challenge": challenge}
        if wish.mode == "subscribe":
            said["hub.lease_seconds"] = str(wish.lease)
        response = await self._call(wish.callback, said)
        return response is not None and 200 <= response[0] < 300 and response[1] == challenge.encode()

    def _settle(self, wish: Wish) -> None:
        key = wish.topic, wish.callback
        if wish.mode == "unsubscribe":
            self._book.drop(key)
            return
        document, known = self._topics.own(wish.topic), self._book.find(key)
        has = known.delivered if known is not None else document.digest.decode() if document is not None else ""
        due = known is not None and known.due
        expires = _now() + wish.lease * 1_000_000
        self._book.put(Subscription(wish.topic, wish.callback, wish.secret, expires, has, due))

    async def _deny(self, topic: str, reason: str) -> None:
        """Tell subscribers that they will hear no more (section 5.2)."""
        for one in self._book.of(topic):
            await self._call(one.callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason})
            self._book.drop((one.topic, one.callback))

    async def _call(self, callback: str, said: dict[str, str]) -> tuple[int, bytes] | None:
        """Ask a callback with parameters added to its own; a server that stumbles is asked again."""
        url = with_parameters(callback, urlencode(said))
        for pause in (*_VERIFY_AGAIN, None):
            try:
                async with self._verifying:
                    found = await self._calls.ask("GET", url, most=_CHALLENGE_BYTES, seconds=_VERIFY_SECONDS)
            except OutgoingError as error:
                log.info("no answer to a question from the hub: %s", error)
            else:
                if found.status < 500:
                    return found.status, found.body
            if pause is not None:
                await asyncio.sleep(pause)
        return None

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(_EXPIRY_SECONDS)
            self._book.expire(_now())

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)


def _now() -> int:
    return int(time() * 1_000_000)
