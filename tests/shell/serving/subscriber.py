"""A subscriber, and a publisher elsewhere, that remember everything they are asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from live import Got, Server, entry, feed, wait_for

HUB = '[hub]\nmode = "self"\nallow_private = true\n'
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that arrived."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes

    def word(self, name: str) -> str | None:
        """The last value of a parameter."""
        return ([None, *parse_qs(self.query, keep_blank_values=True).get(name, [])])[-1]


Answer = Callable[[Asked], tuple[int, dict[str, str], bytes]]


def agrees(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Repeats the challenge, and takes what is delivered."""
    return 200, {}, (asked.word("hub.challenge") or "").encode()


@dataclass(slots=True)
class Elsewhere:
    """A server elsewhere on this machine."""

    address: str
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    """By path; others agree."""
    lock: Lock = field(default_factory=Lock)

    def of(self, path: str, method: str = "POST") -> list[Asked]:
        """What arrived at a path so far."""
        with self.lock:
            return [one for one in self.asked if one.path == path and one.method == method]

    def wait(self, path: str, method: str = "POST", number: int = 1) -> Asked:
        """The request that makes it so many at a path."""
        wait_for(lambda: len(self.of(path, method)) >= number, f"{method} {path}, {number} times")
        return self.of(path, method)[number - 1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    elsewhere: Elsewhere

    def _answer(self) -> None:
        split = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        asked = Asked(self.command, split.path, split.query, self.headers, body)
        with self.elsewhere.lock:
            self.elsewhere.asked.append(asked)
        status, headers, said = self.elsewhere.answers.get(split.path, agrees)(asked)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(said))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _answer  # noqa: N815 -- the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gave it
        """Say nothing."""


class _Threads(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of a test's."""


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """A server on a free port until the block is left."""

    class Handler(_Handler):
        """A handler that knows what it answers for."""

    with _Threads(("127.0.0.1", 0), Handler) as server:
        found = Elsewhere(f"http://127.0.0.1:{server.server_port}")
        Handler.elsewhere = found
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()


def post(server: Server, **words: str) -> Got:
    """A form to the hub; an underscore in a name begins with `hub.`: `mode="subscribe"` is `hub.mode`."""
    return server.get(
        "/hub", "POST", urlencode({f"hub.{name}": value for name, value in words.items()}).encode(), Content_Type=FORM
    )


def subscribe(server: Server, other: Elsewhere, topic: str, path: str, **words: str) -> None:
    """A subscription that is accepted, verified and in force."""
    before = len(other.of(urlsplit(path).path, "GET"))
    got = post(server, mode="subscribe", topic=topic, callback=other.address + path, **words)
    assert got.status == 202, got.body
    other.wait(urlsplit(path).path, "GET", before + 1)
    wait_for(lambda: f"{other.address}{path}" in known(server), "the subscription to be in force")


def subscribe_all(server: Server, callbacks: list[str], topic: str) -> None:
    """Many subscriptions that are in force."""
    for callback in callbacks:
        assert post(server, mode="subscribe", topic=topic, callback=callback).status == 202
    wait_for(lambda: set(callbacks) <= set(known(server).splitlines()), "the subscriptions to be in force")


def known(server: Server) -> str:
    """The callbacks in the hub's store, one a line."""
    with closing(sqlite3.connect(f"file:{server.out.parent}/feeds.sqlite?mode=ro", uri=True)) as store:
        return "\n".join(row[0] for row in store.execute("SELECT callback FROM subscriptions"))


def news(server: Server, name: str, *entries: str) -> bytes:
    """The feed of a test is published anew; its bytes."""
    body = feed(*map(entry, entries))
    server.put(f"topic/{name}/atom.xml", body)
    return body
