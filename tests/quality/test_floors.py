from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from simulator import Scores
from simulator.floors import FLAG, Bounds, loosened, read, shortfalls

FILE = Path(__file__).with_name("floors.toml")


def committed() -> str | None:
    """The file of the last commit; None without git, without a checkout, or before the file's first commit."""
    git = shutil.which("git")
    if git is None:
        return None
    shown = subprocess.run(
        [git, "show", f"HEAD:./{FILE.name}"], cwd=FILE.parent, capture_output=True, text=True, check=False
    )
    return shown.stdout if shown.returncode == 0 else None


def test_floors_only_rise() -> None:
    """No bound is looser than in the last commit, unless LOWER_FLOOR says why."""
    before = committed()
    if before is None:
        pytest.skip("there is no committed file to compare with")
    found = loosened(read(before), read(FILE.read_text(encoding="utf-8")))
    assert not found or os.environ.get(FLAG, "").strip(), "\n".join(
        (*found, f"set {FLAG} to the reason if there is one")
    )


def test_bounds_name_scores() -> None:
    """Every bound of the file is on a figure that is measured."""
    for bounds in read(FILE.read_text(encoding="utf-8")).values():
        assert {*bounds.floors, *bounds.ceilings} <= set(Scores.__dataclass_fields__)


def test_shortfalls() -> None:
    """A figure below its floor, above its ceiling or not measured is named; one on its bound is not."""
    bounds = Bounds({"recall": 0.9, "precision": 0.9, "f1": 0.9}, {"merges": 0, "width": 2})
    figures = {"recall": 0.8, "precision": 0.9, "merges": 1, "width": 2}
    assert shortfalls(figures, bounds) == (
        "f1 is not measured, must be at least 0.9",
        "recall is 0.8, must be at least 0.9",
        "merges is 1, must be at most 0",
    )


def test_no_number_falls_short() -> None:
    """A figure that is not a number breaks its bound."""
    assert shortfalls({"recall": float("nan")}, Bounds({"recall": 0.0}, {}))


def test_loosened() -> None:
    """A lowered floor, a raised ceiling and a bound that is gone are named; stricter and new ones are not."""
    before = read("[a.floors]\nx = 1\ny = 2\n[a.ceilings]\nz = 1\n[b.floors]\nw = 1\n")
    after = read("[a.floors]\nx = 0.5\ny = 3\nnew = 1\n[a.ceilings]\nz = 2\n")
    assert loosened(before, after) == (
        "a: the floor of x falls from 1 to 0.5",
        "a: the ceiling of z rises from 1 to 2",
        "b: the floor of w falls from 1 to nothing",
    )
    assert loosened(before, before) == ()


@pytest.mark.parametrize(
    "text", ["[a.roofs]\nx = 1\n", "[a.floors]\nx = 'high'\n", "a = 1\n", "[a.floors]\nx = true\n"]
)
def test_unknown_bounds_are_refused(text: str) -> None:
    """Anything but numbers under floors and ceilings is a mistake in the file."""
    with pytest.raises(TypeError):
        read(text)
