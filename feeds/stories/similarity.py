"""How alike two texts are, and the keys under which alike texts meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from zlib import crc32

SKETCH = 8
"""How many triples stand for a text."""

MOST_WORDS = 256
"""No more of a text are compared; no lead has half as many, so a longer one is there to take time."""

LONG_WORD = 7
"""Letters from which a word that lost one inside is still no other word, as `geen` is beside `een`."""

_WORD = re.compile(r"\w+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_MARKS = re.compile(r"[\u0300-\u036f]")
_FIRST, _SECOND = 0x9E3779B1, 0x85EBCA77
_MASK = 0xFFFFFFFF


@lru_cache(maxsize=32768)
def _crc(word: str) -> int:
    return crc32(word.encode())


@lru_cache(maxsize=1024)
def grams(folded: str) -> frozenset[int]:
    """The word triples of a folded text, as stable hashes of 32 bits; of a shorter text its words.

    Of a text of more than `MOST_WORDS` they are those of its beginning.
    """
    hashes = [*map(_crc, map(re.Match.group, islice(_WORD.finditer(folded), MOST_WORDS)))]
    if len(hashes) < 3:
        return frozenset(hashes)
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return frozenset([(one * _FIRST + two * _SECOND + three) & _MASK for one, two, three in triples])


@lru_cache(maxsize=2048)
def sketch(folded: str) -> tuple[int, ...]:
    """The least few triples: texts that share most of theirs share some of these."""
    return tuple(sorted(grams(folded))[:SKETCH])


def containment(one: str, other: str) -> float:
    """How much of the smaller text's triples the other has: 1 where a sentence was added or the end cut off."""
    left, right = grams(one), grams(other)
    least = min(len(left), len(right))
    return len(left & right) / least if least else 0.0


def shared_words(one: str, other: str) -> float:
    """How much of the smaller text's words the other has, in any order: most where a letter was mended throughout."""
    left, right = ({match[0] for match in islice(_WORD.finditer(text), MOST_WORDS)} for text in (one, other))
    least = min(len(left), len(right))
    return len(left & right) / least if least else 0.0


def numbers(folded: str) -> tuple[str, ...]:
    """The numbers of a text in order: what tells the parts of a series apart."""
    return tuple(word for word in _WORD.findall(folded) if word[0].isdigit())


def common_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words, or letters, from the start on are equal."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def is_repaired(one: str, other: str) -> bool:
    """Whether two folded texts are one, but for a letter that was lost and put back.

    That is an accent, what a character set had no place for (it left `?` or nothing), or one letter inside a long word.
    """
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) == 1:
        at = common_start(shorter, longer)
        if shorter[at:] == longer[at + 1 :] and _is_inside(longer, at):
            return True
    if one.isascii() and other.isascii():
        return False
    plain = _unaccented(one), _unaccented(other)
    return plain[0] == plain[1] or any(
        _FOREIGN.sub(sign, text) == lost for sign in ("?", "") for text, lost in ((one, other), (other, one))
    )


def spellings(texts: Iterable[str]) -> dict[str, str]:
    """For each folded text, in the order in which they were seen, the first that it repairs, or itself."""
    found: dict[str, str] = {}
    before = None
    for text in texts:
        if text not in found:
            found[text] = found[before] if before is not None and is_repaired(before, text) else text
        before = text
    return found


def _is_inside(text: str, at: int) -> bool:
    """Whether a place in a text is inside a long word of letters."""
    start, end = at, at
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return start < at < end - 1 and end - start >= LONG_WORD


def _unaccented(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", text))
