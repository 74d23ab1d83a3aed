"""Captures from what is told of them: the order that all of them stand in."""

from __future__ import annotations

from feeds.canon import micros
from feeds.model import Capture, CaptureKey, CaptureOrder, ContentHash, Evidence, Told

TellsTime = tuple[int | None, int | None, Evidence]
"""A told span, its bounds in microseconds since 1970."""

_WEAK = frozenset({"mtime", "unknown"})
_SHIFT = 10**18  # makes every instant a positive number of 19 digits


def capture_of(
    key: CaptureKey,
    content: ContentHash,
    site: str,
    url: str | None,
    told: TellsTime,
    mtime: int,
    dumps: tuple[str, ...],
) -> Capture:
    """The capture of these facts."""
    earliest, latest, source = told
    is_told = source not in _WEAK
    if is_told:
        order = f"0{(earliest or 0) + _SHIFT:020}{(latest or 0) + _SHIFT:020}{content}{key:020}"
    else:
        order = f"1{mtime + _SHIFT:020}{content}{key:020}"
    return Capture(key, content, site, url, earliest, latest, source, mtime, dumps, 0, is_told, CaptureOrder(order))


def times_of(told: Told) -> TellsTime:
    """A told span as arithmetic and the store have it."""
    first, last = told.not_before, told.not_after
    earliest = None if first is None else micros(first)
    return earliest, earliest if last is first else None if last is None else micros(last), told.source
