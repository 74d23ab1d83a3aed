"""Text into lines, and an article's lines into the blocks of its body."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import filterfalse
from typing import Final, NamedTuple

from feeds.canon import clean
from feeds.model import Block
from feeds.parse.patience import Check, watched
from feeds.parse.rules import LONGEST_TITLE, Rules, is_title

_SUSPECT: Final = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f\xc2\xef\xf0\xf1\xf2\xf3\xf4"
"""Without these bytes UTF-8 has nothing that is to be cleaned away."""
_HEADING_WORDS: Final = 4
_FEW: Final = 8
"""So many lines are taken out one by one."""


class Lines(NamedTuple):
    """The lines of a page that say something, stripped, without boilerplate."""

    texts: Sequence[str]
    spaced: bool
    """Whether blank lines stand between lines: pages that were stripped of markup have none."""
    ended: bool
    """Whether a line break follows the last line; if not, it may have been cut off."""
    marked: Sequence[int]
    """The lines that may be a section line, a line of editions or a ticker's, by their index."""


def read_lines(text: str, rules: Rules, *, cleaned: bool = False) -> Lines:
    """The lines of a text of any kind: byte order mark, line ends, illegal characters and known defects mended."""
    text = text.lstrip("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not (cleaned or _is_clean(text)):
        text = clean(text)
    for wrong, right in rules.profile.repairs:
        if wrong in text:
            text = text.replace(wrong, right)
    to_last = text.rstrip()
    printed = to_last.lstrip()
    pieces = printed.split("\n")
    lines = list(filter(None, map(str.strip, pieces)))
    spaced = len(pieces) > len(lines) > 0
    texts = _without(rules.boilerplate, lines)
    initials, marks = rules.initials, rules.marks
    marked = [index for index, line in enumerate(texts) if line[0] in initials and line.startswith(marks)]
    return Lines(texts, spaced, len(text) > len(to_last) and "\n" in text[len(to_last) :], marked)


def _without(unwanted: Collection[str], lines: list[str]) -> list[str]:
    """The lines that are none of those; the list itself is used up."""
    if sum(map(lines.count, unwanted)) > _FEW:
        return list(filterfalse(unwanted.__contains__, lines))
    for line in unwanted:  # so that no line has to be hashed, which takes longer
        while line in lines:
            lines.remove(line)
    return lines


def _is_clean(text: str) -> bool:
    """Whether `clean` would surely change nothing; three times as fast, and nearly all pages pass."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    return len(encoded.translate(None, _SUSPECT)) == len(encoded)


def body_blocks(lines: Sequence[str], check: Check) -> tuple[Block, ...]:
    """The blocks of a body. A sub-heading has 1 to 4 words, no final punctuation and a block before and after it."""
    new = tuple.__new__  # as Block(...) would, in half of the time
    blocks = [new(Block, ("paragraph", line, None)) for line in lines]
    if min(map(len, lines), default=LONGEST_TITLE + 1) <= LONGEST_TITLE:
        for index, line in enumerate(watched(lines[1:-1], check), 1):
            if len(line) <= LONGEST_TITLE and is_title(line, _HEADING_WORDS):
                blocks[index] = Block("heading", line)
    return tuple(blocks)
