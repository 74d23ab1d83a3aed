"""Printed ages: `2 uur geleden`, read by the patterns of Unicode CLDR turned round.

CLDR says how a language prints an age ("Relative Time" in UTS #35 part 4). Babel prints one sample for each unit and
each plural form; with its number taken out the sample is a pattern. Pages floor their ages, so N units cover [N, N+1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final, Literal

from babel import Locale
from babel.dates import format_timedelta

from feeds.model import Age
from feeds.parse.profile import AgePhrase

_Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
_Pattern = tuple[str, str]
"""What stands before the number and after it, case folded."""

_SAMPLE_SECONDS: Final[dict[_Unit, int]] = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}
"""Babel's own lengths: a sample of N units is asked for by N times this."""
_SAMPLED = range(1, 200)
_DAY: Final = 86_400
_OLDEST: Final = 73_049 * _DAY
"""200 years at most: what claims to be older is no age."""
_MAX_DIGITS: Final = 4
_NUMBER = re.compile("[0-9]{1,5}")
_BLANK = "[ \u00a0\u202f]"
_SPARE: Final = 8
"""Doubled blanks that a line may hold beyond the length of the longest age."""
_MEMO: Final = 20_000
_UNREAD: Final = Age("", 0, 0)
"""What the memo says of a line that it does not hold: None says that the line is no age."""


def span(unit: _Unit, number: int) -> tuple[int, int] | None:
    """The half-open span of seconds that `number` whole units cover; None above 200 years.

    Months and years are as short and as long as the Gregorian calendar makes them.
    """
    if unit == "month":
        lo, hi = _months(number, number + 1)
    elif unit == "year":
        lo, hi = _months(12 * number, 12 * number + 12)
    else:
        lo, hi = number * _SAMPLE_SECONDS[unit], (number + 1) * _SAMPLE_SECONDS[unit]
    return (lo, hi) if lo <= _OLDEST else None


def _months(fewest: int, most: int) -> tuple[int, int]:
    if fewest > 12 * 201:
        return _OLDEST + 1, _OLDEST + 2
    return _calendar(fewest)[0] * _DAY, _calendar(most)[1] * _DAY


