"""What clients can read: codings, media types and deltas, by tables."""

from __future__ import annotations

import pytest

from feeds.serve.negotiation import Coding, codings, shows_pages, takes_changes


@pytest.mark.parametrize(
    ("field", "accepted"),
    [
        (None, ("identity",)),
        (b"", ("identity",)),
        (b"gzip", ("gzip", "identity")),
        (b"gzip, deflate, br", ("br", "gzip", "identity")),
        (b"gzip;q=1.0, br;q=0.5", ("gzip", "br", "identity")),
        (b"GZIP", ("gzip", "identity")),
        (b"x-gzip", ("gzip", "identity")),
        (b"gzip;q=0", ("identity",)),
        (b"gzip ; q=0.5 , identity;q=1", ("identity", "gzip")),
        (b"*", ("br", "gzip", "identity")),
        (b"*;q=0", ("identity",)),
        (b"identity;q=0", ("identity",)),
        (b"br, identity;q=0", ("br",)),
        (b"br;q=2", ("identity",)),
        (b"br;q=rubbish", ("identity",)),
        (b"deflate, zstd", ("identity",)),
        (b"gzip," * 1000, ("identity",)),
    ],
)
def test_codings(field: bytes | None, accepted: tuple[Coding, ...]) -> None:
    """The best coding that the client takes comes first; nobody is told 406 (RFC 9110 section 12.5.3)."""
    assert codings(field) == accepted


@pytest.mark.parametrize(
    ("field", "browser"),
    [
        (None, False),
        (b"*/*", False),
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", True),
        (b"application/atom+xml,application/rss+xml;q=0.9,text/html;q=0.7,*/*;q=0.1", False),
        (b"application/rss+xml, text/html;q=0", False),
        (b"text/html;q=0", False),
        (b"TEXT/HTML", True),
        (b"text/html;charset=utf-8", True),
    ],
)
def test_browsers_are_known_by_what_they_accept(field: bytes | None, browser: bool) -> None:
    """Who asks for pages and knows no feed is a browser."""
    assert shows_pages(field) is browser


@pytest.mark.parametrize(
    ("field", "takes"),
    [
        (None, False),
        (b"feed", True),
        (b"FEED", True),
        (b"vcdiff, feed;q=0.5", True),
        (b"feed;q=0", False),
        (b"x", False),
    ],
)
def test_deltas_are_given_to_who_asks(field: bytes | None, takes: bool) -> None:
    """`A-IM` names the manipulations that a client takes (RFC 3229 section 10.5.3)."""
    assert takes_changes(field) is takes
