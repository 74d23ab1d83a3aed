"""What is published says nothing of the machine that made it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from simulator.crawler import simulate
from simulator.settings import EXACT

Run = Callable[..., "subprocess.CompletedProcess[str]"]

CONFIG = """
[selection]
entries = 5

[[sources]]
path = "inbox"
site = "zeelandnet"
"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A few hundred pages of a portal, and a configuration with feeds so short that there are archives."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeds.toml").write_text(CONFIG, "utf-8")
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number, page in enumerate(simulate(replace(EXACT, pages=200))):
        (folder / f"{page.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(page.text, "utf-8")
    return folder


def test_neither_locale_nor_zone_nor_chance_shows(run: Run, inbox: Path, tmp_path: Path) -> None:
    """Builds under other locales, time zones and hash seeds write the same bytes."""
    worlds = (
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "nl_NL", "PYTHONHASHSEED": "random"},
    )
    found = []
    for number, world in enumerate(worlds):
        home = tmp_path / str(number)
        own = {"FEEDS_OUT": f"{home}/out", "FEEDS_STORE": f"sqlite:///{home}/feeds.sqlite"}
        done = run("build", **own, **world)
        assert done.returncode in {0, 1}, done.stderr
        out = home / "out"
        found.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert any("archive" in path.parts for path in found[0])
    assert found[0] == found[1] == found[2]
