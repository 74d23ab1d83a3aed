"""How an editor changes a story after it went out. Every change keeps the story what it is.

A flaw that is mended later (a mistyped word, a lost letter, `ƫ` for `ë`) is put into the earlier wordings, so that
the last wording is always the right one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from .prose import Event, follow_up, other_headline
from .vocabulary import TYPOS

Change = Literal["headline", "sentence", "number", "word", "letter", "charset", "agency", "both"]

_WEIGHTS: tuple[tuple[Change, float], ...] = (
    ("headline", 0.30),
    ("sentence", 0.20),
    ("number", 0.15),
    ("word", 0.12),
    ("letter", 0.10),
    ("charset", 0.04),
    ("agency", 0.05),
    ("both", 0.04),
)
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?![\d.,]*\d)")
_LONG_WORD = re.compile(r"\b[a-zé]{7,}\b")
_ACCENTS = {"é": "e", "ö": "o", "ü": "u", "ó": "o", "ã": "a", "á": "a", "ï": "i"}
_MORE_AGENCIES = ("RTR", "AFP", "DPA", "BLOOMBERG", "BELGA")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a story says from `since` on. `changed` is what the edit that led to it changed, None for the first."""

    headline: str
    sentences: tuple[str, ...]
    agencies: tuple[str, ...]
    since: int
    changed: Change | None

    @property
    def lead(self) -> str:
        """The lead paragraph without its dateline."""
        return " ".join(self.sentences)


def edit(wordings: tuple[Wording, ...], what: Event, since: int, chance: Random) -> tuple[Wording, ...]:
    """The wordings of a story with one edit more.

    The kind of edit is left to chance, save where the text cannot bear it.
    """
    return _apply(_kind(chance), wordings, what, since, chance)


def _kind(chance: Random) -> Change:
    mark = chance.random()
    for kind, weight in _WEIGHTS:
        mark -= weight
        if mark < 0:
            return kind
    return "headline"


def _apply(kind: Change, wordings: tuple[Wording, ...], what: Event, since: int, chance: Random) -> tuple[Wording, ...]:
    now = replace(wordings[-1], since=since, changed=kind)
    if kind == "headline":
        return (*wordings, replace(now, headline=other_headline(what, chance, now.headline)))
    if kind == "both":
        now = replace(now, headline=other_headline(what, chance, now.headline))
        return (*wordings, replace(now, sentences=_with_sentence(now.sentences, what, chance)))
    if kind == "number":
        changed = _with_number(now.sentences, chance)
        if changed is not None:
            return (*wordings, replace(now, sentences=changed))
    if kind == "agency" and now.agencies and len(now.agencies) < 4:
        more = chance.choice([name for name in _MORE_AGENCIES if name not in now.agencies])
        return (*wordings, replace(now, agencies=(*now.agencies, more)))
    if kind in ("word", "letter", "charset"):
        at = int(chance.random() * len(now.sentences))
        if kind == "charset":
            at = next((place for place, text in enumerate(now.sentences) if "ë" in text), at)
        flawed = _flawed(kind, now.sentences[at], chance)
        if flawed is not None:
            return (*(_spoilt(wording, now.sentences[at], flawed) for wording in wordings), now)
    added = replace(now, changed="sentence", sentences=_with_sentence(now.sentences, what, chance))
    return (*wordings, added)


def _with_sentence(sentences: tuple[str, ...], what: Event, chance: Random) -> tuple[str, ...]:
    at = len(sentences) if chance.random() < 0.85 else 1
    return (*sentences[:at], follow_up(what, chance), *sentences[at:])


def _with_number(sentences: tuple[str, ...], chance: Random) -> tuple[str, ...] | None:
    places = [(at, match) for at, text in enumerate(sentences) for match in _NUMBER.finditer(text)]
    if not places:
        return None
    at, match = places[int(chance.random() * len(places))]
    number = int(match[0]) + 1 + int(chance.random() * 9)
    text = f"{sentences[at][: match.start()]}{number}{sentences[at][match.end() :]}"
    return (*sentences[:at], text, *sentences[at + 1 :])


def _flawed(kind: Change, text: str, chance: Random) -> str | None:
    """The sentence as it stood before it was mended, None if nothing in it can be wrong in this way."""
    if kind == "charset":
        return text.replace("ë", "ƫ") if "ë" in text else None
    if kind == "word":
        typos = [(right, wrong) for right, wrong in TYPOS if f" {right} " in text]
        if typos:
            right, wrong = typos[int(chance.random() * len(typos))]
            return text.replace(f" {right} ", f" {wrong} ", 1)
    for right, wrong in _ACCENTS.items():
        if right in text:
            return text.replace(right, wrong, 1)
    long = _LONG_WORD.findall(text)
    if not long:
        return None
    word = long[int(chance.random() * len(long))]
    at = 2 + int(chance.random() * (len(word) - 4))
    return text.replace(word, word[:at] + word[at + 1 :], 1)


def _spoilt(wording: Wording, sentence: str, flawed: str) -> Wording:
    return replace(wording, sentences=tuple(flawed if text == sentence else text for text in wording.sentences))
