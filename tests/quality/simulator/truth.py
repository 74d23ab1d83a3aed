"""What is true of a simulation: its stories, and which of them stands where on every page.

Instants are whole microseconds since 1970 in UTC. Everything here is plain data, so that a measurement needs nothing
else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from .edits import Wording

Role = Literal["article", "teaser", "listing"]
Cut = Literal["headline", "text", "age"]
Form = Literal["A", "B", "C", "D", "E", "G"]
Telling = Literal["exact", "day", "mtime", "none"]
Spoiling = Literal["", "missing", "glued", "tight", "mixed"]
"""What is wrong with a story's dateline: absent, a wire keyword before it, no blank before the bracket, not in
capitals."""
SightingKey = tuple[str, int]
"""A page's name and the position on it, -1 for the article."""
Span = tuple[int | None, int | None]
"""After the first, no later than the second; None is no bound."""

BARE = 60
"""Characters of a lead from which a fragment can be told apart at all."""


class TrueSighting(NamedTuple):
    """One story on one page: where it stands, with which printed age and wording, and where the page's end cut it off.

    `bare` says that so little is left of it that nothing can tell whose it is: a cut headline; under no headline or
    one that other stories carry too, about `BARE` characters of lead or the beginning of several reports of a series;
    an article above no list without a dateline or a letter of lead, which nothing proves to be one. Leaving it out is
    right, giving it to a wrong story is not.
    """

    role: Role
    position: int
    story: int
    age: str | None
    wording: int
    cut: Cut | None
    bare: bool


@dataclass(frozen=True, slots=True)
class Story:
    """One news item. `published` has a second instant if it was published again, with the same text, weeks later."""

    index: int
    topic: str
    also: str
    """A second topic in whose lists it stands, empty for most."""
    region: bool
    city: str
    places: tuple[str, ...]
    spoiling: Spoiling
    published: tuple[int, ...]
    wordings: tuple[Wording, ...]
    kin: str
    """Why it looks like another story: `second`, `twin`, `series:NAME`; empty if by nothing but chance."""
    relative: int | None
    """The story that it is the second report or the twin of."""
    background: tuple[str, ...]
    """Paragraphs of its body that other stories carry too."""
    slug: str

    def wording_at(self, instant: int) -> int:
        """The index of the wording that is current at an instant."""
        current = 0
        for index, wording in enumerate(self.wordings):
            if wording.since <= instant:
                current = index
        return current

    def dateline(self, wording: Wording) -> str:
        """What is printed before the lead, with its closing ` - `; empty if it is missing."""
        if self.spoiling == "missing":
            return ""
        places = "/".join(self.places)
        if self.spoiling != "mixed":
            places = places.upper()
        if self.spoiling == "glued":
            places = f"TRUMP{places}"
        if not wording.agencies:
            return f"{places} - "
        blank = "" if self.spoiling == "tight" else " "
        return f"{places}{blank}({'/'.join(wording.agencies)}) - "


@dataclass(frozen=True, slots=True)
class TruePage:
    """A page without its text: when it was captured in truth, what was told of that, and what stands on it."""

    name: str
    form: Form
    captured: int
    telling: Telling
    told: Span
    """What its name and sidecar say, wrong by `clock_error`; no bounds where nothing is told."""
    clock_error: int
    truncated: bool
    sightings: tuple[TrueSighting, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """All stories, and the pages in the order of their capture."""

    stories: tuple[Story, ...]
    pages: tuple[TruePage, ...]

    def story_of(self) -> dict[SightingKey, int]:
        """The story of every sighting."""
        return {(page.name, sighting.position): sighting.story for page in self.pages for sighting in page.sightings}
