"""What a request to the hub asks for (WebSub sections 5.1 and 6). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

LEASE_SECONDS = 10 * 86_400
"""How long a subscription holds that does not say how long."""
LONGEST_LEASE = 30 * 86_400
_LONGEST_ADDRESS = 2048
_SECRET_BYTES = 200
_FIELDS = 100
_TOPICS = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants to be told of a topic, or no more."""

    mode: Literal["subscribe", "unsubscribe"]
    topic: str
    callback: str
    lease: int
    """Seconds; what the subscriber asked for, within this hub's bounds."""
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class Publication:
    """A publisher says that these topics have news."""

    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with the request: a status and a reason for people."""

    status: int
    reason: str


def understood(body: bytes) -> Wish | Publication | Refusal:
    """What a form asks for. Parameters that are not known are ignored (section 5.1.1)."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
    except ValueError:
        return Refusal(400, "The form cannot be read: it must be URL-encoded UTF-8.")
    form = dict(reversed(pairs))
    mode = form.get("hub.mode")
    if mode == "publish":
        return _publication(value for name, value in pairs if name in {"hub.url", "hub.topic", "hub.url[]"})
    if mode not in {"subscribe", "unsubscribe"}:
        return Refusal(400, "hub.mode must be subscribe, unsubscribe or publish.")
    callback, topic = form.get("hub.callback", ""), form.get("hub.topic", "")
    if web_address(callback) is None:
        return Refusal(400, "hub.callback must be an http:// or https:// address without user or fragment.")
    if web_address(topic) is None:
        return Refusal(400, "hub.topic must be an http:// or https:// address without user or fragment.")
    lease = form.get("hub.lease_seconds") or str(LEASE_SECONDS)
    if not (lease.isascii() and lease.isdecimal() and int(lease[:20]) > 0):
        return Refusal(400, "hub.lease_seconds must be a positive number of seconds.")
    secret = form.get("hub.secret", "").encode()
    if len(secret) >= _SECRET_BYTES:
        return Refusal(400, f"hub.secret must be less than {_SECRET_BYTES} bytes long.")
    wanted: Literal["subscribe", "unsubscribe"] = "subscribe" if mode == "subscribe" else "unsubscribe"
    return Wish(wanted, topic, callback, min(int(lease[:20]), LONGEST_LEASE), secret or None)


def with_parameters(callback: str, parameters: str) -> str:
    """A callback with parameters after those it has, which stay as they are (section 5.1.1)."""
    return callback + ("&" if "?" in callback else "?") + parameters


def covers(prefix: str, topic: str) -> bool:
    """Whether a topic begins with `prefix`: same scheme, host and port, and then to the letter.

    A prefix that ends with its host means every port of that host. What climbs out of a folder lies in none.
    """
    ours, theirs = web_address(prefix), web_address(topic)
    if ours is None or theirs is None or not {".", ".."}.isdisjoint(re.split(r"[/\\]", unquote(theirs.path))):
        return False
    if ours.port is None and not ours.path and not ours.query:
        return (ours.scheme, ours.hostname) == (theirs.scheme, theirs.hostname)
    return origin(ours) == origin(theirs) and _target(theirs).startswith(_target(ours))


def web_address(text: str) -> SplitResult | None:
    """An address that can be asked for; None for what is none."""
    if len(text) > _LONGEST_ADDRESS or not text.isascii() or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if sound and "@" not in parts.netloc and "#" not in text and "\\" not in text else None


def origin(address: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port."""
    port = address.port or (443 if address.scheme == "https" else 80)
    return address.scheme, address.hostname or "", port


def _target(address: SplitResult) -> str:
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _publication(topics: Iterable[str]) -> Publication | Refusal:
    named = tuple(dict.fromkeys(topics))
    if not named or len(named) > _TOPICS or any(web_address(topic) is None for topic in named):
        return Refusal(400, f"hub.url must name an http:// or https:// address; at most {_TOPICS} of them.")
    return Publication(named)
