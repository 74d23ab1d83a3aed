"""The README is true: its commands are one line each, and those it names are those there are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    """The text of the README."""
    return (root / "README.md").read_text("utf-8")


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_one_line_is_enough(readme: str, heading: str) -> None:
    """The first code block below the heading is a single command line that makes its own environment."""
    block = re.search(rf"^## {heading}$.*?^```\w*\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert block is not None
    (line,) = block.group(1).splitlines()
    assert line.startswith("python3 -m venv .venv && ")


def test_every_command_is_described(root: Path, readme: str) -> None:
    """The table of commands names every command of the program, and no other."""
    described = re.findall(r"^\| `feeds (\w+)", readme, re.MULTILINE)
    listed = re.findall(r"^  (\w+) ", _help(root).partition("Commands:\n")[2], re.MULTILINE)
    assert listed
    assert sorted(described) == sorted(listed)


def test_every_command_helps(root: Path, readme: str) -> None:
    """Every command explains itself and shows an example."""
    for command in re.findall(r"^\| `feeds (\w+)", readme, re.MULTILINE):
        assert f"feeds {command}" in _help(root, command).partition("\n")[2], command


def test_links_within_the_project_lead_somewhere(root: Path, readme: str) -> None:
    """Every relative link of the README names a file of the project."""
    targets = re.findall(r"\]\(([^)#]+)", readme)
    missing = [target for target in targets if "://" not in target and not (root / target).exists()]
    assert targets
    assert not missing


def _help(root: Path, *command: str) -> str:
    arguments = [sys.executable, "-m", "feeds", *command, "--help"]
    return subprocess.run(arguments, cwd=root, capture_output=True, text=True, check=True).stdout
