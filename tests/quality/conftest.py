from __future__ import annotations

import pytest
from simulator import Settings, SimulatedPage, Truth, simulate


@pytest.fixture(scope="session")
def small() -> Settings:
    """A small portal with more edits, cuts and wrong clocks than a real one."""
    return Settings(
        seed=5, pages=1_500, stories_per_day=90, edited=0.3, truncated=0.1, republished=0.0, wrong_clock=0.02
    )


@pytest.fixture(scope="session")
def simulated(small: Settings) -> tuple[Truth, tuple[SimulatedPage, ...]]:
    """The small portal's truth and pages."""
    running = simulate(small)
    pages = tuple(running)
    return running.truth, pages


@pytest.fixture(scope="session")
def truth(simulated: tuple[Truth, tuple[SimulatedPage, ...]]) -> Truth:
    """What is true of the small portal."""
    return simulated[0]


@pytest.fixture(scope="session")
def pages(simulated: tuple[Truth, tuple[SimulatedPage, ...]]) -> tuple[SimulatedPage, ...]:
    """The small portal's pages, in capture order."""
    return simulated[1]
