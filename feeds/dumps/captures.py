"""A capture counts once: the algebra from facts about files to captures.

All of it is a function of the set of facts: their order and repetition do not show.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from feeds.canon import iso, key63
from feeds.capture import capture_of, times_of
from feeds.dumps.inbox import holds_rows
from feeds.dumps.when import Policy, told_by_mtime
from feeds.model import Capture, CaptureKey, ContentHash, Evidence, Told

_BEST_FIRST: tuple[Evidence, ...] = ("record", "sidecar", "name", "page", "mtime", "unknown")


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one file, or row of a file: where it lies, what it holds, and what dates it."""

    path: bytes
    content: ContentHash
    mtime: int
    """Microseconds since 1970."""
    site: str
    url: str | None
    told: Told | None
    """What evidence better than the modification time says; None if there is none."""
    policy: Policy
    record: int = 0
    """Which row of the file."""


def captures(facts: Iterable[Fact]) -> tuple[Capture, ...]:
    """The captures that the facts of one content amount to, earliest first.

    The same address and the same told span are one capture, whatever says so. If anything tells the time, copies of
    which nothing does are ignored; else all of them are one capture, at the earliest modification time and at
    the address that the least-named dump knows.
    """
    ordered = list(facts)
    if len(ordered) > 1:
        ordered = sorted(set(ordered), key=_least_name)
    groups: dict[tuple[str | None, datetime | None, datetime | None], list[Fact]] = {}
    for fact in ordered:
        if fact.told is not None:
            groups.setdefault((fact.url, fact.told.not_before, fact.told.not_after), []).append(fact)
    if groups:
        found = [_told_capture(group) for group in groups.values()]
    else:
        found = [_untold_capture(ordered)] if ordered else []
    if len(found) > 1:
        found.sort(key=lambda capture: capture.order)
    return tuple(found)


def _told_capture(facts: list[Fact]) -> Capture:
    told = min((fact.told for fact in facts if fact.told is not None), key=lambda told: _BEST_FIRST.index(told.source))
    content, url = facts[0].content, facts[0].url
    first = _iso(told.not_before)
    last = first if told.not_after is told.not_before else _iso(told.not_after)
    key = key63("capture", content, url or "", first, last)
    return _capture(CaptureKey(key), facts, url, told, min(fact.mtime for fact in facts))


def _untold_capture(facts: list[Fact]) -> Capture:
    files = [fact for fact in facts if not holds_rows(fact.path)]  # the time of a file of rows is not that of each
    first = min(files or facts, key=lambda fact: (fact.mtime, fact.policy == "ignore"))
    url = next((fact.url for fact in facts if fact.url is not None), None)
    key = key63("capture", first.content, "untold")
    return _capture(CaptureKey(key), facts, url, told_by_mtime(first.mtime, first.policy), first.mtime)


def _capture(key: CaptureKey, facts: list[Fact], url: str | None, told: Told, mtime: int) -> Capture:
    site = min(fact.site for fact in facts)
    dumps = tuple(sorted({dump_name(fact.path) for fact in facts}))
    capture = capture_of(key, facts[0].content, site, url, times_of(told), mtime, dumps)
    return capture._replace(record=facts[0].record) if facts[0].record else capture


def _least_name(fact: Fact) -> tuple[str, bytes, int, str]:
    return dump_name(fact.path), fact.path, fact.record, fact.url or ""


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else iso(moment)


@lru_cache(maxsize=64)
def dump_name(path: bytes) -> str:
    """A dump's base name for people: bytes that are no UTF-8, and what does not print, as backslash escapes."""
    name = os.path.basename(path).decode("utf-8", "backslashreplace")
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name)


def names_of(capture: Capture) -> list[str]:
    """The names of a capture's dumps for people, least first; with the line of its row: `crawl.jsonl:8`."""
    first, *others = capture.dumps
    return [f"{first}:{capture.record + 1}" if holds_rows(os.fsencode(first)) else first, *others]


def supersedes(old: bytes, new: bytes) -> bool:
    """Whether new content at a known path replaces the old: the old was the beginning of it, so unfinished."""
    return len(new) > len(old) and new.startswith(old)


def path_name(path: bytes) -> str:
    """A dump's whole path for people, escaped like `dump_name`."""
    return "/".join(dump_name(part) for part in path.split(b"/"))
