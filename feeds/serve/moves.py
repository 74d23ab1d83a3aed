"""What became of an address that is no more: stories that turned out to be one, and stories that were withdrawn."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.errors import StoreError
from feeds.model import WordingKey
from feeds.serve.memory import Memory
from feeds.store import shelf

_STORY = re.compile(r"/story/([0-7][0-9a-f]{15})(/[a-z.]*)?")


@dataclass(frozen=True, slots=True)
class Moved:
    """It is elsewhere now; `target` is relative to what was asked for."""

    target: str


@dataclass(frozen=True, slots=True)
class Gone:
    """It was there, and was withdrawn."""


def what_became_of(path: str, memory: Memory, tag: str) -> Moved | Gone | None:
    """What became of the page at a path (without the public prefix); None if there never was one."""
    story = _STORY.fullmatch(path)
    if story is None:
        return None
    key, rest = story[1], story[2]
    try:
        with memory.reading() as connection:
            if not shelf.published_ranks(connection, [WordingKey(int(key, 16))]):
                return None
            now = shelf.story_by_key(connection, key, tag)
    except StoreError:
        return None
    if now is None:
        return Gone()
    current = now.id.rpartition("/")[2]
    if current == key:
        return None
    return Moved(f"./{current}/" if rest is None else f"../{current}{rest}")
