"""Datelines: `MOSKOU (ANP/RTR) - ` and the regional `GOES - ` at the start of a paragraph.

A place with agencies may be printed in any case. Without them it must be known, or in capitals on a page where such
datelines are usual, because ` - ` stands in prose too ("Emmen - Heerenveen", "AZ - PSV").
"""

from __future__ import annotations

import re
from typing import Final, Literal

from feeds.model import Dateline
from feeds.parse.profile import SiteProfile

_LONGEST_PLACE: Final = 60
_LONGEST_AGENCIES: Final = 80
_DASH = re.compile(r"\s{0,3}[-–—](?:\s+|\Z)")
_WITH_AGENCIES = re.compile(r"([^()]+)\(([^()]+)\)")
_PLACE = re.compile(r"['’‘ʼ`´]?[^\W\d_](?:[^\W\d_]|[ ./'’‘ʼ`´-])+")
_PROSE = re.compile(r"[^\W\d_]{4}\.|[a-zß-ÿ]{2}\.|\.\.| -[ -]")
"""What no place holds: a full stop after a longer word than ST., a dash between blanks."""
_AGENCY = re.compile(r"[^\W_][\w .&'-]{0,29}")
_QUOTES = str.maketrans("’‘ʼ`´", "'''''")
_MEMO: Final = 20_000

_LONG: Final = 4
"""Letters of a place that is hardly a club: AZ and PSV have fewer."""

Capitals = Literal["any", "long", "known"]
"""Which places in capitals need no agency: any on a regional page, long ones, or known ones alone."""
Opening = tuple[Dateline | None, int]
"""The dateline that opens a line, and where the text after it begins."""


class DatelineReader:
    """Reads the datelines of one site. Pure: its memo only saves time."""

    __slots__ = ("_credits", "_keywords", "_memos", "_names", "_printed_towns", "_towns")

    def __init__(self, profile: SiteProfile) -> None:
        self._credits = frozenset(credit.upper() for credit in profile.credits)
        self._printed_towns = profile.towns
        self._towns = frozenset(map(_key, profile.towns))
        self._names = self._towns | frozenset(map(_key, profile.datelines))
        # A longer keyword is the better explanation of what is glued on.
        self._keywords = tuple(sorted({_key(word) for word in profile.keywords}, key=lambda word: (-len(word), word)))
        self._memos: dict[Capitals, dict[str, Dateline | None]] = {"any": {}, "long": {}, "known": {}}

    def opening(self, line: str, capitals: Capitals = "known") -> Opening:
        """The dateline that opens a stripped line, and the offset of the text behind it; (None, 0) without one."""
        bracket = line.find("(", 2, _LONGEST_PLACE + 2)
        if bracket > 0:
            end = line.find(")", bracket, bracket + _LONGEST_AGENCIES) + 1
            start = _after_dash(line, end) if end else 0
            if start:
                raw = line[:end]
                dateline = self._memos[capitals].get(raw) or self._known(raw, capitals)
                if dateline:
                    return dateline, start
        end = line.find(" -", 2, _LONGEST_PLACE + 2)
        start = _after_dash(line, end) if end > 0 else 0
        dateline = self._known(line[:end], capitals) if start else None
        return (dateline, start) if dateline and not self._is_match(dateline, line, start) else (None, 0)

    def names_town(self, dateline: Dateline) -> bool:
        """Whether every place of the dateline is a town of the site's own region."""
        return all(_key(place) in self._towns for place in dateline.places)

    def _is_match(self, dateline: Dateline, line: str, start: int) -> bool:
        """Whether the dash stands between two towns in mixed case, as in "Goes - Kloetinge 2-0"."""
        if dateline.raw.isupper():
            return False
        return any(
            line.startswith(town, start) and not line[start + len(town) :][:1].isalpha() for town in self._printed_towns
        )

    def _known(self, raw: str, capitals: Capitals) -> Dateline | None:
        memo = self._memos[capitals]
        dateline = memo.get(raw)
        if dateline is None and raw not in memo:
            if len(memo) >= _MEMO:
                memo.clear()
            dateline = memo[raw] = self._read(raw, capitals)
        return dateline

    def _read(self, raw: str, capitals: Capitals) -> Dateline | None:
        match = _WITH_AGENCIES.fullmatch(raw)
        printed = match[1].strip() if match else raw
        agencies = _split(match[2]) if match else ()
        proven = self._are_agencies(agencies, printed) if match else self._stands_alone(printed, capitals)
        return self._dateline(raw, printed, agencies) if proven and _is_place(printed) else None

    def _dateline(self, raw: str, printed: str, agencies: tuple[str, ...]) -> Dateline:
        return Dateline(
            raw=raw,
            places=tuple(dict.fromkeys(self._without_keyword(place) for place in _split(printed))),
            agencies=tuple(dict.fromkeys(agency.upper() for agency in agencies)),
        )

    def _are_agencies(self, agencies: tuple[str, ...], place: str) -> bool:
        """Whether the bracket holds agencies: all in capitals after a place in capitals, else led by a known one.

        "De maatschappij (KLM) - " opens a sentence.
        """
        if not all(map(_AGENCY.fullmatch, agencies)):
            return False
        return agencies[0].upper() in self._credits or (place.isupper() and all(map(str.isupper, agencies)))

    def _stands_alone(self, printed: str, capitals: Capitals) -> bool:
        """Whether a place needs no agency: a town of the region in any case, or capitals as far as they count."""
        keys = {_key(place) for place in _split(printed)}
        if keys <= self._towns:
            return True
        if not printed.isupper():
            return False
        return capitals == "any" or keys <= self._names or (capitals == "long" and _letters(printed) >= _LONG)

    def _without_keyword(self, place: str) -> str:
        """The place without a wire keyword: `TRUMPWASHINGTON` is WASHINGTON, if both parts are known."""
        key = _key(place)
        if key not in self._names:
            for word in self._keywords:
                if key.startswith(word) and key[len(word) :] in self._names:
                    return place[len(word) :]
        return place


def _after_dash(line: str, at: int) -> int:
    """Where the text begins behind a dash that stands at `at`; 0 if none stands there."""
    if line.startswith(" - ", at) and not line[at + 3].isspace():
        return at + 3
    dash = _DASH.match(line, at)
    return dash.end() if dash else 0


def _is_place(printed: str) -> bool:
    return _PLACE.fullmatch(printed) is not None and _PROSE.search(printed) is None and all(_split(printed))


def _letters(printed: str) -> int:
    return sum(map(str.isalpha, printed))


def _split(joined: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in joined.split("/"))


def _key(place: str) -> str:
    """What a place is looked up by: case and the kind of apostrophe do not count."""
    return place.translate(_QUOTES).lower()
