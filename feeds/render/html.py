"""The index of feeds, for people: one page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import html
from lxml.html.builder import CLASS, E

from feeds.canon import clean, fold, iso
from feeds.model import Channel, Document
from feeds.render import opml
from feeds.render.frame import MEDIA_TYPE, STYLE
from feeds.render.pages import FORMATS
from feeds.render.settings import OPML, Publisher, page_path
from feeds.render.words import Words, moment, words

Listed = tuple[Channel, int, datetime | None]
"""A channel, the number of its entries, and the moment of the newest."""


def index(channels: tuple[Listed, ...], publisher: Publisher) -> Document:
    """The page that lists every feed by family and name, in Dutch for a Dutch site, else in English.

    Its links are relative: it works from any host and from a folder.
    """
    said = words(publisher)
    title = clean(publisher.index_title)
    page = E.html(
        E.head(
            E.meta(charset="utf-8"),
            E.meta(name="viewport", content="width=device-width, initial-scale=1"),
            E.title(title),
            *_alternates(channels),
            E.link(rel="alternate", type=opml.MEDIA_TYPE, title="OPML", href=OPML),
            E.style(STYLE),
        ),
        E.body(
            E.main(
                E.h1(title),
                E.p(said.intro if channels else said.none, " ", E.a("OPML", href=OPML, type=opml.MEDIA_TYPE)),
                *_sections(channels, said, publisher),
            )
        ),
        lang=said.language,
    )
    body: bytes = html.tostring(page, encoding="utf-8", doctype="<!DOCTYPE html>", pretty_print=True)
    return Document("index.html", body, MEDIA_TYPE)


def _alternates(channels: tuple[Listed, ...]) -> Iterator[Any]:
    """How a browser or a reader finds the feed of everything from this page."""
    for channel in (channel for channel, _, _ in channels if channel.family == "all"):
        for name, media_type, file in FORMATS:
            title = f"{clean(channel.title) or channel.key} ({name})"
            yield E.link(rel="alternate", type=media_type, title=title, href=f"{channel.key}/{file}")


def _sections(channels: tuple[Listed, ...], said: Words, publisher: Publisher) -> Iterator[Any]:
    for family, heading in said.families:
        listed = sorted((one for one in channels if one[0].family == family), key=_order)
        if listed:
            yield E.section(E.h2(heading), E.ul(*(_item(one, said, publisher) for one in listed)))


def _order(listed: Listed) -> tuple[str, str]:
    channel = listed[0]
    return fold(channel.name), channel.key


def _item(listed: Listed, said: Words, publisher: Publisher) -> Any:
    channel, count, newest = listed
    facts: list[Any] = [said.one if count == 1 else said.many.format(count)]
    if newest is not None:
        facts += [f", {said.newest} ", E.time(moment(newest, publisher), datetime=iso(newest))]
    name = clean(channel.name)
    return E.li(
        E.span(E.a(name, href=page_path(channel)), " ", E.small(*facts), CLASS("name")),
        *(
            E.a(kind, {"aria-label": f"{kind}: {name}"}, href=f"{channel.key}/{file}", type=media_type)
            for kind, media_type, file in FORMATS
        ),
    )
