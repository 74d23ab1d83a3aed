from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from simulator import Scores
from simulator.floors import Bounds, loosened, read, reasons, shortfalls
from simulator.measure import Agreement

FILE = Path(__file__).with_name("floors.toml")


def committed(folder: Path) -> Iterator[str]:
    """The file as it was in each commit that changed it, the last first; none without git or its history."""
    git = shutil.which("git")
    if git is None:
        return

    def said(*words: str) -> str:
        return subprocess.run([git, *words], cwd=folder, capture_output=True, text=True, check=False).stdout

    for commit in said("log", "--format=%H", "--", FILE.name).split():
        yield said("show", f"{commit}:./{FILE.name}")


def lowered(folder: Path) -> list[str]:
    """The bounds of a checkout that are looser than they ever were, without a reason in the file."""
    text = (folder / FILE.name).read_text(encoding="utf-8")
    return [line for before in committed(folder) for line in loosened(read(before), read(text), reasons(text))]


def test_floors_only_rise() -> None:
    """No bound is looser than in any commit before, unless the file says why."""
    if not any(committed(FILE.parent)):
        pytest.skip("there is no history of the file to compare with")
    assert lowered(FILE.parent) == []


def test_a_commit_hides_no_lowered_floor(tmp_path: Path) -> None:
    """A floor that was lowered fails before it is committed and after, until a reason stands in the file."""
    file = tmp_path / FILE.name

    def git(*words: str) -> None:
        names = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *names, *words], cwd=tmp_path, check=True, capture_output=True)

    if shutil.which("git") is None:
        pytest.skip("git is missing")
    git("init")
    file.write_text("[a.floors]\nx = 1\n")
    git("add", FILE.name)
    git("commit", "-m", "first")
    file.write_text("[a.floors]\nx = 0.5\n")
    assert lowered(tmp_path) == ["a: the floor of x falls from 1 to 0.5"]
    git("commit", "-am", "second")
    assert lowered(tmp_path) == ["a: the floor of x falls from 1 to 0.5"]
    file.write_text('[a.floors]\nx = 0.5\n[lowered]\n"a.x" = "it was measured wrongly"\n')
    assert lowered(tmp_path) == []
    with pytest.raises(TypeError):
        reasons('[lowered]\n"a.x" = " "\n')


def test_bounds_name_scores() -> None:
    """Every bound of the file is on a figure that is measured."""
    for name, bounds in read(FILE.read_text(encoding="utf-8")).items():
        figures = Agreement._fields if name.endswith("-blame") else Scores.__dataclass_fields__
        assert {*bounds.floors, *bounds.ceilings} <= set(figures)


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
