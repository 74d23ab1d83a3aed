"""From what a client asks for to a path below `out/`. Pure; what it lets through names nothing outside."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_SAFE = re.compile(r"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*/?")
"""Segments that do not begin with a dot: hidden and unfinished files, `.` and `..` are not there for clients."""
_MOST = 1024
_PARAMETERS = 50
_ENCODED = re.compile(r"%([2-7][0-9A-Fa-f])")
_ESCAPED_PLAIN = re.compile(r"[A-Za-z0-9._~-]")


def document_path(asked: str, prefix: str) -> str | None:
    """The path below `out/` that a request's path (as sent, without query) names; None if it can name none.

    A folder stands for its `index.html`. `prefix` is the path of `base_url`: proxies may leave it on or take it off.
    Unreserved characters may come percent-encoded (RFC 3986 section 6.2.2.2); anything else encoded, a slash
    above all, names nothing.
    """
    if len(asked) > _MOST:
        return None
    if "%" in asked:
        asked = _ENCODED.sub(_decoded, asked)
    if prefix and (asked == prefix or asked.startswith(prefix + "/")):
        asked = asked[len(prefix) :] or "/"
    if _SAFE.fullmatch(asked) is None or not asked.startswith("/"):
        return None
    return asked[1:] + "index.html" if asked.endswith("/") else asked[1:]


def url_prefix(base_url: str) -> str:
    """The path of the public address, without a slash at its end: empty, or `/feeds`."""
    return urlsplit(base_url).path.rstrip("/")


def parameters(query: bytes) -> dict[str, str]:
    """The last value of each parameter of a query; none if it cannot be read."""
    try:
        found = parse_qs(query.decode("ascii"), keep_blank_values=True, max_num_fields=_PARAMETERS, errors="strict")
    except ValueError:  # not ASCII, not UTF-8 when decoded, or too many
        return {}
    return {name: values[-1] for name, values in found.items()}


def _decoded(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if _ESCAPED_PLAIN.fullmatch(char) else match[0]
