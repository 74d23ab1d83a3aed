"""Ten thousand subscribers, some dead and some slow: how long until all that live are told (`-m big -s`)."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
from live import Server, entry, feed, free_port, serving, wait_for
from subscriber import HUB

from feeds.store.engine import open_store
from feeds.store.subscribers import Subscription, put_subscriptions

pytestmark = pytest.mark.big

PATH = "all/atom.xml"
SUBSCRIBERS, DEAD, SLOW = 10_000, 500, 500
SECONDS = 60.0
MEBIBYTES = 300
IN_TEN_YEARS = 10 * 365 * 86_400


class Subscribers:
    """A server for all callbacks, in a thread: it remembers what each was told last, and how often."""

    def __init__(self) -> None:
        self.port = free_port()
        self.last: dict[int, str] = {}
        self.told: Counter[tuple[int, str]] = Counter()
        self.lock = Lock()
        self._has: Counter[str] = Counter()
        self._ready, self._loop = Event(), asyncio.new_event_loop()
        Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=2048))
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b" ", 2)[1].strip(b"/"))
                found = re.search(rb"(?i)content-length: (\d+)", head)
                body = await reader.readexactly(int(found[1]) if found else 0)
                digest = blake2b(body, digest_size=12).hexdigest()
                with self.lock:
                    self._has[self.last.get(number, "")] -= 1
                    self.last[number] = digest
                    self._has[digest] += 1
                    self.told[number, digest] += 1
                if number < SLOW:
                    await asyncio.sleep(20)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def having(self, digest: str) -> int:
        """How many were told of this document last."""
        return self._has[digest]


@pytest.fixture
def subscribers() -> Subscribers:
    """Where the callbacks are."""
    return Subscribers()


def publish(server: Server, name: str) -> str:
    """A new feed of some 60 kB; its digest."""
    body = feed(*(entry(f"{name}-{number}", "Tekst van een bericht. " * 50) for number in range(50)))
    server.put(PATH, body)
    return blake2b(body, digest_size=12).hexdigest()


def prepare(folder: Path, port: int, subscribers: Subscribers, digest: str) -> None:
    """Subscriptions of everybody, who has the document of that digest."""
    expires, dead = int((time.time() + IN_TEN_YEARS) * 1e6), free_port()
    callbacks = [f"http://127.0.0.1:{subscribers.port}/{number}" for number in range(SUBSCRIBERS - DEAD)]
    callbacks += [f"http://127.0.0.1:{dead}/{number}" for number in range(DEAD)]
    topic = f"http://127.0.0.1:{port}/{PATH}"
    with (
        closing(open_store(f"sqlite:///{folder}/feeds.sqlite", write=True, wait=5)) as store,
        store.writing() as writing,
    ):
        put_subscriptions(writing, [Subscription(topic, one, b"word", expires, digest) for one in callbacks])


def peak(server: Server) -> float:
    """The most memory that a server has had, in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


def test_ten_thousand_are_told_within_a_minute(tmp_path: Path, subscribers: Subscribers) -> None:
    """One publication reaches all 9,500 that live, 500 of them slow, within 60 s and bounded memory.

    Killed in the middle of the next and started again, with a newer document: everybody ends with the newest.
    """
    port = free_port()
    with serving(tmp_path, HUB, port=port) as server:
        first = publish(server, "een")
        server.stop()
    prepare(tmp_path, port, subscribers, first)
    live = SUBSCRIBERS - DEAD
    with serving(tmp_path, HUB, port=port) as server:
        started = time.monotonic()
        second = publish(server, "twee")
        wait_for(lambda: subscribers.having(second) == live, f"{live} deliveries", SECONDS)
        print(f"\n{live} told in {time.monotonic() - started:.1f} s, {peak(server):.0f} MiB")
        assert max(subscribers.told.values()) == 1
        assert peak(server) < MEBIBYTES
        third = publish(server, "drie")
        wait_for(lambda: subscribers.having(third) > live // 2, "half of the deliveries", SECONDS)
        server.kill()
        newest = publish(server, "vier")
    with serving(tmp_path, HUB, port=port) as server:
        started = time.monotonic()
        wait_for(lambda: subscribers.having(newest) == live, f"{live} deliveries after a restart", SECONDS)
        print(f"after a restart: {live} told in {time.monotonic() - started:.1f} s, {peak(server):.0f} MiB")
        assert max(count for (_, digest), count in subscribers.told.items() if digest == newest) == 1
