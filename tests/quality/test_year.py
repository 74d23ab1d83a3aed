"""A year of dumps, taken in month by month with the feeds published in between: ids are for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from simulator import EXACT, VAGUE, Settings, SimulatedPage, simulate, write_dumps
from simulator.product import Product, names_of, span_of
from simulator.truth import SightingKey, Span

YEAR = {
    "exact": replace(EXACT, seed=301, pages=20_000, pages_per_day=55, stories_per_day=20),
    "vague": replace(VAGUE, seed=302, pages=20_000, pages_per_day=55, stories_per_day=20),
}
ENTRIES = 1_000
"""Of a feed: more than a month brings, so that nearly every story is published by the build that finds it."""
ENTRY_ID = "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id"


@dataclass(frozen=True)
class Shown:
    """A story after a build: its sightings, the true story of most of them, and when it was published."""

    sightings: frozenset[SightingKey]
    true: int
    span: Span


@dataclass
class Reader:
    """A reader who subscribed on the first day, and sees every story and every entry after each build."""

    published: dict[str, Shown] = field(default_factory=dict)
    """Every story whose id was ever published, as it was when last seen."""
    heirs: dict[str, str] = field(default_factory=dict)
    """Published ids that gave way to another, and to which."""
    once: dict[SightingKey, str] = field(default_factory=dict)
    """The published id under which each sighting was shown last."""
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def look(self, stories: Mapping[str, Shown], entries: Sequence[str]) -> None:
        """Take note of what stands there after a build, and of every id that is not what it was."""
        home = {name: story for story, shown in stories.items() for name in shown.sightings}
        for name, before in self.published.items():
            if name in stories:
                self._compare(name, before, stories[name])
            elif name not in self.heirs:
                self._follow(name, before, {home[one] for one in before.sightings if one in home}, stories)
        self._count(len(entries) != len(set(entries)), "twice in one feed", "")
        for entry in entries:
            self._count(entry not in stories, "an entry of no story", entry)
        for entry in [entry for entry in entries if entry in stories and entry not in self.published]:
            once = sorted({self.once[one] for one in stories[entry].sightings if one in self.once})
            self._count(bool(once), "appeared again as new", f"{entry}, once {once}")
        for name in sorted(stories.keys() & {*entries, *self.published}):
            self.published[name] = stories[name]
            self.once.update(dict.fromkeys(stories[name].sightings, name))

    def _compare(self, name: str, before: Shown, now: Shown) -> None:
        self._count(name in self.heirs, "came back", name)
        self._count(before.sightings.isdisjoint(now.sightings), "used for another story", name)
        self.counts["truth changed"] += before.true != now.true
        self.counts["lost a sighting"] += not before.sightings <= now.sightings
        self.counts["widened"] += _wider(now.span, before.span)

    def _follow(self, name: str, before: Shown, heirs: set[str], stories: Mapping[str, Shown]) -> None:
        """A published id is no story's any more: right only if it and another published one turned out one."""
        self._count(len(heirs) != 1 or not heirs <= self.published.keys(), "changed", f"{name} to {sorted(heirs)}")
        self.heirs[name] = min(heirs, default="")
        self.counts["aliases"] += 1
        self.counts["aliases of another story"] += any(stories[heir].true != before.true for heir in heirs)

    def _count(self, fault: bool, kind: str, what: str) -> None:
        if fault:
            self.counts[kind] += 1
            self.faults.append(f"{kind}: {what}")


def live_through(settings: Settings, builds: int, home: Path) -> tuple[Product, Reader]:
    """A simulation taken in by so many builds, in the order of capture; what a reader saw of that."""
    simulation = simulate(settings)
    pages = list(simulation)
    truth, product, reader = simulation.truth.story_of(), Product(home / "product", ENTRIES), Reader()
    for number, part in enumerate(_parts(pages, builds)):
        write_dumps(home / f"part{number:02}", part)
        summary = product.build(home / f"part{number:02}")
        stories = {}
        for story, sightings in product.stories():
            names = frozenset(name for one in sightings for name in names_of(one) if name in truth)
            true = Counter(truth[name] for name in sorted(names)).most_common(1)[0][0] if names else -1
            stories[str(story.id)] = Shown(names, true, span_of(story))
        feed = ET.parse(product.config.out / "all/atom.xml")
        reader.look(stories, [str(found.text) for found in feed.iterfind(ENTRY_ID)])
        print(f"{number}: {summary}")
    print(f"published {len(reader.published)}, {dict(sorted(reader.counts.items()))}", *reader.faults[:20], sep="\n")
    return product, reader


def _parts(pages: Sequence[SimulatedPage], builds: int) -> Iterator[Sequence[SimulatedPage]]:
    """Pages in so many parts, in the order of capture."""
    size = -(-len(pages) // builds)
    return (pages[first : first + size] for first in range(0, len(pages), size))


def _wider(now: Span, before: Span) -> bool:
    """Whether a span holds what it did not hold before."""
    low = before[0] is not None and (now[0] is None or now[0] < before[0])
    return low or (before[1] is not None and (now[1] is None or now[1] > before[1]))


def assert_for_ever(product: Product, reader: Reader) -> None:
    """No published id changed, came back or went to another story, and each that gave way still finds its heir."""
    assert reader.published
    assert reader.faults == []
    assert all(product.find(name) == heir for name, heir in reader.heirs.items())


@pytest.mark.parametrize("kind", YEAR)
def test_ids_of_a_week_are_for_ever(kind: str, tmp_path: Path) -> None:
    """Over six builds with feeds published in between no id changes, is used again or appears again as new."""
    assert_for_ever(*live_through(replace(YEAR[kind], pages=360), 6, tmp_path))


@pytest.mark.big
@pytest.mark.parametrize("kind", YEAR)
def test_ids_of_a_year_are_for_ever(kind: str, tmp_path: Path) -> None:
    """Over a year of 20,000 pages and twelve builds no id changes, is used again or appears again as new."""
    assert_for_ever(*live_through(YEAR[kind], 12, tmp_path))
