"""Rules for Atom documents (RFC 4287), archives (RFC 5005) and places (GeoRSS)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from .documents import ATOM, NAMESPACES, Book, Document, children, named, text
from .values import MEDIA_TYPE, canonical, language, plausible, point, rfc3339, uri

_BOOK = Book()
_HISTORY = {"current", "first", "last", "next", "previous", "next-archive", "prev-archive"}
_RELATIONS = _HISTORY | {"alternate", "self", "hub", "related", "via", "enclosure", "search", "license", "replies"}
_FEEDS = {"application/atom+xml", "application/rss+xml"}


def links(element: Any) -> list[Any]:
    """An element's own Atom links."""
    return list(element.iterfind("atom:link", NAMESPACES))


def _with_links(document: Document) -> Iterator[Any]:
    yield from ([document.root] if document.format == ATOM else document.all("channel"))
    yield from document.all("atom:entry" if document.format == ATOM else "item")


@_BOOK.rule(ATOM)
def feed_has(document: Document) -> Iterator[str]:
    """A feed has one id, title and updated, and an author (4.1.1)."""
    found = Counter(children(document.root))
    yield from (name for name in ("atom:id", "atom:title", "atom:updated") if found[name] != 1)
    yield from (name for name in ("atom:subtitle", "atom:generator") if found[name] > 1)
    if not found["atom:author"]:
        yield "atom:author"


@_BOOK.rule(ATOM)
def entry_has(document: Document) -> Iterator[str]:
    """An entry has one id, title and updated, and what may come once comes once (4.1.2)."""
    once = ("atom:published", "atom:summary", "atom:content", "atom:source", "atom:rights")
    for entry in document.all("atom:entry"):
        found = Counter(children(entry))
        yield from (name for name in ("atom:id", "atom:title", "atom:updated") if found[name] != 1)
        yield from (name for name in once if found[name] > 1)


@_BOOK.rule(ATOM)
def source_has(document: Document) -> Iterator[str]:
    """A source has id, title and updated (4.2.11)."""
    for source in document.all("atom:source"):
        yield from (name for name in ("id", "title", "updated") if not text(source, f"atom:{name}"))


@_BOOK.rule(ATOM)
def feed_comes_first(document: Document) -> Iterator[str]:
    """What is said of the feed stands before its entries."""
    names = children(document.root)
    if "atom:entry" in names:
        yield from (name for name in names[names.index("atom:entry") :] if name != "atom:entry")


@_BOOK.rule(ATOM)
def names_itself(document: Document) -> Iterator[str]:
    """A feed says at which whole address it is (4.1.1)."""
    found = [link.get("href") for link in links(document.root) if link.get("rel") == "self"]
    if len(found) != 1 or not urlsplit(found[0]).netloc:
        yield str(found)


@_BOOK.rule(ATOM)
def one_alternate(document: Document) -> Iterator[str]:
    """No two alternates have the same type and language (4.1.1, 4.1.2)."""
    for element in [document.root, *document.all("atom:entry"), *document.all("atom:source")]:
        found = [link for link in links(element) if link.get("rel", "alternate") == "alternate"]
        if len({(link.get("type"), link.get("hreflang")) for link in found}) != len(found):
            yield text(element, "atom:id")


@_BOOK.rule(ATOM)
def something_to_read(document: Document) -> Iterator[str]:
    """An entry has a summary or a content, and an alternate where it has no content (4.1.2)."""
    for entry in document.all("atom:entry"):
        names = children(entry)
        alternate = any(link.get("rel", "alternate") == "alternate" for link in links(entry))
        if not ("atom:content" in names or (alternate and "atom:summary" in names)):
            yield text(entry, "atom:id")


@_BOOK.rule(ATOM)
def ids_are_unique(document: Document) -> Iterator[str]:
    """No two entries have one id (4.1.1)."""
    counted = Counter(text(entry, "atom:id") for entry in document.all("atom:entry"))
    yield from (name for name, times in counted.items() if times > 1)


