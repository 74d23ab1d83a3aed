"""What a build costs, as ratios to a floor measured in the same run; where the time goes is printed (`-m big -s`)."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from feeds.dumps.inbox import scan
from feeds.dumps.text import content_hash, decode, read_bytes
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

pytestmark = pytest.mark.big

LIMIT = 10_000_000
MEBIBYTE = 1024

PHASES = """
import sys
from collections import defaultdict
from importlib import import_module
from time import perf_counter
spent = defaultdict(float)
def watch(module, name):
    inner = getattr(sys.modules[module], name)
    def outer(*words, **keywords):
        started = perf_counter()
        try:
            return inner(*words, **keywords)
        finally:
            spent[name] += perf_counter() - started
    setattr(sys.modules[module], name, outer)
started = perf_counter()
import_module("feeds.build")
from feeds.cli import main
spent["imports"] = perf_counter() - started
for module, name in [("feeds.build", "take_in"), ("feeds.build", "derive"), ("feeds.build", "refresh"),
                     ("feeds.build.derive", "decide")]:
    watch(module, name)
sys.argv = ["feeds", "build", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
for name, seconds in spent.items():
    print(f"{name} {seconds}")
"""


def test_reading_and_parsing_cost_little_more_than_reading(
    dumps: Path, floor: Callable[[], float], zeelandnet: SiteProfile
) -> None:
    """Reading and parsing 10,000 dumps stays within 4 times the floor, on one core."""

    def read_and_parse() -> None:
        for found in scan(dumps, LIMIT):
            data = read_bytes(found.path, LIMIT)
            content_hash(data)
            if not data:
                continue  # a page that was cut off before its first letter
            read_page(decode(data).text, zeelandnet, None, 500, cleaned=True)  # as a build does

    lowest = floor()
    read_and_parse()
    started = perf_counter()
    read_and_parse()
    ratio = (perf_counter() - started) / min(lowest, floor())
    print(f"\nreading and parsing: {ratio:.1f} times the floor of {lowest:.2f} s")
    assert ratio <= 4


def test_a_first_build_is_within_sight_of_the_floor(dumps: Path, floor: Callable[[], float], tmp_path: Path) -> None:
    """A whole first build of 10,000 dumps stays within 20 times the floor and under 200 MB; a second reads nothing."""
    env = os.environ | {"FEEDS_OUT": f"{tmp_path}/out", "FEEDS_STORE": f"sqlite:///{tmp_path}/feeds.sqlite"}
    build = [sys.executable, "-m", "feeds", "build", str(dumps)]
    lowest = floor()
    started = perf_counter()
    subprocess.run(build, env=env, check=False, capture_output=True)
    whole = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE
    lowest = min(lowest, floor())
    started = perf_counter()
    again = subprocess.run(build, env=env, check=False, capture_output=True, text=True)
    nothing_new = perf_counter() - started
    print(f"\nfirst build: {whole / lowest:.1f} times the floor of {lowest:.2f} s, {peak:.0f} MiB")
    print(f"no-change build: {nothing_new / lowest:.1f} times the floor")
    assert "dumps: 0 new, 10000 seen" in again.stderr
    assert peak < 200
    assert whole / lowest <= 20


def test_where_the_time_goes(dumps: Path, floor: Callable[[], float], tmp_path: Path) -> None:
    """Prints what each phase of a first build costs; they add up to less than the whole."""
    env = os.environ | {"FEEDS_OUT": f"{tmp_path}/out", "FEEDS_STORE": f"sqlite:///{tmp_path}/feeds.sqlite"}
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PHASES, str(dumps)], env=env, check=True, capture_output=True, text=True
    )
    whole = perf_counter() - started
    lowest = floor()
    phases = {name: float(spent) for name, spent in (line.split() for line in done.stdout.splitlines())}
    shares = ", ".join(f"{name} {spent / lowest:.1f}" for name, spent in phases.items())
    print(f"\nwhole {whole / lowest:.1f} times the floor, of it {shares}")
    assert phases["take_in"] + phases["derive"] + phases["refresh"] < whole
