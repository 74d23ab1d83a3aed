"""JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from feeds.canon import clean, iso
from feeds.model import Document, Feed, Place, Story
from feeds.render.content import content
from feeds.render.settings import Publisher, address, json_path, page_path
from feeds.render.splice import Shown

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"
_END = b"\n]}\n"

Json = dict[str, Any]


def render(feed: Feed, publisher: Publisher) -> Document:
    """The feed as JSON, items in the feed's order. Its bytes follow from its arguments."""
    return assemble(feed, publisher, (written_item(Shown(entry, publisher)) for entry in feed.entries))


def assemble(feed: Feed, publisher: Publisher, items: Iterable[bytes]) -> Document:
    """The feed of items that are written already."""
    return Document(json_path(feed.channel), header(feed, publisher) + b",".join(items) + _END, MEDIA_TYPE)


def header(feed: Feed, publisher: Publisher) -> bytes:
    """The feed up to its items. The site is its author, for items that name none."""
    channel = feed.channel
    author = {"name": clean(publisher.site_title) or channel.key, "url": publisher.site_home}
    head: Json = {
        "version": _VERSION,
        "title": clean(channel.title) or channel.key,
        "home_page_url": address(publisher, page_path(channel)),
        "feed_url": address(publisher, json_path(channel)),
        "description": clean(channel.description),
        "authors": [author],
        "language": feed.language,
    }
    if publisher.hubs:
        head["hubs"] = [{"type": "WebSub", "url": hub} for hub in publisher.hubs]
    return _line({name: value for name, value in head.items() if value}).removesuffix(b"}") + b',"items":['


def written_item(shown: Shown) -> bytes:
    """The item as it stands in any JSON Feed: `_dateline` holds what feeds have no word for."""
    said, story, published = content(shown), shown.entry.story, shown.entry.published
    item: Json = {"id": said.id, "url": said.link, "title": said.title}
    if said.full_text:
        item |= {"content_html": said.full_text, "summary": said.summary}
    else:
        item |= {"content_text": said.summary}
    if published is not None:
        item["date_published"] = iso(published)
    item["date_modified"] = iso(story.updated)
    if said.authors:
        item["authors"] = [{"name": name} for name in said.authors]
    if said.categories:
        item["tags"] = list(dict.fromkeys(term for _, term in said.categories))
    item["_dateline"] = _dateline(story)
    if said.related:
        item["_dateline"]["related"] = [{"url": href, "title": title} for href, title in said.related]
    return b"\n" + _line(item)


def _dateline(story: Story) -> Json:
    """What is known of the story beyond what a feed can say, in the words of `feeds stories --json`."""
    published = story.published
    return {
        "places": [_place(place) for place in story.places],
        "published": {
            "not_before": None if published.not_before is None else iso(published.not_before),
            "not_after": None if published.not_after is None else iso(published.not_after),
            "best": None if published.best is None else iso(published.best),
        },
        "first_seen": iso(story.first_seen),
        "sightings": story.sightings,
        "revisions": story.revisions,
    }


def _place(place: Place) -> Json:
    return {
        "name": clean(place.name),
        "country": place.country,
        "geonames": place.geonames,
        "lat": place.lat,
        "lon": place.lon,
    }


def _line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
