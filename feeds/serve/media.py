"""What kind of document stands at a path: its media type, and what clients are told about it."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import basename

_PAGE_POLICY = (
    b"default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' https: data:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FEED_POLICY = b"default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; sandbox"
_REFERRER = (b"referrer-policy", b"no-referrer-when-downgrade")
_NOSNIFF = (b"x-content-type-options", b"nosniff")


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of document."""

    type: bytes
    browser_type: bytes
    """What browsers are told it is, so that they show it."""
    is_feed: bool
    """Whether it has a self link and a hub (WebSub section 4)."""
    headers: tuple[tuple[bytes, bytes], ...]
    """What is sent with it besides."""


def _feed(name: bytes) -> Media:
    # No nosniff: a browser that knows no feeds may still look inside and show one.
    return Media(name + b"; charset=utf-8", b"application/xml; charset=utf-8", True, (_REFERRER,))


ATOM, RSS = _feed(b"application/atom+xml"), _feed(b"application/rss+xml")
JSON_FEED = Media(b"application/feed+json", b"application/json", True, (_REFERRER, _NOSNIFF))
OPML = Media(b"text/x-opml; charset=utf-8", b"application/xml; charset=utf-8", False, (_REFERRER,))
PAGE = Media(
    b"text/html; charset=utf-8",
    b"text/html; charset=utf-8",
    False,
    (_REFERRER, _NOSNIFF, (b"content-security-policy", _PAGE_POLICY)),
)


def _other(name: bytes) -> Media:
    return Media(name, name, False, (_NOSNIFF, (b"content-security-policy", _FEED_POLICY)))


_BY_NAME = {"atom.xml": ATOM, "rss.xml": RSS, "feed.json": JSON_FEED, "opml": OPML}
_BY_SUFFIX = {
    ".atom.xml": ATOM,
    ".rss.xml": RSS,
    ".html": PAGE,
    ".opml": OPML,
    ".xml": _other(b"application/xml; charset=utf-8"),
    ".json": _other(b"application/json"),
    ".css": _other(b"text/css; charset=utf-8"),
    ".js": _other(b"text/javascript; charset=utf-8"),
    ".txt": _other(b"text/plain; charset=utf-8"),
    ".svg": _other(b"image/svg+xml"),
    ".png": _other(b"image/png"),
    ".ico": _other(b"image/vnd.microsoft.icon"),
}
_UNKNOWN = _other(b"application/octet-stream")
_PACKED = frozenset({b"image/png", b"image/vnd.microsoft.icon", b"application/octet-stream"})
"""What a coding would not make smaller."""


def media_of(path: str) -> Media:
    """What stands at a path below `out/`, by its name."""
    name = basename(path)
    if name in _BY_NAME:
        return _BY_NAME[name]
    return next((media for suffix, media in _BY_SUFFIX.items() if name.endswith(suffix)), _UNKNOWN)


def packs(media: Media) -> bool:
    """Whether a coding makes it smaller."""
    return media.type not in _PACKED
