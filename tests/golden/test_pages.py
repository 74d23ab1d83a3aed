"""Dumps of every form and defect, each beside the page that a person reads in it.

`pages/NAME.txt` is a dump, `pages/NAME.page.json` what `feeds parse` should show of it, without
`dump`, `record` and `captured`; `for_url` is the address of the capture, where one is known.
The letter before a name is the form: a full, b stripped, c section listing, d regional listing,
e regional article, f cut off, g not news; x is a defect of the wire or of the page's maker.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feeds.canon import iso
from feeds.model import Article, Cut, Dateline, Page, Teaser
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.txt"))

PRINTED_DATES = {
    "c_section": date(2025, 11, 3),
    "c_cut_in_headline": date(2026, 3, 13),
    "d_regional": None,
    "a_full": None,
    "g_weather_table": None,
}

ARTICLE_CUTS: dict[str, Cut | None] = {
    "a_full": None,
    "f_in_lead": "text",
    "f_after_first_letter": "text",
    "f_in_body": None,
    "f_after_section": None,
}

LAST_TEASER_CUTS: dict[str, Cut | None] = {
    "a_full": None,
    "c_cut_in_headline": "headline",
    "f_in_teaser_headline": "headline",
    "f_in_teaser_dateline": "text",
    "f_one_letter": "text",
    "f_in_teaser_text": "text",
    "f_in_age": "age",
    "f_stripped_in_dateline": "text",
    "f_stripped_one_letter": "text",
    "f_stripped_in_age": "age",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_reads_as_a_person_reads_it(name: str, zeelandnet: SiteProfile) -> None:
    """What the parser finds in a dump is what was found in it by eye."""
    expected = json.loads((PAGES / f"{name}.page.json").read_text(encoding="utf-8"))
    url = expected.pop("for_url", None)
    assert shape(_read(name, zeelandnet, url), url) == expected


@pytest.mark.parametrize("name", sorted(PRINTED_DATES))
def test_only_a_listing_prints_its_day(name: str, zeelandnet: SiteProfile) -> None:
    """A section listing tells its day of capture, every other page tells none."""
    assert _read(name, zeelandnet).printed_date == PRINTED_DATES[name]


@pytest.mark.parametrize("name", sorted(ARTICLE_CUTS))
def test_an_article_tells_where_it_was_cut(name: str, zeelandnet: SiteProfile) -> None:
    """An article is cut only if its headline or its lead is."""
    article = _read(name, zeelandnet).article
    assert article is not None
    assert article.cut == ARTICLE_CUTS[name]


@pytest.mark.parametrize("name", sorted(LAST_TEASER_CUTS))
def test_only_the_last_teaser_is_cut(name: str, zeelandnet: SiteProfile) -> None:
    """The page's end cuts the last teaser, where it says so, and no other."""
    *others, last = _read(name, zeelandnet).teasers
    assert last.cut == LAST_TEASER_CUTS[name]
    assert all(teaser.cut is None for teaser in others)


def test_every_dump_has_its_page() -> None:
    """No dump stands without its page, and no page without its dump."""
    assert sorted(path.name.removesuffix(".page.json") for path in PAGES.glob("*.json")) == NAMES


def test_every_form_is_shown() -> None:
    """Each form A to G and the defects have at least one pair."""
    assert {name.split("_")[0] for name in NAMES} == set("abcdefgx")


def shape(page: Page, url: str | None) -> dict[str, Any]:
    """A page as `feeds parse` shows it, without what depends on the capture."""
    return {
        "site": page.site,
        "kind": page.kind,
        "url": url,
        "topic": page.topic,
        "article": page.article and _article(page.article),
        "teasers": [_teaser(teaser) for teaser in page.teasers],
        "latest": [line._asdict() for line in page.latest],
        "residue": list(page.residue),
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "dateline": _dateline(article.dateline),
        "lead": article.lead,
        "body": [{"kind": block.kind, "text": block.text} for block in article.body],
        "byline": article.byline,
        "published": article.published and iso(article.published),
    }


def _teaser(teaser: Teaser) -> dict[str, Any]:
    return {
        "position": teaser.position,
        "headline": teaser.headline,
        "dateline": _dateline(teaser.dateline),
        "text": teaser.text,
        "age": teaser.age and teaser.age.raw,
        "age_seconds": teaser.age and [teaser.age.lo, teaser.age.hi],
        "truncated": teaser.truncated,
    }


def _dateline(dateline: Dateline | None) -> dict[str, Any] | None:
    if dateline is None:
        return None
    return {"raw": dateline.raw, "places": list(dateline.places), "agencies": list(dateline.agencies)}


def _read(name: str, profile: SiteProfile, url: str | None = None) -> Page:
    return read_page((PAGES / f"{name}.txt").read_bytes().decode(), profile, url)
