"""Giving up on a page: who has it read may pass a function that is asked now and then, and raises when it is time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

Check = Callable[[], object]
"""Raises what the reader of the page is to be told when he has waited long enough."""

_LINES: Final = 1000
"""Between two checks; a page with fewer is read without any."""


def unhurried() -> None:
    """Wait for ever."""


def watched(lines: Sequence[T], check: Check) -> Iterable[T]:
    """The lines, with a check before every thousand of them."""
    return lines if len(lines) < _LINES or check is unhurried else _watched(lines, check)


def _watched(lines: Sequence[T], check: Check) -> Iterator[T]:
    for start in range(0, len(lines), _LINES):
        check()
        yield from lines[start : start + _LINES]
