"""A page's text into a Page: a listing, an article with its teasers, or something else that is left alone."""

from __future__ import annotations

from typing import Final

from feeds.model import Page
from feeds.parse.article import find_article
from feeds.parse.blocks import Lines, read_lines
from feeds.parse.listing import find_listing
from feeds.parse.profile import SiteProfile
from feeds.parse.rules import Rules, compiled
from feeds.parse.teasers import ListForm, read_teasers

PARSER_VERSION: Final = 1
"""Goes up whenever a text may be read otherwise: what is stored is then read again."""


def read_page(text: str, profile: SiteProfile, url: str | None = None, max_teasers: int = 500) -> Page:
    """What a page says, by the profile of its site. Never raises, whatever the text.

    A listing proves itself by its head, an article by a dateline or the section line below it. Any other page is
    `other`: all its lines are residue and nothing is made of them.
    """
    rules = compiled(profile)
    lines = read_lines(text, rules)
    marks = rules.marks
    marked = [index for index, line in enumerate(lines.texts) if line.startswith(marks)]
    return (
        _listing_page(lines, marked, rules, url, max_teasers)
        or _article_page(lines, marked, rules, max_teasers)
        or Page(profile.name, "other", None, None, (), (), tuple(lines.texts), None, overfull=False)
    )


def _listing_page(lines: Lines, marked: list[int], rules: Rules, url: str | None, limit: int) -> Page | None:
    listing = find_listing(lines, marked, rules, url) if marked else None
    if listing is None:
        return None
    found = read_teasers(lines.texts[listing.start :], rules, listing.form, ended=lines.ended, limit=limit)
    return Page(
        site=rules.profile.name,
        kind="listing",
        topic=listing.topic,
        article=None,
        teasers=found.teasers,
        latest=listing.latest,
        residue=listing.residue + found.residue,
        printed_date=listing.printed_date,
        overfull=found.overfull,
    )


def _article_page(lines: Lines, marked: list[int], rules: Rules, limit: int) -> Page | None:
    texts = lines.texts
    section, topic = next(
        ((index, topic) for index in marked if (topic := rules.section_topic(texts[index]))), (len(texts), None)
    )
    followed = section < len(texts)
    article = find_article(texts[:section], rules, followed=followed, ended=lines.ended)
    if article is None:
        return None
    if section == len(texts) - 1 and not lines.ended:
        # The page ends in the section line: its topic may be the beginning of a longer name.
        topic = None
    form = ListForm(headed=lines.spaced)
    found = read_teasers(texts[section + 1 :], rules, form, ended=lines.ended, limit=limit)
    return Page(
        site=rules.profile.name,
        kind="article",
        topic=topic,
        article=article.article,
        teasers=found.teasers,
        latest=(),
        residue=article.residue + found.residue,
        printed_date=None,
        overfull=found.overfull,
    )
