"""The words of a text, as queries compare them: case, accents, quotes and punctuation do not count.

Finer than `canon.fold`, which decides on identity and keeps accents: who looks for `malmo` means MALMÖ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from feeds.canon import fold

_WORD = re.compile(r"[^\W_]+")
_UNMARKED = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take apart into a plain one and a mark, though people do."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order: runs of letters and digits, folded, without accents.

    A quote joins what stands around it, as in `canon.fold`: `foto's` is one word.
    """
    plain = fold(text)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().translate(_UNMARKED)
    return tuple(_WORD.findall(plain))


@dataclass(frozen=True, slots=True)
class Text:
    """Passages made ready for looking words up in them; words that stand side by side do so in one passage."""

    ready: str

    def has(self, sought: tuple[str, ...], *, begun: bool = False) -> bool:
        """Whether the words stand in the text side by side; if `begun`, the last of them may go on."""
        return f" {' '.join(sought)}{'' if begun else ' '}" in self.ready


def text_of(passages: Iterable[str]) -> Text:
    """The passages as one Text."""
    return Text("\n".join(f" {' '.join(words(passage))} " for passage in passages))
