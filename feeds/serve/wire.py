"""HTTP/1.1 on a connection: uvicorn's protocol with bounds, and without a task for what is in memory.

Making a task for each request is more than half of what a small answer costs. Here the answer is written where the
request's last header is read; everything else takes uvicorn's own way.
"""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from time import time
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from feeds.serve.answer import Answer, message
from feeds.serve.front import ADMITTED, Front

_HEADER_BYTES = 16 << 10
_HEADERS = 100
_REQUEST_BYTES = _HEADER_BYTES + (128 << 10)
_REQUEST_SECONDS = 10.0
"""For a client to send a whole request."""
_WRITE_SECONDS = 30.0
"""For a client to take in anything at all of what is waiting for it."""
_IDLE_SECONDS = 75.0
"""For a connection that was answered, or on which nothing was asked yet."""
_LAST_SECONDS = 1.0
"""For a client to hear the last word."""
_CLOSE = b"connection: close\r\n\r\n"
_QUICK = frozenset({b"GET", b"HEAD"})
_BODIES = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `front` is set by `bounded_protocol`."""

    front: ClassVar[Front]
    _second: ClassVar[int] = 0
    _date: ClassVar[bytes] = b""

    _peer = ""
    _guarded = True
    """Whether requests of this client may be refused."""
    _quick = False
    """Whether the request in hand has been answered at its last header."""
    _plain = True
    """Whether the request in hand has no body and no wishes for the connection."""
    _hosts = 0
    _received = 0
    """Bytes of the request in hand."""
    _whole = False
    """Whether a request was complete in the bytes at hand."""
    _began = 0.0
    """When the request in hand began, 0 if none has."""
    _rested = 0.0
    """Since when nothing is asked on the connection."""
    _stuck: tuple[int, float] = (0, 0.0)
    """How many bytes wait to be taken in by the client, and since when it is as many."""
    _refusal: Answer | None = None
    _ending = False
    """Whether the last word has been said, and what still comes is thrown away."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A client is there."""
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else ""
        self._guarded = not self.front.guard.is_open_to(self._peer)
        self._rested = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Bytes from the client, at most so many and for so long until a request is whole."""
        if self._ending:
            return
        self._whole = False
        self._received += len(data)
        super().data_received(data)
        if self._whole:
            self._received, self._began = 0, 0.0
            self._rested = self.loop.time()
            return
        if self._began == 0.0:
            self._began = self.loop.time()
        if self._received > _REQUEST_BYTES:
            self._hang_up(message(413, "The request is too long."))

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._quick, self._plain, self._hosts = False, True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header of the request."""
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name in _BODIES:
            self._plain = False
            self.expect_100_continue |= name == b"expect" and value.lower() == b"100-continue"
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """All that is needed to answer a request for a document."""
        if self._received > _HEADER_BYTES or len(self.headers) > _HEADERS:
            self._measure()
        if self._hosts != 1 and (self._hosts or self.parser.get_http_version() == "1.1"):  # RFC 9112 section 3.2
            self._refuse(message(400, "The request must name one host."))
        idle, tried = self._is_idle(), False
        if self._plain and idle and not self.pipeline and not self.flow.write_paused:
            method = self.parser.get_method()
            if method in _QUICK and not self.transport.is_closing():
                tried = True
                answer = self._at_once(method)
                if answer is not None:
                    self._quick = True
                    self._write(answer, method == b"HEAD")
                    return
        self._dated()
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.scope["state"][ADMITTED] = tried
        self.url, self.expect_100_continue = url, expect
        self.headers += headers
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the request's body."""
        if not self._quick:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._whole = True
        if not self._quick:
            super().on_message_complete()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn hangs up
        """The client has said all it has to say; what it asked for is answered first."""
        if self._is_idle():
            return False
        last = self.pipeline[0][0] if self.pipeline else self.cycle
        last.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        """What cannot be understood, or was refused, ends the connection."""
        self._hang_up(self._refusal or message(400, msg))

    def sweep(self, now: float) -> None:
        """Let go of a client that neither asks nor listens. Called about once a second."""
        if self.transport.is_closing() or self._ending:
            return
        waiting = self.transport.get_write_buffer_size()
        if waiting == 0 or waiting != self._stuck[0]:
            self._stuck = waiting, now
        elif now - self._stuck[1] > _WRITE_SECONDS:
            self.transport.abort()
            return
        idle = self._is_idle()
        if self._began and now - self._began > _REQUEST_SECONDS:
            self._hang_up(message(408, "The request took too long to arrive."))
        elif idle and not self._began and not waiting and now - self._rested > _IDLE_SECONDS:
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None until there is one, whatever uvicorn says
        return cycle is None or cycle.response_complete

    def _measure(self) -> None:
        if len(self.url) > _HEADER_BYTES // 2:
            self._refuse(message(414, "The address is too long."))
        if len(self.headers) > _HEADERS or sum(len(name) + len(value) for name, value in self.headers) > _HEADER_BYTES:
            self._refuse(message(431, "The request's headers are too many or too long."))

    def _at_once(self, method: bytes) -> Answer | None:
        try:
            return self.front.at_once(method, self.url, self.headers, self._peer if self._guarded else None)
        except Exception:  # noqa: BLE001 -- the parser would call it the client's fault
            return None  # uvicorn's own way meets it again, logs it and answers 500

    def _refuse(self, answer: Answer) -> None:
        """Leave the parser, which calls `send_400_response` then."""
        self._refusal = answer
        raise ValueError(answer.status)

    def _hang_up(self, answer: Answer) -> None:
        """Say a last word. Closing at once would take it away again from a client that is still talking."""
        if self._ending:
            return
        self._ending = True
        self.front.served[answer.status] += 1
        self.transport.write(b"".join((answer.head, self._dated(), _CLOSE, answer.body)))
        self.transport.write_eof()
        self.loop.call_later(_LAST_SECONDS, self.transport.close)

    def _write(self, answer: Answer, head: bool) -> None:
        """Write an answer as it stands."""
        body = b"" if head else answer.body
        if self.parser.should_keep_alive() and self.parser.get_http_version() != "1.0":
            self.transport.write(b"".join((answer.head, self._dated(), b"\r\n", body)))
            return
        self.transport.write(b"".join((answer.head, self._dated(), _CLOSE, body)))
        self.transport.close()

    def _dated(self) -> bytes:
        """The date. Uvicorn's own may be a second late, and earlier than a Last-Modified that was just made."""
        cls, now = type(self), int(time())
        if cls._second != now:
            cls._second = now
            date = formatdate(now, usegmt=True).encode()
            cls._date = b"date: " + date + b"\r\n"
            self.server_state.default_headers = [(b"date", date)]
        return cls._date


def bounded_protocol(front: Front) -> type[BoundedProtocol]:
    """The protocol for a server that answers from `front` what is in memory there."""
    return type("FrontProtocol", (BoundedProtocol,), {"front": front})
