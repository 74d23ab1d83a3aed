"""Types and style hold everywhere, by the configuration in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_types_are_strict(root: Path) -> None:
    """Mypy finds nothing in its strict mode."""
    clean, findings = _run(root, "mypy", "--strict")
    assert clean, findings


def test_style_is_clean(root: Path) -> None:
    """Ruff finds nothing with every rule on but those that pyproject.toml explains."""
    clean, findings = _run(root, "ruff", "check")
    assert clean, findings


def _run(root: Path, *command: str) -> tuple[bool, str]:
    run = subprocess.run([sys.executable, "-m", *command], cwd=root, capture_output=True, text=True, check=False)
    return run.returncode == 0, run.stdout + run.stderr
