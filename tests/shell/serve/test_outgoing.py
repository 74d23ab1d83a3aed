"""Where this server's own requests may go, and how much they may bring."""

from __future__ import annotations

import asyncio

import pytest
from subscriber import elsewhere

from feeds.errors import OutgoingError
from feeds.serve.outgoing import is_public, outgoing


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433"]
)
def test_private_addresses_are_not_called(host: str) -> None:
    """However this machine is named, no request goes to it unless that is allowed."""
    with elsewhere() as other:
        port = other.address.rpartition(":")[2]

        async def ask() -> None:
            async with outgoing(allow_private=False) as calls:
                await calls.ask("GET", f"http://{host}:{port}/", most=10, seconds=5)

        with pytest.raises(OutgoingError):
            asyncio.run(ask())
        assert other.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2002:0a00:1::1", False),
        ("not an address", False),
    ],
)
def test_public_is_what_the_internet_is(address: str, public: bool) -> None:
    """Loopback, link-local, private, shared, multicast and reserved addresses are not public, wrapped ones neither."""
    assert is_public(address) is public


def test_redirects_are_not_followed() -> None:
    """A redirect is an answer like any other."""
    with elsewhere() as other:
        other.answers["/a"] = lambda _: (302, {"Location": f"{other.address}/b"}, b"")

        async def ask() -> int:
            async with outgoing(allow_private=True) as calls:
                return (await calls.ask("GET", f"{other.address}/a", most=10, seconds=5)).status

        assert asyncio.run(ask()) == 302
        assert other.of("/b", "GET") == []


def test_answers_are_bounded_in_size_and_time() -> None:
    """No more is read than was asked for, and nobody is waited for beyond the time."""
    with elsewhere() as other:
        other.answers["/long"] = lambda _: (200, {}, b"x" * 1_000_000)
        other.answers["/slow"] = lambda _: (200, {"Content-Length": "9"}, b"")

        async def ask() -> tuple[bytes, bool]:
            async with outgoing(allow_private=True) as calls:
                long = await calls.ask("GET", f"{other.address}/long", most=1000, seconds=5)
                with pytest.raises(OutgoingError, match="within"):
                    await calls.ask("GET", f"{other.address}/slow", most=1000, seconds=0.2)
                return long.body, long.whole

        assert asyncio.run(ask()) == (b"x" * 1000, False)
