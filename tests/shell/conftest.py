"""The outside world that the shell is tested in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from daemons import Site

ROOT = Path(__file__).parents[2]

ServeFolder = Callable[[Path], str]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for every request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that http.server gave it
        """Say nothing."""


@pytest.fixture
def serve_folder() -> Iterator[ServeFolder]:
    """Serves a folder over HTTP on a free port of this machine until the test ends; its address, without slash."""
    with ExitStack() as stack:

        def serve(folder: Path) -> str:
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)))
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield serve


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty inbox and a configuration."""
    return Site(tmp_path / "site")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The command line of `feeds`, run by this interpreter, with store and `out/` in the test's own folder."""
    monkeypatch.setenv("FEEDS_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("FEEDS_STORE", f"sqlite:///{tmp_path}/feeds.sqlite")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return lambda *words: [sys.executable, "-m", "feeds", *words]


@pytest.fixture
def run(command: Callable[..., list[str]], tmp_path: Path) -> Run:
    """Runs `feeds` in a process of its own, in the test's folder; keywords are environment variables."""

    def run_feeds(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | environment
        return subprocess.run(command(*words), capture_output=True, text=True, env=env, cwd=tmp_path, check=False)

    return run_feeds
