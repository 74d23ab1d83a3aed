"""Countries: their Dutch names, and which of them a text names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from babel import Locale

from feeds.places.entries import NameKey, name_key

_WORD = re.compile(r"[^\W\d_]+(?:[-.'’][^\W\d_]+)*\.?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_COUNTRY: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR that are no country: groups of them, test locales, the unknown one."""


@cache
def country_names() -> Mapping[str, str]:
    """The Dutch name of every country and territory, by its ISO 3166-1 code (CLDR)."""
    names = Locale("nl").territories
    found = {code: str(name) for code, name in names.items() if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRY}
    return MappingProxyType(dict(sorted(found.items())))


def country_name(code: str) -> str:
    """The Dutch name of a country; its code if CLDR has none."""
    return country_names().get(code, code)


@cache
def country_keys() -> frozenset[NameKey]:
    """What the Dutch names of countries are looked up by."""
    return frozenset(map(name_key, country_names().values()))


class Mentions:
    """Finds the countries that a text names."""

    __slots__ = ("_by_first",)

    def __init__(self, others: Mapping[str, str]) -> None:
        """`others` are further names of countries, each with its code."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        names = {name: code for code, name in country_names().items()} | dict(others)
        for name, code in sorted(names.items(), key=lambda one: (-len(one[0].split()), one[0])):
            words = tuple(_WORD.findall(name))
            if words:
                self._by_first.setdefault(words[0], []).append((words, code))

    def in_text(self, text: str) -> frozenset[str]:
        """The codes of the countries named in a text; of names that begin alike the longest counts."""
        words = _WORD.findall(text)
        return frozenset(code for at, word in enumerate(words) if (code := self._at(words, at, word)) is not None)

    def _at(self, words: list[str], at: int, word: str) -> str | None:
        for name, code in self._by_first.get(word, self._by_first.get(word.rstrip("."), ())):
            found = [part.rstrip(".") for part in words[at : at + len(name)]]
            if found == [part.rstrip(".") for part in name]:
                return code
        return None
