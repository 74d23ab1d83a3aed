"""The texts of articles, which the store does not keep twice: they are read again from the dumps that hold them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from feeds.config import Config
from feeds.dumps.text import decode
from feeds.model import Article, CaptureKey
from feeds.parse.page import read_page
from feeds.store import archive, ledger


def texts_of(connection: Connection, config: Config, keys: Iterable[CaptureKey]) -> dict[CaptureKey, Article]:
    """The articles of captures, read anew from the dumps that hold them."""
    captures = archive.captures_by_key(connection, sorted(set(keys)))
    contents = ledger.read_contents(connection, sorted({capture.content for capture in captures.values()}))
    found = {}
    for key, capture in captures.items():
        text = decode(contents[capture.content]).text
        article = read_page(text, config.site(capture.site), capture.url, max_teasers=0, cleaned=True).article
        if article is not None:
            found[key] = article
    return found
