"""Stories into documents: the stale channels are rendered, and `out/` made to match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from feeds import publish
from feeds.build.windows import Windows
from feeds.canon import digest, instant
from feeds.channels.families import channel
from feeds.channels.selection import empty_feed, feed
from feeds.config import Config
from feeds.config.channels import rules
from feeds.model import Channel, ChannelKey, Document, Family, Story, StoryId, WordingKey
from feeds.parse.profile import SiteProfile
from feeds.render import atom, html, rss
from feeds.render.settings import RENDER_VERSION, Publisher
from feeds.store import ledger, shelf
from feeds.store.engine import Store
from feeds.store.shelf import ChannelCount, DocumentRow
from feeds.texts import texts_of

INDEX = "index"
"""The channel of documents that belong to none."""

_RENDERED_WITH = "rendered with"
_CHANNELS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of making `out/` match the stories."""

    written: tuple[str, ...]
    """The keys of the feeds of which a document was written, in order."""
    unchanged: int
    """How many other feeds there are."""
    documents: tuple[str, ...] = ()
    """The paths of the documents that were written, in order."""


def refresh(
    store: Store, config: Config, due: Callable[[ChannelKey], bool], stop: Callable[[], bool], *, verify: bool
) -> Refreshed:
    """Render the channels that changed and are due, write the documents that differ, remove those that are no more.

    `stop` is asked now and then whether to leave the rest for later; `verify` also mends what others changed.
    """
    return _Press(store, config).run(due, stop, verify=verify)


def main_site(config: Config) -> SiteProfile:
    """The site that gives the feeds their name and language: that of the first source."""
    return config.site(config.sources[0].site) if config.sources else config.sites[0]


def listed_channels(counts: Iterable[ChannelCount], config: Config) -> list[tuple[Channel, ChannelCount]]:
    """The channels that have a feed, by key, with the number of their stories.

    Of families those that are on and large enough, counting the stories that have left; and all that are configured.
    """
    site = main_site(config).title
    texts: dict[Family, tuple[str, str]] = {
        "all": (config.texts.all.title, config.texts.all.description),
        "topic": (config.texts.topic.title, config.texts.topic.description),
        "dateline": (config.texts.dateline.title, config.texts.dateline.description),
    }
    least = config.selection.minimum_stories
    counted = {count.channel: count for count in counts}
    found = [
        (channel(count.channel, count.name, site, texts), count)
        for count in counted.values()
        if count.channel == "all"
        or (count.channel.partition("/")[0] in config.families.on and count.stories + count.former >= least)
    ]
    found += [
        (rule.channel, counted.get(rule.key, ChannelCount(rule.key, rule.title, 0, None)))
        for rule in rules(config).rules
    ]
    return sorted(found, key=lambda one: one[0].key)


def tagged_on(tag: str) -> datetime:
    """The day that a tagging entity names (RFC 4151 section 2.1): nothing was published under it before."""
    return datetime.fromisoformat(f"{tag.rpartition(',')[2]}-01-01"[:10]).replace(tzinfo=UTC)


