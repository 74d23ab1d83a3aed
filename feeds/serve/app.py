"""`out/` as an ASGI application: strong ETags, 304, media types, and the pages that tell of the process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.config import Config
from feeds.serve.answer import Reply
from feeds.serve.backstage import Backstage

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/feed+json",
    ".opml": "text/x-opml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_FEEDS = {"atom.xml": "application/atom+xml; charset=utf-8", "rss.xml": "application/rss+xml; charset=utf-8"}


def application(config: Config, backstage: Backstage | None = None) -> Starlette:
    """The application over `config.out`, which need not exist yet. `backstage` is what the process tells of itself."""
    behind = backstage or Backstage()
    pages: dict[str, Callable[[], Reply] | None] = {
        "/healthz": behind.health,
        "/readyz": behind.ready,
        "/metrics": lambda: Reply(generate_latest(behind.registry), CONTENT_TYPE_LATEST),
        "/status": behind.status,
        "/status/atom.xml": behind.status_feed,
    }
    made = [Route(path, _made(page), methods=["GET"]) for path, page in pages.items() if page is not None]
    return Starlette(routes=[*made, Route("/{path:path}", _document(config.out), methods=["GET"])])


def _made(page: Callable[[], Reply]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        said = await asyncio.to_thread(page)
        headers = {"cache-control": "no-store", "content-type": said.media_type}
        return Response(said.body, said.status, headers)

    return endpoint


def _document(out: Path) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        found = await asyncio.to_thread(_read, out, request.path_params["path"])
        if found is None:
            return Response("There is nothing here. The list of feeds is at the top of this site.\n", 404)
        name, body, mtime = found
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        headers = {"etag": tag, "last-modified": formatdate(mtime, usegmt=True), "cache-control": "public, max-age=60"}
        if _has_it(request, tag, int(mtime)):
            return Response(b"", 304, headers)
        return Response(body, 200, headers | {"content-type": media_type(name)})

    return endpoint


def media_type(name: str) -> str:
    """What a document is, by the last part of its path."""
    if name.endswith(".xml"):
        return next((kind for end, kind in _FEEDS.items() if name.endswith(end)), "application/xml; charset=utf-8")
    return MEDIA_TYPES.get(os.path.splitext(name)[1], "application/octet-stream")  # noqa: PTH122 -- a name is no path


def _read(out: Path, path: str) -> tuple[str, bytes, float] | None:
    """A document below `out`, by its name, bytes and modification time; a folder is its index."""
    root = os.path.realpath(out)
    if not path.isprintable() or any(part.startswith(".") for part in path.split("/")):
        return None
    target = os.path.realpath(os.path.join(root, path))  # noqa: PTH118 -- as fast as it can be
    if target != root and not target.startswith(root + os.sep):
        return None
    if os.path.isdir(target):  # noqa: PTH112
        target += "/index.html"
    try:
        with Path(target).open("rb") as file:
            return target, file.read(), os.fstat(file.fileno()).st_mtime
    except OSError:
        return None


def _has_it(request: Request, tag: str, mtime: int) -> bool:
    """Whether the client has the document (RFC 9110 section 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return mtime <= parsedate_to_datetime(since).timestamp()
    except (ValueError, OverflowError):
        return False
