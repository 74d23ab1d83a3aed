"""Which feeds of `out/` changed: told by whoever wrote them, or found by looking."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from feeds.serve.media import media_of

_SECONDS, _TOLD_SECONDS = 1.0, 30.0
_NOT_FEEDS = frozenset({"story", "archive"})
"""Folders that nobody subscribes to, and that may hold very much."""

Signature = tuple[int, int, int]


class News:
    """Calls `heard` with the paths of feeds that changed, in order, in the event loop.

    What stands there at the first look may be news or not: `found` is called with it.
    """

    def __init__(
        self, out: Path, heard: Callable[[tuple[str, ...]], None], found: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._out = out
        self._heard = heard
        self._found = found
        self._known: dict[str, Signature] | None = None
        self._seconds = _SECONDS

    def published(self, paths: Iterable[str]) -> None:
        """These were written: there is less need to look."""
        self._seconds = _TOLD_SECONDS
        feeds = {path: signature for path in paths if _is_feed(path) and (signature := _signature(self._out, path))}
        if self._known is not None:
            self._known |= feeds
        if feeds:
            self._heard(tuple(sorted(feeds)))

    async def look(self) -> None:
        """Look again and again until cancelled."""
        while True:
            now = await asyncio.to_thread(lambda: dict(_feeds(self._out, "")))
            known, self._known = self._known, now
            if known is None:
                self._found(tuple(sorted(now)))
            else:
                changed = sorted(path for path, signature in now.items() if known.get(path) != signature)
                if changed:
                    self._heard(tuple(changed))
            await asyncio.sleep(self._seconds)


def _feeds(out: Path, folder: str) -> Iterator[tuple[str, Signature]]:
    """Every feed below a folder with what tells its versions apart."""
    try:
        entries = list(os.scandir(out / folder))
    except OSError:
        return
    for entry in entries:
        path = folder + entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _NOT_FEEDS:
                yield from _feeds(out, path + "/")
        elif _is_feed(path):
            signature = _signature(out, path)
            if signature is not None:
                yield path, signature


def _is_feed(path: str) -> bool:
    return media_of(path).is_feed and _NOT_FEEDS.isdisjoint(path.split("/"))


def _signature(out: Path, path: str) -> Signature | None:
    try:
        status = (out / path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
