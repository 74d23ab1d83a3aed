"""What a story said one after the other, and what each revision changed, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from feeds.canon import fold
from feeds.model import Capture, Wording
from feeds.stories.candidates import Seen
from feeds.stories.wordings import is_fragment

MOST_WORDS = 1500
"""Longer texts that differ throughout are not compared word by word: that takes their product in time."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Revision:
    """A headline and lead that the story had, from its `first` capture `until` the first one of the next."""

    wording: Wording
    """As it was first captured; case, quotes and blanks may differ later."""
    first: Capture
    until: Capture | None
    """The capture that first showed the revision after this; None while this is the newest."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text before and after a change: both have them, only the old has, or only the new."""

    kind: Literal["kept", "removed", "added"]
    text: str


def revisions(members: Sequence[Seen]) -> tuple[Revision, ...]:
    """The distinct wordings of a story after folding, in the order of their first capture. There is at least one.

    `members` come in the order of their first capture. A beginning that was cut off is no revision, nor is a lead
    without its headline that was also seen with it; a story of which only beginnings were seen has the longest.
    """
    whole = [seen for seen in members if not is_fragment(seen.wording)]
    if len(whole) > 1:
        found = _distinct(whole)
    else:
        found = [(one.wording, one.sightings[0].capture) for one in whole or [_longest(members)]]
    nexts = [capture for _, capture in found[1:]]
    return tuple(Revision(wording, first, until) for (wording, first), until in zip(found, [*nexts, None], strict=True))


def _longest(members: Sequence[Seen]) -> Seen:
    return max(members, key=lambda seen: len(seen.wording.body))


def _distinct(whole: Sequence[Seen]) -> list[tuple[Wording, Capture]]:
    """Each text once, with the first capture that showed it, under its headline or without."""
    named: dict[str, str] = {}
    for seen in whole:
        if seen.wording.head:
            named.setdefault(seen.wording.body, seen.wording.head)
    found: dict[tuple[str, str], tuple[Wording, Capture]] = {}
    for seen in whole:
        wording = seen.wording
        head = wording.head or named.get(wording.body, "")
        known = found.get((head, wording.body))
        if known is None:
            found[head, wording.body] = wording, seen.sightings[0].capture
        elif wording.head and not known[0].head:
            found[head, wording.body] = wording, known[1]
    return list(found.values())


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """What changed from one text to the other, word by word; words are equal after folding, and blanks do not count.

    The pieces that are kept or removed make up the old text, those kept or added the new one, to the word; kept words
    stand as in the new.
    """
    before, after = _words(old), _words(new)
    left, right = [fold(word) for word in before], [fold(word) for word in after]
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    pieces = [Piece("kept", _joined(after[:start]))]
    pieces += _between(
        (before[start : len(before) - end], left[start : len(left) - end]),
        (after[start : len(after) - end], right[start : len(right) - end]),
    )
    pieces.append(Piece("kept", _joined(after[len(after) - end :])))
    return tuple(piece for piece in pieces if piece.text)


_Text = tuple[Sequence[str], Sequence[str]]
"""Words as printed, and folded."""


def _between(before: _Text, after: _Text) -> Iterator[Piece]:
    old, new = before[0], after[0]
    if max(len(old), len(new)) > MOST_WORDS:
        yield Piece("removed", _joined(old))
        yield Piece("added", _joined(new))
        return
    matcher = SequenceMatcher(None, before[1], after[1], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("kept", _joined(new[new_from:new_to]))
        else:
            yield Piece("removed", _joined(old[old_from:old_to]))
            yield Piece("added", _joined(new[new_from:new_to]))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _joined(words: Sequence[str]) -> str:
    return " ".join(words)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words from the start on are equal."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
