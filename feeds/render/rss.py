"""RSS 2.0 by the RSS Advisory Board's profile, written by feedgen.

The profile's modules are used where RSS has no word: `atom:link` for the feed's own address and related reports,
`dc:creator` for an author without e-mail address, `content:encoded` for the full text, `georss:point` for the
place, `sy:updatePeriod` and `sy:updateFrequency` beside `ttl` for how often to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.ext.dc import DcExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement

from feeds.canon import clean
from feeds.model import Document, Feed
from feeds.render.content import content, html
from feeds.render.settings import Publisher, address, page_path, rss_path
from feeds.render.splice import Shown, splice, written

MEDIA_TYPE = "application/rss+xml"
_END = b"</channel></rss>"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "georss": "http://www.georss.org/georss",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
"""What is declared on the root: what feedgen declares, and what its header and items need."""
_CREATOR = f"{{{_NAMESPACES['dc']}}}creator"
_LINK = f"{{{_NAMESPACES['atom']}}}link"
_POINT = f"{{{_NAMESPACES['georss']}}}point"
_HOUR, _DAY, _WEEK = 60, 1440, 10080


def render(feed: Feed, publisher: Publisher) -> Document:
    """The feed as RSS, items in the feed's order. Well-formed for any text; its bytes follow from its arguments."""
    return assemble(feed, publisher, (written_item(Shown(entry, publisher)) for entry in feed.entries))


def assemble(feed: Feed, publisher: Publisher, items: Iterable[bytes]) -> Document:
    """The feed of items that are written already."""
    return Document(rss_path(feed.channel), splice(header(feed, publisher).rss_str(), _END, items), MEDIA_TYPE)


def header(feed: Feed, publisher: Publisher) -> FeedGenerator:
    """The feed without its items. `lastBuildDate` is when the content last changed, by captures."""
    channel = feed.channel
    head = RssFeed(feed, publisher)
    head.title(clean(channel.title) or channel.key)
    head.description(clean(channel.description) or clean(channel.title) or channel.key)
    head.language(feed.language)
    head.link(href=address(publisher, rss_path(channel)), rel="self", type=MEDIA_TYPE)
    page = address(publisher, page_path(channel))
    head.link(href=page, rel="alternate")  # last, for feedgen takes the last one as the channel's link
    head.ttl(publisher.refresh_minutes)
    head.generator("Dateline")
    return head


class RssFeed(FeedGenerator):  # type: ignore[misc]  # feedgen has no types
    """A feedgen feed that says what feedgen has no way to say, or no way that leaves the process's locale alone."""

    def __init__(self, feed: Feed, publisher: Publisher) -> None:
        super().__init__()
        self._FeedGenerator__rss_lastBuildDate = None  # the moment of building, which nothing public takes away
        self.register_extension("dc", DcExtension, None, atom=False)
        self.register_extension("further", Further, None, atom=False)
        self.further.feed, self.further.publisher = feed, publisher


class Further(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The channel's `lastBuildDate`, how often it changes, its hubs and its archive."""

    feed: Feed
    publisher: Publisher

    def extend_ns(self) -> dict[str, str]:
        """What the root declares."""
        return {name: _NAMESPACES[name] for name in ("georss", "sy")}

    def extend_rss(self, feed: Any) -> Any:
        """The feed with these at the end of its channel's header."""
        channel = feed.find("channel")
        SubElement(channel, "lastBuildDate").text = rfc822(self.feed.updated)
        period, frequency = syndication(self.publisher.refresh_minutes)
        SubElement(channel, f"{{{_NAMESPACES['sy']}}}updatePeriod").text = period
        SubElement(channel, f"{{{_NAMESPACES['sy']}}}updateFrequency").text = str(frequency)
        for hub in self.publisher.hubs:
            SubElement(channel, _LINK, href=hub, rel="hub")
        if self.feed.archive is not None:
            archive, kind = address(self.publisher, self.feed.archive), "application/atom+xml"
            SubElement(channel, _LINK, href=archive, rel="prev-archive", type=kind)
        return feed


def syndication(minutes: int) -> tuple[str, int]:
    """A period of RSS's syndication module and how many times in it, for a feed refreshed every so many minutes."""
    for period, length in (("hourly", _HOUR), ("daily", _DAY)):
        if minutes <= length:
            return period, length // minutes
    return "weekly", max(1, _WEEK // minutes)


class RssItem(FeedEntry):  # type: ignore[misc]  # feedgen has no types
    """A feedgen entry with creators, point and related reports, whose `pubDate` does not set the process's locale.

    feedgen's Dublin Core extension asks each entry for fifteen elements; this one has one of them.
    """

    creators: tuple[str, ...] = ()
    instant: datetime | None = None
    point: str | None = None
    related: tuple[tuple[str, str], ...] = ()

    def rss_entry(self, extensions: bool = True) -> Any:
        """The item as an element."""
        element = super().rss_entry(extensions)
        for name in self.creators:
            SubElement(element, _CREATOR).text = name
        if self.instant is not None:
            SubElement(element, "pubDate").text = rfc822(self.instant)
        if self.point is not None:
            SubElement(element, _POINT).text = self.point
        for href, title in self.related:
            SubElement(element, _LINK, href=href, rel="related", type="text/html", title=title)
        return element


def rss_item(shown: Shown) -> RssItem:
    """The entry as feedgen holds it. The description is HTML by the profile, so plain text is escaped for it."""
    said = content(shown)
    item = RssItem()
    item.guid(said.id, permalink=False)
    item.title(said.title)
    item.instant = shown.entry.published
    item.link({"href": said.link, "rel": "alternate"})
    item.description(html(said.summary), isSummary=True)
    if said.full_text is not None:
        item.content(said.full_text, type="html")
    item.category([{"term": term, "scheme": scheme} for scheme, term in said.categories])
    item.creators = said.authors
    item.point = said.point
    item.related = said.related
    return item


def rfc822(moment: datetime) -> str:
    """A date as RSS wants it (RFC 822 with a year of four digits), in UTC, whole seconds."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def written_item(shown: Shown) -> bytes:
    """The item as it stands in any RSS document."""
    return written(rss_item(shown).rss_entry(), _NAMESPACES)
