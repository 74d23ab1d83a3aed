"""The items of a list: what the lines between two ages are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from feeds.model import Dateline
from feeds.parse.dateline import Capitals, Opening
from feeds.parse.patience import Check, watched
from feeds.parse.rules import Rules


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


def read_items(group: Sequence[str], rules: Rules, form: ListForm, check: Check) -> list[Item]:
    """The items of a group of lines: one, unless a dateline in its midst begins another whose forerunner lacks its age.

    The group has one line at least, and no line is blank.
    """
    if not form.headed and len(group) == 1:
        dateline, offset = rules.datelines.opening(group[0], form.capitals)
        return [Item(None, dateline, group[0][offset:], ())]
    openings = [rules.datelines.opening(line, form.capitals) for line in watched(group, check)]
    size = len(group)
    start, text = 0, int(form.headed and _has_headline(openings))
    items: list[Item] = []
    for index in watched(range(min(text + 1, size), size + 1), check):
        if index < size and openings[index][0] is None:
            continue
        headed = form.headed and index < size and index - 1 > text
        following = index - headed
        headline = group[start] if text > start else None
        if form.credited and headline is not None:
            headline = rules.without_credit(headline)
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
