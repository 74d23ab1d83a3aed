"""One application after another behind one server: a new configuration is taken up without dropping a request."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, MutableMapping
from typing import Any

from feeds.serve.answer import Answer
from feeds.serve.app import Application
from feeds.serve.front import Fields, Front, Receive, Scope, Send
from feeds.serve.guard import Guard

_Message = MutableMapping[str, Any]


class Switch(Application):
    """Answers as the application that is current. What an earlier one has begun to answer it answers to the end."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.front = _CurrentFront(self)
        self._life: _Life | None = None

    @property
    def closing(self) -> asyncio.Event:  # type: ignore[override]  # an attribute there
        """Set when the server is about to stop."""
        return self.app.closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request; the life of the server is that of the current application."""
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        await receive()
        self._life = await _Life.begin(self.app)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._life.end()
        await send({"type": "lifespan.shutdown.complete"})

    def published(self, paths: Iterable[str]) -> None:
        """Tell of documents that were written into `out/`: from the thread of the event loop, when they stand there."""
        self.app.published(paths)

    async def turn_to(self, app: Application) -> None:
        """Let another application answer from now on."""
        old, life = self.app, self._life
        old.closing.set()
        if life is not None:
            await life.end()
            self._life = await _Life.begin(app)
        self.app = app


class _CurrentFront(Front):
    """The front of the current application."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    @property
    def guard(self) -> Guard:  # type: ignore[override]  # an attribute there
        return self._switch.app.front.guard

    @property
    def served(self) -> Counter[int]:  # type: ignore[override]
        return self._switch.app.front.served

    def at_once(self, method: bytes, target: bytes, headers: Fields, peer: str | None) -> Answer | None:
        """The answer of the current application if it is in memory."""
        return self._switch.app.front.at_once(method, target, headers, peer)


class _Life:
    """The lifespan of one application (ASGI's lifespan protocol), from outside."""

    def __init__(self, app: Application) -> None:
        self._heard: asyncio.Queue[_Message] = asyncio.Queue()
        self._said: asyncio.Queue[_Message] = asyncio.Queue()
        scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self._running = asyncio.ensure_future(app(scope, self._heard.get, self._said.put))

    @classmethod
    async def begin(cls, app: Application) -> _Life:
        """The application has started. Raises what it raises."""
        life = cls(app)
        await life._tell("lifespan.startup")
        return life

    async def end(self) -> None:
        """The application has stopped. Raises what it raises."""
        await self._tell("lifespan.shutdown")
        await self._running

    async def _tell(self, what: str) -> None:
        self._heard.put_nowait({"type": what})
        saying = asyncio.ensure_future(self._said.get())
        await asyncio.wait({saying, self._running}, return_when=asyncio.FIRST_COMPLETED)
        if not saying.done():
            saying.cancel()
            await self._running
