"""Memory that a turn has used goes back to the system.

A turn makes and drops some tens of megabytes of documents. What the C library keeps of that is broken up by what stays,
and would grow for weeks.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable


def _trimmer() -> Callable[[int], object]:
    """`malloc_trim(3)` where the C library has it, which is glibc."""
    try:
        found: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return lambda _: None
    return found


_trim = _trimmer()


def give_back() -> None:
    """Give the system every page that holds nothing."""
    _trim(0)
