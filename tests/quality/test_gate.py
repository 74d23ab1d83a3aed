"""The gate: simulated portals go through the real program, and what it makes of them must reach the floors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from simulator import EXACT, VAGUE, Scores, Settings, score, simulate, write_dumps
from simulator.floors import read, shortfalls
from simulator.measure import Agreement, blame
from simulator.product import Product

FLOORS = read(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
CLOCKS = replace(EXACT, wrong_clock=0.004)
"""Every capture time is told, and a few are wrong."""
KINDS = {"exact": EXACT, "vague": VAGUE, "clocks": CLOCKS}
BOUNDS = {"exact": "exact", "vague": "vague", "clocks": "exact"}
"""Whose floors a kind of simulation has to reach."""
BIG = 20_000
SEEDS = (281, 282, 283)
"""Seeds that nothing was tuned on."""

Measured = tuple[Scores, Agreement]
Measure = Callable[[Settings], Measured]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Builds a simulation by the real program and scores what it decided."""

    def built(settings: Settings) -> Measured:
        simulation = simulate(settings)
        write_dumps(tmp_path / "dumps", simulation)
        product = Product(tmp_path / "product")
        summary = product.build(tmp_path / "dumps")
        answer = product.answer()
        truth = simulation.truth
        found = score(truth, answer.assignment, answer.spans), blame(truth, answer.wrong_clocks)
        figures = {name: round(value, 5) for name, value in found[0].figures().items()}
        print(f"\nseed {settings.seed}: {summary}\n{figures}\nwrong clocks: {found[1]}")
        return found

    return built


def assert_reached(kind: str, measured: Measured) -> None:
    """Nothing falls short of the floors of this kind of simulation, and whoever is blamed is to blame."""
    scores, clocks = measured
    assert shortfalls(scores.figures(), FLOORS[BOUNDS[kind]]) == ()
    assert shortfalls(clocks._asdict(), FLOORS[f"{kind}-blame"]) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_portal_reaches_the_floors(kind: str, measure: Measure) -> None:
    """Identity, dates and named clocks of 2,500 pages are as good as the floors ask."""
    assert_reached(kind, measure(replace(KINDS[kind], seed=211, pages=2_500)))


@pytest.mark.big
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_big_portal_reaches_the_floors(kind: str, seed: int, measure: Measure) -> None:
    """Identity, dates and named clocks of 20,000 pages are as good as the floors ask, on every seed."""
    assert_reached(kind, measure(replace(KINDS[kind], seed=seed, pages=BIG)))
