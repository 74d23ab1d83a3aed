"""A whole answer to a request, and how its parts are written on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

Headers = tuple[tuple[bytes, bytes], ...]
"""Header fields in order, names in lower case."""

NO_STORE = (b"cache-control", b"no-store")
PLAIN = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body. Never changed once made, so that it can be given to any number of clients."""

    status: int
    headers: Headers
    body: bytes = b""
    head: bytes = field(init=False, repr=False, compare=False)
    """Status line and headers as HTTP/1.1 writes them, without the empty line: a date may follow."""

    def __post_init__(self) -> None:
        line = f"HTTP/1.1 {self.status} {_phrase(self.status)}\r\n".encode()
        object.__setattr__(self, "head", line + b"".join(b"%s: %s\r\n" % pair for pair in self.headers))

    def without_body(self) -> Answer:
        """The same for HEAD (RFC 9110 section 9.3.2)."""
        return Answer(self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a page that is made on request says: bytes and what they are. Never kept by caches."""

    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    status: int = 200


def reply(said: Reply, *more: tuple[bytes, bytes]) -> Answer:
    """The answer that a reply makes."""
    headers = ((b"content-type", said.media_type.encode()), *length(said.body), NO_STORE, *more)
    return Answer(said.status, headers, said.body)


def message(status: int, text: str, *more: tuple[bytes, bytes]) -> Answer:
    """A short answer for people: what is wrong and what to do. Not to be kept, and never shown as a page."""
    body = f"{text}\n".encode("utf-8", "backslashreplace")
    headers = ((b"content-type", PLAIN), *length(body), NO_STORE, (b"x-content-type-options", b"nosniff"), *more)
    return Answer(status, headers, body)


def length(body: bytes) -> Headers:
    """The header that says how long a body is."""
    return ((b"content-length", str(len(body)).encode()),)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
