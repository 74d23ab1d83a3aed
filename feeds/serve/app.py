"""The whole of HTTP as one ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds.config import Config
from feeds.serve import pages
from feeds.serve.addresses import url_prefix
from feeds.serve.answer import message
from feeds.serve.backstage import Backstage
from feeds.serve.documents import Documents, Manner
from feeds.serve.front import Front, Receive, Scope, Send
from feeds.serve.guard import Guard


class Application:
    """What an ASGI server runs: `out/` out of memory, and the pages behind it."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.closing = asyncio.Event()
        """Set when the server is about to stop: what waits for news hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request."""
        await self.front(scope, receive, send)

    def published(self, paths: Iterable[str]) -> None:
        """Tell of documents that were written into `out/`; from the thread of the event loop, after they stand there.

        Without this news is found by looking at the files once a second.
        """


def application(config: Config, backstage: Backstage | None = None) -> Application:
    """The application over `config.out`, which need not exist yet.

    A file that changes there is served anew at once. `backstage` is what the process tells of itself.
    """
    prefix = url_prefix(config.base_url)
    behind = Starlette(
        routes=pages.routes(backstage or Backstage()), exception_handlers={HTTPException: _explained, 404: _missing}
    )
    documents = Documents(config.out, manner(config))
    return Application(Front(documents, Guard(config.serve, prefix), prefix, behind))


def manner(config: Config) -> Manner:
    """What is sent with every document."""
    whose = "private" if config.serve.token else "public"
    control = f"{whose}, max-age={config.serve.max_age}, stale-while-revalidate={config.serve.max_age * 10}"
    links = [f'<{config.base_url}/{{path}}>; rel="self"']
    if config.hub.mode == "self":
        links.append(f'<{config.base_url}/hub>; rel="hub"')
    elif config.hub.mode == "external" and config.hub.url is not None:
        links.append(f'<{config.hub.url}>; rel="hub"')
    return Manner(control.encode(), tuple(link.encode() for link in links))


async def _explained(_request: Request, error: Exception) -> Response:
    """A request that cannot be answered is told why."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    more = tuple((name.lower().encode(), value.encode()) for name, value in (headers or {}).items())
    text = "Only GET and HEAD are answered here." if status == 405 else str(getattr(error, "detail", "An error."))
    return pages.as_response(message(status, text, *more))


async def _missing(request: Request, _error: Exception) -> Response:
    """Nothing stands there."""
    if request.method not in {"GET", "HEAD"}:
        return pages.as_response(message(405, "Only GET and HEAD are answered here.", (b"allow", b"GET, HEAD")))
    return pages.as_response(message(404, "There is nothing here. The list of feeds is at the top of this site."))
