"""A year of dumps, taken in month by month with the feeds published in between: ids are for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from simulator import EXACT, VAGUE, Settings, SimulatedPage, Truth, simulate, write_dumps
from simulator.product import Product, names_of
from simulator.truth import SightingKey

KINDS = {"exact": EXACT, "vague": VAGUE}
YEAR = Settings(seed=301, pages=20_000, pages_per_day=55, stories_per_day=20)
SEASON = replace(YEAR, pages=1_200)
MONTHS = 12
ATOM = "{http://www.w3.org/2005/Atom}"
ENTRIES = 1_000
"""More than a month brings, so that every story is published by the build that finds it."""


@dataclass
class Reader:
    """A reader who subscribed on the first day, and sees every story and every feed after each build."""

    known: dict[str, frozenset[SightingKey]] = field(default_factory=dict)
    """The sightings of every story whose id was ever published, as of the build that showed it last."""
    gone: set[str] = field(default_factory=set)
    """Published ids that were no story's after a later build."""
    home: dict[SightingKey, str] = field(default_factory=dict)
    """The published id of each sighting that has ever belonged to a published story."""
    faults: Counter[str] = field(default_factory=Counter)
    aliases: int = 0
    named: list[str] = field(default_factory=list)
    """The first faults in words."""

    def look(self, stories: dict[str, frozenset[SightingKey]], entries: list[str]) -> None:
        """Take note of what stands there after a build, and of every id that is not what it was."""
        home = {name: story for story, names in stories.items() for name in names}
        for published, names in self.known.items():
            if published in stories:
                if published in self.gone:
                    self._fault("came back", published)
                if names.isdisjoint(stories[published]):
                    self._fault("reused", published)
                continue
            if published in self.gone:
                continue
            self.gone.add(published)
            heirs = {home[name] for name in names if name in home}
            if len(heirs) == 1 and heirs <= self.known.keys():
                self.aliases += 1
            else:
                self._fault("changed", f"{published} to {sorted(heirs)}")
        for entry in entries:
            if entry not in stories:
                self._fault("entry of no story", entry)
            elif entry not in self.known:
                before = {self.home[name] for name in stories[entry] if name in self.home}
                if before and not before & stories.keys():
                    self._fault("appeared again as new", f"{entry}, once {sorted(before)}")
        if len(set(entries)) != len(entries):
            self._fault("twice in one feed", "")
        shown = {entry for entry in entries if entry in stories} | (self.known.keys() & stories.keys())
        for story in sorted(shown):
            self.known[story] = stories[story]
            self.home.update(dict.fromkeys(stories[story], story))

    def _fault(self, kind: str, what: str) -> None:
        self.faults[kind] += 1
        if len(self.named) < 20:
            self.named.append(f"{kind}: {what}")


def months(settings: Settings) -> Iterator[list[SimulatedPage]]:
    """The pages of a simulation in the order of capture, in as many parts as a year has months."""
    pages = list(simulate(settings))
    size = -(-len(pages) // MONTHS)
    return (pages[first : first + size] for first in range(0, len(pages), size))


def true_of(truth: Truth, names: frozenset[SightingKey]) -> int:
    """The true story that most of some sightings show."""
    return Counter(truth.story_of()[name] for name in names).most_common(1)[0][0]
