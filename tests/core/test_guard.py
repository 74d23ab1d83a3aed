"""Who may ask, and how often: tokens, rates and proxies, without a clock or a network."""

from __future__ import annotations

from base64 import b64encode

import pytest

from feeds.config import Serve
from feeds.serve.answer import Answer
from feeds.serve.guard import Guard, Rate

TOKEN = "a-long-and-random-word"
PLAIN: list[tuple[bytes, bytes]] = []


class Clock:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


def test_a_rate_allows_a_burst_and_then_its_pace() -> None:
    """So many at once, then one for each step of time; waiting as long as is said is enough."""
    clock = Clock()
    rate = Rate(2, 5, clock)
    assert [rate.wait("a") > 0 for _ in range(6)] == [False] * 5 + [True]
    clock.now += rate.wait("a")
    assert [rate.wait("a") > 0 for _ in range(2)] == [False, True]
    clock.now += 60
    assert [rate.wait("a") > 0 for _ in range(6)] == [False] * 5 + [True]


def test_clients_are_counted_each_for_himself() -> None:
    """Nobody pays for another."""
    rate = Rate(1, 1, Clock())
    assert (rate.wait("a"), rate.wait("b")) == (0, 0)
    assert rate.wait("a") > 0


def refused(
    guard: Guard,
    peer: str = "192.0.2.1",
    path: bytes = b"/all/atom.xml",
    query: bytes = b"",
    *fields: tuple[bytes, bytes],
) -> int:
    """The status with which a request is refused; 0 if it is not."""
    answer: Answer | None = guard.refuses(peer, path, query, list(fields))
    return 0 if answer is None else answer.status


def basic(text: str) -> tuple[bytes, bytes]:
    """Credentials as browsers send them."""
    return b"authorization", b"Basic " + b64encode(text.encode())


@pytest.mark.parametrize(
    ("query", "fields", "status"),
    [
        (b"", [], 401),
        (b"token=" + TOKEN.encode(), [], 0),
        (b"a=b&token=" + TOKEN.encode(), [], 0),
        (b"token=wrong", [], 401),
        (b"token=", [], 401),
        (b"token=%ff", [], 401),
        (b"", [basic(f"anybody:{TOKEN}")], 0),
        (b"", [basic(f":{TOKEN}")], 0),
        (b"", [basic(f"{TOKEN}:wrong")], 401),
        (b"", [basic(TOKEN)], 401),
        (b"", [(b"authorization", b"Basic !!!")], 401),
        (b"", [(b"authorization", b"Basic")], 401),
        (b"", [(b"authorization", b"Bearer " + TOKEN.encode())], 0),
        (b"", [(b"authorization", b"Digest " + TOKEN.encode())], 401),
        (b"token=wrong", [basic(f":{TOKEN}")], 0),
    ],
)
def test_a_token_is_asked_for(query: bytes, fields: list[tuple[bytes, bytes]], status: int) -> None:
    """As a parameter, as a password or as a bearer token; nothing else opens."""
    assert refused(Guard(Serve(token=TOKEN), ""), "127.0.0.1", b"/all/atom.xml", query, *fields) == status


def test_health_needs_no_token() -> None:
    """Supervisors are let in, below the public prefix too."""
    guard = Guard(Serve(token=TOKEN), "/feeds")
    paths = [b"/healthz", b"/readyz", b"/feeds/healthz", b"/metrics", b"/healthz/x", b"/"]
    assert [refused(guard, path=path) for path in paths] == [0, 0, 0, 401, 401, 401]


def test_too_many_requests_are_told_when_to_come_back() -> None:
    """429 with Retry-After (RFC 6585); another client is not meant."""
    guard = Guard(Serve(requests_per_second=1, burst=3), "")
    assert [refused(guard) for _ in range(4)] == [0, 0, 0, 429]
    answer = guard.refuses("192.0.2.1", b"/", b"", PLAIN)
    assert answer is not None
    assert int(dict(answer.headers)[b"retry-after"]) >= 1
    assert refused(guard, "192.0.2.2") == 0


def test_a_household_of_ipv6_is_one_client() -> None:
    """Who has a /64 does not have 2^64 allowances; addresses of IPv4 in IPv6 clothes are the same clients."""
    guard = Guard(Serve(requests_per_second=1, burst=1), "")
    assert [refused(guard, peer) for peer in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")] == [0, 429, 0]
    assert [refused(guard, peer) for peer in ("198.51.100.1", "::ffff:198.51.100.1")] == [0, 429]


def test_this_machine_is_not_counted() -> None:
    """By default loopback has no bound, unless it speaks for others as a proxy."""
    guard = Guard(Serve(requests_per_second=1, burst=1), "")
    assert [refused(guard, "127.0.0.1") for _ in range(5)] == [0] * 5
    assert guard.is_open_to("127.0.0.1")
    proxied = Guard(Serve(requests_per_second=1, burst=1, proxies=("127.0.0.1/32",)), "")
    assert not proxied.is_open_to("127.0.0.1")
    forwarded = (b"x-forwarded-for", b"203.0.113.9")
    assert [refused(proxied, "127.0.0.1", b"/", b"", forwarded) for _ in range(2)] == [0, 429]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", b"203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", b"198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", b"203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", b"rubbish", "10.0.0.1"),
        ("10.0.0.1", b"203.0.113.9, rubbish", "10.0.0.1"),
        ("10.0.0.1", b"", "10.0.0.1"),
        ("192.0.2.1", b"203.0.113.9", "192.0.2.1"),
    ],
)
def test_proxies_speak_for_others(peer: str, forwarded: bytes, client: str) -> None:
    """Only a configured proxy is believed, and of what it says the last that no such proxy could have said."""
    guard = Guard(Serve(proxies=("10.0.0.0/8",)), "")
    assert guard.client(peer, [(b"x-forwarded-for", forwarded)]) == client


def test_what_costs_more_is_counted_apart() -> None:
    """Searches and subscriptions have their own, smaller allowance."""
    guard = Guard(Serve(costly_per_minute=2), "")
    answers = [guard.refuses_costly("192.0.2.1", PLAIN) for _ in range(3)]
    assert [None if answer is None else answer.status for answer in answers] == [None, None, 429]
    assert refused(guard) == 0
