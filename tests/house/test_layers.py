"""Imports run one way, and what lies below `render` knows no clock, file, network or log."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

CORE_ROOMS = ("render", "channels", "stories", "places", "parse")
EDGES = ("feeds/places/compile.py", "feeds/places/gazetteer.py", "feeds/places/packing.py")
"""Modules in a room of the core that open files: nothing else of the core may import them (see pyproject.toml)."""
CORE_MODULES = ("feeds/canon.py", "feeds/model.py", "feeds/errors.py")

OUTSIDE = frozenset(
    {
        *("sched", "time"),
        *("fileinput", "glob", "io", "mmap", "pathlib", "shelve", "shutil", "sqlite3", "tempfile", "tomllib"),
        *("ftplib", "http", "select", "socket", "socketserver", "ssl", "urllib.request"),
        *("asyncio", "concurrent", "contextvars", "multiprocessing", "signal", "subprocess", "threading"),
        *("getpass", "os", "platform", "random", "secrets", "sys", "uuid"),
        *("builtins", "logging", "pickle", "syslog", "warnings"),
        *("alembic", "apscheduler", "click", "httpx", "pydantic", "requests", "rich", "sqlalchemy"),
        *("starlette", "uvicorn", "watchdog"),
    }
)
"""Modules through which the world gets in: clocks, files, networks, processes, chance, logs, settings."""

READS_THE_CLOCK = frozenset({"now", "utcnow", "today", "localtime", "gmtime", "monotonic", "perf_counter"})
TOUCHES_THE_WORLD = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "__import__", "hash"})
"""`hash` of a text differs from process to process."""


def test_imports_follow_the_layers(root: Path) -> None:
    """A module imports from its own room and from rooms below it, and every room has its place."""
    command = [sys.executable, "-c", LINT_IMPORTS, "--no-cache"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_core_knows_nothing_of_the_world(package: dict[str, ast.Module]) -> None:
    """Parsing, identity, dating, selection and rendering import nothing that reads clocks, files or networks."""
    faults = [
        f"{path}:{line}: {name}"
        for path, tree in _core(package)
        for line, name in _imports(tree)
        if _comes_from_outside(name)
    ]
    assert not faults, "\n".join(faults)


def test_the_core_asks_no_clock_and_opens_no_file(package: dict[str, ast.Module]) -> None:
    """No call in the core depends on when, where or how often it is made."""
    faults = [f"{path}:{line}: {name}()" for path, tree in _core(package) for line, name in _worldly_calls(tree)]
    assert not faults, "\n".join(faults)


def test_the_core_keeps_no_global_that_changes(package: dict[str, ast.Module]) -> None:
    """No function of the core assigns to a name outside itself."""
    faults = [
        f"{path}:{node.lineno}: {', '.join(node.names)}"
        for path, tree in _core(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Global)
    ]
    assert not faults, "\n".join(faults)


def test_only_the_command_line_prints(package: dict[str, ast.Module]) -> None:
    """Outside the command line and its tables nothing writes to the terminal."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in package.items()
        if not path.startswith(("feeds/cli", "feeds/tables"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in {"print", "echo", "secho"}
    ]
    assert not faults, "\n".join(faults)


def _core(package: dict[str, ast.Module]) -> Iterator[tuple[str, ast.Module]]:
    for path, tree in package.items():
        room = path.split("/")[1].removesuffix(".py")
        if (room in CORE_ROOMS and path not in EDGES) or path in CORE_MODULES:
            yield path, tree


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _comes_from_outside(name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in OUTSIDE for length in range(1, len(parts) + 1))


def _worldly_calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in READS_THE_CLOCK or (isinstance(node.func, ast.Name) and name in TOUCHES_THE_WORLD):
            yield node.lineno, name


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""
