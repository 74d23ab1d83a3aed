"""What a client can read: codings and media types by RFC 9110 section 12, feed deltas by RFC 3229. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Coding = Literal["br", "gzip", "identity"]

_PREFERRED: tuple[Coding, ...] = ("br", "gzip", "identity")
_QVALUE = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_FEEDS = frozenset({"application/atom+xml", "application/rss+xml", "application/rdf+xml"})
_MOST = 2048
"""Bytes of a header that are looked at: a longer one counts as not sent."""


@lru_cache(maxsize=512)
def codings(field: bytes | None) -> tuple[Coding, ...]:
    """The codings that a client accepts, best first; identity is always among them, rather than a 406."""
    if field is None or len(field) > _MOST:
        return ("identity",)
    asked = _weighed(field)
    other = asked.get("*", 0.0)
    weights: dict[Coding, float] = {
        "br": asked.get("br", other),
        "gzip": max(asked.get("gzip", other), asked.get("x-gzip", 0.0)),
        "identity": asked.get("identity", asked.get("*", 0.001)),  # acceptable unless it is refused (section 12.5.3)
    }
    ranked = sorted(_PREFERRED, key=lambda one: (-weights[one], _PREFERRED.index(one)))
    accepted = tuple(one for one in ranked if weights[one] > 0)
    return accepted or ("identity",)


@lru_cache(maxsize=512)
def shows_pages(field: bytes | None) -> bool:
    """Whether the client is a browser: it asks for HTML and knows no feed.

    It is given feeds as `application/xml`, which it shows with their stylesheet instead of saving them.
    """
    if field is None or len(field) > _MOST:
        return False
    asked = _weighed(field)
    return asked.get("text/html", 0.0) > 0 and not any(asked.get(feed, 0.0) > 0 for feed in _FEEDS)


@lru_cache(maxsize=512)
def takes_changes(field: bytes | None) -> bool:
    """Whether the client understands an answer that holds only the changed entries (RFC 3229, `A-IM: feed`)."""
    return field is not None and len(field) <= _MOST and _weighed(field).get("feed", 0.0) > 0


def means_it(agent: bytes) -> bool:
    """Whether a client that asks for changes can do with them.

    rss2email asks because its library, feedparser, always does, and takes the answer for an error.
    """
    return not agent.lower().startswith((b"feedparser/", b"rss2email"))


def _weighed(field: bytes) -> dict[str, float]:
    """The members of a list with their weights (section 12.4.2); what is malformed weighs nothing."""
    found: dict[str, float] = {}
    for member in field.decode("latin-1").lower().split(","):
        name, *parameters = (part.strip() for part in member.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = float(value) if _QVALUE.fullmatch(value.strip()) else 0.0
        if name:
            found[name] = max(weight, found.get(name, 0.0))
    return found
