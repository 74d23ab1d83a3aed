"""Pages into wordings and sightings."""

from __future__ import annotations

from functools import lru_cache

from feeds.canon import digest, fold, key63
from feeds.model import Capture, Cut, Dateline, Page, Role, Sighting, Wording, WordingKey

FRAGMENT = 60
"""Folded characters from which a truncated lead says enough to stand for a story."""


@lru_cache(maxsize=16384)
def _wording(headline: str | None, dateline: Dateline | None, lead: str, cut: Cut | None) -> Wording:
    key = key63(
        "wording",
        "-" if headline is None else f"+{headline}",
        "-" if dateline is None else f"+{dateline.raw}",
        lead,
        cut or "",
    )
    return Wording(WordingKey(key), headline, dateline, lead, cut)


@lru_cache(maxsize=1024)
def _body(text: str) -> str:
    return digest("body", fold(text))


def is_fragment(wording: Wording) -> bool:
    """Whether the lead may be cut off, or is missing."""
    return wording.cut in {"headline", "text"} or not wording.lead


def stands_alone(wording: Wording) -> bool:
    """Whether a wording that links to nothing is a story of its own."""
    return wording.cut not in {"headline", "text"} or len(wording.body) >= FRAGMENT


def sightings_of(capture: Capture, page: Page) -> tuple[tuple[Wording, Sighting], ...]:
    """The stories that a page shows, article first, each with its wording.

    The same wording twice on one page (after folding) is one sighting, the first.
    """
    found: list[tuple[Wording, Sighting]] = []
    seen = {("", "")}
    topic, article = page.topic, page.article
    if article is not None:
        wording = _wording(article.headline, article.dateline, article.lead or "", article.cut)
        likeness = wording.head, wording.body
        if likeness not in seen:
            seen.add(likeness)
            text = _body("\n".join([block.text for block in article.body]))
            found.append((wording, Sighting(capture, "article", -1, wording.key, topic, None, text)))
    role: Role = "listing" if page.kind == "listing" else "teaser"
    for teaser in page.teasers:
        cut = None if teaser.cut == "age" else teaser.cut
        wording = _wording(teaser.headline, teaser.dateline, teaser.text, cut)
        likeness = wording.head, wording.body
        if likeness not in seen:
            seen.add(likeness)
            found.append((wording, Sighting(capture, role, teaser.position, wording.key, topic, teaser.age, None)))
    return tuple(found)
