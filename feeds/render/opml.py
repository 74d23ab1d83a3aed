"""The list of feeds as OPML 2.0, for readers: a file to import once, or an address to follow (dynamic OPML)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from feeds.canon import clean, fold
from feeds.model import Channel, Document
from feeds.render.settings import OPML, Publisher, address, atom_path, page_path
from feeds.render.words import words

MEDIA_TYPE = "text/x-opml"


def render(channels: Sequence[Channel], publisher: Publisher) -> Document:
    """Every feed once, in a group of its family; the feed of everything stands by itself.

    It names no date: that of building would differ from build to build, and OPML asks for none.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean(publisher.index_title)
    etree.SubElement(head, "ownerName").text = clean(publisher.site_title)
    body = etree.SubElement(root, "body")
    for family, heading in words(publisher).families:
        within = sorted((one for one in channels if one.family == family), key=lambda one: (fold(one.name), one.key))
        if within and family != "all":
            _feeds(etree.SubElement(body, "outline", text=heading), within, publisher)
        else:
            _feeds(body, within, publisher)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return Document(OPML, written, MEDIA_TYPE)


def _feeds(parent: Any, channels: Sequence[Channel], publisher: Publisher) -> None:
    for channel in channels:
        title = clean(channel.title) or channel.key
        facts = {
            "type": "rss",
            "text": title,
            "title": title,
            "description": clean(channel.description),
            "language": publisher.language,
            "xmlUrl": address(publisher, atom_path(channel)),
            "htmlUrl": address(publisher, page_path(channel)),
        }
        etree.SubElement(parent, "outline", {name: value for name, value in facts.items() if value})
