"""What identity and dating cost beside an archive of any size, as ratios to the read floor (`-m big -s`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pytest
from simulator.crawler import simulate
from simulator.settings import EXACT

pytestmark = pytest.mark.big

SMALL = 10_000
LARGE = int(os.environ.get("ARCHIVE_PAGES", "200000"))
"""Pages in the store; building the larger one takes minutes."""
MORE = 2_000
"""Further pages, taken in by one build."""
DUMPS = 10_000
"""Pages that the floor reads."""
MEBIBYTE = 1024

STOPWATCH = """
import sys
from importlib import import_module
from time import perf_counter
from feeds.cli import main
deciding, derive = import_module("feeds.build.decide"), import_module("feeds.build.derive")
spent, peaks = {"core": 0.0, "whole": 0.0}, []
def most():  # of this program alone: what `getrusage` says began with the memory of the one that started it
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
def watch(module, name, of):
    inner = getattr(module, name)
    def outer(*words):
        started = perf_counter()
        try:
            return inner(*words)
        finally:
            spent[of] += perf_counter() - started
            peaks.append(most())
    setattr(module, name, outer)
for name in ("gather", "_stories", "settle"):
    watch(deciding, name, "core")
watch(derive, "decide", "whole")
sys.argv = ["feeds", "build", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print(spent["core"], spent["whole"], max(peaks))
"""


@dataclass(frozen=True)
class Cost:
    """What it cost to take in further pages, for each of them, the best of three."""

    seconds: float
    """Of identity and dating: to read what they may belong to, to link, to group and to date."""
    kept: float
    """And of folding into stories and keeping these."""
    peak: float
    """Memory of the process until then, in MiB."""


def built(home: Path, *command: str) -> str:
    """What a program prints that works on the store in a folder."""
    env = os.environ | {"FEEDS_OUT": f"{home}/out", "FEEDS_STORE": f"sqlite:///{home}/feeds.sqlite"}
    return subprocess.run([sys.executable, *command], env=env, check=False, capture_output=True, text=True).stdout


def cost_beside(pages: int, folder: Path) -> Cost:
    """The cost of some further pages for a store that holds so many."""
    simulation = enumerate(simulate(replace(EXACT, pages=pages + MORE)))
    for part, count in (("known", pages), ("more", MORE)):
        (folder / part).mkdir(parents=True)
        for number, page in islice(simulation, count):
            (folder / part / f"{page.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(page.text, "utf-8")
    (folder / "store").mkdir()
    built(folder / "store", "-m", "feeds", "build", str(folder / "known"))
    found = []
    for attempt in range(3):
        home = folder / f"again{attempt}"
        shutil.copytree(folder / "store", home)
        core, whole, peak = map(float, built(home, "-c", STOPWATCH, str(folder / "more")).split())
        found.append(Cost(core / MORE, (whole - core) / MORE, peak / MEBIBYTE))
        shutil.rmtree(home)
    shutil.rmtree(folder)
    return min(found, key=lambda cost: cost.seconds)


def test_identity_and_dating_cost_the_same_beside_any_archive(floor: Callable[[], float], tmp_path: Path) -> None:
    """Within 12 times the read floor a page beside 10,000 pages and 200,000, and these within 1.3 times, memory too."""
    lowest = floor()
    small, large = cost_beside(SMALL, tmp_path / "small"), cost_beside(LARGE, tmp_path / "large")
    lowest = min(lowest, floor()) / DUMPS
    for pages, cost in ((SMALL, small), (LARGE, large)):
        told = f"{cost.seconds / lowest:.1f} times the floor, {cost.kept / lowest:.1f} to keep it, {cost.peak:.0f} MiB"
        print(f"\nbeside {pages} pages: {told}", end="")
    print(f"\nlarge to small: {large.seconds / small.seconds:.2f}; the floor is {lowest * 1_000_000:.0f} us a page")
    assert max(small.seconds, large.seconds) <= 12 * lowest
    assert large.seconds <= 1.3 * small.seconds
    assert large.peak <= 1.3 * small.peak
