"""`feeds init`: from an empty folder to feeds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

SEEDS = Path(__file__).parents[2] / "seeds"


def test_a_starter_configuration_builds(tmp_path: Path, run: Callable[..., CompletedProcess[str]]) -> None:
    """`feeds init`, dumps into the folder that it made, `feeds build`: feeds stand there, and keys are explained."""
    done = run("init", "news")
    assert (done.returncode, done.stdout) == (0, "")
    home = tmp_path / "news"
    for seed in SEEDS.iterdir():
        shutil.copy(seed, home / "dumps")
    assert run("build", FEEDS_CONFIG=str(home / "config/feeds.toml")).returncode == 0
    assert (tmp_path / "out/topic/buitenland/atom.xml").is_file()
    text = (home / "config/feeds.toml").read_text(encoding="utf-8")
    assert 'path = "dumps"' in text
    assert '#base_url = "http://127.0.0.1:8080"' in text


def test_a_configuration_is_never_overwritten(tmp_path: Path, run: Callable[..., CompletedProcess[str]]) -> None:
    """Where a configuration stands, `feeds init` leaves with 2 and touches nothing."""
    mine = tmp_path / "config" / "feeds.toml"
    mine.parent.mkdir()
    mine.write_text("# mine\n")
    done = run("init")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert mine.read_text() == "# mine\n"
    assert not (tmp_path / "dumps").exists()
