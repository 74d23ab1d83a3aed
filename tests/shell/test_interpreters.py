"""What is published says nothing of the Python that made it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from simulator.crawler import simulate
from simulator.settings import EXACT

pytestmark = pytest.mark.big

ROOT = Path(__file__).parents[2]
MINORS = range(11, 15)
"""Of Python 3."""
CONFIG = """
[selection]
entries = 5

[[sources]]
path = "seeds"
site = "zeelandnet"

[[sources]]
path = "inbox"
site = "zeelandnet"
"""
PAGES = 400


def candidates() -> Iterator[str]:
    """Where interpreters may be: on the path, and among those of pyenv."""
    yield from (found for minor in MINORS if (found := shutil.which(f"python3.{minor}")))
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from (str(path) for minor in MINORS for path in sorted(root.glob(f"versions/3.{minor}.*/bin/python")))


def others() -> dict[str, str]:
    """One interpreter of each other version that runs here, by its version."""
    found: dict[str, str] = {}
    for python in candidates():
        asked = [python, "-c", "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:2])))"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found.setdefault(done.stdout.strip(), python)
    return {version: python for version, python in sorted(found.items()) if version != f"3.{sys.version_info[1]}"}


def published(python: str, home: Path, out: Path, **world: str) -> dict[str, bytes]:
    """Every file of a clean build by an interpreter, by path."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | world
    env |= {"FEEDS_OUT": f"{out}/out", "FEEDS_STORE": f"sqlite:///{out}/feeds.sqlite"}
    command = [python, "-m", "feeds", "build"]
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    folder = out / "out"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_python_writes_the_same_bytes(tmp_path: Path) -> None:
    """Seeds and a portal's pages, built by every other Python that is here, in another place of the world."""
    pythons = others()
    if not pythons:
        pytest.skip("there is no other Python from 3.11 to 3.14 on the path or in pyenv; Debian has only one")
    home = tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "inbox").mkdir()
    (home / "config/feeds.toml").write_text(CONFIG, "utf-8")
    shutil.copytree(ROOT / "seeds", home / "seeds")
    for number, page in enumerate(simulate(replace(EXACT, pages=PAGES))):
        (home / f"inbox/{page.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(page.text, "utf-8")
    expected = published(sys.executable, home, tmp_path / "own", PYTHONPATH=str(ROOT), TZ="UTC")
    assert any("/archive/" in path for path in expected)
    for version, python in pythons.items():
        venv = tmp_path / version
        subprocess.run([python, "-m", "venv", str(venv)], check=True)
        subprocess.run([f"{venv}/bin/python", "-m", "pip", "install", "-q", str(ROOT)], check=True)
        found = published(f"{venv}/bin/python", home, venv / "built", TZ="Pacific/Kiritimati", LC_ALL="C")
        print(f"\nPython {version}: {len(found)} documents")  # noqa: T201 -- a measurement is there to be read
        assert found.keys() == expected.keys()
        assert [path for path in expected if found[path] != expected[path]] == []
