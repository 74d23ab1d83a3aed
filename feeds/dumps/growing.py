"""A file that grows: what stands in it up to the size it was seen at, and how to tell that it is still the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO
from zoneinfo import ZoneInfo

from feeds.dumps.jsonl import Bad, Place, Row, rows
from feeds.dumps.text import Unreadable, open_regular

_TAIL = 4096
"""So many bytes before a place tell whether what was read up to it still stands there."""


@dataclass(frozen=True, slots=True)
class Growing:
    """A file of rows, open. OSErrors in reading it become Unreadable where `growing` is left."""

    file: IO[bytes]
    size: int

    def mark(self, offset: int) -> str:
        """What stands before an offset, as hex digits of a hash."""
        start = max(0, offset - _TAIL)
        return blake2b(os.pread(self.file.fileno(), offset - start, start), digest_size=16).hexdigest()

    def rows(self, place: Place, zone: ZoneInfo, limit: int) -> Iterator[tuple[Place, Row | Bad | None]]:
        """What stands there from a place on, see `jsonl.rows`."""
        self.file.seek(place.offset)
        left = self.size - place.offset

        def readline(most: int) -> bytes:
            nonlocal left
            piece = self.file.readline(min(most, left)) if left > 0 else b""
            left -= len(piece)
            return piece

        return rows(readline, place, zone, limit)


@contextmanager
def growing(path: bytes, size: int) -> Iterator[Growing]:
    """A file of rows, of which no more than `size` bytes are read: what comes meanwhile is for the next look.

    Raises Vanished if it is gone, Unreadable or DumpError if it cannot be read.
    """
    handle, _ = open_regular(path)
    with open(handle, "rb", buffering=1 << 17) as file:
        try:
            yield Growing(file, size)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from None
