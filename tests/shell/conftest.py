"""The outside world that the shell is tested in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ServeFolder = Callable[[Path], str]


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
