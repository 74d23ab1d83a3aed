"""What an entry says in any format: clean text, addresses that are safe, full text as harmless HTML.

All text comes out without the characters that XML forbids, and otherwise as it went in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

import nh3

from feeds.canon import clean, first_sentence
from feeds.model import Story
from feeds.render.settings import Publisher, scheme

_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
"""What RFC 3987 section 2.2 leaves of an address of the web, without the parts that nobody prints."""
_ALLOWED = {"p", "h3"}


def title(story: Story) -> str:
    """The headline as plain text. Never empty: RFC 4287 section 4.1.2 wants a title, readers want words."""
    return _text(story.headline) or first_sentence(_text(story.summary)) or "…"


def summary(story: Story) -> str:
    """The lead as plain text."""
    return clean(story.summary)


def summary_html(story: Story) -> str:
    """The lead as HTML that says the same: what RSS wants in a description (RSS 2.0 "Elements of <item>")."""
    return escape(clean(story.summary), quote=False)


def link(story: Story) -> str | None:
    """The address of the story's page, None unless it is a sound http or https address."""
    if story.link is None or not _ADDRESS.fullmatch(story.link) or clean(story.link) != story.link:
        return None
    try:
        host = urlsplit(story.link).hostname
    except ValueError:  # a bracket without its other half
        return None
    return story.link if host else None


@lru_cache(maxsize=512)
def full_text(story: Story) -> str | None:
    """The article as HTML of paragraphs and sub-headings, its byline last; None when only its link is needed.

    A story without full text and without a link carries its summary, for there is nothing else to open
    (RFC 4287 section 4.1.2). Whatever markup stands in the text is text here too.
    """
    if story.body:
        marks = [("h3" if block.kind == "heading" else "p", block.text) for block in story.body]
        if story.byline:
            marks.append(("p", story.byline))
    elif link(story) is None:
        marks = [("p", story.summary)]
    else:
        return None
    html = "\n".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for tag, text in _cleaned(marks))
    return nh3.clean(html, tags=_ALLOWED, attributes={}, link_rel=None)


def categories(story: Story, publisher: Publisher) -> tuple[tuple[str, str], ...]:
    """Scheme and term of each topic, place and agency, as printed, in this order."""
    families = (("topic", story.topics), ("dateline", story.datelines), ("agency", story.agencies))
    return tuple((scheme(publisher, family), term) for family, names in families for term in _names(names))


def authors(story: Story) -> tuple[str, ...]:
    """The agencies by name; empty when the dateline named none."""
    return _names(story.agencies)


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_text, names) if name))


def _text(text: str) -> str:
    """The clean text, empty when it is only blanks."""
    legal = clean(text)
    return legal if legal.strip() else ""


def _cleaned(marks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(tag, text) for tag, text in ((tag, _text(raw)) for tag, raw in marks) if text]
