"""What publishing costs where there are many feeds, as ratios within one run (`-m big -s`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from simulator.crawler import simulate
from simulator.settings import EXACT

pytestmark = pytest.mark.big

PAGES = 20_000
SUFFIXES = ("", " AAN ZEE", " AAN DEN RIJN")
"""Behind the places of every third page: three times as many places as the portal has."""
FEEDS = 500


def build(home: Path, dumps: Path) -> tuple[float, str]:
    """The seconds that a build takes, and what it says at its end."""
    env = os.environ | {"FEEDS_OUT": f"{home}/out", "FEEDS_STORE": f"sqlite:///{home}/feeds.sqlite"}
    command = [sys.executable, "-m", "feeds", "build", str(dumps)]
    started = perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return perf_counter() - started, done.stderr.splitlines()[-1]


def test_one_dump_costs_little_beside_500_feeds(tmp_path: Path) -> None:
    """A build after one new dump takes under a twentieth of the full build of the same store."""
    known, more = tmp_path / "known", tmp_path / "more"
    known.mkdir()
    more.mkdir()
    pages = list(enumerate(simulate(replace(EXACT, pages=PAGES + 3))))
    for number, page in pages:
        folder = known if number < PAGES else more / str(number - PAGES)
        folder.mkdir(exist_ok=True)
        text = page.text.replace(" (ANP", f"{SUFFIXES[number % 3]} (ANP")
        (folder / f"{page.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(text, "utf-8")
    full, said = build(tmp_path / "store", known)
    feeds = len(list((tmp_path / "store/out").rglob("feed.json")))
    print(f"\nfull build: {full:.2f} s; {said}")
    found = []
    for folder in sorted(more.iterdir()):
        home = tmp_path / "again"
        shutil.copytree(tmp_path / "store", home)
        found.append(build(home, folder))
        shutil.rmtree(home)
    for seconds, said in found:
        print(f"after one dump: {seconds:.2f} s, 1/{full / seconds:.0f}; {said}")
    assert feeds >= FEEDS
    assert min(seconds for seconds, _ in found) <= full / 20
