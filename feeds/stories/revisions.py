"""What a story said one after the other, and what each revision changed, word by word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from feeds.canon import fold
from feeds.model import Capture, CaptureKey, Wording, WordingKey
from feeds.stories.candidates import Seen
from feeds.stories.wordings import is_fragment

MOST_WORDS = 1500
"""Longer texts that differ throughout are not compared word by word: that takes their product in time."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Revision:
    """A headline and lead that the story had, from a capture `first` showed it `until` another showed the next."""

    wording: Wording
    """As it was first captured; case, quotes and blanks may differ later."""
    first: Capture
    until: Capture | None
    """The capture that first showed the revision after this; None of the newest."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text before and after a change: both have them, only the old has, or only the new."""

    kind: Literal["kept", "removed", "added"]
    text: str


def revisions(members: Sequence[Seen], wrong: Collection[CaptureKey] = ()) -> tuple[Revision, ...]:
    """What a story said, one after the other; an older text may come back. There is at least one.

    `members` come in the order of their first capture, `wrong` are captures with a wrong clock. Texts are equal after
    folding. A beginning that was cut off is no revision, nor is a lead without its headline that was also seen with it;
    a story of which only beginnings were seen has the longest. Texts that no right told time puts into an order come
    before the others: they are never the newest.
    """
    whole = [seen for seen in members if not is_fragment(seen.wording)]
    if len(whole) < 2:
        only = whole[0] if whole else max(members, key=lambda seen: len(seen.wording.body))
        return (Revision(only.wording, only.sightings[0].capture, None),)
    texts = _texts(whole)
    shown = sorted(
        [(one.capture.order, one.capture, texts[seen.wording.key]) for seen in whole for one in seen.sightings]
    )
    told = [(capture, wording) for _, capture, wording in shown if capture.is_told and capture.key not in wrong]
    known = {wording.key for _, wording in told}
    first = {wording.key: (capture, wording) for _, capture, wording in reversed(shown) if wording.key not in known}
    found = sorted(first.values(), key=lambda one: one[0].order)
    for capture, wording in told:
        if not found or found[-1][1] is not wording:
            found.append((capture, wording))
    nexts = [capture for capture, _ in found[1:]]
    return tuple(Revision(wording, first, until) for (first, wording), until in zip(found, [*nexts, None], strict=True))


def _texts(whole: Sequence[Seen]) -> dict[WordingKey, Wording]:
    """For each wording the first one that reads the same after folding, if there is such a one with a headline."""
    named: dict[str, str] = {}
    for seen in whole:
        if seen.wording.head:
            named.setdefault(seen.wording.body, seen.wording.head)
    found: dict[tuple[str, str], Wording] = {}
    texts = {}
    for wording in sorted([seen.wording for seen in whole], key=lambda one: not one.head):
        texts[wording.key] = found.setdefault((wording.head or named.get(wording.body, ""), wording.body), wording)
    return texts


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
