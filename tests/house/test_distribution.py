"""What is installed is what was promised: the wheel is complete, and works where nothing is configured."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

DATA_ONLY = {"tzdata", "httptools"}
"""Dependencies that nobody imports by name: `zoneinfo` finds its data by itself, and uvicorn its parser."""

PARTS = {"pydantic-core"}
"""Distributions that a dependency pins to one exact version of its own choice."""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that this checkout builds."""
    return _build(root, tmp_path_factory.mktemp("wheel"), "wheel")


def test_the_wheel_is_complete(root: Path, wheel: Path) -> None:
    """The wheel carries every file of the package, the default configuration and every site profile."""
    package = {path.relative_to(root).as_posix() for path in (root / "feeds").rglob("*") if _shipped(path)}
    sites = {f"feeds/defaults/sites/{path.name}" for path in (root / "config" / "sites").glob("*.toml")}
    assert sites
    assert package | sites | {"feeds/defaults/feeds.toml", "feeds/py.typed"} <= set(ZipFile(wheel).namelist())


def test_the_wheel_tells_where_its_places_come_from(wheel: Path) -> None:
    """The gazetteer goes nowhere without the attribution that its license asks for, and opens where it is installed."""
    names = {name.rpartition("/")[2] for name in ZipFile(wheel).namelist() if name.startswith("feeds/places/")}
    assert {"gazetteer.db", "names.toml", "villages.toml", "packing.py", "ATTRIBUTION.md", "compile.py"} <= names
    told = ZipFile(wheel).read("feeds/places/ATTRIBUTION.md").decode()
    assert "https://www.geonames.org/" in told
    assert "https://creativecommons.org/licenses/by/4.0/" in told


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    """Tests, sample dumps and generated files stay at home."""
    strangers = [name for name in ZipFile(wheel).namelist() if not re.match(r"feeds/|dateline_feeds-[^/]+/", name)]
    litter = [name for name in ZipFile(wheel).namelist() if re.search(r"\.pyc$|\.sqlite|(^|/)(tests|seeds|out)/", name)]
    assert not strangers
    assert not litter


def test_the_source_distribution_can_be_tested(root: Path, tmp_path: Path) -> None:
    """The source distribution holds what its own tests and its own wheel need."""
    with tarfile.open(_build(root, tmp_path, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"config/feeds.toml", "feeds/__main__.py", "tests/house/conftest.py", "LICENSE", "README.md"} <= names
    assert {f"seeds/{path.name}" for path in (root / "seeds").iterdir()} <= names


def test_an_installed_wheel_needs_no_configuration(root: Path, wheel: Path, tmp_path: Path) -> None:
    """`feeds build DIR` works from any folder, with the defaults that the wheel carries."""
    ZipFile(wheel).extractall(tmp_path / "site")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    settings = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
    run = subprocess.run(
        [sys.executable, "-m", "feeds", "build", str(root / "seeds")],
        cwd=elsewhere,
        env=settings | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (elsewhere / "out" / "topic" / "buitenland" / "atom.xml").is_file()


def test_every_import_is_declared_and_every_dependency_imported(root: Path, package: dict[str, ast.Module]) -> None:
    """What the package imports is what `pip install` brings, no more and no less."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {_normal(Requirement(line).name) for line in project["dependencies"]}
    distributions = packages_distributions()
    imported = {
        _normal(distribution)
        for tree in package.values()
        for name in _roots(tree)
        if name != "feeds" and name not in sys.stdlib_module_names
        for distribution in distributions.get(name, [name])
    }
    assert imported - PARTS == declared - DATA_ONLY


def _build(root: Path, folder: Path, target: str) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.iterdir()
    return built


def _shipped(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _normal(name: str) -> str:
    """The name of a distribution as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _roots(tree: ast.Module) -> set[str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    names = [alias.name for node in imports for alias in node.names] + [node.module or "" for node in froms]
    return {name.partition(".")[0] for name in names}
