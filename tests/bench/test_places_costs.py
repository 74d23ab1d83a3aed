"""What places cost beside reading the pages that name them (`-m big -s`)."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest

from feeds.model import Page
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile
from feeds.places.gazetteer import open_resolver
from feeds.places.overrides import Overrides

pytestmark = pytest.mark.big


def test_places_cost_little_beside_parsing(dumps: Path, zeelandnet: SiteProfile) -> None:
    """Opening the gazetteer and resolving every dateline of 10,000 pages takes under a quarter of parsing them."""
    texts = [path.read_text("utf-8") for path in sorted(dumps.iterdir())]
    started = perf_counter()
    pages = [read_page(text, zeelandnet, None, 500) for text in texts if text]
    parsing = perf_counter() - started
    asked = [one for page in pages for one in _datelines(page)]
    started = perf_counter()
    with open_resolver(Overrides(), (zeelandnet,)) as resolver:
        places = [resolver.locate(names, text, zeelandnet.name) for names, text in asked]
    resolving = perf_counter() - started
    print(f"\n{len(places)} datelines: {resolving:.2f} s, {resolving / parsing:.3f} of the parsing")
    assert len(places) > 10_000
    assert resolving < parsing / 4


def _datelines(page: Page) -> list[tuple[tuple[str, ...], str]]:
    items = [(teaser.dateline, teaser.text) for teaser in page.teasers]
    if page.article is not None:
        items.append((page.article.dateline, page.article.lead or ""))
    return [(dateline.places, text) for dateline, text in items if dateline is not None]
