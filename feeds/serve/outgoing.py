"""Requests that leave this server: to public addresses, without redirects, bounded in size and time.

Where a request goes is decided on the address that the connection is made to, not on the name: what a name
resolved to a moment ago proves nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM
from zlib import crc32

import httpcore2

from feeds.errors import OutgoingError

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Addresses that lead to an IPv4 address of any kind (RFC 6052, RFC 8215)."""
_CONNECT_SECONDS = 10.0
_POOLS = 16
"""A pool looks at all its connections for each request: among few that costs little."""
_AGENT = f"Dateline/{version('dateline-feeds')} (WebSub hub)"

Fields = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: as much of the body as was asked for."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool
    """Whether that is all of it."""

    def header(self, name: str) -> str | None:
        """The first header of that name, in lower case."""
        return next((value for key, value in self.headers if key == name), None)


class Outgoing:
    """Makes requests; `close` when done."""

    def __init__(self, *, allow_private: bool, connections: int = 100) -> None:
        trusted = ssl.create_default_context()
        self._pools = tuple(
            httpcore2.AsyncConnectionPool(
                ssl_context=trusted,
                max_connections=connections,
                max_keepalive_connections=max(1, connections // _POOLS // 2),
                keepalive_expiry=15.0,
                network_backend=_Careful(allow_private=allow_private),
            )
            for _ in range(_POOLS)
        )

    async def ask(
        self, method: str, url: str, headers: Fields = (), body: bytes | None = None, *, most: int, seconds: float
    ) -> Response:
        """The response to a request, with at most `most` bytes of its body, within `seconds`.

        Raises OutgoingError if there is none; a redirect is a response like any other.
        """
        sent = [("user-agent", _AGENT), ("accept", "*/*"), *headers]
        encoded = [(name.encode(), value.encode()) for name, value in sent]
        waits = {"connect": _CONNECT_SECONDS, "read": seconds, "write": seconds, "pool": seconds}
        try:
            async with (
                asyncio.timeout(seconds),
                self._pools[crc32(url.encode()) % _POOLS].stream(
                    method, url, headers=encoded, content=body, extensions={"timeout": waits}
                ) as found,
            ):
                received, whole = await _read(found.aiter_stream(), most)
                fields = tuple(
                    (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in found.headers
                )
                return Response(found.status, fields, received, whole)
        except TimeoutError as error:
            raise OutgoingError(f"{_host(url)}: no answer within {seconds:g} s") from error
        except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
            raise OutgoingError(f"{_host(url)}: {str(error) or type(error).__name__}") from error
        except (httpcore2.UnsupportedProtocol, ValueError, OSError) as error:
            raise OutgoingError(f"{_host(url)}: {error}") from error

    async def close(self) -> None:
        """Let go of every connection."""
        for pool in self._pools:
            await pool.aclose()


class _Careful(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses alone, unless told otherwise."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = httpcore2.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the interface's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of the host that answers and may be gone to."""
        try:
            async with asyncio.timeout(timeout):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise httpcore2.ConnectError(f"no address found: {error}") from error
        allowed = list(dict.fromkeys(str(one[4][0]) for one in found if self._allows(str(one[4][0]))))
        if not allowed:
            raise httpcore2.ConnectError("not a public address")
        failed: Exception | None = None
        for address in allowed[:3]:
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
                continue
            reached = stream.get_extra_info("server_addr")
            if reached is not None and not self._allows(str(reached[0])):
                await stream.aclose()
                raise httpcore2.ConnectError("not a public address")
            return stream
        raise httpcore2.ConnectError(str(failed) or "no connection") from failed

    def _allows(self, address: str) -> bool:
        return self._allow_private or is_public(address)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, also where it wraps another one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner: list[IPv4Address | None] = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if any(one is not None and not is_public(str(one)) for one in inner):
            return False
        if found.ipv4_mapped is not None:
            return True
        if any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


async def _read(stream: AsyncIterator[bytes], most: int) -> tuple[bytes, bool]:
    """The beginning of a body, and whether it is all of it."""
    received = bytearray()
    async for piece in stream:
        received += piece
        if len(received) > most:
            return bytes(received[:most]), False
    return bytes(received), True


def _host(url: str) -> str:
    """Where a request went, for messages: the rest of a callback's address may be a secret."""
    return "/".join(url.split("/", 3)[:3])


@asynccontextmanager
async def outgoing(*, allow_private: bool, connections: int = 100) -> AsyncIterator[Outgoing]:
    """Requests can be made inside."""
    made = Outgoing(allow_private=allow_private, connections=connections)
    try:
        yield made
    finally:
        await made.close()
