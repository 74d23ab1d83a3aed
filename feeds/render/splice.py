"""Entries that are written once and put into many feeds.

Writing an entry costs fifty times what copying its bytes does, and an entry stands in several feeds.
So each is written by itself, inside a root with the feed's namespaces, and its bytes are put into the
feed that feedgen wrote without entries. The result is what feedgen writes with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from feeds.model import Entry, StoryId
from feeds.render.settings import Publisher

PLAIN = re.compile(rb"<(?:title|subtitle|summary|name|category|content(?= type=.text|>))\b[^>]*>[^<]*")
"""The texts of entries that are no HTML, and the beginnings of their elements."""
_PLAIN_HEADER = re.compile(rb"<(?:title|subtitle|description)\b[^>]*>[^<]*")
_PLAIN_ATTRIBUTE = re.compile(rb' title="[^"]*')


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry and who publishes it: all that a written entry follows from.

    It is hashed by the story's id alone, for a hash of the whole text would be made at each look. Versions
    of a story are told apart by comparing.
    """

    entry: Entry = field(hash=False)
    publisher: Publisher = field(hash=False)
    id: StoryId = field(init=False, repr=False, compare=False, hash=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.entry.story.id)


def written(element: Any, namespaces: Mapping[str, str]) -> bytes:
    """The element in UTF-8, without declarations of the namespaces that the feed's root declares."""
    if namespaces:
        root = etree.Element("root", nsmap=dict(namespaces))
        root.append(element)
        element = root
    whole: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=False)
    return plain(whole if not namespaces else whole[whole.index(b">") + 1 : -len(b"</root>")], PLAIN)


def plain(whole: bytes, texts: re.Pattern[bytes] = _PLAIN_HEADER) -> bytes:
    """The same XML with the signs of markup in plain texts written by number, so that nobody takes them for HTML.

    The RSS Advisory Board's profile recommends it ("Character data"): a parser of XML reads the same text.
    """
    return _PLAIN_ATTRIBUTE.sub(_by_number, texts.sub(_by_number, whole))


def _by_number(found: re.Match[bytes]) -> bytes:
    return found[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")


def splice(empty: bytes, end: bytes, entries: Iterable[bytes]) -> bytes:
    """The feed `empty`, which ends in the closing tags `end`, with the entries before them."""
    if not empty.endswith(end):
        raise ValueError(f"a feed must end in {end!r}")
    return b"".join((plain(empty.removesuffix(end)), *entries, end))