@cache
def _calendar(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many consecutive months can have, over the cycle of 400 years.

    Never asked for more than 201 years and a month: the cache is bounded.
    """
    days = _days_before()
    lengths = [days[start + months] - days[start] for start in range(4800)]
    return min(lengths), max(lengths)


@cache
def _days_before() -> tuple[int, ...]:
    """The days before each month of 604 years, the first of which is divisible by 400."""
    leap = [year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(604)]
    lengths = (length for long in leap for length in (31, 29 if long else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
    return tuple(accumulate(lengths, initial=0))


class AgeMatcher:
    """Finds the printed ages of one language. Make one with `age_matcher`."""

    __slots__ = ("_fixed", "_glued", "_longest", "_memo", "_units")

    def __init__(self, patterns: dict[_Pattern, _Unit], fixed: dict[str, tuple[int, int]]) -> None:
        self._units = patterns
        self._fixed = fixed
        self._memo: dict[str, Age | None] = {}
        lengths = [len(before) + len(after) + _MAX_DIGITS for before, after in patterns]
        self._longest = max([*lengths, *map(len, fixed)], default=0) + _SPARE
        self._glued = _glued_pattern(patterns, fixed)

    def whole(self, line: str) -> Age | None:
        """The age that is the whole of a stripped line; letter case and the kind of blanks do not count."""
        if len(line) > self._longest:
            return None
        memo = self._memo
        age = memo.get(line, _UNREAD)
        if age is not _UNREAD:
            return age
        if len(memo) >= _MEMO:
            memo.clear()
        age = memo[line] = self._read(line)
        return age

    def _read(self, line: str) -> Age | None:
        normal = _normal(line)
        found = self._fixed.get(normal)
        if found is None:
            number = _NUMBER.search(normal)
            if number is None or len(number[0]) > _MAX_DIGITS:
                return None
            unit = self._units.get((normal[: number.start()], normal[number.end() :]))
            found = span(unit, int(number[0])) if unit else None
        return Age(line, *found) if found else None

    def glued(self, line: str) -> tuple[Age, str] | None:
        """The age at the start of a line and what follows it without a blank between.

        What follows may go on in small letters: whether it begins something new is for the caller to see.
        A word without a number (`gisteren`) is one only in small letters before a capital or a sign: neither
        Nunspeet nor NUENEN begins with `nu`.
        """
        match = self._glued.match(line)
        if match is None or match.end() == len(line):
            return None
        printed, rest = match[0], line[match.end() :]
        if rest[0].isspace():
            return None
        if match.lastgroup and not (printed[-1].islower() and (rest[0].isupper() or not rest[0].isalpha())):
            return None
        age = self.whole(printed)
        return (age, rest) if age else None

    def is_cut(self, line: str) -> bool:
        """Whether a stripped line is the beginning of some age, but not a whole one: `43 minut`, `4`."""
        if not line or len(line) > self._longest or self.whole(line):
            return False
        normal = _normal(line)
        return any(phrase.startswith(normal) for phrase in self._fixed) or any(
            _begins(normal, before, after) for before, after in self._units
        )


def _begins(normal: str, before: str, after: str) -> bool:
    """Whether the text is a proper prefix of the pattern with some number in it."""
    if len(normal) <= len(before):
        return before.startswith(normal)
    if not normal.startswith(before):
        return False
    tail = normal[len(before) :]
    number = _NUMBER.match(tail)
    if number is None or len(number[0]) > _MAX_DIGITS:
        return False
    unit = tail[number.end() :]
    return after.startswith(unit) and after != unit


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache(maxsize=32)
def age_matcher(language: str, phrases: tuple[AgePhrase, ...] = ()) -> AgeMatcher:
    """The matcher of a BCP 47 language and of the phrases that CLDR lacks, which go before its own.

    Raises babel.UnknownLocaleError, or ValueError for what is no language tag.
    """
    locale = Locale.parse(language, sep="-")
    patterns: dict[_Pattern, _Unit | None] = {}
    fixed: dict[str, tuple[int, int] | None] = {}
    for unit, number, numberless, sample in _samples(locale):
        before, digits, after = sample.partition(str(number))
        covered = span(unit, number)
        if digits:
            pattern = _folded(before), _folded(after)
            # What a language prints alike for two units says neither.
            patterns[pattern] = unit if patterns.get(pattern, unit) == unit else None
        elif numberless and covered:
            phrase = _normal(sample)
            fixed[phrase] = covered if fixed.get(phrase, covered) == covered else None
    told = {_normal(phrase.text): (phrase.lo, phrase.hi) for phrase in phrases}
    return AgeMatcher(
        {pattern: unit for pattern, unit in patterns.items() if unit},
        {phrase: covered for phrase, covered in fixed.items() if covered} | told,
    )


def _folded(piece: str) -> str:
    """Like `_normal`, but keeping a blank at the piece's ends, where the number was."""
    marked = _normal(f"0{piece}0")
    return marked[1:-1]


def _samples(locale: Locale) -> Iterator[tuple[_Unit, int, bool, str]]:
    """An age in each unit and plural form; the flag says that the form stands for this one number only."""
    numbers: dict[str, list[int]] = {}
    for number in _SAMPLED:
        numbers.setdefault(locale.plural_form(number), []).append(number)
    for unit, seconds in _SAMPLE_SECONDS.items():
        for of_form in numbers.values():
            number = of_form[0]
            text = format_timedelta(
                -number * seconds, granularity=unit, threshold=1e9, add_direction=True, locale=locale
            )
            yield unit, number, len(of_form) == 1, text


def _glued_pattern(patterns: Iterable[_Pattern], fixed: Iterable[str]) -> re.Pattern[str]:
    """One expression for all ages, longest first; the group `fixed` holds a phrase without a number."""
    units: dict[str, list[str]] = {}
    for before, after in sorted(patterns, key=lambda pattern: (-len(pattern[0]), -len(pattern[1]), pattern)):
        units.setdefault(before, []).append(_spelt(after))
    choices = [f"{_spelt(before)}[0-9]{{1,{_MAX_DIGITS}}}(?:{'|'.join(afters)})" for before, afters in units.items()]
    phrases = "|".join(map(_spelt, sorted(fixed, key=lambda phrase: (-len(phrase), phrase))))
    choices.append(f"(?P<fixed>{phrases or '(?!)'})")
    return re.compile("|".join(choices), re.IGNORECASE)


def _spelt(text: str) -> str:
    return re.escape(text).replace("\\ ", _BLANK)
