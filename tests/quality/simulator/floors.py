"""The gate: what must at least be reached, in a file that may only become stricter.

    [exact.floors]      figures that must not be less
    [exact.ceilings]    figures that must not be more

Loosening an entry, or taking one away, needs a reason in the environment variable `LOWER_FLOOR`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

FLAG = "LOWER_FLOOR"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Floors and ceilings of one kind of simulation, by the name of a figure."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]


def read(text: str) -> dict[str, Bounds]:
    """The bounds in a TOML text, by section. Raises TypeError for anything but numbers under floors and ceilings."""
    sections: dict[str, Bounds] = {}
    for name, section in tomllib.loads(text).items():
        if not isinstance(section, dict) or set(section) - {"floors", "ceilings"}:
            raise TypeError(f"[{name}] may hold floors and ceilings only")
        bounds = Bounds(section.get("floors", {}), section.get("ceilings", {}))
        for figure, value in (*bounds.floors.items(), *bounds.ceilings.items()):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"[{name}] {figure} is no number")
        sections[name] = bounds
    return sections


def shortfalls(figures: Mapping[str, float], bounds: Bounds) -> tuple[str, ...]:
    """One line for each bound that the figures break; a figure that was not measured breaks its bound."""
    low = [
        f"{name} is {figures.get(name, 'not measured')}, must be at least {floor}"
        for name, floor in sorted(bounds.floors.items())
        if not figures.get(name, float("nan")) >= floor
    ]
    high = [
        f"{name} is {figures.get(name, 'not measured')}, must be at most {ceiling}"
        for name, ceiling in sorted(bounds.ceilings.items())
        if not figures.get(name, float("nan")) <= ceiling
    ]
    return (*low, *high)


def loosened(before: Mapping[str, Bounds], after: Mapping[str, Bounds]) -> tuple[str, ...]:
    """One line for each bound that is less strict than before, or gone."""
    found: list[str] = []
    for section, old in sorted(before.items()):
        new = after.get(section, Bounds({}, {}))
        found.extend(
            f"{section}: the floor of {name} falls from {floor} to {new.floors.get(name, 'nothing')}"
            for name, floor in sorted(old.floors.items())
            if new.floors.get(name, float("-inf")) < floor
        )
        found.extend(
            f"{section}: the ceiling of {name} rises from {ceiling} to {new.ceilings.get(name, 'nothing')}"
            for name, ceiling in sorted(old.ceilings.items())
            if new.ceilings.get(name, float("inf")) > ceiling
        )
    return tuple(found)
