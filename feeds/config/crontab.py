"""What says when a job runs: an interval, or five fields as crontab(5) has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.config.checks import shown

_INTERVAL = re.compile(r"([1-9]\d{0,6})([smhd])", re.ASCII)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS = (("minute", 0, 59, ()), ("hour", 0, 23, ()), ("day", 1, 31, ()), ("month", 1, 12, _MONTHS),
           ("day of the week", 0, 7, _WEEKDAYS))  # fmt: skip
_PART = re.compile(r"(?:(\*)|([a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?)(?:/([1-9]\d?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Crontab:
    """Five fields, each as the numbers that it names, in order; days of the week from 0, Sunday, to 6."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either: bool
    """Whether one of the two fields for days is enough: neither begins with `*` (crontab(5)). Else it takes both."""
    fixed: bool
    """Whether it names times: neither minute nor hour begins with `*`. Clocks that are set back do not repeat it."""


def interval_seconds(value: str) -> int | None:
    """The seconds of an interval like `90s`, `15m`, `6h` or `1d`; None for anything else."""
    found = _INTERVAL.fullmatch(value)
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400}[found[2]] if found else None


def schedule(value: str) -> str:
    """An interval, or the five fields of cron. Raises ValueError for anything else."""
    if interval_seconds(value) is None:
        crontab(value)
    return " ".join(value.lower().split())


def crontab(value: str) -> Crontab:
    """The five fields of cron: minute, hour, day, month and day of the week (0 and 7 are Sunday).

    As in crontab(5), a field is `*`, a number, a name, a range or a list of these, each with a step if need be; and a
    number with a step stands for the range from there to the end. Raises ValueError.
    """
    texts = value.lower().split()
    if len(texts) != len(_FIELDS):
        raise ValueError(f'must be an interval like "15m" or five fields as cron has them, not {shown(value)}')
    read: list[tuple[int, ...]] = []
    for text, (name, low, high, names) in zip(texts, _FIELDS, strict=True):
        numbers: set[int] = set()
        for part in text.split(","):
            if not (named := _numbers(part, low, high, names)):
                raise ValueError(f"has no {name} that cron knows in {shown(value)}; it must lie within {low} to {high}")
            numbers.update(named)
        read.append(tuple(sorted(numbers)))
    minutes, hours, days, months, weekdays = read
    if days[0] > max(_LONGEST[month - 1] for month in months):
        raise ValueError(f"has a day in {shown(value)} that no month of it has")
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    starred = [text.startswith("*") for text in texts]
    either, fixed = not (starred[2] or starred[4]), not (starred[0] or starred[1])
    return Crontab(minutes, hours, days, months, weekdays, either, fixed)


def _numbers(part: str, low: int, high: int, names: tuple[str, ...]) -> range:
    """The numbers that a part of a field's list stands for; none if it is wrong."""
    found = _PART.fullmatch(part)
    if found is None:
        return range(0)
    star, one, other, step = found.groups()
    first = low if star else _number(one, low, names)
    last = high if star or (step and not other) else _number(other or one, low, names)
    if names == _WEEKDAYS and last == 0 < first:
        last = high  # a range that ends with Sunday
    return range(first, last + 1, int(step or 1)) if low <= first and last <= high else range(0)


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    """What a number or a name stands for; -1 for a name there is not."""
    if text.isdigit():
        return int(text)
    return names.index(text) + low if text in names else -1
