"""The whole of HTTP as one ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.config import Config
from feeds.errors import StoreError
from feeds.serve import pages, status
from feeds.serve.addresses import url_prefix
from feeds.serve.answer import Reply, message
from feeds.serve.backstage import Backstage
from feeds.serve.documents import Documents, Manner
from feeds.serve.events import Events
from feeds.serve.front import Front, Receive, Scope, Send
from feeds.serve.guard import Guard
from feeds.serve.memory import Memory
from feeds.serve.moves import Gone, Moved, what_became_of
from feeds.serve.news import News
from feeds.serve.search.routes import Search
from feeds.serve.websub import routes as hub_routes
from feeds.serve.websub.hub import Hub
from feeds.status import Status, status_in
from feeds.store.engine import open_beside

_HUB_WAIT_SECONDS = 1.0


class Application:
    """What an ASGI server runs: `out/` out of memory, and the pages, the hub and the events behind it."""

    def __init__(self, config: Config, backstage: Backstage | None) -> None:
        self.closing = asyncio.Event()
        """Set when the server is about to stop: what waits for news hangs up."""
        prefix = url_prefix(config.base_url)
        self._config = config
        self._memory = Memory(config.store)
        guard = Guard(config.serve, prefix)
        documents = Documents(config.out, manner(config))
        self.hub: Hub | None = None
        routes: list[Route] = []
        if config.hub.mode == "self":
            self.hub = Hub(config, documents, open_beside(config.store, wait=_HUB_WAIT_SECONDS))
            routes += hub_routes.routes(self.hub, guard)
        self._events = Events(config.base_url, self.closing)
        self._news = News(config.out, self._heard, self._found)
        self._search = Search(config, self._memory, guard)
        routes += self._search.routes()
        routes.append(Route("/events", self._events.endpoint, methods=["GET"]))
        told = backstage or self._alone()
        registry = CollectorRegistry()
        registry.register(_Counts(self))
        behind = Starlette(
            routes=[*pages.routes(told, registry), *routes],
            exception_handlers={HTTPException: _explained, 404: self._missing},
            lifespan=self._lifespan,
        )
        self.front = Front(documents, guard, prefix, behind)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request."""
        await self.front(scope, receive, send)

    def published(self, paths: Iterable[str]) -> None:
        """Tell of documents that were written into `out/`: from the thread of the event loop, when they stand there.

        Without this, news is found by looking at the files once a second.
        """
        self._news.published(paths)

    def _heard(self, paths: tuple[str, ...]) -> None:
        self._events.tell(paths)
        if self.hub is not None:
            self.hub.news(paths)

    def _found(self, paths: tuple[str, ...]) -> None:
        """What was published while nobody looked is delivered; it is no event."""
        if self.hub is not None:
            self.hub.news(paths)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(self._memory.close)
            stack.callback(self._search.close)
            if self.hub is not None:
                await stack.enter_async_context(self.hub.running())
            looking = asyncio.create_task(self._news.look())
            try:
                yield
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)

    def _alone(self) -> Backstage:
        """What can be told without a daemon: how the one that wrote the store stood."""
        line = "served alone: nothing is watched"
        return Backstage(
            ready=self._memory.ready,
            status=lambda: self._from_store(lambda found: status.page(self._config, found, line)),
            status_feed=lambda: self._from_store(lambda found: status.feed(self._config, found)),
        )

    def _from_store(self, made: Callable[[Status], Reply]) -> Reply:
        try:
            with self._memory.reading() as connection:
                return made(status_in(connection))
        except StoreError as error:
            return Reply(f"{error}\n".encode("utf-8", "backslashreplace"), status=503)

    async def _missing(self, request: Request, _error: Exception) -> Response:
        """Nothing stands there: say what became of it."""
        if request.method not in {"GET", "HEAD"}:
            return pages.as_response(message(405, "Only GET and HEAD are answered here.", (b"allow", b"GET, HEAD")))
        became = await asyncio.to_thread(what_became_of, request.scope["path"], self._memory, self._config)
        if isinstance(became, Moved):
            location = (b"location", became.target.encode())
            status = 301 if became.lasting else 302
            return pages.as_response(message(status, "This is elsewhere now.", location))
        if isinstance(became, Gone):
            why = became.reason or "no page shows it any more"
            said = f"The story was withdrawn: {why}. See /tombstones.atom.xml."
            return pages.as_response(message(410, said))
        return pages.as_response(message(404, "There is nothing here. The list of feeds is at the top of this site."))


def application(config: Config, backstage: Backstage | None = None) -> Application:
    """The application over `config.out`, which need not exist yet.

    A file that changes there is served anew at once. `backstage` is what the process tells of itself. Raises
    StoreError if this server is to be a hub and there is no store for its subscriptions.
    """
    return Application(config, backstage)


def manner(config: Config) -> Manner:
    """What is sent with every document."""
    whose = "private" if config.serve.token else "public"
    control = f"{whose}, max-age={config.serve.max_age}, stale-while-revalidate={config.serve.max_age * 10}"
    links = [f'<{config.base_url}/{{path}}>; rel="self"']
    links += [f'<{hub}>; rel="hub"' for hub in config.hub.addresses(config.base_url)]
    return Manner(control.encode(), tuple(link.encode() for link in links))


class _Counts(Collector):
    """Counters of this application, for Prometheus."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now."""
        answers = CounterMetricFamily("feeds_http_answers", "Answers for documents, by status.", labels=["status"])
        for code, number in sorted(self._app.front.served.items()):
            answers.add_metric([str(code)], number)
        yield answers
        if self._app.hub is not None:
            yield GaugeMetricFamily("feeds_hub_subscriptions", "Subscriptions to the hub.", value=len(self._app.hub))
            deliveries = CounterMetricFamily("feeds_hub_deliveries", "Deliveries of the hub.", labels=["outcome"])
            for outcome, number in sorted(self._app.hub.outcomes().items()):
                deliveries.add_metric([outcome], number)
            yield deliveries


async def _explained(_request: Request, error: Exception) -> Response:
    """A request that cannot be answered is told why."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    more = tuple((name.lower().encode(), value.encode()) for name, value in (headers or {}).items())
    text = "That method is not for this address." if status == 405 else str(getattr(error, "detail", "An error."))
    return pages.as_response(message(status, text, *more))
