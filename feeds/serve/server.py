"""The application on a socket: uvicorn inside the event loop that runs already."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from feeds.errors import ListenError
from feeds.serve.app import Application
from feeds.serve.wire import BoundedProtocol, bounded_protocol

_GRACE_SECONDS = 5
"""For open requests to be answered when the server stops."""
_CONNECTIONS = 8192
_BACKLOG = 2048
_FILES = 16_384


class _Server(uvicorn.Server):
    """uvicorn without signal handlers, that says when it answers and ends connections that are not used."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.sweep(now)
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: Application, listen: str) -> AsyncIterator[str]:
    """HTTP is answered inside, at the address that is given: `http://127.0.0.1:8080`.

    `listen` is `HOST:PORT`; port 0 is one that the system chooses. Leaving stops it: no new connections, what is
    open is answered, in at most five seconds. Installs no signal handlers and no logging. Raises ListenError if
    the address cannot be had.
    """
    listener = bound(listen)
    _allow_files(_FILES)
    config = uvicorn.Config(
        app,
        http=bounded_protocol(app.front),
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve([listener]), name="http")
    try:
        answers = asyncio.create_task(server.answers.wait())
        await asyncio.wait({answers, running}, return_when=asyncio.FIRST_COMPLETED)
        answers.cancel()
        yield _url(listener)
    finally:
        app.closing.set()
        server.should_exit = True
        await running


def _allow_files(most: int) -> None:
    """Raise the number of connections and files that this process may have open, as far as it may itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def bound(listen: str) -> socket.socket:
    """A listening socket at `HOST:PORT`. Raises ListenError, saying why and what to do."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {listen}: {reason}; choose another with --listen") from error
    listener.setblocking(False)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
