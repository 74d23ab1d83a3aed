"""Places in queries: found under any of their names, and warned of where nobody knows them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import feedparser

Run = Callable[..., "subprocess.CompletedProcess[str]"]

CONFIG = """
[[sources]]
path = "dumps"
site = "zeelandnet"

[[feed]]
key = "kiev"
title = "Kiev"
query = "place:kyiv"

[[feed]]
key = "elders"
title = "Elders"
query = "brug -place:kiev -place:kyjiv"

[[feed]]
key = "nergens"
title = "Nergens"
query = "place:xyzzystad OR place:borssele OR place:york-us OR place:steenhuizen"

[places]
added = [{ name = "Oudhuizen", country = "NL", lat = 51.5, lon = 3.9, printed = ["Steenhuizen"] }]
"""


def built(folder: Path, run: Run, *reports: tuple[str, str]) -> None:
    """Builds from articles, each a headline and a text with its dateline."""
    (folder / "config").mkdir(exist_ok=True)
    (folder / "dumps").mkdir(exist_ok=True)
    (folder / "config" / "feeds.toml").write_text(CONFIG, "utf-8")
    for number, (headline, text) in enumerate(reports):
        page = f"{headline}\n\n{headline}\n\n{text}\n\nMeer uit Zeeland\n\n"
        (folder / "dumps" / f"2026030309{len(reports)}{number}00-1.txt").write_text(page, "utf-8")
    done = run("build")
    assert done.returncode == 0, done.stderr


def titles(folder: Path, key: str) -> list[str]:
    """The titles of a feed's entries."""
    return [entry.title for entry in feedparser.parse((folder / "out" / key / "atom.xml").read_bytes()).entries]


def test_a_place_is_found_under_any_of_its_names(run: Run, tmp_path: Path) -> None:
    """Whatever a report prints and whatever a query says: the gazetteer and the overrides know what both mean."""
    kiev, peil = ("Brug dicht", "KIEV (ANP) - De brug is dicht."), ("Peil", "GOES (ANP) - De brug zakt.")
    built(tmp_path, run, kiev, peil, ("Huis", "OUDHUIZEN (ANP) - Een huis staat leeg."))
    assert titles(tmp_path, "feed/kiev") == ["Brug dicht"]
    assert titles(tmp_path, "feed/elders") == ["Peil"]
    assert titles(tmp_path, "feed/nergens") == ["Huis"]
    lines = run("stories", "--json", "--query", "place:kyiv").stdout.splitlines()
    assert [json.loads(line)["headline"] for line in lines] == ["Brug dicht"]


def test_a_place_that_nobody_knows_is_warned_of(run: Run, tmp_path: Path) -> None:
    """`feeds check` names it and is content all the same; one that a report prints is known."""
    kiev = "Brug dicht", "KIEV (ANP) - De brug is dicht."
    built(tmp_path, run, kiev)
    done = run("check")
    assert done.returncode == 0, done.stdout
    warnings = [line for line in done.stderr.splitlines() if "warning" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("feed/nergens: warning: place:xyzzystad ")
    built(tmp_path, run, kiev, ("Huis", "XYZZYSTAD (ANP) - Een huis staat leeg."))
    assert "warning" not in run("check").stderr
