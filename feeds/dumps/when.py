"""When a page was captured: what each kind of evidence says, and which is believed.

Best first: the row itself, a sidecar, a 14-digit time in the name, a day printed on the page, the modification time.
Evidence is a closed span in UTC; nothing is narrowed beyond what it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feeds.canon import instant
from feeds.dumps.objects import object_at
from feeds.errors import DumpError
from feeds.model import Evidence, Told

Policy = Literal["trust", "ignore"]
"""Whether a source's modification times are evidence of capture."""

YEARS = range(1990, 2201)
"""The years in which a page can have been captured; a time outside them is a mistake."""
URL_LIMIT = 2000
SIDECAR_LIMIT = 65536
"""Bytes of the largest sidecar that is read."""

_FOURTEEN = re.compile("(?<![0-9])[0-9]{14}(?![0-9])")
_DAY = re.compile("[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_TIME = re.compile(
    _DAY.pattern + "[T ][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]{1,9})?)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DAY_LENGTH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a sidecar says of its dump, or a row of itself; None where it is silent."""

    url: str | None
    told: Told | None


def read_sidecar(data: bytes, zone: ZoneInfo) -> Sidecar:
    """What a sidecar's bytes say. Times without offset, and whole days, are in the site's `zone`.

    `captured_at` wins over `captured_between`; unknown keys are left alone, and null is as good as no key.
    Raises DumpError, with the reason, for anything malformed.
    """
    try:
        return said_in(_json_object(data), ("captured_at",), "sidecar", zone)
    except DumpError as error:
        raise DumpError(f"malformed sidecar: {error}") from None


def said_in(said: Mapping[str, object], moments: Sequence[str], source: Evidence, zone: ZoneInfo) -> Sidecar:
    """What a JSON object says: its `url`, and the first of `moments` that it has, else its `captured_between`.

    Raises DumpError, with the reason, for anything malformed among those.
    """
    url = said.get("url")
    at = next((key for key in moments if said.get(key) is not None), None)
    between = said.get("captured_between")
    told = None
    if at is not None:
        told = Told(*_span(at, said[at], zone), source)
    elif between is not None:
        if not isinstance(between, list) or len(between) != 2:
            raise DumpError("captured_between must be a list of two times")
        first, last = (_span("captured_between", one, zone) for one in between)
        not_before, not_after = first[0], last[1]
        if not_before > not_after or (first[0] > last[0] and first[1] > last[1]):  # two days in the wrong order meet
            raise DumpError("captured_between ends before it begins")
        told = Told(not_before, not_after, source)
    return Sidecar(None if url is None else _url(url), told)


def filled(own: Sidecar, beside: Sidecar | None) -> Sidecar:
    """What a row says, and where it is silent what lies beside its file."""
    if beside is None:
        return own
    return Sidecar(own.url or beside.url, own.told or beside.told)


def _json_object(data: bytes) -> dict[str, object]:
    if len(data) > SIDECAR_LIMIT:
        raise DumpError(f"over {SIDECAR_LIMIT} bytes")
    try:
        text = data.decode("utf-8-sig").strip(" \t\r\n")
    except ValueError as error:
        raise DumpError(f"not JSON in UTF-8: {error}") from None
    said, end = object_at(text, 0)
    if end != len(text):
        raise DumpError("not JSON: something stands after the object")
    return said


def _url(value: object) -> str:
    if not isinstance(value, str):
        raise DumpError("url must be text")
    if len(value) > URL_LIMIT:
        raise DumpError(f"url is over {URL_LIMIT} characters")
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or " " in value or not value.isprintable():
        raise DumpError("url must be an http or https address")
    return value


def _span(key: str, value: object, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The closed span in UTC that a printed time or day stands for (ISO 8601, calendar dates only)."""
    if not isinstance(value, str):
        raise DumpError(f"{key} must be a time in ISO 8601")
    printed = value.strip().upper()
    try:
        if _DAY.fullmatch(printed):
            day = date.fromisoformat(printed)
            if day.year in YEARS:
                return _whole_day(day, zone)
        elif _TIME.fullmatch(printed):
            moment = datetime.fromisoformat(printed)
            if moment.year in YEARS:
                return _instants(moment, zone)
        else:
            raise ValueError
    except ValueError:
        raise DumpError(f"{key} is no time in ISO 8601: {value[:40]!r}") from None
    raise DumpError(f"{key} must lie in the years {YEARS[0]} to {YEARS[-1]}")


def _instants(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First and last instant that a time may mean: two where the clock is put back and no offset says which."""
    if moment.tzinfo is not None:
        certain = moment.astimezone(UTC)
        return certain, certain
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(first, second), max(first, second)


def _whole_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time())
    return _instants(midnight, zone)[0], _instants(midnight + _DAY_LENGTH, zone)[1]


def told_by_name(name: str) -> Told | None:
    """What a file's name says: its first run of exactly 14 digits that is a time in UTC, as web archives write it."""
    for match in _FOURTEEN.finditer(name):
        found = match.group()
        month, day, hour, minute, second = (int(found[start : start + 2]) for start in range(4, 14, 2))
        try:  # strptime takes ten times as long
            moment = datetime(int(found[:4]), month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            continue
        if moment.year in YEARS:
            return Told(moment, moment, "name")
    return None


def told_by_page(day: date, zone: ZoneInfo) -> Told | None:
    """What a day printed on the page says: that whole day where the site is. None for a year that cannot be."""
    return Told(*_whole_day(day, zone), "page") if day.year in YEARS else None


def told_by_mtime(mtime: int, policy: Policy) -> Told:
    """What a modification time (microseconds since 1970) says, if its source trusts it and the year can be."""
    moment = instant(mtime)
    if policy == "trust" and moment.year in YEARS:
        return Told(moment, moment, "mtime")
    return Told(None, None, "unknown")


def evidence(sidecar: Sidecar | None, name: str, printed_date: date | None, zone: ZoneInfo) -> Told | None:
    """What dates a capture, best evidence first; None if only the modification time is left."""
    if sidecar is not None and sidecar.told is not None:
        return sidecar.told
    by_name = told_by_name(name)
    if by_name is not None or printed_date is None:
        return by_name
    return told_by_page(printed_date, zone)


def told(
    sidecar: Sidecar | None, name: str, printed_date: date | None, mtime: int, policy: Policy, zone: ZoneInfo
) -> Told:
    """When a capture was made, by the best evidence there is, the modification time last."""
    return evidence(sidecar, name, printed_date, zone) or told_by_mtime(mtime, policy)
