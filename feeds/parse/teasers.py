"""Lists of teasers: headline, text and age, or text alone with the age glued to the next text.

An age closes its teaser. Where one is missing a dateline tells the next teaser apart. Only the end of the page cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from feeds.model import Age, Cut, Teaser
from feeds.parse.blocks import Lines
from feeds.parse.items import Item, ListForm
from feeds.parse.rules import Rules

_NO_START = frozenset(",.;:?!…)]}-–—/%&")
"""What cannot begin an item: after an age it goes on with a sentence."""

_Group = tuple[tuple[str, ...], Age | None]
"""The lines between two ages, and the age that closes them; the last group has none if the page ends before it."""


@dataclass(frozen=True, slots=True)
class TeaserList:
    """The teasers of a list and the lines in it that are of none."""

    teasers: tuple[Teaser, ...]
    residue: tuple[str, ...]
    overfull: bool


_UNREAD: Final = TeaserList((), (), overfull=False)


def read_teasers(lines: Lines, start: int, rules: Rules, form: ListForm, limit: int) -> TeaserList:
    """The teasers of the list that begins at a line, `limit` at most: what follows them is not read.

    A further section line ends the list; it and all that follows is residue. With a limit of 0 nothing is read.
    """
    size = len(lines.texts)
    if limit == 0 or start >= size:
        return _UNREAD
    section = rules.section(lines.texts, [index for index in lines.marked if index >= start])
    end = section[0] if section else size
    fragment = section is None and not lines.ended
    texts = tuple(lines.texts[start:end])
    groups = _headed_groups(texts, rules, form, fragment=fragment) if form.headed else _glued_groups(texts, rules, form)
    teasers: list[Teaser] = []
    residue: list[str] = []
    remembered = rules.items.remembered(form)
    for group, age in groups:
        if not group:
            residue += [age.raw] if age else []
            continue
        items = remembered.get(group) or rules.items.read(group, form)
        last = items[-1]
        for item in items:
            if len(teasers) >= limit:
                return TeaserList(tuple(teasers), tuple(residue), overfull=True)
            headline, dateline, text, extra = item
            teasers.append(Teaser(len(teasers), headline, dateline, text or "", age if item is last else None, None))
            residue += extra
        if age is None and section is None:
            teasers[-1] = replace(teasers[-1], cut=_cut(last, rules, ended=lines.ended))
    return TeaserList(tuple(teasers), (*residue, *lines.texts[end:]), overfull=False)


def _headed_groups(lines: tuple[str, ...], rules: Rules, form: ListForm, *, fragment: bool) -> Iterator[_Group]:
    """The groups of a list with headlines.

    `fragment` says that the last line may be cut off: above a text it is no age, but a headline or text that begins
    like one (`Gisteren`).
    """
    whole = rules.ages.whole
    start, last = 0, len(lines) - 1
    for index, line in enumerate(lines):
        age = whole(line)
        if age is None or (fragment and index == last and _awaits_text(lines[start:index], rules, form)):
            continue
        yield lines[start:index], age
        start = index + 1
    if start <= last:
        yield lines[start:], None


def _awaits_text(group: Sequence[str], rules: Rules, form: ListForm) -> bool:
    """Whether the lines of an item with a headline end before its text."""
    return not group or (len(group) == 1 and rules.datelines.opening(group[0], form.capitals)[0] is None)


def _glued_groups(lines: tuple[str, ...], rules: Rules, form: ListForm) -> Iterator[_Group]:
    """The groups of a list without headlines."""
    group: list[str] = []
    for line in lines:
        age = rules.ages.whole(line)
        glued = _glued(line, rules, form) if age is None else (age, "")
        if glued is None:
            group.append(line)
            continue
        age, rest = glued
        yield tuple(group), age
        group = [rest] if rest else []
    if group:
        yield tuple(group), None


def _glued(line: str, rules: Rules, form: ListForm) -> tuple[Age, str] | None:
    """An age that is glued to the beginning of an item; prose goes on in small letters or with punctuation."""
    glued = rules.ages.glued(line)
    if glued is None:
        return None
    rest = glued[1]
    if rest[0] in _NO_START or (rest[0].islower() and rules.datelines.opening(rest, form.capitals)[0] is None):
        return None
    return glued


def _cut(item: Item, rules: Rules, *, ended: bool) -> Cut:
    """Where the end of the page cut its last item, which has no whole age."""
    if item.text is None:
        return "text" if ended else "headline"
    return "age" if item.extra and rules.ages.is_cut(item.extra[-1]) else "text"
