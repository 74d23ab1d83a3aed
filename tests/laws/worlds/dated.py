"""A few stories on a few pages, as Hypothesis makes them up: true ones, and such as say anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from feeds.canon import micros
from feeds.capture import TellsTime, capture_of
from feeds.model import Age, Capture, CaptureKey, ContentHash, Sighting, WordingKey
from feeds.stories.candidates import sighting_order
from feeds.stories.evidence import SECOND

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
START = micros(NOON)
MINUTE, HOUR = 60, 3600
DAYS = 3 * 24 * HOUR * SECOND

Stories = dict[str, list[Sighting]]


@dataclass(frozen=True)
class World:
    """What is true, and what pages say of it."""

    born: Mapping[str, int]
    captured: Mapping[CaptureKey, int]
    stories: Stories


def capture(number: int, low: int | None, high: int | None) -> Capture:
    """A page captured between two instants, given in microseconds, or at an unknown time."""
    told: TellsTime = (low, high, "unknown" if low is None else "sidecar")
    return capture_of(CaptureKey(number), ContentHash(f"{number:032x}"), "s", None, told, START, ("x.txt",))


def told_at(draw: st.DrawFn, number: int, at: int, *, exact: bool) -> Capture:
    """The capture of an instant: told exactly, to within hours, or not at all."""
    how = "exact" if exact else draw(st.sampled_from(["exact", "vague", "not"]))
    if how == "not":
        return capture(number, None, None)
    before, after = (draw(st.integers(0, 6)), draw(st.integers(1, 6))) if how == "vague" else (0, 0)
    return capture(number, at - before * HOUR * SECOND, at + after * HOUR * SECOND)


def printed(age: int) -> Age:
    """An age in seconds as a portal prints it."""
    unit = MINUTE if age < HOUR else HOUR
    return Age("", age // unit * unit, (age // unit + 1) * unit)


@st.composite
def worlds(draw: st.DrawFn, *, exact: bool = False) -> World:
    """A few stories on a few pages that tell nothing but the truth, in lists that run from new to old."""
    born = {
        f"{number}": START + draw(st.integers(0, 600)) * MINUTE * SECOND for number in range(draw(st.integers(1, 4)))
    }
    captured: dict[CaptureKey, int] = {}
    stories: Stories = {name: [] for name in born}
    for number in range(draw(st.integers(1, 5))):
        at = START + draw(st.integers(0, 1200)) * MINUTE * SECOND
        page = told_at(draw, number, at, exact=exact)
        captured[page.key] = at
        shown = [name for name in born if born[name] <= at and draw(st.booleans())]
        for position, name in enumerate(sorted(shown, key=lambda name: (-born[name], name))):
            age = printed((at - born[name]) // SECOND) if draw(st.integers(0, 5)) else None
            stories[name].append(Sighting(page, "teaser", position, WordingKey(1), None, age, None))
    return World(born, captured, in_order(stories))


@st.composite
def claims(draw: st.DrawFn, *, exact: bool = False) -> Stories:
    """A few stories on a few pages that say anything at all."""
    stories: Stories = {f"{number}": [] for number in range(draw(st.integers(1, 4)))}
    for number in range(draw(st.integers(1, 5))):
        page = told_at(draw, number, START + draw(st.integers(0, 12)) * HOUR * SECOND, exact=exact)
        shown = draw(st.permutations(sorted(stories)))[: draw(st.integers(1, len(stories)))]
        for position, name in enumerate(shown):
            hours = draw(st.none() | st.integers(0, 9))
            age = None if hours is None else printed(hours * HOUR)
            stories[name].append(Sighting(page, "teaser", position, WordingKey(1), None, age, None))
    return in_order(stories)


def in_order(stories: Mapping[str, Sequence[Sighting]]) -> Stories:
    """The stories that are seen at all, each with its sightings in the order of capture."""
    return {name: sorted(seen, key=sighting_order) for name, seen in stories.items() if seen}
