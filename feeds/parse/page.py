"""A page's text into a Page: a listing, an article with its teasers, or something else that is left alone."""

from __future__ import annotations

from typing import Final

from feeds.model import Page
from feeds.parse.article import find_article
from feeds.parse.blocks import Lines, read_lines
from feeds.parse.items import ListForm
from feeds.parse.listing import find_listing
from feeds.parse.patience import Check, unhurried
from feeds.parse.profile import SiteProfile
from feeds.parse.rules import Rules, compiled
from feeds.parse.teasers import read_teasers

PARSER_VERSION: Final = 3
"""Goes up whenever a text may be read otherwise: what is stored is then read again."""


def read_page(
    text: str,
    profile: SiteProfile,
    url: str | None = None,
    max_teasers: int = 500,
    *,
    cleaned: bool = False,
    check: Check = unhurried,
) -> Page:
    """What a page says, by the profile of its site. Never raises, whatever the text, but for what `check` raises.

    `cleaned` promises that `clean` would take nothing away, as from decoded dumps: saves a tenth of the time.
    `check` is asked now and then while a long text is read, which takes time in proportion to its length.

    A listing proves itself by its head, an article by a dateline or the section line below it. Any other page is
    `other`: all its lines are residue and nothing is made of them. With `max_teasers` 0 lists are left unread: the
    page has no teasers, none of their lines is residue, and it is not overfull.
    """
    rules = compiled(profile)
    lines = read_lines(text, rules, cleaned=cleaned)
    return (
        _listing_page(lines, rules, url, max_teasers, check)
        or _article_page(lines, rules, max_teasers, check)
        or _other_page(lines, rules)
    )


def _other_page(lines: Lines, rules: Rules) -> Page:
    residue = tuple(lines.texts)
    return Page(rules.profile.name, "other", None, None, (), (), residue, None, overfull=False, lines=len(residue))


def _listing_page(lines: Lines, rules: Rules, url: str | None, limit: int, check: Check) -> Page | None:
    listing = find_listing(lines, rules, url, check)
    if listing is None:
        return None
    found = read_teasers(lines, listing.start, rules, listing.form, limit, check)
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
        lines=len(lines.texts),
    )


def _article_page(lines: Lines, rules: Rules, limit: int, check: Check) -> Page | None:
    texts = lines.texts
    section, topic = rules.section(texts, lines.marked) or (len(texts), None)
    followed = section < len(texts)
    if section == len(texts) - 1 and not lines.ended:
        # The page ends in the section line: its topic may be the beginning of a longer name.
        topic = None
    article = find_article(texts[:section], rules, topic, followed=followed, ended=lines.ended, check=check)
    if article is None:
        return None
    form = ListForm(headed=lines.spaced, credited=False, capitals=rules.capitals(topic))
    found = read_teasers(lines, section + 1, rules, form, limit, check)
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
        lines=len(lines.texts),
    )
