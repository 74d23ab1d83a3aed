"""The pages that are no documents of `out/`: health, metrics, status, robots and the icon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import blake2b

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.serve.answer import Answer, Reply, length, reply
from feeds.serve.backstage import Backstage
from feeds.serve.conditional import PRECONDITIONS, evaluate

_METRICS = CONTENT_TYPE_LATEST
_ROBOTS = (
    b"User-agent: *\nDisallow: /search/\nDisallow: /hub\nDisallow: /events\nDisallow: /status\nDisallow: /metrics\n"
)
_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#d60"/>'
    b'<g fill="none" stroke="#fff" stroke-width="2"><path d="M3 8a5 5 0 0 1 5 5M3 4a9 9 0 0 1 9 9"/></g>'
    b'<circle cx="4" cy="12" r="1.3" fill="#fff"/></svg>'
)
_A_DAY = b"public, max-age=86400"


def routes(backstage: Backstage, counts: CollectorRegistry) -> list[Route]:
    """Routes of the pages that there are; `counts` are metrics besides those of the backstage."""
    made = {"/healthz": backstage.health, "/readyz": backstage.ready, "/metrics": _metrics(backstage.registry, counts)}
    if backstage.status is not None:
        made["/status"] = backstage.status
    if backstage.status_feed is not None:
        made["/status/atom.xml"] = backstage.status_feed
    kept = {"/robots.txt": (_ROBOTS, b"text/plain; charset=utf-8"), "/favicon.ico": (_ICON, b"image/svg+xml")}
    return [
        *(Route(path, _made(page), methods=["GET"]) for path, page in made.items()),
        *(Route(path, _kept(*page), methods=["GET"]) for path, page in kept.items()),
    ]


def as_response(answer: Answer) -> Response:
    """An answer as Starlette sends it."""
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response


def conditional(request: Request, answer: Answer) -> Response:
    """The answer, or that the client has it already: its tag follows from its bytes."""
    if answer.status != 200:
        return as_response(answer)
    tag = b'"' + blake2b(answer.body, digest_size=12).hexdigest().encode() + b'"'
    sent = {name: value for name, value in request.headers.raw if name in PRECONDITIONS}
    sent.pop(b"if-modified-since", None)
    outcome = evaluate(sent, tag, 0)
    if outcome == 200:
        return as_response(Answer(200, (*answer.headers, (b"etag", tag)), answer.body))
    kept = tuple(pair for pair in answer.headers if pair[0] in {b"cache-control", b"vary"})
    return as_response(Answer(outcome, (*kept, (b"etag", tag), *(length(b"") if outcome == 412 else ()))))


def _made(page: Callable[[], Reply]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        return conditional(request, reply(await asyncio.to_thread(page)))

    return endpoint


def _kept(body: bytes, media_type: bytes) -> Callable[[Request], object]:
    answer = Answer(200, ((b"content-type", media_type), *length(body), (b"cache-control", _A_DAY)), body)

    async def endpoint(request: Request) -> Response:
        return conditional(request, answer)

    return endpoint


def _metrics(*registries: CollectorRegistry) -> Callable[[], Reply]:
    return lambda: Reply(b"".join(map(generate_latest, registries)), _METRICS)
