"""What an archive's documents hold (RFC 5005 section 4): a month each, cut further where that is too much.

A document of a month that is too much holds the newest days of it up to a quarter of that, for it is written with each
new story; each older day has a document of its own, cut into hours, minutes and at last by story if it is too much. So
a month's document has its name for good, a day that is full stays as it is while newer days come, and a story that
comes late disturbs the document of its own day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby

from feeds.canon import instant, micros

BEGINNING = "0001-01"
"""The name of an empty document before the only one of an archive, so that every document has a neighbour."""

_MINUTE = 60_000_000
_LENGTHS = (7, 10, 13, 15, *range(17, 33))
"""Of names, from months to single stories: `2026-01`, `2026-01-31`, `2026-01-31T09`, `2026-01-31T0905`, `...-a`."""
_MINUTES = 3
"""Which of them is that of a minute."""
_FOREVER = 10**18
_NEWEST = 4
"""The newest document of what is cut takes more days, hours or minutes in up to this part of what it might hold."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A story in an archive: its key, sort key and `updated` in microseconds, and its entry's bytes and hash."""

    story: str
    sort: int
    updated: int
    size: int
    mark: int


@dataclass(frozen=True, slots=True)
class Part:
    """A document of an archive: its name and the stories that it holds, newest first."""

    name: str
    stories: tuple[Archived, ...]


def month_of(sort: int) -> str:
    """The month of a sort key, in UTC: `2026-01`."""
    return _minute(sort // _MINUTE)[:7]


def bounds(month: str) -> tuple[int, int]:
    """The first sort key of a month, and that of the next."""
    year, number = int(month[:4]), int(month[5:7])
    after = divmod(year * 12 + number, 12)
    end = _FOREVER if after[0] > 9999 else micros(datetime(after[0], after[1] + 1, 1, tzinfo=UTC))
    return micros(datetime(year, number, 1, tzinfo=UTC)), end


def cut(stories: Sequence[Archived], most: int) -> tuple[Part, ...]:
    """The documents of one month, newest first, of at most so many bytes of entries each; `stories` newest first."""
    if sum(one.size for one in stories) <= most:
        return (Part(month_of(stories[0].sort), tuple(stories)),)
    return tuple(_cut([(_label(one), one) for one in stories], 0, most))


def newest_first(name: str) -> tuple[tuple[int, ...], str]:
    """Sort key of the names of an archive's documents, in the order that their stories have."""
    numbers = name[:4], name[5:7], name[8:10], name[11:13], name[13:15]
    return tuple(-int(number) for number in numbers if number), name[16:]


_Labelled = tuple[str, Archived]


def _cut(stories: Sequence[_Labelled], level: int, most: int) -> list[Part]:
    """The documents of a span; the first has the span's name and holds as many of its newest parts as fit.

    The stories of a minute that is too much by itself are told apart by their keys.
    """
    name = stories[0][0][: _LENGTHS[level]]
    if level + 1 == len(_LENGTHS) or _size(stories) <= most:
        return [_part(name, stories)]
    if level == _MINUTES:
        stories = sorted(stories, key=lambda one: one[0])
    length = _LENGTHS[level + 1]
    parts = [list(group) for _, group in groupby(stories, key=lambda one: one[0][:length])]
    head = parts[0]
    if _size(head) > most:
        first, *rest = _cut(head, level + 1, most)
        return [
            Part(name, first.stories),
            *rest,
            *(part for group in parts[1:] for part in _cut(group, level + 1, most)),
        ]
    taken = 1
    while taken < len(parts) and _size(head) + _size(parts[taken]) <= most // _NEWEST:
        head = head + parts[taken]
        taken += 1
    older = (part for group in parts[taken:] for part in _cut(group, level + 1, most))
    return [_part(name, head), *older]


def _part(name: str, stories: Sequence[_Labelled]) -> Part:
    return Part(name, tuple(sorted((one for _, one in stories), key=lambda one: (-one.sort, one.story))))


def _size(stories: Sequence[_Labelled]) -> int:
    return sum(one.size for _, one in stories)


def _label(one: Archived) -> str:
    return f"{_minute(one.sort // _MINUTE)}-{one.story}"


@lru_cache(maxsize=4096)
def _minute(number: int) -> str:
    moment = instant(number * _MINUTE)
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}T{moment.hour:02}{moment.minute:02}"
