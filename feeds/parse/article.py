"""The one article of a page, if something proves that there is one.

Proof is a dateline that opens the first paragraph, or the section line below the body. Boilerplate and a headline
printed twice prove nothing: terms of use carry them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from feeds.model import Article, Cut, Dateline
from feeds.parse.blocks import body_blocks
from feeds.parse.dateline import Capitals
from feeds.parse.patience import Check, watched
from feeds.parse.rules import Rules, is_title

_BYLINE_WORDS: Final = 6


class ArticleFound(NamedTuple):
    """An article, and the lines of its part of the page that are not of it."""

    article: Article
    residue: tuple[str, ...]


def find_article(
    lines: Sequence[str], rules: Rules, topic: str | None, *, followed: bool, ended: bool, check: Check
) -> ArticleFound | None:
    """The article that fills the lines above the section line, or all lines where none follows; None without proof.

    The section's topic decides how far capitals make a dateline; without one, a headline printed twice does.
    """
    if not lines:
        return None
    twice = len(lines) > 1 and lines[1] == lines[0]
    first = 2 if twice else _headlines(lines, rules)
    capitals: Capitals = "long" if twice and topic is None else rules.capitals(topic)
    dateline, offset = rules.datelines.opening(lines[first], capitals) if first < len(lines) else (None, 0)
    if not followed and not (_proves(dateline, rules, twice=twice) and not _is_list(lines[first + 1 :], rules, check)):
        return None
    body = list(lines[first:])
    residue: tuple[str, ...] = ()
    byline = None
    if followed:
        if len(body) > 1 and body[-1].isupper() and is_title(body[-1], _BYLINE_WORDS):
            byline = body.pop()
    elif not ended and len(body) > 1 and rules.begins_section(body[-1]):
        residue = (body.pop(),)
    if body:
        body[0] = body[0][offset:]
        if not body[0]:
            del body[0]
    headline, lead = lines[0] if first else None, body[0] if body else None
    cut: Cut | None = "text" if not followed and len(lines) == first + 1 else None
    return ArticleFound(Article(headline, dateline, lead, body_blocks(body, check), byline, None, cut), residue)


def _headlines(lines: Sequence[str], rules: Rules) -> int:
    """How many lines the headline takes that is printed once: none if the page begins with a wire dateline."""
    dateline, _ = rules.datelines.opening(lines[0])
    return 0 if dateline is not None and dateline.agencies else 1


def _proves(dateline: Dateline | None, rules: Rules, *, twice: bool) -> bool:
    """Whether an opening dateline proves an article: by its agencies, else by capitals or a known town."""
    if dateline is None:
        return False
    return bool(dateline.agencies) or (twice and dateline.raw.isupper()) or rules.datelines.names_town(dateline)


def _is_list(lines: Sequence[str], rules: Rules, check: Check) -> bool:
    """Whether what follows a lead is a list of teasers that no section line announces: an age, then a wire dateline."""
    aged = False
    for line in watched(lines, check):
        glued = rules.ages.glued(line)
        if glued:
            aged, line = True, glued[1]  # noqa: PLW2901 - the rest of the line begins an item
        if aged:
            dateline, _ = rules.datelines.opening(line)
            if dateline is not None and dateline.agencies:
                return True
        aged = aged or rules.ages.whole(line) is not None
    return False