@_BOOK.rule(ATOM)
def ids_are_canonical(document: Document) -> Iterator[str]:
    """An id is a whole IRI in its canonical spelling, without blanks around it (4.2.6.1)."""
    for element in document.all("atom:id"):
        if not uri(element.text or "") or canonical(element.text) != element.text:
            yield str(element.text)


@_BOOK.rule(ATOM)
def dates(document: Document) -> Iterator[str]:
    """Dates are of RFC 3339, without blanks around them, and neither before the web nor yet to come (3.3)."""
    for name in ("updated", "published"):
        for element in document.all(f"atom:{name}"):
            found = rfc3339(element.text or "")
            if found is None or not plausible(found, document.latest):
                yield f"{name}: {element.text}"


@_BOOK.rule(ATOM, "rss")
def relations(document: Document) -> Iterator[str]:
    """A link's relation is registered, and those of archives are the feed's alone (4.2.7.2, RFC 5005)."""
    for element in _with_links(document):
        known = _RELATIONS - (_HISTORY if named(element.tag) in {"atom:entry", "item"} else set())
        yield from (link.get("rel") for link in links(element) if link.get("rel", "alternate") not in known)


@_BOOK.rule(ATOM, "rss")
def link_types(document: Document) -> Iterator[str]:
    """A link's type is a media type, and its own document is a feed (4.2.7.3)."""
    for link in document.all("atom:link[@type]"):
        if not MEDIA_TYPE.fullmatch(link.get("type")):
            yield link.get("type")
        if link.get("rel") == "self" and link.get("type").partition(";")[0] not in _FEEDS:
            yield link.get("type")


@_BOOK.rule(ATOM, "rss")
def link_addresses(document: Document) -> Iterator[str]:
    """A link leads to a whole address (4.2.7.1), and holds nothing."""
    for link in document.all("atom:link"):
        if not uri(link.get("href", "")) or len(link) or (link.text or "").strip():
            yield str(link.get("href"))


@_BOOK.rule(ATOM, "rss")
def link_titles(document: Document) -> Iterator[str]:
    """A link's title is not blank, and its language one of ISO 639."""
    for link in document.all("atom:link"):
        if not link.get("title", "-").strip() or not language(link.get("hreflang", "nl")):
            yield str(link.get("href"))


@_BOOK.rule(ATOM)
def authors(document: Document) -> Iterator[str]:
    """An author has one name, which is not blank (3.2)."""
    for author in document.all("atom:author"):
        if children(author).count("atom:name") != 1 or not text(author, "atom:name").strip():
            yield str(children(author))


@_BOOK.rule(ATOM)
def categories(document: Document) -> Iterator[str]:
    """A category has a term, and a scheme that is a whole IRI (4.2.2)."""
    for category in document.all("atom:category"):
        if not category.get("term") or not uri(category.get("scheme", "tag:example.org,2026:x")):
            yield str(dict(category.attrib))


@_BOOK.rule(ATOM)
def generators(document: Document) -> Iterator[str]:
    """A generator is named (4.2.4)."""
    yield from ("generator" for one in document.all("atom:generator") if not (one.text or "").strip())


@_BOOK.rule(ATOM)
def archives(document: Document) -> Iterator[str]:
    """A document of an archive leads to another of them, and to the feed (RFC 5005 section 4)."""
    if document.root.find("fh:archive", NAMESPACES) is not None:
        found = {link.get("rel") for link in links(document.root)}
        if "current" not in found:
            yield "current"
        if not found & {"prev-archive", "next-archive"}:
            yield "prev-archive or next-archive"


@_BOOK.rule(ATOM, "rss")
def points(document: Document) -> Iterator[str]:
    """A place is a latitude and a longitude (GeoRSS simple)."""
    yield from (str(one.text) for one in document.all("georss:point") if not point(one.text or ""))


RULES = tuple(_BOOK.rules)
