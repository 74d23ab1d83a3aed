"""Who may ask, and how often: the access token, rates per client, and whom a proxy speaks for."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic

from feeds.config import Serve
from feeds.serve.addresses import parameters
from feeds.serve.answer import Answer, message

Network = IPv4Network | IPv6Network
Fields = Iterable[tuple[bytes, bytes]]

ALWAYS_OPEN = (b"/healthz", b"/readyz")
"""Paths that ask for no token and know no rate: a supervisor must not be turned away."""

_MOST_CLIENTS = 50_000


class Rate:
    """So many requests a second for each client, after so many at once (a generic cell rate algorithm)."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._step = 1 / per_second
        self._slack = burst / per_second
        self._clock = clock
        self._due: OrderedDict[str, float] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds until the client may ask; 0 if it may now, and then this request counts."""
        now = self._clock()
        due = max(now, self._due.get(client, now))
        if due - now > self._slack - self._step * 0.5:
            return due - now - self._slack + self._step
        self._due[client] = due + self._step
        self._due.move_to_end(client)
        if len(self._due) > _MOST_CLIENTS:
            self._due.popitem(last=False)
        return 0.0


class Guard:
    """Turns requests away before anything else sees them."""

    def __init__(self, serve: Serve, prefix: str) -> None:
        self._token = serve.token.encode() if serve.token else None
        self._rate = Rate(serve.requests_per_second, serve.burst) if serve.requests_per_second else None
        self._costly = Rate(serve.costly_per_minute / 60, serve.costly_per_minute) if serve.costly_per_minute else None
        self._proxies = tuple(map(ip_network, serve.proxies))
        self._exempt = tuple(map(ip_network, serve.exempt))
        self._always_open = frozenset((*ALWAYS_OPEN, *(prefix.encode() + path for path in ALWAYS_OPEN)))
        self._known: dict[str, tuple[bool, str | None]] = {}

    def refuses(self, peer: str, path: bytes, query: bytes, headers: Fields) -> Answer | None:
        """What a client is told that must go away; None if it may come in."""
        if path in self._always_open:
            return None
        if self._rate is not None and (client := self._counted(peer, headers)) is not None:
            wait = self._rate.wait(client)
            if wait > 0:
                return too_many(wait)
        if self._token is not None and not self._holds_token(query, headers):
            challenge = (b"www-authenticate", b'Basic realm="feeds", charset="UTF-8"')
            return message(401, "These feeds need a token: as ?token=... or as the password.", challenge)
        return None

    def is_open_to(self, peer: str) -> bool:
        """Whether no request of a client is ever refused, whatever it says."""
        is_proxy, counted = self._looked_up(peer)
        return self._token is None and (self._rate is None or (counted is None and not is_proxy))

    def refuses_costly(self, peer: str, headers: Fields) -> Answer | None:
        """The same for what costs much more than a document: searches, and subscriptions to the hub."""
        client = self._counted(peer, headers)
        wait = 0.0 if self._costly is None or client is None else self._costly.wait(client)
        return too_many(wait) if wait > 0 else None

    def client(self, peer: str, headers: Fields) -> str:
        """Who really asks: behind a configured proxy, the last address in X-Forwarded-For that is no such proxy."""
        if not self._looked_up(peer)[0]:
            return peer
        forwarded = b",".join(value for name, value in headers if name == b"x-forwarded-for")
        for one in reversed(forwarded.decode("latin-1").split(",")):
            address = one.strip()
            if not address or not _is_address(address):
                break
            peer = address
            if not _within(address, self._proxies):
                break
        return peer

    def _counted(self, peer: str, headers: Fields) -> str | None:
        """The name under which a client's requests are counted; None if they are not."""
        is_proxy, counted = self._looked_up(peer)
        if not is_proxy:
            return counted
        return self._looked_up(self.client(peer, headers))[1]

    def _looked_up(self, address: str) -> tuple[bool, str | None]:
        """Whether an address is a proxy's, and under which name it is counted (None: it is not)."""
        known = self._known.get(address)
        if known is None:
            exempt = not _is_address(address) or _within(address, self._exempt)
            known = _within(address, self._proxies), None if exempt else _household(address)
            if len(self._known) >= _MOST_CLIENTS:
                self._known.clear()
            self._known[address] = known
        return known

    def _holds_token(self, query: bytes, headers: Fields) -> bool:
        offered = [parameters(query).get("token", "").encode("utf-8", "surrogateescape")] if b"token=" in query else []
        for name, value in headers:
            if name == b"authorization":
                offered.append(_password(value))
        return any(hmac.compare_digest(one, self._token or b"") for one in offered)


def too_many(wait: float) -> Answer:
    """Come back later (RFC 6585 section 4)."""
    seconds = max(1, int(wait + 0.999))
    return message(429, f"Too many requests: try again in {seconds} s.", (b"retry-after", str(seconds).encode()))


def _password(authorization: bytes) -> bytes:
    """The password of Basic credentials (RFC 7617), or a bearer token."""
    scheme, _, credentials = authorization.partition(b" ")
    if scheme.lower() == b"bearer":
        return credentials.strip()
    if scheme.lower() != b"basic":
        return b""
    try:
        return b64decode(credentials.strip(), validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, networks: Sequence[Network]) -> bool:
    if not _is_address(address):
        return False
    found = _plain(address)
    return any(found in network for network in networks if network.version == found.version)


def _plain(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _household(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    found = _plain(address)
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
