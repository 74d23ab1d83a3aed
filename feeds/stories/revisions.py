"""What a story said one after the other, and what each revision changed, word by word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from feeds.canon import fold
from feeds.model import Capture, CaptureKey, Wording, WordingKey
from feeds.stories.candidates import Seen
from feeds.stories.similarity import common_start, spellings
from feeds.stories.wordings import is_fragment

MOST_WORDS = 1500
"""Longer texts that differ throughout are not compared word by word: that takes their product in time."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Revision:
    """A headline and lead that the story had, from a capture `first` showed it `until` another showed the next."""

    wording: Wording
    """As it was first captured; case, quotes, blanks and a repaired letter may differ later.

    A lead that was seen without a headline has the one that stood; under a new headline a lead that was cut off stands
    whole, as it stood.
    """
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

    `members` come in the order of their first capture, `wrong` are captures with a wrong clock. Texts are equal if
    they are `spelt` alike. A beginning that was cut off is no revision, unless its headline is new, nor is a lead that
    only lacks its headline; a story of which only beginnings were seen has the longest. Texts that no right told time
    puts into an order come before the others: they are never the newest.
    """
    whole = [seen for seen in members if not is_fragment(seen.wording)]
    if not whole or len(members) < 2:
        only = whole[0] if whole else max(members, key=lambda seen: len(seen.wording.body))
        return (Revision(only.wording, only.sightings[0].capture, None),)
    shown = _shown(members, wrong)
    told = [(capture, text) for capture, text in shown if capture.is_told and capture.key not in wrong]
    known = {text for _, text in told}
    first = {text: (capture, text) for capture, text in reversed(shown) if text not in known}
    found = sorted(first.values(), key=lambda one: one[0].order)
    for capture, text in told:
        if not found or found[-1][1] is not text:
            found.append((capture, text))
    nexts = [capture for capture, _ in found[1:]]
    return tuple(Revision(text, first, until) for (first, text), until in zip(found, [*nexts, None], strict=True))


def _shown(members: Sequence[Seen], wrong: Collection[CaptureKey]) -> list[tuple[Capture, Wording]]:
    """What each capture says, in their order; texts that read the same are one wording, the first of those members.

    A lead without a headline has that under which it was last seen, or first will be, or else the one that stands.
    """
    whole = [seen.wording for seen in members if not is_fragment(seen.wording)]
    alike = spelt(members)
    texts: dict[tuple[str, str], Wording] = {}
    named: dict[str, Wording] = {}
    for wording in whole:
        if wording.head:
            texts.setdefault((alike[wording.head], alike[wording.body]), wording)
            named.setdefault(alike[wording.body], wording)
    found: list[tuple[Capture, Wording]] = []
    stands: Wording | None = None
    for capture, wording, is_right in _said(members, wrong):
        head, body = alike[wording.head], alike[wording.body]
        headline, lead = wording, wording  # what has these as it was printed
        if is_fragment(wording):
            if stands is None or not is_right or not _renames(wording, stands):
                continue
            body, lead = alike[stands.body], stands
        elif not head and (of := named.get(body, stands)) is not None:
            head, headline = alike[of.head], of
        text = texts.get((head, body))
        if text is None:
            text = wording if headline is lead else replace(lead, key=wording.key, headline=headline.headline)
            texts[head, body] = text
        if is_right:
            stands = text
            if wording.head:
                named[body] = text
        found.append((capture, text))
    return found


def _said(members: Sequence[Seen], wrong: Collection[CaptureKey]) -> Iterator[tuple[Capture, Wording, bool]]:
    """What captures say in their order, but not again, and whether their time is told and right."""
    before: tuple[WordingKey, bool] | None = None
    shown = [(one.capture, seen.wording) for seen in members for one in seen.sightings]
    for capture, wording in sorted(shown, key=lambda one: one[0].order):
        is_right = capture.is_told and capture.key not in wrong
        if (wording.key, is_right) != before:
            before = wording.key, is_right
            yield capture, wording, is_right


def spelt(members: Sequence[Seen]) -> Mapping[str, str]:
    """For each folded headline and lead of a story, the one as which it counts: the first that it only repairs."""
    if len(members) == 1:
        return {text: text for text in (members[0].wording.head, members[0].wording.body)}
    whole = [seen.wording for seen in members if not is_fragment(seen.wording)]
    found = spellings([one.head for one in whole if one.head]) | spellings([one.body for one in whole])
    return {text: found.get(text, text) for seen in members for text in (seen.wording.head, seen.wording.body)}


def _renames(fragment: Wording, stands: Wording) -> bool:
    """Whether a page that was cut off shows what stands under another headline."""
    return (
        fragment.cut != "headline"
        and fragment.head not in {"", stands.head}
        and bool(fragment.body)
        and stands.body.startswith(fragment.body)
    )


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """What changed from one text to the other, word by word; words are equal after folding, and blanks do not count.

    The pieces that are kept or removed make up the old text, those kept or added the new one, to the word; kept words
    stand as in the new.
    """
    before, after = _words(old), _words(new)
    left, right = [fold(word) for word in before], [fold(word) for word in after]
    start = common_start(left, right)
    end = common_start(left[start:][::-1], right[start:][::-1])
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
