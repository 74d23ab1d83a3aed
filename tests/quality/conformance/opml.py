"""Rules for OPML 2.0."""

from __future__ import annotations

from collections.abc import Iterator

from .documents import OPML, Book, Document, children
from .values import uri

_BOOK = Book()
_NEEDS_TYPE = {"description", "htmlUrl", "language", "title", "version", "xmlUrl"}


@_BOOK.rule(OPML)
def opml_has(document: Document) -> Iterator[str]:
    """It says its version, and has a head and a body."""
    if document.root.get("version") not in {"1.0", "1.1", "2.0"} or children(document.root) != ["head", "body"]:
        yield str(children(document.root))


@_BOOK.rule(OPML)
def body_has_outlines(document: Document) -> Iterator[str]:
    """A body has an outline at least."""
    if not document.all("body/outline"):
        yield document.name


@_BOOK.rule(OPML)
def outlines_have_text(document: Document) -> Iterator[str]:
    """An outline has a text."""
    yield from (str(dict(one.attrib)) for one in document.all("outline") if not one.get("text"))


@_BOOK.rule(OPML)
def feeds_have(document: Document) -> Iterator[str]:
    """An outline that is a feed has its address and its title."""
    for one in document.all("outline[@type='rss']"):
        if not (uri(one.get("xmlUrl", "")) and one.get("title")):
            yield str(dict(one.attrib))


@_BOOK.rule(OPML)
def outlines_have_a_type(document: Document) -> Iterator[str]:
    """An outline that has what feeds have says that it is one."""
    for one in document.all("outline"):
        if one.get("type") is None and len(one.attrib) > 1 and not _NEEDS_TYPE.isdisjoint(one.attrib):
            yield str(dict(one.attrib))


@_BOOK.rule(OPML)
def outline_addresses(document: Document) -> Iterator[str]:
    """Pages of outlines are whole URIs."""
    yield from (one.get("htmlUrl") for one in document.all("outline[@htmlUrl]") if not uri(one.get("htmlUrl")))


RULES = tuple(_BOOK.rules)
