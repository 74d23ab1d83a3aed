"""The project as its own tests see it: its folder, and its sources as syntax trees."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def package(root: Path) -> dict[str, ast.Module]:
    """Every module of the package by its path from the project's folder, in order of path."""
    return _trees(root, "feeds")


@pytest.fixture(scope="session")
def tests(root: Path) -> dict[str, ast.Module]:
    """Every module of the tests, likewise."""
    return _trees(root, "tests")


def _trees(root: Path, folder: str) -> dict[str, ast.Module]:
    paths = sorted((root / folder).rglob("*.py"))
    assert paths, f"no modules below {folder}"
    return {path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8"), str(path)) for path in paths}
