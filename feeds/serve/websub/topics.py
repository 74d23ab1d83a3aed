"""What can be subscribed to: this server's own feeds, and addresses elsewhere that the configuration names."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from hashlib import blake2b
from urllib.parse import urlsplit

from feeds.errors import OutgoingError
from feeds.serve.addresses import document_path, url_prefix
from feeds.serve.documents import Document, Documents
from feeds.serve.outgoing import Outgoing
from feeds.serve.websub.asked import covers
from feeds.serve.websub.delivering import Content

_FETCHED_BYTES = 8 << 20
_FETCH_SECONDS = 20.0
_FETCH_AGAIN = (1.0, 5.0, 20.0)
_KEPT = 64


class Topics:
    """The topics of this hub and their newest documents."""

    def __init__(self, base_url: str, elsewhere: tuple[str, ...], documents: Documents, outgoing: Outgoing) -> None:
        self._base_url = base_url
        self._prefix = url_prefix(base_url)
        self._elsewhere = elsewhere
        self._documents = documents
        self._outgoing = outgoing
        self._fetched: OrderedDict[str, Content] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[Content | None]] = {}

    def address(self, path: str) -> str:
        """The topic of a document."""
        return f"{self._base_url}/{path}"

    def own(self, topic: str) -> Document | None:
        """The feed of this server that a topic names."""
        if not topic.startswith(self._base_url + "/") or "?" in topic:
            return None
        path = document_path(urlsplit(topic).path, self._prefix)
        document = None if path is None else self._documents.find(path)
        return document if document is not None and document.media.is_feed else None

    def is_elsewhere(self, topic: str) -> bool:
        """Whether a topic lies where this hub is asked to look."""
        return any(covers(prefix, topic) for prefix in self._elsewhere)

    def has(self, topic: str) -> bool:
        """Whether a topic may be subscribed to now."""
        return self.own(topic) is not None or self.is_elsewhere(topic)

    def may_have(self, topic: str) -> bool:
        """Whether a topic is one of this configuration's, also while its document is missing."""
        return topic.startswith(self._base_url + "/") or self.is_elsewhere(topic)

    async def content(self, topic: str) -> Content | None:
        """The newest document of a topic, as far as is known; None if there is none."""
        document = self.own(topic)
        if document is not None:
            return Content(document.body, document.media.type.decode(), document.digest.decode(), self._links(topic))
        if topic not in self._fetched and self.is_elsewhere(topic):
            await self._fetch_together(topic)
        return self._fetched.get(topic)

    async def fetch(self, topic: str) -> Content | None:
        """Fetch a topic elsewhere, trying a few times; None if it cannot be had."""
        for pause in (*_FETCH_AGAIN, None):
            try:
                found = await self._outgoing.ask("GET", topic, most=_FETCHED_BYTES, seconds=_FETCH_SECONDS)
            except OutgoingError:
                found = None
            if found is not None and found.status == 200 and found.whole:
                media_type = found.header("content-type") or "application/octet-stream"
                digest = blake2b(found.body, digest_size=12).hexdigest()
                self._fetched[topic] = Content(found.body, media_type, digest, self._links(topic))
                self._fetched.move_to_end(topic)
                while len(self._fetched) > _KEPT:
                    self._fetched.popitem(last=False)
                return self._fetched[topic]
            if found is not None and found.status < 500:
                return None
            if pause is not None:
                await asyncio.sleep(pause)
        return None

    async def close(self) -> None:
        """End what is being fetched."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch_together(self, topic: str) -> None:
        """Fetch a topic once for all that wait for it; no other topic waits, and who goes away ends nothing."""
        task = self._under_way.get(topic)
        if task is None:
            task = self._under_way[topic] = asyncio.get_running_loop().create_task(self.fetch(topic))
            task.add_done_callback(lambda _: self._under_way.pop(topic, None))
        await asyncio.shield(task)

    def _links(self, topic: str) -> str:
        return f'<{self._base_url}/hub>; rel="hub", <{topic}>; rel="self"'
