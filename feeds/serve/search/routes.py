"""`/search/atom.xml?q=...&topic=...&place=...&limit=...`, as HTTP sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.canon import clean, slug
from feeds.channels.selection import empty_feed, feed
from feeds.config import Config
from feeds.config.channels import search
from feeds.config.publishing import publisher_of
from feeds.errors import QueryError, SearchNotReady, SearchTooCostly, StoreError
from feeds.model import Channel, ChannelKey, Document, Feed
from feeds.render import atom, jsonfeed, opml, rss
from feeds.render.settings import Publisher
from feeds.serve.addresses import parameters
from feeds.serve.answer import NO_STORE, Answer, length, message
from feeds.serve.guard import Guard
from feeds.serve.media import media_of
from feeds.serve.memory import Memory
from feeds.serve.negotiation import shows_pages
from feeds.serve.pages import as_response, conditional
from feeds.serve.search.finding import Finder, Found

Render = Callable[[Feed, Publisher], Document]


def _opml(shown: Feed, publisher: Publisher) -> Document:
    return opml.render([shown.channel], publisher)


FORMATS: Mapping[str, Render] = {
    "atom.xml": atom.render,
    "rss.xml": rss.render,
    "feed.json": jsonfeed.render,
    "opml": _opml,
}
_MOST = 100
_NO_NAMES = ("q", "topic", "place")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a search asks for, and its one address."""

    query: str
    shown: str
    """The same for people."""
    limit: int
    words: str
    """The query string that asks for just this."""


class Search:
    """Feeds made when they are asked for."""

    def __init__(self, config: Config, memory: Memory, guard: Guard) -> None:
        self._config = config
        self._finder = Finder(config, memory)
        self._guard = guard
        site = config.main_site
        self._site = site
        # A hub is told of what stands in `out/` alone.
        self._publisher = replace(publisher_of(config), hubs=())

    def routes(self) -> list[Route]:
        """A route for each format."""
        return [Route(f"/search/{name}", self._endpoint(name), methods=["GET"]) for name in FORMATS]

    def close(self) -> None:
        """Let go of the index."""
        self._finder.close()

    def _endpoint(self, name: str) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            refused = self._guard.refuses_costly(request.client.host if request.client else "", request.headers.raw)
            if refused is not None:
                return as_response(refused)
            browser = shows_pages(request.headers.get("accept", "").encode("latin-1"))
            answer = await asyncio.to_thread(self._answer, name, request.scope["query_string"], browser)
            return conditional(request, answer)

        return endpoint

    def _answer(self, name: str, query_string: bytes, browser: bool) -> Answer:
        try:
            asked = self._asked(parameters(query_string))
            found = self._finder.find(search(self._config, asked.query), asked.limit)
        except QueryError as error:
            return fault(name, error.what, error.position, str(error), browser=browser)
        except SearchNotReady as error:
            return message(503, str(error), (b"retry-after", b"10"))
        except (SearchTooCostly, StoreError) as error:
            return message(503, str(error), (b"retry-after", b"60"))
        media = media_of(name)
        body = self._render(name, asked, found)
        headers = (
            (b"content-type", media.browser_type if browser else media.type),
            *length(body),
            (b"cache-control", f"{'private' if self._config.serve.token else 'public'}, max-age=60".encode()),
            (b"vary", b"accept"),
            (b"link", f'<{self._address(name, asked)}>; rel="self"'.encode()),
            (b"access-control-allow-origin", b"*"),
            *media.headers,
        )
        return Answer(200, headers, body)

    def _asked(self, said: Mapping[str, str]) -> _Asked:
        """What the parameters ask for. Raises QueryError, also where nothing is asked for."""
        given = {name: said[name].strip() for name in _NO_NAMES if said.get(name, "").strip()}
        if not given:
            raise QueryError("", 0, "asks for nothing: say q=..., topic=... or place=...")
        parts = [f"({given['q']})"] if "q" in given else []
        if "q" in given:
            search(self._config, given["q"])  # by itself, so that a mistake is told where it stands
        for name in ("topic", "place"):
            if name in given:
                if not slug(given[name]):
                    raise QueryError(given[name], 0, f"is no name of a {name}")
                parts.append(f"{name}:{slug(given[name])}")
        shown = ", ".join(given.values())
        limit = said.get("limit", "")
        most = self._config.selection.entries
        if limit:
            if not (limit.isascii() and limit.isdecimal() and int(limit[:9]) > 0):
                raise QueryError(limit, 0, "limit must be a positive number")
            most = int(limit[:9])
            given["limit"] = str(min(most, _MOST))
        return _Asked(" ".join(parts), shown, min(most, _MOST), urlencode(given))

    def _render(self, name: str, asked: _Asked, found: Found) -> bytes:
        """The feed; its own address takes the place of the one that a channel's would have."""
        key = ChannelKey(f"search/{blake2b(asked.words.encode(), digest_size=8).hexdigest()}")
        dutch = self._site.language.partition("-")[0].lower() == "nl"
        sought = clean(asked.shown)
        title = f"{self._site.title}: {'zoeken naar' if dutch else 'search for'} {sought}"
        says = f"{'Wat gevonden is voor' if dutch else 'What was found for'} {sought}."
        if not found.all_seen:
            says += " Oudere berichten zijn niet doorzocht." if dutch else " Older stories were not searched."
        channel = Channel(key, "feed", sought, title, says)
        within = timedelta(hours=self._config.selection.date_within_hours)
        if found.stories:
            shown = feed(channel, found.stories, within, self._site.language)
        else:
            shown = empty_feed(channel, _since(self._config.tag), "", self._site.language)
        body = FORMATS[name](shown, self._publisher).body
        base = self._config.base_url
        for stand_in, other in [(file, file) for file in FORMATS] + [("", name)]:
            real = self._address(other, asked)
            written = real if name.endswith(".json") else escape(real)
            body = body.replace(f"{base}/{key}/{stand_in}".encode(), written.encode())
        return body

    def _address(self, name: str, asked: _Asked) -> str:
        return f"{self._config.base_url}/search/{name}?{asked.words}"


def fault(name: str, what: str, position: int, pointed: str, *, browser: bool) -> Answer:
    """400 for a query that cannot be understood, in the format that was asked for."""
    text = f"The query {what}" if not what.startswith("limit") else what
    if name.endswith(".json"):
        media_type, body = "application/json", json.dumps({"error": text, "position": position + 1}, ensure_ascii=False)
    elif browser:
        media_type = "text/html; charset=utf-8"
        body = f"<!DOCTYPE html><title>400</title><p>{escape(text)}</p><pre>{escape(clean(pointed))}</pre>"
    else:
        media_type = "application/xml; charset=utf-8"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<error position="{position + 1}">{escape(clean(text))}</error>'
    encoded = f"{body}\n".encode("utf-8", "backslashreplace")
    policy = (b"content-security-policy", b"default-src 'none'"), (b"x-content-type-options", b"nosniff")
    return Answer(400, ((b"content-type", media_type.encode()), *length(encoded), NO_STORE, *policy), encoded)


def _since(tag: str) -> datetime:
    """The day that a tagging entity names: nothing was published under it before."""
    return datetime.fromisoformat(f"{tag.rpartition(',')[2]}-01-01"[:10]).replace(tzinfo=UTC)
