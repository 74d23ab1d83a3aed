"""The index of feeds, for people: one page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime
from lxml import html
from lxml.html.builder import CLASS, E

from feeds.canon import clean, fold, iso
from feeds.model import Channel, Document
from feeds.render import atom, rss
from feeds.render.settings import Publisher, atom_path, rss_path

MEDIA_TYPE = "text/html; charset=utf-8"

Listed = tuple[Channel, int, datetime | None]
"""A channel, the number of its entries, and the moment of the newest."""

_FAMILIES = ("all", "feed", "digest", "topic", "dateline")

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .5rem 0; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem 0; border-top: 1px solid #8884; }
.name { flex: 1 1 12rem; overflow-wrap: anywhere; }
.name small { display: block; opacity: .7; }
li a { padding: .4rem .2rem; }
"""


@dataclass(frozen=True, slots=True)
class _Words:
    """The page's own words in one language."""

    language: str
    intro: str
    families: tuple[str, ...]
    """The headings of `_FAMILIES`."""
    one: str
    many: str
    newest: str
    date: str
    """A CLDR date pattern (UTS 35 part 4)."""
    none: str


_DUTCH = _Words(
    language="nl",
    intro="Kopieer het adres van een feed naar uw feedlezer om hem te volgen.",
    families=("Alles", "Selecties", "Overzichten", "Onderwerpen", "Plaatsen"),
    one="1 bericht",
    many="{} berichten",
    newest="nieuwste van",
    date="d MMMM y, HH:mm 'UTC'",
    none="Er zijn nog geen feeds.",
)
_ENGLISH = _Words(
    language="en",
    intro="Copy the address of a feed into your feed reader to follow it.",
    families=("Everything", "Selections", "Digests", "Topics", "Places"),
    one="1 entry",
    many="{} entries",
    newest="newest of",
    date="d MMMM y, HH:mm 'UTC'",
    none="There are no feeds yet.",
)


def index(channels: tuple[Listed, ...], publisher: Publisher) -> Document:
    """The page that lists every feed by family and name, in Dutch for a Dutch site, else in English.

    Its links are relative: it works from any host and from a folder.
    """
    words = _DUTCH if publisher.language.partition("-")[0].lower() == "nl" else _ENGLISH
    title = clean(publisher.index_title)
    page = E.html(
        E.head(
            E.meta(charset="utf-8"),
            E.meta(name="viewport", content="width=device-width, initial-scale=1"),
            E.title(title),
            *_alternates(channels),
            E.style(_STYLE),
        ),
        E.body(E.main(E.h1(title), E.p(words.intro if channels else words.none), *_sections(channels, words))),
        lang=words.language,
    )
    body: bytes = html.tostring(page, encoding="utf-8", doctype="<!DOCTYPE html>", pretty_print=True)
    return Document("index.html", body, MEDIA_TYPE)


def _alternates(channels: tuple[Listed, ...]) -> Iterator[Any]:
    """How a browser or a reader finds the feed of everything from this page."""
    for channel in (channel for channel, _, _ in channels if channel.family == "all"):
        for path, media_type in ((atom_path(channel), atom.MEDIA_TYPE), (rss_path(channel), rss.MEDIA_TYPE)):
            yield E.link(rel="alternate", type=media_type, title=clean(channel.title), href=path)


def _sections(channels: tuple[Listed, ...], words: _Words) -> Iterator[Any]:
    for family, heading in zip(_FAMILIES, words.families, strict=True):
        listed = sorted((one for one in channels if one[0].family == family), key=_order)
        if listed:
            yield E.section(E.h2(heading), E.ul(*(_item(one, words) for one in listed)))


def _order(listed: Listed) -> tuple[str, str]:
    channel = listed[0]
    return fold(channel.name), channel.key


def _item(listed: Listed, words: _Words) -> Any:
    channel, count, newest = listed
    facts: list[Any] = [words.one if count == 1 else words.many.format(count)]
    if newest is not None:
        shown = format_datetime(newest.astimezone(UTC), words.date, locale=words.language)
        facts += [f", {words.newest} ", E.time(shown, datetime=iso(newest))]
    name = clean(channel.name)
    return E.li(
        E.span(f"{name} ", E.small(*facts), CLASS("name")),
        E.a("RSS", {"aria-label": f"RSS: {name}"}, href=rss_path(channel), type=rss.MEDIA_TYPE),
        E.a("Atom", {"aria-label": f"Atom: {name}"}, href=atom_path(channel), type=atom.MEDIA_TYPE),
    )
