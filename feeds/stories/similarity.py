"""How alike two texts are, and the keys under which alike texts meet."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from zlib import crc32

SKETCH = 8
"""How many triples stand for a text."""

MOST_WORDS = 256
"""No more of a text are compared; no lead has half as many, so a longer one is there to take time."""

_WORD = re.compile(r"\w+")
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
