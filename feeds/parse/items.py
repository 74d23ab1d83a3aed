"""The items of a list: what the lines between two ages are.

The same items stand on many neighbouring pages, so what came of a group of lines is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from feeds.model import Dateline
from feeds.parse.dateline import Capitals, DatelineReader, Opening

_MEMO: Final = 4096
_LONGEST_REMEMBERED: Final = 1500
"""Characters of a group that is worth remembering: bounds the memo in bytes as well."""


class ListForm(NamedTuple):
    """How a page prints its list."""

    headed: bool
    """Each text has its headline above it; else there are none and ages are glued to the next text."""
    credited: bool
    """Each headline has its credit before it."""
    capitals: Capitals
    """Which places in capitals need no agency."""


class Item(NamedTuple):
    """What one teaser is made of; without a text the page ends in its headline."""

    headline: str | None
    dateline: Dateline | None
    text: str | None
    extra: Sequence[str]
    """Further lines before the age."""


Items = tuple[Item, ...]


class ItemReader:
    """Reads the items of one site. Pure: its memo only saves time."""

    __slots__ = ("_credits", "_datelines", "_memos")

    def __init__(self, datelines: DatelineReader, credits_: Iterable[str]) -> None:
        self._datelines = datelines
        # The longest credit that fits is the one that is printed.
        self._credits = tuple(sorted(credits_, key=lambda credit: (-len(credit), credit)))
        self._memos: dict[ListForm, dict[tuple[str, ...], Items]] = {}

    def remembered(self, form: ListForm) -> dict[tuple[str, ...], Items]:
        """What is already known of groups in lists of a form; to look up only."""
        return self._memos.setdefault(form, {})

    def read(self, group: tuple[str, ...], form: ListForm) -> Items:
        """The items of a group of lines that are not blank; the group has one line at least."""
        items = tuple(self._read(group, form))
        if sum(map(len, group)) <= _LONGEST_REMEMBERED:
            memo = self.remembered(form)
            if len(memo) >= _MEMO:
                memo.clear()
            memo[group] = items
        return items

    def without_credit(self, headline: str) -> str | None:
        """A listing's headline without the one credit before it; None if nothing else stands there."""
        for credit in self._credits:
            if headline.startswith(credit):
                if len(headline) == len(credit):
                    return None
                if headline[len(credit)].isspace():
                    return headline[len(credit) :].lstrip()
        return headline

    def _read(self, group: Sequence[str], form: ListForm) -> list[Item]:
        """One item, unless a dateline in the midst of the group begins another whose forerunner lacks its age."""
        openings = [self._datelines.opening(line, form.capitals) for line in group]
        size = len(group)
        start, text = 0, int(form.headed and _has_headline(openings))
        items: list[Item] = []
        for index in range(min(text + 1, size), size + 1):
            if index < size and openings[index][0] is None:
                continue
            headed = form.headed and index < size and index - 1 > text
            following = index - headed
            headline = group[start] if text > start else None
            if form.credited and headline is not None:
                headline = self.without_credit(headline)
            dateline, offset = openings[text] if text < size else (None, 0)
            body = group[text][offset:] if text < size else None
            items.append(Item(headline, dateline, body, group[text + 1 : following]))
            start, text = following, index
        return items


def _has_headline(openings: Sequence[Opening]) -> bool:
    """Whether a group begins with a headline: `GOES - Hulst` above a dateline is one, a wire dateline never."""
    first, _ = openings[0]
    if first is None:
        return True
    return not first.agencies and len(openings) > 1 and openings[1][0] is not None
