"""Feeds and stories as pages for people. Links within `out/` are relative: they work from any host and folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from feeds.canon import clean, iso
from feeds.model import Document, Entry, Feed
from feeds.render import atom, jsonfeed, rss
from feeds.render.content import content, full_text, story_key
from feeds.render.frame import MEDIA_TYPE, alternate, link, page
from feeds.render.settings import Publisher, page_path, story_page
from feeds.render.splice import Shown
from feeds.render.words import Words, day, moment, words

FORMATS = (
    ("RSS", rss.MEDIA_TYPE, "rss.xml"),
    ("Atom", atom.MEDIA_TYPE, "atom.xml"),
    ("JSON", jsonfeed.MEDIA_TYPE, "feed.json"),
)
"""The feeds beside a channel's page: name, media type and file."""


def feed_page(feed: Feed, publisher: Publisher) -> Document:
    """A channel's page: how to follow it, and the entries of its feed in the feed's order."""
    return assemble(feed, publisher, (written_entry(Shown(entry, publisher)) for entry in feed.entries))


def assemble(feed: Feed, publisher: Publisher, entries: Iterable[str]) -> Document:
    """The page of entries that are written already."""
    said, channel = words(publisher), feed.channel
    title, up = clean(channel.title) or channel.key, "../" * (channel.key.count("/") + 1)
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(clean(channel.description))}</p>",
        f"<nav>{escape(said.subscribe)} {' '.join(link(file, name) for name, _, file in FORMATS)}</nav>",
        *(entry.replace(_UP, up) for entry in entries),
        "<nav>",
    ]
    if feed.archive is not None:
        body.append(link(feed.archive.removeprefix(f"{channel.key}/"), said.older))
    body += [link(f"{up}index.html", said.all_feeds), "</nav>"]
    head = (alternate(kind, f"{title} ({name})", file) for name, kind, file in FORMATS)
    return Document(page_path(channel), page(title, said.language, head, body), MEDIA_TYPE)


_UP = "\x00up\x00"
"""Stands in a written entry for the way up to `out/`. No text that XML allows has it."""


def written_entry(shown: Shown) -> str:
    """The entry as it stands on the page of any channel."""
    said, story, publisher = content(shown), shown.entry.story, shown.publisher
    href = f"{_UP}{story_page(story_key(story))}" if said.own_page else said.link
    facts = " · ".join(_facts(shown.entry, words(publisher), publisher))
    return (
        f'<article id="s{escape(story_key(story))}"><h2>{link(href, said.title)}</h2>\n'
        f'<p class="facts">{facts}</p>\n<p>{escape(said.summary)}</p></article>'
    )


def story_document(entry: Entry, publisher: Publisher) -> Document:
    """A story's own page, which is its link where the site has none: its facts and its text."""
    said, story = words(publisher), entry.story
    title = content(Shown(entry, publisher)).title
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="facts">{" · ".join(_facts(entry, said, publisher))}</p>',
        full_text(story, publisher),
        f"<nav>{link('../../index.html', said.all_feeds)}</nav>",
    ]
    return Document(story_page(story_key(story)), page(title, said.language, (), body), MEDIA_TYPE)


def _facts(entry: Entry, said: Words, publisher: Publisher) -> Iterator[str]:
    """When, where and by whom, as HTML; a story without a date says when it was first seen, and that it is that."""
    story = entry.story
    if entry.published is not None:
        yield _time(entry.published, moment(entry.published, publisher))
    else:
        yield _time(story.first_seen, said.seen.format(day=day(story.first_seen, publisher)))
    if story.edits:
        yield _time(story.updated, said.updated.format(moment=moment(story.updated, publisher)))
    yield from (escape(term) for _, term in content(Shown(entry, publisher)).categories)


def _time(instant: datetime, text: str) -> str:
    return f'<time datetime="{iso(instant)}">{escape(text)}</time>'
