"""Pages into wordings and sightings."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from feeds.canon import digest, fold, key63
from feeds.model import Age, Capture, Cut, Dateline, Page, Role, Sighting, Wording, WordingKey

FRAGMENT = 60
"""Folded characters from which a truncated lead says enough to stand for a story."""

_MEMO = 4096


class Appearance(NamedTuple):
    """What a page shows of one story: a sighting, but for the capture."""

    wording: Wording
    role: Role
    position: int
    topic: str | None
    age: Age | None
    body: str | None


@lru_cache(maxsize=1024)
def _body(text: str) -> str:
    return digest("body", fold(text))


def is_fragment(wording: Wording) -> bool:
    """Whether the lead may be cut off, or is missing."""
    return wording.cut in {"headline", "text"} or not wording.lead


def stands_alone(wording: Wording) -> bool:
    """Whether a wording that links to nothing is a story of its own."""
    return wording.cut not in {"headline", "text"} or len(wording.body) >= FRAGMENT


def places_agree(one: Wording, other: Wording) -> bool:
    """Whether the datelines of two wordings share a place, or one of them has none."""
    if one.dateline is None or other.dateline is None or one.dateline.places == other.dateline.places:
        return True
    return not {fold(place) for place in one.dateline.places}.isdisjoint(map(fold, other.dateline.places))


def appearances(page: Page) -> tuple[Appearance, ...]:
    """The stories that a page shows, article first, each with its wording.

    The same wording twice on one page (after folding) is one appearance, the first; under datelines that have no place
    in common they are two.
    """
    found: list[Appearance] = []
    seen: dict[tuple[str, str], list[Wording]] = {}
    topic, article = page.topic, page.article
    if article is not None:
        wording = _wording(article.headline, article.dateline, article.lead or "", article.cut)
        if _is_new(seen, wording):
            text = _body("\n".join([block.text for block in article.body]))
            found.append(Appearance(wording, "article", -1, topic, None, text))
    role: Role = "listing" if page.kind == "listing" else "teaser"
    known = _wordings
    for position, headline, dateline, text, age, cut in page.teasers:
        if cut == "age":
            cut = None  # noqa: PLW2901 - what was cut off is not of the wording
        wording = known.get((headline, dateline, text, cut)) or _wording(headline, dateline, text, cut)
        if _is_new(seen, wording):
            found.append(Appearance(wording, role, position, topic, age, None))
    return tuple(found)


def _is_new(seen: dict[tuple[str, str], list[Wording]], wording: Wording) -> bool:
    """Whether a wording says something that the page has not shown yet; if so, it has now."""
    likeness = wording.head, wording.body
    alike = seen.setdefault(likeness, [])
    if likeness == ("", "") or any(places_agree(one, wording) for one in alike):
        return False
    alike.append(wording)
    return True


def sighted(capture: Capture, shown: Appearance) -> Sighting:
    """What a page shows of a story, as it was seen in a capture."""
    wording, role, position, topic, age, body = shown
    return Sighting(capture, role, position, wording.key, topic, age, body)


_wordings: dict[tuple[str | None, Dateline | None, str, Cut | None], Wording] = {}
"""A memo: a teaser recurs on dozens of pages."""


def _wording(headline: str | None, dateline: Dateline | None, lead: str, cut: Cut | None) -> Wording:
    if len(_wordings) >= _MEMO:
        _wordings.clear()
    key = key63(
        "wording",
        "-" if headline is None else f"+{headline}",
        "-" if dateline is None else f"+{dateline.raw}",
        lead,
        cut or "",
    )
    wording = _wordings[headline, dateline, lead, cut] = Wording(WordingKey(key), headline, dateline, lead, cut)
    return wording
