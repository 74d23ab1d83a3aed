"""A context-free grammar of Dutch news sentences, and the chance that walks it.

Each line of `RULES` is one production, `symbol: text with {symbols}`; `{+symbol}` begins with a capital. A symbol may
be bound beforehand, so that a headline and its lead speak of the same person, thing and place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random

from . import vocabulary as words
from .rules import RULES

Piece = tuple[str, str]
"""Literal text and the symbol that follows it, empty at the end of a production."""
Bound = Mapping[str, str]

_LISTS: dict[str, tuple[str, ...]] = {
    "first": words.FIRST,
    "last": words.LAST,
    "left": words.LEFT,
    "rde": words.RIGHT_DE,
    "rhet": words.RIGHT_HET,
    "adj": words.ADJECTIVES,
    "pred": words.PREDICATES,
    "role": words.ROLES,
    "nation": words.NATIONS,
    "people": words.PEOPLE,
    "things": words.THINGS,
    "source": words.SOURCES,
    "orgkind": words.ORGANISATIONS,
    "dept": words.DEPARTMENTS,
    "city": words.HOME_CITIES + words.WORLD_CITIES,
    "inf": tuple(verb[0] for verb in words.VERBS),
    "part": tuple(verb[1] for verb in words.VERBS),
    "day": words.DAYS,
    "month": words.MONTHS,
    "part_of_day": ("ochtend", "middag", "avond", "nacht"),
}
_NUMBERS: dict[str, Callable[[Random], str]] = {
    "n0": lambda chance: str(1 + int(chance.random() * 9)),
    "n1": lambda chance: str(2 + int(chance.random() * 28)),
    "n2": lambda chance: str(20 + int(chance.random() * 900)),
    "n4": lambda chance: f"{1 + int(chance.random() * 899)}.{int(chance.random() * 1000):03d}",
    "pct": lambda chance: f"{1 + int(chance.random() * 60)},{int(chance.random() * 10)}",
    "age": lambda chance: str(19 + int(chance.random() * 60)),
    "year": lambda chance: str(1962 + int(chance.random() * 62)),
    "year2": lambda chance: str(2027 + int(chance.random() * 12)),
    "clock": lambda chance: f"{int(chance.random() * 24)}.{int(chance.random() * 12) * 5:02d}",
}
_SLOT = re.compile(r"([^{]*)\{(\+?\w+)\}|([^{]+)\Z")


def _production(text: str) -> tuple[Piece, ...]:
    return tuple((literal or rest, symbol) for literal, symbol, rest in _SLOT.findall(text))


def _grammar() -> dict[str, tuple[tuple[Piece, ...], ...]]:
    grammar: dict[str, list[tuple[Piece, ...]]] = {}
    for line in RULES.strip().splitlines():
        symbol, _, text = line.partition(": ")
        grammar.setdefault(symbol, []).append(_production(text))
    return {symbol: tuple(productions) for symbol, productions in grammar.items()}


_GRAMMAR = _grammar()
_NOTHING: Bound = {}


def expand(symbol: str, chance: Random, bound: Bound = _NOTHING) -> str:
    """One text of a symbol, by chance; symbols in `bound` keep their text. Raises KeyError for an unknown symbol."""
    text = bound.get(symbol)
    if text is not None:
        return text
    listed = _LISTS.get(symbol)
    if listed is not None:
        return listed[int(chance.random() * len(listed))]
    number = _NUMBERS.get(symbol)
    if number is not None:
        return number(chance)
    if symbol[0] == "+":
        return sentence(symbol[1:], chance, bound)
    productions = _GRAMMAR[symbol]
    parts: list[str] = []
    for literal, inner in productions[int(chance.random() * len(productions))]:
        parts.append(literal)
        if inner:
            parts.append(expand(inner, chance, bound))
    return "".join(parts)


@lru_cache(maxsize=4096)
def _template(text: str) -> tuple[Piece, ...]:
    return _production(text)


def fill(template: str, chance: Random, bound: Bound = _NOTHING) -> str:
    """A template with its symbols expanded by chance."""
    return "".join(
        literal + (expand(symbol, chance, bound) if symbol else "") for literal, symbol in _template(template)
    )


def sentence(symbol: str, chance: Random, bound: Bound = _NOTHING) -> str:
    """One text of a symbol with a capital at its start."""
    text = expand(symbol, chance, bound)
    return text[:1].upper() + text[1:]
