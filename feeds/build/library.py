"""Stories with their texts, and their entries: written once for all the documents that carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Generic, TypeVar

from sqlalchemy import Connection

from feeds.build.relating import related_stories
from feeds.canon import mark63
from feeds.channels.selection import shown_date
from feeds.config import Config
from feeds.model import Entry, Story
from feeds.render import atom, jsonfeed, pages, rss
from feeds.render.settings import Publisher
from feeds.render.splice import Shown
from feeds.store import ledger, months
from feeds.texts import texts_of

_ATOM_BYTES, _OTHER_BYTES = 48_000_000, 16_000_000
"""How much of what was written is kept: an archive's entries stand in other archives, a feed's in a few feeds."""
_REMEMBERED_BYTES = 16_000_000
"""How much of it is remembered from one refresh to the next, with a hash of what it was written from: not the stories,
which take more room than what is written of them."""
_AT_ONCE = 1000
_ENTRY = b"<entry>"
"""What an entry begins with, and no text in it: there every sign of markup is escaped."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """An entry in the formats of feeds; its sizes are theirs in bytes."""

    rss: bytes
    json: bytes
    page: str

    @property
    def size(self) -> int:
        """How much room it takes."""
        return len(self.rss) + len(self.json) + len(self.page)


@dataclass(slots=True)
class _Kept(Generic[T]):
    """What was written last, by story, up to so many bytes."""

    most: int
    held: dict[str, tuple[T, int]] = field(default_factory=dict)
    size: int = 0

    def keep(self, key: str, value: T, size: int) -> None:
        """Keep it, and let go of what was kept first if that is too much."""
        self.size += size - self.held.pop(key, (value, 0))[1]
        self.held[key] = value, size
        while self.size > self.most and len(self.held) > 1:
            self.size -= self.held.pop(next(iter(self.held)))[1]


_remembered = _Kept[tuple[int, bytes, Written]](_REMEMBERED_BYTES)


class Library:
    """What documents are made of, for as long as the store does not change."""

    def __init__(self, config: Config, publisher: Publisher) -> None:
        self.config = config
        self.publisher = publisher
        self._within = timedelta(hours=config.selection.date_within_hours)
        self._atoms = _Kept[bytes](_ATOM_BYTES)
        self._others = _Kept[Written](_OTHER_BYTES)

    def entries(self, connection: Connection, stories: Mapping[str, Story]) -> dict[str, Entry]:
        """The stories by their keys as feeds show them, with the texts of their articles and close reports."""
        found = dict(stories)
        texts = texts_of(connection, self.config, [story.text_from for story in found.values() if story.text_from])
        for key, story in found.items():
            if story.text_from is not None and (article := texts.get(story.text_from)) is not None:
                found[key] = replace(story, body=article.body, byline=article.byline)
        related = related_stories(connection, found, self.config.tag)
        return {
            key: Entry(story, shown_date(story, self._within), related.get(key, ())) for key, story in found.items()
        }

    def written(self, connection: Connection, stories: Mapping[str, Story]) -> dict[str, tuple[bytes, Written]]:
        """The entries of stories by their keys, in Atom and in the other formats."""
        found = {
            key: (self._atoms.held[key][0], self._others.held[key][0])
            for key in stories
            if key in self._atoms.held and key in self._others.held
        }
        lacking = {key: story for key, story in stories.items() if key not in found}
        for key, entry in self.entries(connection, lacking).items():
            found[key] = one, other = self._written(key, entry)
            self._atoms.keep(key, one, len(one))
            self._others.keep(key, other, other.size)
        return found

    def atoms(self, connection: Connection, keys: Sequence[str]) -> dict[str, bytes]:
        """The entries of the stories with these keys in Atom."""
        found = {key: self._atoms.held[key][0] for key in keys if key in self._atoms.held}
        for chunk in ledger.chunks([key for key in keys if key not in found], _AT_ONCE):
            stories = months.stories_by_key(connection, chunk, self.config.tag)
            for key, entry in self.entries(connection, stories).items():
                found[key] = one = atom.written_entry(Shown(entry, self.publisher))
                self._atoms.keep(key, one, len(one))
        return found

    def take_over(self, document: bytes, marks: Mapping[int, str]) -> None:
        """Keep the entries of a published Atom document, as far as they have one of these hashes; each is a story's.

        To write an entry anew its dump would have to be read again.
        """
        for part in document.removesuffix(atom.END).split(_ENTRY)[1:]:
            entry = _ENTRY + part
            key = marks.get(mark63(entry))
            if key is not None and key not in self._atoms.held:
                self._atoms.keep(key, entry, len(entry))

    def _written(self, key: str, entry: Entry) -> tuple[bytes, Written]:
        """An entry in all formats, written now if it was written otherwise before."""
        mark = mark63(repr((entry, self.publisher)).encode("utf-8", "surrogatepass"))
        before, one, other = _remembered.held[key][0] if key in _remembered.held else (0, b"", None)
        if before != mark or other is None:
            shown = Shown(entry, self.publisher)
            one = atom.written_entry(shown)
            other = Written(rss.written_item(shown), jsonfeed.written_item(shown), pages.written_entry(shown))
        _remembered.keep(key, (mark, one, other), len(one) + other.size)
        return one, other
