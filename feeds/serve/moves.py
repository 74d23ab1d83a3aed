"""What became of an address that is no more: stories that are part of others or withdrawn, places with other names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.config import Config
from feeds.errors import StoreError
from feeds.model import Story, WordingKey
from feeds.places.gazetteer import open_resolver
from feeds.render.settings import sound
from feeds.serve.memory import Memory
from feeds.store import shelf, tombs

_STORY = re.compile(r"/story/([0-7][0-9a-f]{15})(/[a-z.]*)?")
_PLACE = re.compile(r"/dateline/([a-z0-9-]{1,80})(/[a-z0-9./-]*)?")


@dataclass(frozen=True, slots=True)
class Moved:
    """It is elsewhere now; `target` is whole, or relative to what was asked for."""

    target: str
    lasting: bool = True
    """Whether it will not move again."""


@dataclass(frozen=True, slots=True)
class Gone:
    """It was there, and was withdrawn: by the user for a reason, or because no page shows it any more."""

    reason: str | None


def what_became_of(path: str, memory: Memory, config: Config) -> Moved | Gone | None:
    """What became of what stood at a path (without the public prefix); None if there never was anything."""
    if story := _STORY.fullmatch(path):
        return _story(story[1], story[2], memory, config.tag)
    if place := _PLACE.fullmatch(path):
        return _place(place[1], place[2], config)
    return None


def _story(key: str, rest: str | None, memory: Memory, tag: str) -> Moved | Gone | None:
    try:
        with memory.reading() as connection:
            if not shelf.published_ranks(connection, [WordingKey(int(key, 16))]):
                return None
            now = shelf.story_by_key(connection, key, tag)
            current = None if now is None else now.id.rpartition("/")[2]
            withdrawn = [one for one in tombs.all_tombs(connection) if one.reason is not None]
    except StoreError:
        return None
    for tomb in withdrawn:
        if current in {tomb.home, shelf.story_key(tomb.wording)} or key == shelf.story_key(tomb.wording):
            return Gone(tomb.reason)
    if current is None:
        return Gone(None)
    return _moved(current, rest) if current != key else _article(now)


def _article(story: Story | None) -> Moved | None:
    """The page of a story goes when its article's address becomes known; who kept its address is led to the article."""
    link = None if story is None else sound(story.link)
    return None if link is None else Moved(link, lasting=False)


def _place(name: str, rest: str | None, config: Config) -> Moved | None:
    """Where the feed of a place is that another name leads to: KYIV is KIEV."""
    with open_resolver(config.places, config.sites) as resolver:
        now = resolver.address(name.replace("-", " "), config.main_site.name)
    if now == name or not (config.out / "dateline" / now / "index.html").is_file():
        return None
    return _moved(now, rest)


def _moved(now: str, rest: str | None) -> Moved:
    return Moved(f"./{now}/" if rest is None else f"{'../' * rest.count('/')}{now}{rest}")
