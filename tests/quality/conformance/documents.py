"""A document as rules look at it, and how a rule is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lxml import etree

ATOM, RSS, OPML = "atom", "rss", "opml"
NAMESPACES = {
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "georss": "http://www.georss.org/georss",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_FORMATS = {"atom:feed": ATOM, "rss": RSS, "opml": OPML}


@dataclass(frozen=True)
class Document:
    """A document that is well-formed."""

    name: str
    body: bytes
    root: Any
    format: str
    latest: datetime
    """No date in it may be later."""
    lines: tuple[str, ...]

    def all(self, path: str) -> list[Any]:
        """The elements at a path, from anywhere below the root."""
        return list(self.root.iterfind(f".//{path}", NAMESPACES))


def read(name: str, body: bytes, latest: datetime | None = None) -> Document:
    """The document in these bytes."""
    root = etree.fromstring(body)
    lines = tuple(body.decode().split("\n"))
    return Document(name, body, root, _FORMATS[named(root.tag)], latest or datetime.now(UTC), lines)


def named(tag: str) -> str:
    """An element's or attribute's name with the usual prefix: `atom:feed`, `item`."""
    uri, brace, name = tag.rpartition("}")
    return f"{_PREFIXES.get(uri[1:], uri[1:])}:{name}" if brace else name


def children(element: Any) -> list[str]:
    """The names of an element's children, in order."""
    return [named(child.tag) for child in element]


def text(element: Any, path: str) -> str:
    """What the first element at a path says; empty if there is none."""
    return element.findtext(path, "", NAMESPACES) or ""


@dataclass(frozen=True)
class Rule:
    """What holds of documents of some formats: `faults` names what breaks it."""

    name: str
    formats: tuple[str, ...]
    faults: Callable[[Document], Iterator[str]]


@dataclass
class Book:
    """The rules of a module, in the order that they are written down."""

    rules: list[Rule] = field(default_factory=list)

    def rule(self, *formats: str) -> Callable[[Callable[[Document], Iterator[str]]], Rule]:
        """Writes a function down as a rule for documents of these formats."""

        def write(faults: Callable[[Document], Iterator[str]]) -> Rule:
            self.rules.append(Rule(faults.__name__, formats, faults))
            return self.rules[-1]

        return write
