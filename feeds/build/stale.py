"""What may not show what the store says, sorted out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from feeds.model import ChannelKey
from feeds.store.tombs import TOMBSTONES

INDEX = "index"
"""What documents belong to that tell of all feeds."""


@dataclass(slots=True)
class Stale:
    """What is to be rendered."""

    channels: dict[ChannelKey, set[str]] = field(default_factory=dict)
    """With the months of their archives that stories came to, changed in or left."""
    pages: list[str] = field(default_factory=list)
    """The keys of stories."""
    others: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, keys: Iterable[str]) -> Stale:
        """Sorted out."""
        found = cls()
        for key in keys:
            channel, _, month = key.partition("/archive/")
            if key in {INDEX, TOMBSTONES}:
                found.others.append(key)
            elif key.startswith("story/"):
                found.pages.append(key.removeprefix("story/"))
            else:
                found.channels.setdefault(ChannelKey(channel), set()).update({month} - {""})
        return found
