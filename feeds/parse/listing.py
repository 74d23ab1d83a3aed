"""Section listings (a date line and the line of editions) and regional ones (the ticker)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from feeds.model import Latest
from feeds.parse.blocks import Lines
from feeds.parse.items import ListForm
from feeds.parse.patience import Check, watched
from feeds.parse.rules import Rules, is_title

_CLOCK = re.compile(r"(?<=\s)(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?=\s)")
_TOPIC_WORDS: Final = 4
_HEAD_LINES: Final = 30
"""The line of editions stands in the head of a page, if at all."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The head of a listing; its teasers are the lines from `start` on."""

    topic: str | None
    printed_date: date | None
    latest: tuple[Latest, ...]
    residue: tuple[str, ...]
    start: int
    form: ListForm


def find_listing(lines: Lines, rules: Rules, url: str | None, check: Check) -> Listing | None:
    """The listing that a page is, if a line of editions with a date or a ticker proves one."""
    profile = rules.profile
    for index in watched(lines.marked, check):
        line = lines.texts[index]
        found = None
        if profile.edition and index < _HEAD_LINES and line.startswith(profile.edition):
            found = _section_listing(lines, index, rules, url)
        elif line == profile.ticker:
            found = _regional_listing(lines, index, rules, url, check)
        if found is not None:
            return found
    return None


def _section_listing(lines: Lines, edition: int, rules: Rules, url: str | None) -> Listing | None:
    texts = lines.texts
    dated = [(index, day) for index, line in enumerate(texts[: edition + 2]) if (day := rules.printed_date(line))]
    if not dated:
        return None
    date_line, day = dated[-1]
    start = max(edition, date_line) + 1
    residue = tuple(line for index, line in enumerate(texts[:start]) if index not in {edition, date_line})
    topic = None
    if start < len(texts) and _is_topic(texts[start : start + 3], rules):
        start += 1
        if start < len(texts) or lines.ended:
            topic = texts[start - 1]
        else:
            # The page ends in it: it may be the beginning of a longer name.
            residue = (*residue, texts[start - 1])
    topic = topic or rules.topic_of_address(url)
    return Listing(
        topic=topic,
        printed_date=day,
        latest=(),
        residue=residue,
        start=start,
        form=ListForm(headed=True, credited=True, capitals=rules.capitals(topic)),
    )


def _is_topic(lines: Sequence[str], rules: Rules) -> bool:
    """Whether the first line below the editions is the topic and not yet the headline of an item of two lines."""
    first = lines[0]
    if not is_title(first, _TOPIC_WORDS) or rules.without_credit(first) != first:
        return False
    if rules.datelines.opening(first, "any")[0]:
        return False
    return not any(rules.ages.whole(line) for line in lines)


def _regional_listing(lines: Lines, ticker: int, rules: Rules, url: str | None, check: Check) -> Listing | None:
    texts = lines.texts
    start = ticker + 1
    if ticker and not (start < len(texts) and _ticker_item(texts[start])):
        return None
    latest: list[Latest] = []
    residue = list(texts[:ticker])
    for line in watched(texts[start:], check):
        if not line.startswith("- "):
            break
        item = _ticker_item(line)
        if item:
            latest.append(item)
        else:
            residue.append(line)
        start += 1
    return Listing(
        topic=rules.topic_of_address(url),
        printed_date=None,
        latest=tuple(latest),
        residue=tuple(residue),
        start=start,
        form=ListForm(headed=False, credited=False, capitals="any"),
    )


def _ticker_item(line: str) -> Latest | None:
    """The item of a line such as `- Sport 9:05 Headline`; the first clock is the ticker's."""
    clock = _CLOCK.search(line, 2) if line.startswith("- ") else None
    if clock is None:
        return None
    topic = line[2 : clock.start()].strip()
    return Latest(topic, clock[0], line[clock.end() :].strip()) if topic and is_title(topic, _TOPIC_WORDS) else None
