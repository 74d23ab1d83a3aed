"""What single values must look like. A value that does not fit raises ValueError: `must ..., not ...`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from ipaddress import ip_network
from string import Formatter
from urllib.parse import SplitResult, urlsplit

from feeds.channels.grammar import channel_fault, read_query
from feeds.errors import QueryError
from feeds.places.countries import country_names

_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+@)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_LENGTH = 80
_AGE = re.compile(r"([0-9]{1,5}) (hour|day|week)s?")
_PRINTED = 60


def shown(value: object) -> str:
    """A value as a message quotes it, shortened: text in quotes, true and false as TOML writes them."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, dict):
        text = "a table"
    elif isinstance(value, list):
        text = "a list"
    elif isinstance(value, str):
        text = f'"{value}"'
    else:
        text = str(value)
    return text if len(text) <= _PRINTED else f"{text[: _PRINTED - 1]}…"


def path(value: str) -> str:
    """A path that a file system can hold."""
    if not value or "\0" in value:
        raise ValueError(f"must be a path, not {shown(value)}")
    return value


def web_address(value: str) -> str:
    """An absolute http or https address with a host."""
    if _split(value) is None:
        raise ValueError(f"must begin with http:// or https:// and name a host, in ASCII, not {shown(value)}")
    return value


def base_url(value: str) -> str:
    """An address that paths can be put behind; its slash at the end goes."""
    parts = _split(value)
    if parts is None or parts.query or parts.fragment or "?" in value or "#" in value or "@" in parts.netloc:
        raise ValueError(
            f"must be an http:// or https:// address without user, query or fragment, not {shown(value)}; "
            "write it like https://feeds.example, in ASCII"
        )
    return value.rstrip("/")


def _split(value: str) -> SplitResult | None:
    if not value.isascii() or any(char.isspace() or not char.isprintable() for char in value):
        return None  # feeds hold URIs, which are ASCII (RFC 3986 section 2)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a pair of brackets
        return None
    return parts if usable else None


def listen(value: str) -> str:
    """`HOST:PORT`, an IPv6 host in brackets. Port 0 lets the system choose."""
    host, colon, port = value.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    plain = host[1:-1] if bracketed else host
    sound = bool(plain) and plain.isprintable() and not re.search(r"[\s/\[\]]", plain) and bracketed == (":" in plain)
    if not (colon and sound and re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 65536):
        raise ValueError(f"must be HOST:PORT with a port up to 65535, not {shown(value)}; write it like 127.0.0.1:8080")
    return value


def store(value: str) -> str:
    """An SQLAlchemy URL of a store there is a room for. Never quoted in a message: it may hold a password."""
    if not re.match(r"(?:sqlite|postgresql)(?:\+[a-z0-9_]+)?://", value) or "\0" in value:
        raise ValueError("must be sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME")
    if value.startswith("sqlite") and not re.match(r"[a-z0-9+_]+:///[^?]", value):
        raise ValueError("must name a file: sqlite:///PATH with three slashes, with four for an absolute path")
    return value


def tag(value: str) -> str:
    """A tagging entity (RFC 4151 section 2.1): a domain or e-mail address and a day on which it was yours."""
    authority, _, day = value.partition(",")
    known = re.fullmatch(r"\d{4}(-\d{2}){0,2}", day, re.ASCII)
    try:
        date.fromisoformat((day + "-01-01")[:10])
    except ValueError:
        known = None
    if not (known and _AUTHORITY.fullmatch(authority)):
        raise ValueError(f"must be a lower-case domain, a comma and a date, not {shown(value)}; like example.org,2026")
    return value


def some_text(value: str) -> str:
    """A text of more than blanks."""
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def country(value: str) -> str:
    """A country by its ISO 3166-1 code."""
    if value not in country_names():
        raise ValueError(f"must be a country of ISO 3166-1, not {shown(value)}; write it like NL")
    return value


def network(value: str) -> str:
    """An IP address, or a network as 10.0.0.0/8; in its one canonical form."""
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f"must be an IP address or a network like 10.0.0.0/8, not {shown(value)}") from None


def token(value: str) -> str:
    """A secret that fits into an address. Never quoted in a message."""
    if not re.fullmatch(r"[A-Za-z0-9._~-]{16,200}", value):
        raise ValueError("must be 16 to 200 letters, digits or any of . _ ~ -")
    return value


def template(*names: str) -> Callable[[str], str]:
    """A check that a text holds no placeholders but these; a brace is written twice."""
    allowed = " and ".join(f"{{{name}}}" for name in names)

    def check(value: str) -> str:
        try:
            fields = [field for _, *field in Formatter().parse(value) if field[0] is not None]
        except ValueError as error:
            raise ValueError(f"has a brace without its partner in {shown(value)}; write a plain brace twice") from error
        for name, style, conversion in fields:
            if name not in names or style or conversion:
                raise ValueError(f"may hold {allowed}, not {{{name}}}; write a plain brace twice")
        return value

    return check


def channel_name(value: str) -> str:
    """The last part of a feed's address."""
    if not _KEY.fullmatch(value) or len(value) > _KEY_LENGTH:
        raise ValueError(
            f"must be lower-case letters, digits and single hyphens, at most {_KEY_LENGTH}, not {shown(value)}; "
            "it stands in the feed's address"
        )
    return value


def channel_key(value: str) -> str:
    """The key of a channel that a query may refer to."""
    if (wrong := channel_fault(value)) is not None:
        raise ValueError(wrong)
    return value


def query(value: str) -> str:
    """A query that can be understood; what is wrong with another is shown in it."""
    try:
        read_query(value)
    except QueryError as error:
        raise ValueError(str(error)) from error
    return value


def age(value: str) -> str:
    """A span of time as `30 days`."""
    if (found := _AGE.fullmatch(value)) is None or int(found[1]) < 1:
        raise ValueError(f"must be a number of hours, days or weeks like 30 days, not {shown(value)}")
    return value


def age_span(value: str) -> timedelta:
    """The span that a text which `age` took stands for."""
    number, unit = value.removesuffix("s").split(" ")
    return timedelta(**{f"{unit}s": int(number)})
