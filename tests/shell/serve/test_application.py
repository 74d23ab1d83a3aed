"""The application inside somebody else's event loop, as the daemon runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from live import entry, feed
from prometheus_client import CollectorRegistry, Gauge

from feeds.config import Flags, load_config
from feeds.errors import ListenError
from feeds.model import Document
from feeds.publish import publish
from feeds.serve.answer import Reply
from feeds.serve.app import Application, application
from feeds.serve.backstage import Backstage
from feeds.serve.server import serving

PATH = "all/atom.xml"
Talk = Callable[[Application, str], Awaitable[None]]


def served(folder: Path, backstage: Backstage | None, talk: Talk) -> None:
    """Run an application on a free port, talk to it, and stop it."""
    config = load_config(
        None, {}, Flags(out=str(folder / "out"), store=f"sqlite:///{folder}/feeds.sqlite"), folder
    ).config

    async def run() -> None:
        app = application(config, backstage)
        async with serving(app, "127.0.0.1:0") as address:
            await talk(app, address)

    asyncio.run(run())


async def get(address: str, path: str) -> bytes:
    """All that is answered to a request."""
    split = urlsplit(address)
    reader, writer = await asyncio.open_connection(split.hostname, split.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    said = await reader.read()
    writer.close()
    await writer.wait_closed()
    return said


def test_the_daemon_tells_of_itself(tmp_path: Path) -> None:
    """Health, readiness, metrics and status are what the functions say at that moment, whatever it is."""
    registry = CollectorRegistry()
    Gauge("feeds_pending_dumps", "Dumps that wait.", registry=registry).set(7)
    health = [Reply(b"well"), Reply(b"not well", status=503)]
    backstage = Backstage(
        health=lambda: health.pop(0),
        ready=lambda: Reply(b"soon", status=503),
        registry=registry,
        status=lambda: Reply(b"<p>fine</p>", "text/html; charset=utf-8"),
        status_feed=lambda: Reply(feed(), "application/atom+xml"),
    )

    async def talk(_app: Application, address: str) -> None:
        first, second = await get(address, "/healthz"), await get(address, "/healthz")
        assert (first[9:12], first.endswith(b"well"), second[9:12]) == (b"200", True, b"503")
        assert (await get(address, "/readyz"))[9:12] == b"503"
        assert b"feeds_pending_dumps 7.0" in await get(address, "/metrics")
        assert b"content-type: text/html; charset=utf-8" in await get(address, "/status")
        assert b"content-type: application/atom+xml" in await get(address, "/status/atom.xml")

    served(tmp_path, backstage, talk)


def test_without_a_store_there_is_no_status(tmp_path: Path) -> None:
    """503 where nothing was kept yet; the process is well all the same."""

    async def talk(_app: Application, address: str) -> None:
        assert (await get(address, "/status"))[9:12] == b"503"
        assert (await get(address, "/healthz"))[9:12] == b"200"

    served(tmp_path, None, talk)


def test_what_the_daemon_published_is_news_at_once(tmp_path: Path) -> None:
    """`published` tells listeners without a look at the folder; paths that are no feeds are none of their business."""

    async def talk(app: Application, address: str) -> None:
        split = urlsplit(address)
        reader, writer = await asyncio.open_connection(split.hostname, split.port)
        writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"retry: 5000\n\n")
        publish(tmp_path / "out", [Document(PATH, feed(entry("een")), ""), Document("index.html", b"", "")])
        app.published(["index.html", PATH, "gone/atom.xml"])
        async with asyncio.timeout(10):
            said = await reader.readuntil(b"data: ")
            assert b"event: feed" in said
            assert b'"feed": "all"' in await reader.readline()
        writer.close()
        await writer.wait_closed()

    served(tmp_path, None, talk)


def test_an_address_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    """ListenError, before anything runs."""

    async def talk(app: Application, address: str) -> None:
        with pytest.raises(ListenError, match="--listen"):
            async with serving(app, address.removeprefix("http://")):
                pytest.fail("two servers at one address")
        assert (await get(address, "/healthz"))[9:12] == b"200"

    served(tmp_path, None, talk)
