"""JSON Lines: one captured page in each line of a file, which its crawler may keep open and append to for hours.

What is read follows from the bytes alone, in however many portions they were written or read: an object is complete
where it ends, newline or not, and nothing that is appended changes what was read before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.dumps.objects import object_at
from feeds.dumps.when import Sidecar, said_in
from feeds.errors import DumpError

_AHEAD, _BEHIND, _REFUSED = range(3)
"""Where in a line a place is: before its row, behind it, or in one of which nothing more is read."""
_BLANKS = b" \t\r\n"
_LEADING = " \t\r\0"
"""A file that is cut off under its writer begins with NULs, up to where the writer goes on."""
_MARK = "\ufeff"
_ESCAPED = re.compile("[\udc80-\udcff]")
_MOMENTS = ("date", "captured_at")


class Place(NamedTuple):
    """How far a file has been read."""

    offset: int = 0
    """In bytes."""
    line: int = 0
    within: int = _AHEAD


class Row(NamedTuple):
    """A page and what its line says of it."""

    record: int
    """The number of the line, from 0."""
    data: bytes
    """The text as a file of its own would hold it."""
    said: Sidecar
    fault: str | None
    """What is wrong with what the line says; nothing of it counts then."""


class Bad(NamedTuple):
    """A line, or the rest of one, that holds no page, and why."""

    record: int
    reason: str


def rows(
    readline: Callable[[int], bytes], place: Place, zone: ZoneInfo, limit: int
) -> Iterator[tuple[Place, Row | Bad | None]]:
    """What stands in a file from a place on, each with the place behind it; None for a stretch that holds nothing.

    `readline` reads up to the next newline, at most so many bytes; times without offset are in `zone`. A line is an
    object with the page's `text`, and perhaps `url`, `date`, `captured_at` and `captured_between`; other keys are left
    alone, and blank lines too. One of more than `limit` bytes is refused. It ends where the file does, or before a last
    line that may yet become an object.
    """
    offset, line, within = place
    while piece := readline(limit + 1):
        whole = piece.endswith(b"\n")
        found: Row | Bad | None = None
        if within == _AHEAD:
            begun = _begun(piece, line, zone, limit)
            if begun is None:
                return
            found, taken = begun
            if found is not None:
                within = _BEHIND if isinstance(found, Row) else _REFUSED
            offset, piece = offset + taken, piece[taken:]
        if within == _BEHIND and piece.strip(_BLANKS):
            if found is not None:
                yield Place(offset, line, within), found
            found, within = Bad(line, "something stands behind the row, and is left out"), _REFUSED
        offset += len(piece)
        if whole:
            line, within = line + 1, _AHEAD
        yield Place(offset, line, within), found


def _begun(piece: bytes, line: int, zone: ZoneInfo, limit: int) -> tuple[Row | Bad | None, int] | None:
    """What a line begins with, and how many bytes that takes; None if more of it is to be awaited."""
    whole = piece.endswith(b"\n")
    blank = not piece.strip(_BLANKS)
    if blank and whole:
        return None, 0
    # Bytes that are no UTF-8 are told where they stand in the object: what follows it may be cut off anywhere.
    text = piece[:limit].decode("utf-8", "surrogateescape")
    start = len(text) - len(text.removeprefix(_MARK).lstrip(_LEADING))
    try:
        said, end = object_at(text, start)
    except DumpError as error:
        if len(piece) > limit and not whole:
            return Bad(line, f"too large: over the bound of {limit} bytes (limits.max_dump_bytes)"), 0
        return (Bad(line, str(error)), 0) if whole else None
    printed = text[:end]
    taken = end if printed.isascii() else len(printed.encode("utf-8", "surrogateescape"))
    if _ESCAPED.search(printed):
        return Bad(line, "not JSON: not in UTF-8"), taken
    return _row(said, line, zone), taken


def _row(said: dict[str, object], line: int, zone: ZoneInfo) -> Row | Bad:
    text = said.get("text")
    if not isinstance(text, str):
        return Bad(line, "no text" if text is None else "text must be text")
    if not text or text.isspace():
        return Bad(line, "empty: nothing but blanks")
    try:
        told, fault = said_in(said, _MOMENTS, "record", zone), None
    except DumpError as error:
        told, fault = Sidecar(None, None), str(error)
    # Half of a pair of surrogates, which JSON can write, is no character.
    return Row(line, text.encode("utf-8", "ignore"), told, fault)
