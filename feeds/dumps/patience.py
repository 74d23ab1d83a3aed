"""How long a dump may take to be read."""

from __future__ import annotations

from time import thread_time

from feeds.errors import DumpError
from feeds.parse.patience import Check, unhurried

_SHORT = 100_000
"""Reading takes time in proportion: a text of fewer characters takes a fraction of a second, whatever it holds."""


class TakesTooLong(DumpError):
    """A dump takes longer to be read than it may."""


def patience(text: str, seconds: float) -> Check:
    """A check that raises TakesTooLong when this thread has worked so many seconds from now on.

    What counts is time of the processor: a machine that is busy, asleep or stopped makes no dump slow.
    """
    if len(text) < _SHORT:
        return unhurried
    end = thread_time() + seconds

    def check() -> None:
        if thread_time() > end:
            msg = f"takes longer than {seconds:g} seconds to read, the bound (limits.max_parse_seconds)"
            raise TakesTooLong(msg)

    return check
