"""A real `feeds serve` on a free port, and feeds to serve."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from threading import Condition
from urllib.parse import urlsplit

from feeds.model import Document
from feeds.publish import publish

ROOT = Path(__file__).parents[3]
PATIENCE = 20.0
"""Seconds after which what is waited for does not come any more."""


@dataclass(frozen=True, slots=True)
class Got:
    """What a server answered."""

    status: int
    headers: HTTPMessage
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        return self.headers[name]


@dataclass(frozen=True, slots=True)
class Server:
    """A running `feeds serve`."""

    address: str
    process: subprocess.Popen[str]
    out: Path

    def get(self, path: str, method: str = "GET", /, body: bytes | None = None, **headers: str) -> Got:
        """Its answer; underscores in the names of headers stand for hyphens."""
        fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.ask(method, path, fields, body)

    def ask(self, method: str, path: str, fields: list[tuple[str, str]], body: bytes | None = None) -> Got:
        """Its answer to a request with just these headers and a Host."""
        split = urlsplit(self.address)
        connection = HTTPConnection(split.hostname or "", split.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in fields:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Got(response.status, response.headers, response.read())
        finally:
            connection.close()

    def put(self, path: str, body: bytes) -> None:
        """Publish a document, as a build does."""
        publish(self.out, [Document(path, body, "")])

    def stop(self) -> int:
        """End it as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.process.wait(PATIENCE)


Serve = Callable[..., Server]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(
    folder: Path, settings: str = "", *, base_path: str = "", port: int = 0, **environment: str
) -> Iterator[Server]:
    """A server over `folder`/out, with settings from a configuration file, until it ends or the block is left."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    file = folder / "feeds.toml"
    file.write_text(f'base_url = "{address}{base_path}"\nout = "out"\n{settings}', "utf-8")
    command = [sys.executable, "-m", "feeds", "serve", "--config", str(file), "--listen", f"127.0.0.1:{port}"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
    env |= {"PYTHONPATH": str(ROOT), **environment}
    with (folder / "stderr").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=env, cwd=folder, stderr=log, text=True)
    try:
        wait_for(lambda: process.poll() is not None or answers(port), "the server to answer")
        assert process.poll() is None, (folder / "stderr").read_text("utf-8")
        yield Server(address, process, folder / "out")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until something holds; it is looked at often, and not for ever."""
    deadline = time.monotonic() + patience
    pause = Condition()
    with pause:
        while not true():
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            pause.wait(0.01)


def entry(name: str, text: str = "Tekst.") -> bytes:
    """An Atom entry as it stands in a feed."""
    return f"<entry><id>tag:example.org,2026:{name}</id><title>{name}</title><summary>{text}</summary></entry>".encode()


def feed(*entries: bytes) -> bytes:
    """An Atom feed of these entries."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Alles</title>'
    return head + b"".join(entries) + b"</feed>"
