"""What an entry says in any format: clean text, addresses that are safe, full text as harmless HTML.

All text comes out without the characters that XML forbids, and otherwise as it went in. Texts longer than any
page prints are cut, so that no dump can make an entry that no feed can carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from feeds.canon import clean, first_sentence
from feeds.model import Block, Place, Story
from feeds.render.settings import (
    MOST_CHARACTERS,
    MOST_TEXT,
    Publisher,
    Site,
    address,
    scheme,
    sound,
    story_page,
)
from feeds.render.splice import Shown
from feeds.render.words import moment, words

_MOST_NAMES, _MOST_NAME = 16, 500
_MOST_EDITS = 10


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says. All of it is text that XML allows."""

    id: str
    title: str
    """The headline as plain text. Never empty: RFC 4287 section 4.1.2 wants a title, readers want words."""
    summary: str
    """The lead as plain text."""
    link: str
    """The address of the story on its site if that is a sound one, else of its page below `out/`."""
    full_text: str | None
    """The article as HTML, and what changed in it; None when only its link is needed."""
    categories: tuple[tuple[str, str], ...]
    """Scheme and term of each topic, place and agency, as printed, in this order."""
    authors: tuple[str, ...]
    """The agencies by name; empty when the dateline named none."""
    point: str | None
    """Where the first place that is known is: `lat lon` in degrees (GeoRSS simple)."""
    source: Site | None
    """The site that the story comes from."""
    own_page: bool
    """Whether its link is its page below `out/`."""
    related: tuple[tuple[str, str], ...]
    """Address and headline of other reports on the same event, each address once."""


@lru_cache(maxsize=8)
def content(shown: Shown) -> Content:
    """What this entry says. One format asks right after the other, so it is remembered that long."""
    story, publisher = shown.entry.story, shown.publisher
    summary, sound_link = _lead(story), sound(story.link)
    link = sound_link or _own_page(story, publisher)
    related: dict[str, str] = {}
    for other in shown.entry.related:
        related.setdefault(sound(other.link) or _own_page(other, publisher), _title(other))
    related.pop(link, None)
    families = (
        ("topic", _names(story.topics)),
        ("dateline", _names(story.datelines)),
        ("agency", agencies := _names(story.agencies)),
    )
    return Content(
        id=clean(story.id),
        title=_title(story),
        summary=summary,
        link=link,
        full_text=_full_text(story, summary, publisher, own_page=sound_link is None),
        categories=tuple(_categories(families, publisher)),
        authors=agencies,
        point=point(story.places),
        source=next((site for site in publisher.sites if site.name == story.site), None),
        own_page=sound_link is None,
        related=tuple(related.items()),
    )


def _title(story: Story) -> str:
    return _cut(_text(story.headline), MOST_CHARACTERS) or first_sentence(_lead(story)) or "…"


def _lead(story: Story) -> str:
    return _cut(clean(story.summary), MOST_CHARACTERS)


def _own_page(story: Story, publisher: Publisher) -> str:
    return address(publisher, story_page(story_key(story)))


def story_key(story: Story) -> str:
    """The key at the end of a story's id: the folder of its page."""
    return story.id.rpartition("/")[2]


def html(text: str) -> str:
    """The text as HTML that shows it: what RSS wants in a description (RSS 2.0 "Elements of <item>")."""
    return escape(text, quote=False)


def point(places: Iterable[Place]) -> str | None:
    """Where the first of these places is that is known to be somewhere: `lat lon` in degrees (GeoRSS simple)."""
    return next((f"{one.lat:.5f} {one.lon:.5f}" for one in places if one.lat is not None and one.lon is not None), None)


def full_text(story: Story, publisher: Publisher) -> str:
    """All that is known of a story's text, as HTML: the article, else the lead; then what changed."""
    return _full_text(story, _lead(story), publisher, own_page=True) or ""


def _full_text(story: Story, summary: str, publisher: Publisher, *, own_page: bool) -> str | None:
    """The article as HTML of paragraphs and sub-headings, then its byline and its edits.

    A story without full text carries its lead if there is nothing else to open (RFC 4287 section 4.1.2), or if
    there are edits to tell. Whatever markup stands in the text is text here too: nothing but these tags can come
    out, so a sanitiser has nothing to do, and the laws of rendering ask one.
    """
    if story.body:
        marks = [(*_tags(block), _text(block.text)) for block in _bounded(story.body)]
        marks += _shortened(story, publisher)
        marks.append(("<p>", "</p>", _cut(_text(story.byline or ""), _MOST_NAME)))
    elif own_page or story.edits:
        marks = [("<p>", "</p>", summary if summary.strip() else "")]
    else:
        return None
    marks += [("<p>", "</p>", edit) for edit in _edits(story, publisher)]
    marks = [mark for mark in marks if mark[2]]
    texts = _canonical([text for _, _, text in marks])
    return "\n".join([f"{opening}{text}{closing}" for (opening, closing, _), text in zip(marks, texts, strict=True)])


def _tags(block: Block) -> tuple[str, str]:
    """What stands before and behind a block's text."""
    if block.kind == "heading":
        return "<h3>", "</h3>"
    link = sound(block.link)
    return ("<p>", "</p>") if link is None else (f'<p><a href="{escape(link)}">', "</a></p>")


def _bounded(body: tuple[Block, ...]) -> Iterator[Block]:
    """The blocks as far as an entry carries them."""
    left = MOST_TEXT
    for block in body:
        yield block if len(block.text) <= left else Block(block.kind, _cut(block.text, left))
        left -= len(block.text)
        if left <= 0:
            return


def _shortened(story: Story, publisher: Publisher) -> Iterator[tuple[str, str, str]]:
    """That an article is longer than an entry carries, leading to the whole of it where there is an address."""
    if sum(len(block.text) for block in story.body) > MOST_TEXT:
        said = words(publisher).shortened
        yield (*_tags(Block("paragraph", said, story.link)), said)


def _edits(story: Story, publisher: Publisher) -> Iterator[str]:
    """What changed in a story and when, the newest last."""
    if story.edits:
        said = words(publisher)
        for edit in story.edits[-_MOST_EDITS:]:
            was, stood = _cut(_text(edit.headline), _MOST_NAME), "/".join(_names(edit.datelines))
            told = said.was.format(headline=was) if was else ""
            told += said.stood.format(places=stood) if stood else ""
            yield f"{said.changed.format(moment=moment(edit.at, publisher))}{told}."


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
    if not names:
        return ()
    found = dict.fromkeys([_cut(name, _MOST_NAME) for name in map(_text, names) if name])
    return tuple(found)[:_MOST_NAMES]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(text: str) -> str:
    """The clean text, empty when it is only blanks."""
    legal = clean(text)
    return legal if legal.strip() else ""
