"""Entries that are written once and put into many feeds.

Writing an entry costs fifty times what copying its bytes does, and an entry stands in several feeds.
So each is written by itself, inside a root with the feed's namespaces, and its bytes are put into the
feed that feedgen wrote without entries. The result is what feedgen writes with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

REMEMBERED = 2048
"""How many written entries a format remembers: a few megabytes, enough for the feeds that share them."""


def written(element: Any, namespaces: Mapping[str, str]) -> bytes:
    """The element in UTF-8, without declarations of the namespaces that the feed's root declares."""
    root = etree.Element("root", nsmap=dict(namespaces))
    bare: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    root.append(element)
    full: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return full.removeprefix(bare.removesuffix(b"/>") + b">").removesuffix(b"</root>")


def splice(empty: bytes, end: bytes, entries: Iterable[bytes]) -> bytes:
    """The feed `empty`, which ends in the closing tags `end`, with the entries before them."""
    if not empty.endswith(end):
        raise ValueError(f"a feed must end in {end!r}")
    return b"".join((empty.removesuffix(end), *entries, end))
