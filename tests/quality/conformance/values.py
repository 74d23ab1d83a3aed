"""What dates, addresses, languages and numbers must look like."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote, urlsplit

from babel import Locale

MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*[\w.+-]+=(\"[^\"]*\"|[\w.+-]+))*")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? (GMT|[+-]\d\d[03]0)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]+")
_TAG = re.compile(
    r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*(#[0-9A-Za-z%/?.-]*)?"
)
_LANGUAGES = Locale("en").languages


def rfc3339(value: str) -> datetime | None:
    """The instant of a date of RFC 3339; None if it is none."""
    if not _RFC3339.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def rfc822(value: str) -> datetime | None:
    """The instant of a date as RSS writes it, on its right day of the week; None if it is none."""
    if not _RFC822.fullmatch(value):
        return None
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found if f"{found:%a}" == value[:3] else None


def plausible(moment: datetime, latest: datetime) -> bool:
    """Whether the web was there already, and the date is not yet to come."""
    return datetime(1990, 1, 1, tzinfo=UTC) <= moment <= latest


def uri(value: str) -> bool:
    """Whether it is a whole URI: one of the web names a host, and a tag keeps to RFC 4151."""
    scheme = value.partition(":")[0].lower()
    if scheme == "tag":
        return bool(_TAG.fullmatch(value))
    if scheme in {"http", "https"} and not re.match(r"https?://[^/?#]", value, re.IGNORECASE):
        return False
    return bool(_URI.fullmatch(value))


def canonical(value: str) -> str:
    """The one spelling of an address that all its spellings are equal to (RFC 3986 section 6.2)."""
    parts = urlsplit(value)
    kept = "-._~!$&'()*+,;=:@/"
    path, query, fragment = (quote(unquote(part), kept + "?") for part in parts[2:])
    scheme, netloc = parts.scheme.lower(), parts.netloc.lower()
    if not netloc:
        return f"{scheme}:{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    for known, port in (("http", ":80"), ("https", ":443")):
        if scheme == known:
            netloc = netloc.removesuffix(port)
    segments: list[str] = []
    for segment in (path or "/").split("/"):
        if segment == "..":
            segments = segments[:-1] or [""]
        elif segment != ".":
            segments.append(segment)
    return f"{scheme}://{netloc}{'/'.join(segments)}" + (f"?{query}" if query else "") + (fragment and f"#{fragment}")


def language(value: str) -> bool:
    """Whether a language tag begins with a language of ISO 639."""
    return value.partition("-")[0].lower() in _LANGUAGES


def natural(value: str, least: int = 1) -> bool:
    """Whether it is a number of 1 or more."""
    return value.isascii() and value.isdigit() and int(value) >= least


def point(value: str) -> bool:
    """Whether it is a latitude, one blank, and a longitude, in degrees (GeoRSS simple)."""
    if not re.fullmatch(r"[-+]?\d+(\.\d+)? [-+]?\d+(\.\d+)?", value):
        return False
    latitude, longitude = map(float, value.split(" "))
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
