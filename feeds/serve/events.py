"""News for pages and scripts: server-sent events, one for each feed that changed."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterable
from itertools import count
from posixpath import dirname
from secrets import token_hex

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from feeds.serve.answer import message
from feeds.serve.pages import as_response

_LISTENERS = 1000
_BEHIND = 1000
"""Events that a listener may not have taken yet; then it is let go, and comes back by itself."""
_REMEMBERED = 1000
_QUIET_SECONDS = 15.0


class Events:
    """Everybody who listens, and what was said last."""

    def __init__(self, base_url: str, closing: asyncio.Event) -> None:
        self._base_url = base_url
        self._closing = closing
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._said: deque[tuple[str, bytes]] = deque(maxlen=_REMEMBERED)
        self._run = token_hex(4)
        self._numbers = count(1)

    def tell(self, paths: Iterable[str]) -> None:
        """Say which feeds changed; the documents of one feed are one event."""
        for feed in sorted({dirname(path) for path in paths}):
            number = f"{self._run}-{next(self._numbers)}"
            data = json.dumps({"feed": feed, "url": f"{self._base_url}/{feed}/"}, ensure_ascii=False)
            event = f"id: {number}\nevent: feed\ndata: {data}\n\n".encode()
            self._said.append((number, event))
            for listener in list(self._listeners):
                if listener.qsize() < _BEHIND:
                    listener.put_nowait(event)
                else:
                    self._listeners.discard(listener)
                    listener.put_nowait(None)

    async def endpoint(self, request: Request) -> Response:
        """`/events`: what is said from now on, and before it what was said after `Last-Event-ID`."""
        if len(self._listeners) >= _LISTENERS:
            full = "Too many are listening: try again in a minute."
            return as_response(message(503, full, (b"retry-after", b"60")))
        headers = {"cache-control": "no-store", "x-accel-buffering": "no", "access-control-allow-origin": "*"}
        missed = self._missed(request.headers.get("last-event-id", ""))
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        return StreamingResponse(self._stream(missed), headers=headers, media_type="text/event-stream")

    def _missed(self, last: str) -> list[bytes]:
        numbers = [number for number, _ in self._said]
        return [event for _, event in list(self._said)[numbers.index(last) + 1 :]] if last in numbers else []

    async def _stream(self, missed: list[bytes]) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._listeners.add(queue)
        closing = asyncio.create_task(self._closing.wait())
        try:
            yield b"retry: 5000\n\n" + b"".join(missed)
            while not self._closing.is_set():
                news = asyncio.create_task(queue.get())
                await asyncio.wait({news, closing}, timeout=_QUIET_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not news.done():
                    news.cancel()
                    yield b": still here\n\n"
                    continue
                event = news.result()
                if event is None:
                    return
                yield event
        finally:
            closing.cancel()
            self._listeners.discard(queue)
