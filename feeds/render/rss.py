"""RSS 2.0 by the RSS Advisory Board's profile, written by feedgen.

The profile's modules are used where RSS has no word: `atom:link` for the feed's own address,
`dc:creator` for an author without e-mail address, `content:encoded` for the full text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.ext.dc import DcExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement

from feeds.canon import clean
from feeds.model import Document, Feed
from feeds.render.content import content, html
from feeds.render.settings import Publisher, address, rss_path
from feeds.render.splice import REMEMBERED, Shown, splice, written

MEDIA_TYPE = "application/rss+xml"
_END = b"</channel></rss>"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
"""What feedgen declares on the root, with the Dublin Core extension."""
_CREATOR = f"{{{_NAMESPACES['dc']}}}creator"


def render(feed: Feed, publisher: Publisher) -> Document:
    """The feed as RSS, items in the feed's order. Well-formed for any text; its bytes follow from its arguments."""
    empty: bytes = header(feed, publisher).rss_str()
    items = (_written(Shown(entry, publisher)) for entry in feed.entries)
    return Document(rss_path(feed.channel), splice(empty, _END, items), MEDIA_TYPE)


def header(feed: Feed, publisher: Publisher) -> FeedGenerator:
    """The feed without its items. `lastBuildDate` is when the content last changed, by captures."""
    channel = feed.channel
    head = RssFeed(feed.updated)
    head.title(clean(channel.title) or channel.key)
    head.description(clean(channel.description) or clean(channel.title) or channel.key)
    head.language(feed.language)
    head.link(href=address(publisher, rss_path(channel)), rel="self", type=MEDIA_TYPE)
    head.link(href=publisher.site_home, rel="alternate")  # last, for feedgen takes the last one as the channel's link
    head.generator("Dateline")
    return head


class RssFeed(FeedGenerator):  # type: ignore[misc]  # feedgen has no types
    """A feedgen feed that says when its content changed, without setting the process's locale to format a date."""

    def __init__(self, updated: datetime) -> None:
        super().__init__()
        self._FeedGenerator__rss_lastBuildDate = None  # the moment of building, which nothing public takes away
        self.register_extension("dc", DcExtension, None, atom=False)
        self.register_extension("changed", Changed, None, atom=False)
        self.changed.instant = updated


class Changed(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The channel's `lastBuildDate`."""

    instant: datetime

    def extend_rss(self, feed: Any) -> Any:
        """The feed with the date at the end of its channel's header."""
        SubElement(feed.find("channel"), "lastBuildDate").text = rfc822(self.instant)
        return feed


class RssItem(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """A feedgen entry that names creators, and whose `pubDate` is written without setting the process's locale.

    feedgen's Dublin Core extension asks each entry for fifteen elements; this one has one of them.
    """

    creators: tuple[str, ...] = ()
    instant: datetime | None = None

    def rss_entry(self, extensions: bool = True) -> Any:
        """The item as an element."""
        element = super().rss_entry(extensions)
        for name in self.creators:
            SubElement(element, _CREATOR).text = name
        if self.instant is not None:
            SubElement(element, "pubDate").text = rfc822(self.instant)
        return element


def rss_item(shown: Shown) -> RssItem:
    """The entry as feedgen holds it. The description is HTML by the profile, so plain text is escaped for it."""
    said = content(shown)
    item = RssItem()
    item.guid(said.id, permalink=False)
    item.title(said.title)
    item.instant = shown.entry.published
    if said.link is not None:
        item.link({"href": said.link, "rel": "alternate"})
    item.description(html(said.summary), isSummary=True)
    if said.full_text is not None:
        item.content(said.full_text, type="html")
    item.category([{"term": term, "scheme": scheme} for scheme, term in said.categories])
    item.creators = said.authors
    return item


def rfc822(moment: datetime) -> str:
    """A date as RSS wants it (RFC 822 with a year of four digits), in UTC, whole seconds."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@lru_cache(maxsize=REMEMBERED)
def _written(shown: Shown) -> bytes:
    return written(rss_item(shown).rss_entry(), _NAMESPACES)
