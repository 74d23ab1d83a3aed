"""What an entry says in any format: clean text, addresses that are safe, full text as harmless HTML.

All text comes out without the characters that XML forbids, and otherwise as it went in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from feeds.canon import clean, first_sentence
from feeds.channels.digest import Linked
from feeds.model import Block, Story
from feeds.render.settings import Publisher, scheme
from feeds.render.splice import Shown

_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
"""What RFC 3987 section 2.2 leaves of an address of the web, without the parts that nobody prints."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says. All of it is text that XML allows."""

    id: str
    title: str
    """The headline as plain text. Never empty: RFC 4287 section 4.1.2 wants a title, readers want words."""
    summary: str
    """The lead as plain text."""
    link: str | None
    """The address of the story's page, None unless it is a sound http or https address."""
    full_text: str | None
    """The article as HTML; None when only its link is needed."""
    categories: tuple[tuple[str, str], ...]
    """Scheme and term of each topic, place and agency, as printed, in this order."""
    authors: tuple[str, ...]
    """The agencies by name; empty when the dateline named none."""


@lru_cache(maxsize=512)
def content(shown: Shown) -> Content:
    """What this entry says. One format asks right after the other, so it is remembered that long."""
    story = shown.entry.story
    summary = clean(story.summary)
    link = sound(story.link)
    families = (
        ("topic", _names(story.topics)),
        ("dateline", _names(story.datelines)),
        ("agency", agencies := _names(story.agencies)),
    )
    return Content(
        id=clean(story.id),
        title=_text(story.headline) or first_sentence(summary) or "…",
        summary=summary,
        link=link,
        full_text=_full_text(story, summary, link),
        categories=tuple(_categories(families, shown.publisher)),
        authors=agencies,
    )


def html(text: str) -> str:
    """The text as HTML that shows it: what RSS wants in a description (RSS 2.0 "Elements of <item>")."""
    return escape(text, quote=False)


def sound(address: str | None) -> str | None:
    """The address if it is a sound one of the web, http or https with a host; else None."""
    if address is None or not _ADDRESS.fullmatch(address) or clean(address) != address:
        return None
    try:
        host = urlsplit(address).hostname
    except ValueError:  # a bracket without its other half
        return None
    return address if host else None


def _full_text(story: Story, summary: str, link: str | None) -> str | None:
    """The article as HTML of paragraphs and sub-headings, its byline last.

    A story without full text and without a link carries its summary, for there is nothing else to open
    (RFC 4287 section 4.1.2). Whatever markup stands in the text is text here too: nothing but these
    tags can come out, so a sanitiser has nothing to do, and the laws of rendering ask one.
    """
    if story.body:
        marks = [(*_tags(block), _text(block.text)) for block in story.body]
        marks.append(("<p>", "</p>", _text(story.byline or "")))
    elif link is None:
        marks = [("<p>", "</p>", summary if summary.strip() else "")]
    else:
        return None
    marks = [mark for mark in marks if mark[2]]
    texts = _canonical([text for _, _, text in marks])
    return "\n".join([f"{opening}{text}{closing}" for (opening, closing, _), text in zip(marks, texts, strict=True)])


def _tags(block: Block) -> tuple[str, str]:
    """What stands before and behind a block's text."""
    if block.kind == "heading":
        return "<h3>", "</h3>"
    link = sound(block.link) if isinstance(block, Linked) else None
    return ("<p>", "</p>") if link is None else (f'<p><a href="{escape(link)}">', "</a></p>")


def _canonical(texts: list[str]) -> list[str]:
    """Texts as an HTML serialiser writes them (HTML 13.3), with the line ends that a parser makes (13.2.3.5)."""
    if not texts:
        return []
    whole = "\x00".join(texts)  # which none of them has; long texts are faster to escape than many
    if "\r" in whole:
        whole = whole.replace("\r\n", "\n").replace("\r", "\n")
    return html(whole).replace("\xa0", "&nbsp;").split("\x00")


def _categories(families: Iterable[tuple[str, tuple[str, ...]]], publisher: Publisher) -> Iterator[tuple[str, str]]:
    for family, terms in families:
        if terms:
            domain = scheme(publisher, family)
            yield from [(domain, term) for term in terms]


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([name for name in map(_text, names) if name])) if names else ()


def _text(text: str) -> str:
    """The clean text, empty when it is only blanks."""
    legal = clean(text)
    return legal if legal.strip() else ""
