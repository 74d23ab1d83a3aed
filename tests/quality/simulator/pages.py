"""How the portal's pages look as plain text, in forms A to E and G, whole or cut off.

A page is put together from items; a mark for each says where its headline, lead and age end, so that a cut anywhere
is known for what it does to every sighting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .portal import local
from .prose import Paragraph
from .truth import Cut, Form, Role
from .vocabulary import DAYS, MONTHS

BOILERPLATE = (
    "Webmail\n\nKies je webmail\n\n"
    "Omdat ZeelandNet ook DELTA webmail aanbiedt, vragen we je eenmalig je voorkeur op te geven.\n\n"
)
OTHER = (
    BOILERPLATE
    + "Algemene voorwaarden\n\nDeze voorwaarden gelden voor het gebruik van de diensten op deze site.\n\nArtikel 1\n\n"
    "De gebruiker houdt zich aan de regels van het netwerk.",
    BOILERPLATE + "Pagina niet gevonden\n\nDe pagina die je zoekt bestaat niet of is verplaatst.",
    "",
)
"""Pages that are no news, one of them empty but for its boilerplate's absence."""


class Shown(NamedTuple):
    """A story as a page shows it."""

    role: Role
    position: int
    story: int
    wording: int
    headline: str
    text: str
    """The lead behind its dateline."""
    dateline: int
    """Characters of `text` that are the dateline."""
    age: str


class Mark(NamedTuple):
    """Where a shown story begins and where its headline, lead and whole text end."""

    start: int
    headline: int
    lead: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's text and a mark for each shown story."""

    text: str
    marks: tuple[Mark, ...]


class _Paper:
    """Text being put together, with its length."""

    __slots__ = ("length", "marks", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.length = 0

    def put(self, text: str) -> int:
        self.parts.append(text)
        self.length += len(text)
        return self.length

    def done(self) -> Rendered:
        return Rendered("".join(self.parts), tuple(self.marks))


def article(
    form: Form,
    shown: Shown,
    body: Sequence[Paragraph],
    byline: str,
    topic: str,
    teasers: Sequence[Shown],
    *,
    stripped: bool,
) -> Rendered:
    """An article page: forms A and B, or E in the dress of either.

    Without teasers it has no section line.
    """
    paper = _Paper()
    gap = "\n" if stripped else "\n\n"
    if not stripped:
        paper.put(BOILERPLATE)
    elif len(shown.headline) % 2:
        paper.put("\n")
    start = paper.length
    headline_end = paper.put(shown.headline)
    paper.put(gap if stripped else f"{gap}{shown.headline}{gap}")
    lead_end = paper.put(shown.text)
    paper.marks.append(Mark(start, headline_end, lead_end, lead_end))
    paper.put("".join(f"{gap}{text}" for _, text in body))
    if form == "E" and byline:
        paper.put(f"{gap}{byline}")
    if teasers:
        paper.put(f"{gap}Meer uit {topic}{gap}")
        _items(paper, teasers, credit="", stripped=stripped)
    return paper.done()


def section_listing(at: int, topic: str, items: Sequence[Shown]) -> Rendered:
    """A section listing, form C: day of capture, editions, topic, and items with a credit before each headline."""
    paper = _Paper()
    day = local(at)
    date = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    paper.put(f"{BOILERPLATE}{date}\n\nEditie: NL & Wereld | Zeeland\n\n{topic}\n\n")
    _items(paper, items, credit="ANP ", stripped=False)
    return paper.done()


def regional_listing(ticker: Sequence[tuple[str, int, str]], items: Sequence[Shown]) -> Rendered:
    """A regional listing, form D: a ticker of topic, instant and headline, then items without headline."""
    paper = _Paper()
    paper.put("Net binnen\n")
    for topic, published, headline in ticker:
        clock = local(published)
        paper.put(f"- {topic} {clock.hour}:{clock.minute:02d} {headline}\n")
    _items(paper, items, credit="", stripped=True)
    return paper.done()


def _items(paper: _Paper, items: Sequence[Shown], *, credit: str, stripped: bool) -> None:
    for item in items:
        start = paper.length
        if stripped:
            lead = paper.put(item.text)
            paper.marks.append(Mark(start, start, lead, paper.put(f"\n{item.age}")))
        else:
            if start and item is not items[0]:
                start = paper.put("\n")
            headline = paper.put(credit + item.headline)
            paper.put("\n\n")
            lead = paper.put(item.text)
            paper.marks.append(Mark(start, headline, lead, paper.put(f"\n\n{item.age}")))


def cut(mark: Mark, end: int) -> Cut | None:
    """What an end of the page at `end` does to a story that begins before it."""
    if end >= mark.end:
        return None
    if end <= mark.headline:
        return "headline"
    return "text" if end <= mark.lead else "age"
