"""Rules for all documents: characters, namespaces, elements and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from .documents import ATOM, NAMESPACES, OPML, RSS, Book, Document, named
from .values import language

_BOOK = Book()
_ALL = (ATOM, RSS, OPML)
_MOST = 5_000_000
_LANG = f"{{{NAMESPACES['xml']}}}lang"
_LINK = {"href", "rel", "type", "hreflang", "title", "length"}
_KNOWN = {
    ATOM: {
        "atom:feed": set(),
        "atom:id": set(),
        "atom:title": {"type"},
        "atom:subtitle": {"type"},
        "atom:summary": {"type"},
        "atom:content": {"type", "src"},
        "atom:updated": set(),
        "atom:published": set(),
        "atom:author": set(),
        "atom:name": set(),
        "atom:link": _LINK,
        "atom:generator": {"uri", "version"},
        "atom:category": {"term", "scheme", "label"},
        "atom:entry": set(),
        "atom:source": set(),
        "georss:point": set(),
        "fh:archive": set(),
        "at:deleted-entry": {"ref", "when"},
        "at:comment": set(),
    },
    RSS: {
        "rss": {"version"},
        "channel": set(),
        "title": set(),
        "link": set(),
        "description": set(),
        "language": set(),
        "docs": set(),
        "generator": set(),
        "ttl": set(),
        "lastBuildDate": set(),
        "item": set(),
        "guid": {"isPermaLink"},
        "pubDate": set(),
        "category": {"domain"},
        "source": {"url"},
        "dc:creator": set(),
        "content:encoded": set(),
        "georss:point": set(),
        "sy:updatePeriod": set(),
        "sy:updateFrequency": set(),
        "atom:link": _LINK,
    },
    OPML: {
        "opml": {"version"},
        "head": set(),
        "title": set(),
        "ownerName": set(),
        "body": set(),
        "outline": {
            "category", "created", "description", "htmlUrl", "isBreakpoint", "isComment", "language", "text", "title",
            "type", "url", "version", "xmlUrl",
        },
    },
}  # fmt: skip


def _said(document: Document) -> Iterator[tuple[str, str]]:
    """All texts and attributes, with the names of their elements."""
    for element in document.root.iter():
        for value in chain([element.text or "", element.tail or ""], element.attrib.values()):
            yield named(element.tag), value


@_BOOK.rule(*_ALL)
def encoding(document: Document) -> Iterator[str]:
    """It is XML 1.0 that says it is UTF-8 and has no document type."""
    if not re.match(rb"<\?xml version=['\"]1\.0['\"] encoding=['\"]UTF-8['\"]\?>\s*<[^!]", document.body):
        yield document.lines[0]


@_BOOK.rule(*_ALL)
def size(document: Document) -> Iterator[str]:
    """It is no larger than a validator reads."""
    if len(document.body) > _MOST:
        yield str(len(document.body))


@_BOOK.rule(*_ALL)
def characters(document: Document) -> Iterator[str]:
    """No control of the range C1 stands for a letter of Windows, and no U+FFFD for a lost one."""
    for name, value in _said(document):
        yield from (f"{name}: {value!r}" for found in [re.search("[\x80-\x9f\ufffd]", value)] if found)


@_BOOK.rule(*_ALL)
def written_once(document: Document) -> Iterator[str]:
    """No text was written in UTF-8 twice."""
    for name, value in _said(document):
        if re.search("[ÂÃ][\x80-¿]", value):
            try:
                value.encode("latin-1").decode()
            except UnicodeError:
                continue
            yield f"{name}: {value}"


@_BOOK.rule(*_ALL)
def namespaces(document: Document) -> Iterator[str]:
    """Every namespace is a known one and has its usual prefix; in Atom its own has none."""
    own = NAMESPACES["atom"] if document.format == ATOM else None
    for element in document.root.iter():
        for prefix, found in element.nsmap.items():
            if (None if found == own else NAMESPACES.get(prefix or "", "")) != (prefix if found == own else found):
                yield f"{prefix}={found}"


@_BOOK.rule(*_ALL)
def elements(document: Document) -> Iterator[str]:
    """Every element is a known one."""
    yield from (one for one in _names(document.root) if one not in _KNOWN[document.format])


def _names(root: Any) -> Iterator[str]:
    yield from (named(element.tag) for element in root.iter())


@_BOOK.rule(*_ALL)
def attributes(document: Document) -> Iterator[str]:
    """Every attribute is one that its element may have."""
    for element in document.root.iter():
        known = _KNOWN[document.format].get(named(element.tag), set()) | {_LANG}
        yield from (f"{named(element.tag)}/@{name}" for name in element.attrib if name not in known)


@_BOOK.rule(*_ALL)
def languages(document: Document) -> Iterator[str]:
    """A language is one of ISO 639."""
    for element in document.root.iter():
        said = element.text if element.tag == "language" else element.get(_LANG, element.get("language"))
        if said is not None and not language(said):
            yield said


RULES = tuple(_BOOK.rules)
