"""The house is kept: short rooms with telling names, every promise written down, no error swallowed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_LINES = 300
DRAWERS = frozenset({"util", "utils", "helper", "helpers", "misc", "common", "tools", "base", "core", "stuff"})
"""Names that say where a thing was put and not what it is."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def test_modules_are_short(root: Path, package: dict[str, ast.Module], tests: dict[str, ast.Module]) -> None:
    """No module is longer than one sitting."""
    lengths = {path: len((root / path).read_text("utf-8").splitlines()) for path in (*package, *tests)}
    faults = [f"{path}: {length} lines" for path, length in lengths.items() if length > MOST_LINES]
    assert not faults, "\n".join(faults)


def test_modules_are_named_after_what_they_hold(package: dict[str, ast.Module]) -> None:
    """No module and no room is a drawer for odds and ends."""
    faults = [path for path in package if DRAWERS & set(path.removesuffix(".py").split("/"))]
    assert not faults, "\n".join(faults)


def test_every_public_name_says_what_it_promises(package: dict[str, ast.Module]) -> None:
    """Every module, public class and public function of the package has a docstring."""
    faults = [f"{path}:1: the module" for path, tree in package.items() if not ast.get_docstring(tree)]
    for path, tree in package.items():
        faults += [f"{path}:{node.lineno}: {node.name}" for node in _public(tree.body) if not ast.get_docstring(node)]
    assert not faults, "\n".join(faults)


def test_every_test_says_what_is_promised(tests: dict[str, ast.Module]) -> None:
    """The docstring of a test is the promise that it keeps."""
    faults = [f"{path}:{test.lineno}: {test.name}" for path, test in _tests(tests) if not ast.get_docstring(test)]
    assert not faults, "\n".join(faults)


def test_every_test_can_fail(tests: dict[str, ast.Module]) -> None:
    """A test asserts something, expects an error or calls something of its own that does."""
    faults = [f"{path}:{test.lineno}: {test.name}" for path, test in _tests(tests) if not _asserts(test, tests[path])]
    assert not faults, "\n".join(faults)


def test_no_error_is_swallowed(package: dict[str, ast.Module], tests: dict[str, ast.Module]) -> None:
    """Every `except` names its errors, and what it catches broadly it does not drop."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in (package | tests).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _drops(node))
    ]
    assert not faults, "\n".join(faults)


def test_no_test_sleeps(tests: dict[str, ast.Module]) -> None:
    """Tests wait for what they expect, never for time to pass."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in tests.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "sleep"
    ]
    assert not faults, "\n".join(faults)


def test_imports_stand_at_the_top(package: dict[str, ast.Module]) -> None:
    """Only the command line imports inside functions, so that it starts fast; nobody does it to hide a circle."""
    faults = [
        f"{path}:{node.lineno}"
        for path, tree in package.items()
        if not path.startswith("feeds/cli")
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not faults, "\n".join(faults)


def _public(body: Iterable[ast.stmt]) -> Iterator[Documented]:
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _tests(modules: dict[str, ast.Module]) -> Iterator[tuple[str, Function]]:
    for path, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, Function) and node.name.startswith("test_"):
                yield path, node


def _asserts(function: Function, module: ast.Module) -> bool:
    """Whether the function asserts, itself or through functions of its own module."""
    known = {node.name: node for node in module.body if isinstance(node, Function)}
    seen: set[str] = set()
    waiting: list[Function] = [function]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Assert):
                return True
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in {"raises", "warns", "fail", "target"} or name.startswith("assert_"):
                    return True
                if name in known and name not in seen:
                    seen.add(name)
                    waiting.append(known[name])
    return False


def _drops(handler: ast.ExceptHandler) -> bool:
    """Whether the handler does nothing at all, or nothing about an error of any kind."""
    idle = all(isinstance(node, ast.Pass | ast.Continue) or _is_ellipsis(node) for node in handler.body)
    broad = handler.type is not None and {"Exception", "BaseException"} & set(ast.unparse(handler.type).split("."))
    only_passes = all(isinstance(node, ast.Pass) or _is_ellipsis(node) for node in handler.body)
    return only_passes or (idle and bool(broad))


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
