"""What was amiss, as an Atom feed and as a page: for whoever runs this, never among the news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedgen.feed import FeedGenerator
from lxml import html
from lxml.html.builder import E

from feeds.canon import clean, iso
from feeds.render.settings import tagged_on
from feeds.render.splice import PLAIN, plain

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-top: 1px solid #8884; vertical-align: top; }
"""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that began, or that ended."""

    id: str
    title: str
    text: str
    at: datetime


def status_feed(notes: Sequence[Note], title: str, tag: str, base_url: str) -> bytes:
    """The notes as Atom (RFC 4287), in their order; the feed is as new as the newest of them, else as its tag."""
    head = FeedGenerator()
    head.id(f"tag:{tag}:status")
    head.title(clean(title))
    head.language("en")
    head.updated(max((note.at for note in notes), default=tagged_on(tag)))
    head.author(name="Dateline")
    head.link(href=f"{base_url}/status/atom.xml", rel="self", type="application/atom+xml")
    head.link(href=f"{base_url}/status", rel="alternate", type="text/html")
    head.generator("Dateline")
    for note in notes:
        entry = head.add_entry(order="append")
        entry.id(f"tag:{tag}:status/{note.id}")
        entry.title(clean(note.title))
        entry.updated(note.at)
        entry.published(note.at)
        entry.link(href=f"{base_url}/status")
        entry.content(clean(note.text), type="text")
    written: bytes = head.atom_str(pretty=True)
    return plain(written, PLAIN)


def status_page(
    title: str, amiss: Sequence[tuple[str, str, datetime]], tables: Sequence[tuple[str, Sequence[Sequence[str]]]]
) -> bytes:
    """A page of what is amiss (what, why, since when), and of tables: a heading, and rows of which the first names."""
    body = E.body(E.h1(clean(title)))
    if amiss:
        body.append(E.h2("Amiss"))
        body.append(_table([("what", "why", "since"), *((what, why, iso(since)) for what, why, since in amiss)]))
    else:
        body.append(E.p("Nothing is amiss."))
    for heading, rows in tables:
        body.append(E.h2(heading))
        body.append(_table(rows))
    head = E.head(
        E.meta(charset="utf-8"),
        E.meta(name="viewport", content="width=device-width, initial-scale=1"),
        E.title(clean(title)),
        E.link(rel="alternate", type="application/atom+xml", href="status/atom.xml"),
        E.style(_STYLE),
    )
    page = E.html(head, body, lang="en")
    written: bytes = html.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8")
    return written


def _table(rows: Sequence[Sequence[str]]) -> html.HtmlElement:
    first, *others = rows
    made = E.table(E.tr(*(E.th(clean(cell)) for cell in first)))
    for row in others:
        made.append(E.tr(*(E.td(clean(cell)) for cell in row)))
    return made
