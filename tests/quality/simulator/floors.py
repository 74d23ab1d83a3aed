"""The gate: what must at least be reached, in a file that may only become stricter.

    [exact.floors]      figures that must not be less
    [exact.ceilings]    figures that must not be more
    [lowered]           why a bound was loosened or taken away, by its name: "exact.recall" = "..."

Without such a reason loosening fails, whenever that was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_LOWERED = "lowered"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Floors and ceilings of one kind of simulation, by the name of a figure."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]


def read(text: str) -> dict[str, Bounds]:
    """The bounds in a TOML text, by section. Raises TypeError for anything but numbers under floors and ceilings."""
    sections: dict[str, Bounds] = {}
    for name, section in tomllib.loads(text).items():
        if name == _LOWERED:
            continue
        if not isinstance(section, dict) or set(section) - {"floors", "ceilings"}:
            raise TypeError(f"[{name}] may hold floors and ceilings only")
        bounds = Bounds(section.get("floors", {}), section.get("ceilings", {}))
        for figure, value in (*bounds.floors.items(), *bounds.ceilings.items()):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"[{name}] {figure} is no number")
        sections[name] = bounds
    return sections


def reasons(text: str) -> dict[str, str]:
    """Why bounds were loosened, by their names, `section.figure`. Raises TypeError for a reason that says nothing."""
    found: dict[str, object] = tomllib.loads(text).get(_LOWERED, {})
    for name, reason in found.items():
        if not isinstance(reason, str) or not reason.strip():
            raise TypeError(f"[{_LOWERED}] {name} gives no reason")
    return {name: str(reason) for name, reason in found.items()}


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


def loosened(before: Mapping[str, Bounds], after: Mapping[str, Bounds], but: Collection[str] = ()) -> tuple[str, ...]:
    """One line for each bound that is less strict than before, or gone; none for those in `but`."""
    found: list[str] = []
    for section, old in sorted(before.items()):
        new = after.get(section, Bounds({}, {}))
        found.extend(
            f"{section}: the floor of {name} falls from {floor} to {new.floors.get(name, 'nothing')}"
            for name, floor in sorted(old.floors.items())
            if new.floors.get(name, float("-inf")) < floor and f"{section}.{name}" not in but
        )
        found.extend(
            f"{section}: the ceiling of {name} rises from {ceiling} to {new.ceilings.get(name, 'nothing')}"
            for name, ceiling in sorted(old.ceilings.items())
            if new.ceilings.get(name, float("inf")) > ceiling and f"{section}.{name}" not in but
        )
    return tuple(found)
