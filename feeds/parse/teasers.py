"""Lists of teasers: headline, text and age, or text alone with the age glued to the next text.

An age closes its teaser. Where one is missing a dateline tells the next teaser apart. Only the end of the page cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from feeds.model import Age, Cut, Dateline, Teaser
from feeds.parse.rules import Rules

_NO_START = frozenset(",.;:?!…)]}-–—/%&")
"""What cannot begin an item: after an age it goes on with a sentence."""


@dataclass(frozen=True, slots=True)
class ListForm:
    """How a page prints its list."""

    headed: bool
    """Each text has its headline above it; else there are none and ages are glued to the next text."""
    credited: bool = False
    """Each headline has its credit before it."""


@dataclass(frozen=True, slots=True)
class TeaserList:
    """The teasers of a list and the lines in it that are of none."""

    teasers: tuple[Teaser, ...]
    residue: tuple[str, ...]
    overfull: bool


class _Item(NamedTuple):
    headline: str | None
    dateline: Dateline | None
    text: str | None
    extra: Sequence[str]


def read_teasers(lines: Sequence[str], rules: Rules, form: ListForm, *, ended: bool, limit: int) -> TeaserList:
    """The teasers of the lines of a list, `limit` at most: what follows them is not read.

    A further section line ends the list; it and all that follows is residue. `ended` says that a line break follows
    the last line.
    """
    end = _end(lines, rules)
    teasers: list[Teaser] = []
    residue: list[str] = []
    fragment = end == len(lines) and not ended
    for group, age in _groups(lines[:end], rules, form, fragment=fragment):
        if not group:
            residue += [age.raw] if age else []
            continue
        items = _items(group, rules, form)
        for item in items:
            if len(teasers) >= limit:
                return TeaserList(tuple(teasers), tuple(residue), overfull=True)
            headline, dateline, text, extra = item
            if form.credited and headline is not None:
                headline = rules.without_credit(headline)
            last = item is items[-1]
            at_end = last and age is None and end == len(lines)
            cut = _cut(item, rules, ended=ended) if at_end else None
            teasers.append(Teaser(len(teasers), headline, dateline, text or "", age if last else None, cut))
            residue += extra
    return TeaserList(tuple(teasers), (*residue, *lines[end:]), overfull=False)


def _end(lines: Sequence[str], rules: Rules) -> int:
    prefix = rules.section_prefix
    for index, line in enumerate(lines):
        if prefix and line.startswith(prefix) and rules.section_topic(line):
            return index
    return len(lines)


def _groups(
    lines: Sequence[str], rules: Rules, form: ListForm, *, fragment: bool
) -> Iterator[tuple[list[str], Age | None]]:
    """The lines between ages, each with the age that closes them; the last has none if the page ends before it.

    `fragment` says that the last line may be cut off: above a text it is no age, but a headline or text that begins
    like one (`Gisteren`).
    """
    whole = rules.ages.whole
    group: list[str] = []
    last = len(lines) - 1 if fragment and form.headed else -1
    for index, line in enumerate(lines):
        age = whole(line)
        if age is not None and not (index == last and _awaits_text(group, rules)):
            yield group, age
            group = []
            continue
        if not form.headed:
            glued = _glued(line, rules)
            if glued is not None:
                yield group, glued[0]
                group = [glued[1]]
                continue
        group.append(line)
    if group:
        yield group, None


def _awaits_text(group: Sequence[str], rules: Rules) -> bool:
    """Whether the lines of an item with a headline end before its text."""
    return len(group) == 0 or (len(group) == 1 and rules.datelines.opening(group[0])[0] is None)


def _glued(line: str, rules: Rules) -> tuple[Age, str] | None:
    """An age that is glued to the beginning of an item; prose goes on in small letters or with punctuation."""
    glued = rules.ages.glued(line)
    if glued is None:
        return None
    rest = glued[1]
    if rest[0] in _NO_START or (rest[0].islower() and rules.datelines.opening(rest)[0] is None):
        return None
    return glued


def _items(group: list[str], rules: Rules, form: ListForm) -> list[_Item]:
    """The items of a group: one, unless a dateline in its midst begins another whose forerunner lacks its age."""
    opening = rules.datelines.opening
    if len(group) == 2 and form.headed and opening(group[0])[0] is None:
        # Nearly every item of nearly every page.
        dateline, offset = opening(group[1])
        return [_Item(group[0], dateline, group[1][offset:], ())]
    openings = [opening(line) for line in group]
    datelines = [dateline for dateline, _ in openings]
    size = len(group)
    start, text = 0, int(form.headed and _has_headline(datelines))
    items: list[_Item] = []
    for index in range(min(text + 1, size), size + 1):
        if index < size and datelines[index] is None:
            continue
        headed = form.headed and index < size and index - 1 > text
        following = index - headed
        dateline, offset = openings[text] if text < size else (None, 0)
        items.append(
            _Item(
                headline=group[start] if text > start else None,
                dateline=dateline,
                text=group[text][offset:] if text < size else None,
                extra=group[text + 1 : following],
            )
        )
        start, text = following, index
    return items


def _has_headline(datelines: list[Dateline | None]) -> bool:
    """Whether a group begins with a headline: `PSV - Ajax` above a dateline is one, a wire dateline never."""
    first = datelines[0]
    if first is None:
        return True
    return not first.agencies and len(datelines) > 1 and datelines[1] is not None


def _cut(item: _Item, rules: Rules, *, ended: bool) -> Cut:
    """Where the end of the page cut its last item, which has no whole age."""
    if item.text is None:
        return "text" if ended else "headline"
    return "age" if item.extra and rules.ages.is_cut(item.extra[-1]) else "text"