class _Press:
    """One refresh of `out/`."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self.home = home = main_site(config)
        self.language = home.language
        self.publisher = Publisher(
            base_url=config.base_url,
            tag=config.tag,
            site_title=home.title,
            site_home=home.home,
            language=home.language,
            index_title=config.texts.index.format(site=home.title),
        )
        self.out = config.out
        self.within = timedelta(hours=config.selection.date_within_hours)

    def run(self, due: Callable[[ChannelKey], bool], stop: Callable[[], bool], *, verify: bool) -> Refreshed:
        with self.store.writing() as connection:
            self._notice_settings(connection)
            self.windows = Windows(connection, self.config, self.home)
            shelf.mark_stale(connection, self.windows.moved(connection))
            known = shelf.all_documents(connection)
            if verify:
                changed = {row.channel for row in known.values() if not _stands(self.out, row)}
                shelf.mark_stale(connection, sorted(changed))
            stale = [key for key in shelf.stale_channels(connection) if due(key)]
            counts = shelf.channel_counts(connection) if stale else []
            if stale:  # the list of feeds comes last: a run that is killed before it leaves it to the next
                shelf.mark_stale(connection, [INDEX])
        listed = listed_channels(counts, self.config)
        if not stale:
            return Refreshed((), len({row.channel for row in known.values()} - {INDEX}))
        wanted = [one for one, _ in listed if one.key in set(stale)]
        written: list[str] = []
        for chunk in ledger.chunks(wanted, _CHANNELS_AT_ONCE):
            if stop():
                return _refreshed(written, len(listed))
            written += self._print(chunk)
        index = html.index(tuple(_offered(listed)), self.publisher)
        written += self._put({INDEX: [index]}, [])
        self._clear(stale, {row.path: row.channel for row in known.values()}, {one.key for one, _ in listed})
        return _refreshed(written, len(listed))

    def _notice_settings(self, connection: Connection) -> None:
        """Render everything again when anything but the stories would make it different."""
        settings = digest(
            *(str(RENDER_VERSION), repr(self.publisher), repr(self.config.selection), repr(self.config.texts)),
            *(repr(self.config.families), repr(self.config.feed), repr(self.config.digest)),
        )
        if shelf.notes(connection).get(_RENDERED_WITH) != settings:
            published = {row.channel for row in shelf.all_documents(connection).values()}
            listed = {one.key for one, _ in listed_channels(shelf.channel_counts(connection), self.config)}
            shelf.mark_stale(connection, sorted({INDEX, *listed, *published}))
            shelf.put_notes(connection, {_RENDERED_WITH: settings})

    def _since(self, connection: Connection, key: ChannelKey) -> datetime:
        """Since when a feed without entries is as it is: its newest story left the window, or there never was any."""
        newest = shelf.newest_stories(connection, key, 1, self.config.tag)
        return newest[0][1].updated if newest else tagged_on(self.config.tag)

    def _print(self, wanted: Sequence[Channel]) -> list[str]:
        """Render some channels and publish them; says which paths were written."""
        with self.store.reading() as connection:
            chosen = {one.key: self.windows.chosen(connection, one) for one in wanted}
            since = {key: self._since(connection, key) for key, stories in chosen.items() if not stories}
            whole = self._with_texts(connection, [story for stories in chosen.values() for _, story in stories])
        documents: dict[str, list[Document]] = {}
        for one in wanted:
            stories = [whole[story.id] for _, story in chosen[one.key]]
            if stories:
                shown = feed(one, stories, self.within, self.language)
            else:
                shown = empty_feed(one, since[one.key], self.config.texts.empty, self.language)
            documents[one.key] = [atom.render(shown, self.publisher), rss.render(shown, self.publisher)]
        by_id = {story.id: key for stories in chosen.values() for key, story in stories if key}
        named = (story for story in whole.values() if story.id in by_id)
        oldest_first = sorted(named, key=lambda story: (story.first_seen, story.id))
        return self._put(documents, [WordingKey(int(by_id[story.id], 16)) for story in oldest_first])

    def _put(self, documents: Mapping[str, list[Document]], ids: Sequence[WordingKey]) -> list[str]:
        """Publish documents. They are noted before, so that a killed run leaves nothing that is unknown."""
        rows = [(key, document) for key, group in documents.items() for document in group]
        with self.store.writing() as connection:
            shelf.publish_ids(connection, ids)
            shelf.put_documents(connection, [DocumentRow(document.path, key, -1, -1) for key, document in rows])
        done = publish.publish(self.out, [document for _, document in rows])
        with self.store.writing() as connection:
            shelf.put_documents(connection, [_row(self.out, document.path, key) for key, document in rows])
            shelf.mark_fresh(connection, documents)
        return list(done.written)

    def _clear(self, stale: Sequence[ChannelKey], known: Mapping[str, str], listed: set[ChannelKey]) -> None:
        """Remove the documents of channels that are no more."""
        gone = sorted(key for key in stale if key not in listed and key != INDEX)
        paths = sorted(path for path, key in known.items() if key in set(gone))
        publish.withdraw(self.out, paths)
        with self.store.writing() as connection:
            shelf.drop_documents(connection, paths)
            shelf.mark_fresh(connection, gone)

    def _with_texts(self, connection: Connection, stories: Iterable[Story]) -> dict[StoryId, Story]:
        """The stories with the texts of their articles, read anew from the dumps that hold them."""
        found = {story.id: story for story in stories}
        texts = texts_of(connection, self.config, [story.text_from for story in found.values() if story.text_from])
        for story in found.values():
            if story.text_from is not None and (article := texts.get(story.text_from)) is not None:
                found[story.id] = replace(story, body=article.body, byline=article.byline)
        return found


def _refreshed(written: Iterable[str], listed: int) -> Refreshed:
    feeds = {path.rpartition("/")[0] for path in written} - {""}
    return Refreshed(tuple(sorted(feeds)), listed - len(feeds), tuple(sorted(written)))


def _offered(listed: Iterable[tuple[Channel, ChannelCount]]) -> Iterator[tuple[Channel, int, datetime | None]]:
    """The feeds that people are offered: not those that only stay for their readers, having lost all stories."""
    for one, count in listed:
        if count.stories or not count.former:
            yield one, count.stories, None if count.newest is None else instant(count.newest)


def _stands(out: Path, row: DocumentRow) -> bool:
    """Whether a document is as it was published, by size and modification time."""
    try:
        status = (out / row.path).stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (row.size, row.mtime_ns)


def _row(out: Path, path: str, key: str) -> DocumentRow:
    status = (out / path).stat()
    return DocumentRow(path, key, status.st_size, status.st_mtime_ns)
