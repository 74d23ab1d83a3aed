"""Rules for what stands in elements: plain text that is not taken for markup, and HTML that is sound and harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import name2codepoint

import html5lib
from html5lib.html5parser import ParseError

from .documents import ATOM, NAMESPACES, OPML, RSS, Book, Document, named

_BOOK = Book()
_HARMLESS = {"p": set(), "h3": set(), "a": {"href"}}
"""The elements that content may have, with their attributes."""
_ELEMENTS = {
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big", "blockquote",
    "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "data", "datalist", "dd", "del",
    "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure", "font",
    "footer", "form", "frame", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe",
    "img", "input", "ins", "kbd", "label", "legend", "li", "link", "main", "map", "mark", "menu", "meta", "meter",
    "nav", "noscript", "object", "ol", "option", "output", "p", "param", "picture", "pre", "progress", "q", "rp",
    "rt", "ruby", "s", "samp", "script", "section", "select", "small", "source", "span", "strike", "strong", "style",
    "sub", "summary", "sup", "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time",
    "title", "tr", "track", "tt", "u", "ul", "var", "video", "wbr",
}  # fmt: skip
_PLAIN = {
    ATOM: ("atom:title", "atom:subtitle", "atom:summary", "atom:name", "atom:generator", "atom:content[@type='text']"),
    RSS: ("channel/title", "channel/description", "item/title", "category", "generator", "source"),
}


def _plain(document: Document) -> Iterator[tuple[str, str, int]]:
    """Texts that are no HTML, with the names of their elements and the numbers of their lines."""
    for path in _PLAIN[document.format]:
        for element in document.all(path):
            if element.get("type", "text") == "text":
                yield named(element.tag), element.text or "", element.sourceline
    for link in document.all("atom:link[@title]"):
        yield "@title", link.get("title"), link.sourceline


def _html(document: Document) -> Iterator[tuple[str, str]]:
    """Texts that are HTML, with the names of their elements."""
    paths = {ATOM: ("atom:content[@type='html']",), RSS: ("item/description", "item/content:encoded")}
    for path in paths[document.format]:
        yield from ((named(element.tag), element.text or "") for element in document.all(path))


def _by_number(document: Document, line: int) -> bool:
    """Whether signs are written by their numbers in this line, as the RSS profile recommends for plain text."""
    return "&#x" in document.lines[line - 1]


@_BOOK.rule(ATOM, RSS)
def no_end_tags(document: Document) -> Iterator[str]:
    """Plain text has nothing that closes an element of HTML."""
    for name, value, _ in _plain(document):
        yield from (f"{name}: {value}" for tag in re.findall(r"</(\w+)>", value) if tag.lower() in _ELEMENTS)


@_BOOK.rule(ATOM, RSS)
def no_entities(document: Document) -> Iterator[str]:
    """Plain text that looks like an entity of HTML has its signs written by number."""
    for name, value, line in _plain(document):
        for found in re.findall(r"&(#?\w+)", value):
            if (found in name2codepoint or found == "apos" or not found.isalpha()) and not _by_number(document, line):
                yield f"{name}: {value}"


@_BOOK.rule(RSS)
def no_markup(document: Document) -> Iterator[str]:
    """Plain text that looks like the beginning of markup has its signs written by number (profile, character data)."""
    for name, value, line in _plain(document):
        if re.search(r"&#[x0-9]|<[/A-Za-z]", value) and not _by_number(document, line):
            yield f"{name}: {value}"


@_BOOK.rule(ATOM, RSS)
def html_is_sound(document: Document) -> Iterator[str]:
    """HTML is read without a single error."""
    for name, value in _html(document):
        yield from (f"{name}: {value[:200]}: {error}" for error in errors(value))


@_BOOK.rule(OPML)
def outlines_are_html(document: Document) -> Iterator[str]:
    """What an outline shows is HTML by OPML 2.0 ("Text attribute"), and is read without a single error."""
    for outline in document.all("outline"):
        for name in ("text", "title", "description"):
            yield from (f"{name}: {error}" for error in errors(outline.get(name, "")))
    for one in document.all("head/*"):
        yield from (f"{one.tag}: {error}" for error in errors(one.text or ""))


def errors(value: str) -> Iterator[str]:
    """The first error in a fragment of HTML, if there is any."""
    try:
        html5lib.HTMLParser(strict=True).parseFragment(value)
    except ParseError as error:
        yield str(error)


@_BOOK.rule(ATOM, RSS)
def html_is_harmless(document: Document) -> Iterator[str]:
    """HTML has no elements and attributes but those of paragraphs, headings and links."""
    for name, value in _html(document):
        for element in html5lib.parseFragment(value, namespaceHTMLElements=False).iter():
            if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
                known = _HARMLESS.get(element.tag)
                if known is None or not set(element.attrib) <= known:
                    yield f"{name}: <{element.tag} {element.attrib}>"


@_BOOK.rule(ATOM, RSS)
def html_has_whole_addresses(document: Document) -> Iterator[str]:
    """Links in HTML work wherever it is shown."""
    for name, value in _html(document):
        for href in re.findall(r"<a\s+href=\"([^\"]*)\"", value):
            if not re.match(r"https?://\w", href):
                yield f"{name}: {href}"


@_BOOK.rule(ATOM)
def text_types(document: Document) -> Iterator[str]:
    """A text is text or HTML, and says so by these words."""
    for path in ("title", "subtitle", "summary", "content"):
        for element in document.all(f"atom:{path}"):
            if element.get("type", "text") not in {"text", "html"} or len(element):
                yield f"{path}: {element.get('type')}"


@_BOOK.rule(ATOM)
def texts_are_not_blank(document: Document) -> Iterator[str]:
    """A text that is there says something."""
    for path in ("title", "subtitle", "summary", "content"):
        yield from (path for element in document.all(f"atom:{path}") if not (element.text or "").strip())


@_BOOK.rule(ATOM)
def texts_have_a_language(document: Document) -> Iterator[str]:
    """The document says which language its texts are in."""
    if not document.root.get(f"{{{NAMESPACES['xml']}}}lang"):
        yield document.name


RULES = tuple(_BOOK.rules)
