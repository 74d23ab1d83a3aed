"""A channel's feed in all its formats, one Feed value for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from feeds.build.library import Library, Written
from feeds.build.windows import Windows
from feeds.canon import mark63, micros
from feeds.channels.archiving import month_of
from feeds.channels.families import with_printed
from feeds.model import Channel, Document, Feed, Story
from feeds.render import atom, jsonfeed, pages, rss
from feeds.render.settings import MOST_BYTES, archive_path, tagged_on
from feeds.store import months, shelf
from feeds.store.months import End
from feeds.stories.spans import FOREVER

_HEADER_BYTES = 20_000
_FEW = 5000
"""So many stories of a channel are looked through sooner than all that were corrected since its feed begins."""

_Entries = Mapping[str, tuple[bytes, Written]]


@dataclass(slots=True)
class Live:
    """What a channel's feed shows: its newest stories as far as they fit, then the corrected ones of its archive."""

    channel: Channel
    stories: dict[str, Story]
    """By their keys, in the order of the feed."""
    entries: dict[str, tuple[bytes, Written]]
    end: End | None
    """Where the archive begins; None if there is nothing more."""
    archive: str | None
    """The month that the archive begins with."""
    since: datetime
    """Since when an empty feed is as it is."""

    @property
    def mark(self) -> int:
        """A hash of what every document of the channel says of it."""
        return mark63(repr((self.channel.title, self.channel.description)).encode("utf-8", "surrogatepass"))

    def documents(self, library: Library) -> Iterator[Document]:
        """The feed in every format."""
        publisher, others = library.publisher, [self.entries[key][1] for key in self.stories]
        archive = None if self.archive is None else archive_path(self.channel.key, self.archive)
        updated = max((story.updated for story in self.stories.values()), default=self.since)
        feed = Feed(self.channel, (), updated, publisher.language, archive)
        yield atom.assemble(feed, publisher, (self.entries[key][0] for key in self.stories))
        yield rss.assemble(feed, publisher, (one.rss for one in others))
        yield jsonfeed.assemble(feed, publisher, (one.json for one in others))
        yield pages.assemble(feed, publisher, (one.page for one in others))


def choose(
    connection: Connection, library: Library, windows: Windows, channels: Sequence[tuple[Channel, int]]
) -> list[Live]:
    """What the feeds of these channels show; each comes with the number of its stories."""
    newest = {
        one.key: {key or story.id: story for key, story in windows.chosen(connection, one)} for one, _ in channels
    }
    entries = library.written(connection, {key: story for some in newest.values() for key, story in some.items()})
    texts = library.config.texts
    printed = shelf.printed_names(connection, [one.key for one, _ in channels])
    lives = []
    for plain, count in channels:
        channel = with_printed(plain, printed.get(plain.key, ()), texts.dateline.printed)
        if not newest[channel.key]:
            channel = replace(channel, description=f"{channel.description} {texts.empty}".strip())
        lives.append(_live(connection, library, windows, channel, count, newest[channel.key], entries))
    return lives


def _live(
    connection: Connection,
    library: Library,
    windows: Windows,
    channel: Channel,
    count: int,
    newest: Mapping[str, Story],
    entries: _Entries,
) -> Live:
    shown, room = _fitting(newest, entries, MOST_BYTES - _HEADER_BYTES, least=1)
    its = {key: entries[key] for key in shown}
    since = _since(connection, library, channel) if not shown else tagged_on(library.config.tag)
    if len(shown) == count or windows.is_digest(channel.key):
        return Live(channel, shown, its, None, None, since)
    last = next(reversed(shown), "")
    end = (micros(shown[last].sort_key), last) if shown else (FOREVER, "")
    archive = month_of(months.newest(connection, channel.key, end))
    if len(shown) == len(newest) and windows.republishes(channel.key):
        # A correction stands in the feed as long as a story that was published at its moment (RFC 5005 section 4.1),
        # which captures decide and no clock; half as many as the feed has stories at most.
        most = max(1, library.config.selection.entries // 2)
        few = count <= _FEW
        found = dict(months.corrected(connection, channel.key, end, most, library.config.tag, few=few))
        added = library.written(connection, found)
        corrected, _ = _fitting(found, added, room, least=0)
        shown |= dict(sorted(corrected.items(), key=lambda one: (-micros(one[1].sort_key), one[0])))
        its |= {key: added[key] for key in corrected}
    return Live(channel, shown, its, end, archive, since)


def _since(connection: Connection, library: Library, channel: Channel) -> datetime:
    """Since when a feed without entries is as it is: its newest story left the window, or there never was any."""
    newest = shelf.newest_stories(connection, channel.key, 1, library.config.tag)
    return newest[0][1].updated if newest else tagged_on(library.config.tag)


def _fitting(stories: Mapping[str, Story], entries: _Entries, room: int, *, least: int) -> tuple[dict[str, Story], int]:
    """The first of the stories, as many as fit into every format; and how much room is left."""
    found: dict[str, Story] = {}
    left = [room] * 3
    for key, story in stories.items():
        written, other = entries[key]
        sizes = len(written), len(other.rss), len(other.json)
        after = [has - size - 1 for has, size in zip(left, sizes, strict=True)]
        if min(after) < 0 and len(found) >= least:
            break
        found[key], left = story, after
    return found, min(left)
