"""Lists of teasers: headline, text and age, or text alone with the age glued to the next text.

An age closes its teaser. Where one is missing a dateline tells the next teaser apart. Only the end of the page cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from feeds.model import Age, Cut, Teaser
from feeds.parse.blocks import Lines
from feeds.parse.items import Item, ListForm, read_items
from feeds.parse.patience import Check, watched
from feeds.parse.rules import KnownItem, Rules

_NO_START = frozenset(",.;:?!…)]}-–—/%&")
"""What cannot begin an item: after an age it goes on with a sentence."""

_MEMO: Final = 4096
_LONGEST_REMEMBERED: Final = 1500
"""Characters of an item that is worth remembering: bounds the memo in bytes as well."""

_Group = tuple[Sequence[str], Age | None]
"""The lines between two ages, and the age that closes them; the last group has none if the page ends before it."""


class TeaserList(NamedTuple):
    """The teasers of a list and the lines in it that are of none."""

    teasers: tuple[Teaser, ...]
    residue: tuple[str, ...]
    overfull: bool


_UNREAD: Final = TeaserList((), (), overfull=False)


def read_teasers(lines: Lines, start: int, rules: Rules, form: ListForm, limit: int, check: Check) -> TeaserList:
    """The teasers of the list that begins at a line, `limit` at most: what follows them is not read.

    A further section line ends the list; it and all that follows is residue. With a limit of 0 nothing is read.
    """
    if limit == 0 or start >= len(lines.texts):
        return _UNREAD
    section = rules.section(lines.texts, [index for index in lines.marked if index >= start])
    texts = lines.texts[start : section[0] if section else None]
    beyond = lines.texts[start + len(texts) :]
    if form.headed:
        teasers = _regular_teasers(texts, rules, form, limit)
        rest = texts[3 * len(teasers) :]
        groups = _headed_groups(rest, rules, form, check, fragment=not (beyond or lines.ended))
    else:
        teasers = []
        groups = _glued_groups(texts, rules, form, check)
    residue: list[str] = []
    for group, age in groups:
        if not group:
            residue += [age.raw] if age else []
            continue
        items = read_items(group, rules, form, check)
        for item in items:
            if len(teasers) >= limit:
                return TeaserList(tuple(teasers), tuple(residue), overfull=True)
            last = item is items[-1]
            cut = _cut(item, rules, ended=lines.ended) if last and age is None and not beyond else None
            position, own = len(teasers), age if last else None
            teasers.append(Teaser(position, item.headline, item.dateline, item.text or "", own, cut))
            residue += item.extra
    return TeaserList(tuple(teasers), (*residue, *beyond), overfull=False)


def _regular_teasers(lines: Sequence[str], rules: Rules, form: ListForm, limit: int) -> list[Teaser]:
    """The teasers from the first line on, as long as each is a headline, a text and an age and nothing else.

    Nearly all items of nearly all pages are, and most of them stood on the page before: `_headed_groups` and
    `read_items` would find the same, but slower.
    """
    whole = rules.ages.whole
    memo = rules.items.setdefault((form.credited, form.capitals), {})
    teasers: list[Teaser] = []
    add, new = teasers.append, tuple.__new__  # as Teaser(...) would, in half of the time
    for position, (headline, text, last) in enumerate(zip(lines[::3], lines[1::3], lines[2::3], strict=False)):
        age = whole(last)
        if age is None or position == limit:
            break
        known = memo.get(headline)
        if known is None or known[0] != text:
            known = _regular_item(headline, text, rules, form)
            if known is None:
                break
            if len(memo) >= _MEMO:
                memo.clear()
            if len(headline) + len(text) <= _LONGEST_REMEMBERED:
                memo[headline] = known
        _, title, dateline, body = known
        add(new(Teaser, (position, title, dateline, body, age, None)))
    return teasers


def _regular_item(headline: str, text: str, rules: Rules, form: ListForm) -> KnownItem | None:
    """The item of a headline and a text; None if either is something else."""
    ages, opening = rules.ages, rules.datelines.opening
    if ages.whole(headline) or ages.whole(text) or opening(headline, form.capitals)[0]:
        return None
    dateline, offset = opening(text, form.capitals)
    return text, rules.without_credit(headline) if form.credited else headline, dateline, text[offset:]


def _headed_groups(
    lines: Sequence[str], rules: Rules, form: ListForm, check: Check, *, fragment: bool
) -> Iterator[_Group]:
    """The groups of a list with headlines.

    `fragment` says that the last line may be cut off: above a text it is no age, but a headline or text that begins
    like one (`Gisteren`).
    """
    whole = rules.ages.whole
    start, last = 0, len(lines) - 1
    for index, line in enumerate(watched(lines, check)):
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


def _glued_groups(lines: Sequence[str], rules: Rules, form: ListForm, check: Check) -> Iterator[_Group]:
    """The groups of a list without headlines."""
    group: list[str] = []
    for line in watched(lines, check):
        age = rules.ages.whole(line)
        glued = _glued(line, rules, form) if age is None else (age, "")
        if glued is None:
            group.append(line)
            continue
        age, rest = glued
        yield group, age
        group = [rest] if rest else []
    if group:
        yield group, None


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
