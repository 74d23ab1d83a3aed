"""Houses to build in: stores and folders of their own, beside one inbox."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from feeds import shapes
from feeds.build import build
from feeds.config import Config, DigestSetting, FeedSetting, Flags, Source, load_config
from feeds.dumps.text import content_hash
from feeds.reading import list_stories
from feeds.store import schema
from feeds.store.engine import Store, open_store

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Every build makes sure that its files are on disk; a law of many builds need not wait for one."""
FEEDS = (
    FeedSetting("schip", "Schip", query='schip OR headline:peil -"zaterdag de"'),
    FeedSetting("vaak", "Vaak gezien", query="sightings:>=2 -place:goes"),
    FeedSetting("samen", "Samen", any_of=("feed/vaak", "topic/politiek"), none_of=("dateline/malmo",), entries=2),
    FeedSetting("vers", "Vers", query="-has:text", max_age="3 hours"),
    FeedSetting("leeg", "Leeg", query="xyzzy"),
)
DIGESTS = (DigestSetting("dag", "Dag", "day", entries=1), DigestSetting("week", "Week", "week", query="in:feed/schip"))


@dataclass(frozen=True)
class Dump:
    """A dump as it will lie in a folder."""

    name: str
    text: str
    named: datetime | None
    """What its name says."""
    beside: datetime | None
    """What its sidecar says."""
    mtime: datetime
    width: timedelta = timedelta()
    """How vague the sidecar is."""
    url: str | None = None
    """Where the sidecar says that it was captured."""

    @property
    def order(self) -> tuple[bool, datetime, timedelta, str]:
        """Sort key: told dumps by their time, then those that nothing dates."""
        told = self.beside or self.named
        width = timedelta() if self.beside is None else self.width
        return told is None, told or self.mtime, width, content_hash(self.text.encode())


@dataclass(frozen=True)
class House:
    """A store and an `out/` of their own."""

    store: Store
    config: Config

    def build(self, *paths: Path) -> None:
        """Take in files or folders, each in a transaction of its own, and publish."""
        sources = tuple(Source(path, "zeelandnet") for path in paths)
        build(self.store, replace(self.config, sources=sources), lambda _what, _done, _total: None)

    def stories(self) -> list[dict[str, Any]]:
        """What `feeds stories --json` says."""
        found = list_stories(self.store, self.config, topic=None, dateline=None, since=None, limit=None)
        return [json.loads(shapes.line(shapes.story(story, sightings))) for story, sightings in found]

    def derived(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of what follows from the dumps."""
        tables = ("captures", "wordings", "blocks", "related", "stories", "memberships", "former")
        with self.store.reading() as connection:
            return {
                one: sorted(map(tuple, connection.execute(select(schema.metadata.tables[one]))), key=repr)
                for one in tables
            }

    def nameless(self) -> list[str]:
        """The stories without their ids, in an order that does not depend on them."""
        return sorted(json.dumps({**story, "id": None}) for story in self.stories())

    def out(self) -> dict[str, bytes]:
        """Every published file but the tombstones: what was published once and is no more is history."""
        out, history = self.config.out, self.config.out / "tombstones.atom.xml"
        files = (path for path in out.rglob("*") if path.is_file() and path != history)
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@contextmanager
def workshop(empty_store: Path) -> Iterator[tuple[Path, Callable[[str], House]]]:
    """A folder for dumps, and a builder of houses."""
    stores: list[Store] = []
    with TemporaryDirectory(dir=MEMORY) as folder:
        root = Path(folder)

        def house(name: str) -> House:
            home = root / name
            home.mkdir()
            shutil.copy(empty_store, home / "feeds.sqlite")
            config = replace(load_config(None, {}, Flags(), home).config, feed=FEEDS, digest=DIGESTS)
            # Feeds so short that archives take part: of few stories some are let go of, some corrected after.
            config = replace(config, selection=replace(config.selection, entries=2))
            stores.append(open_store(config.store, write=True, wait=1))
            return House(stores[-1], config)

        (root / "inbox").mkdir()
        try:
            yield root / "inbox", house
        finally:
            for store in stores:
                store.close()


def drop(inbox: Path, dump: Dump, size: int | None = None, *, beside: bool = True) -> Path:
    """The dump lies in the folder, whole or as far as it has come, with or without its sidecar."""
    path = inbox / dump.name
    path.write_text(dump.text[:size], "utf-8")
    os.utime(path, (dump.mtime.timestamp(), dump.mtime.timestamp()))
    said: dict[str, object] = {} if dump.url is None else {"url": dump.url}
    if dump.beside is not None:
        told = [dump.beside.isoformat(), (dump.beside + dump.width).isoformat()]
        said |= {"captured_between": told} if dump.width else {"captured_at": told[0]}
    if beside and said:
        (inbox / f"{dump.name}.meta.json").write_text(json.dumps(said), "utf-8")
    return path
