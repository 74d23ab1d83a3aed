"""The layers a configuration is made of: file, environment and flags, all in the shape of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feeds.config.lines import Document, KeyPath

_VARIABLES: Mapping[str, KeyPath] = {
    "FEEDS_BASE_URL": ("base_url",),
    "FEEDS_OUT": ("out",),
    "FEEDS_STORE": ("store",),
    "FEEDS_LISTEN": ("listen",),
    "FEEDS_LOG_LEVEL": ("log_level",),
    "FEEDS_HUB_TOPICS": ("hub", "topics"),
    "FEEDS_HUB_ALLOW_PRIVATE": ("hub", "allow_private"),
}
_TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line says; None and empty where it says nothing."""

    out: str | None = None
    store: str | None = None
    base_url: str | None = None
    mtime: str | None = None
    listen: str | None = None
    dumps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """What one origin says. `where` names the place of a key, and relative paths start at `base`."""

    data: dict[str, Any]
    where: Callable[[KeyPath], str]
    base: Path
    line: Callable[[KeyPath], int] = lambda _: 0


def from_file(document: Document, root: Path) -> Layer:
    """What a file says; its paths start at `root`."""
    return Layer(document.data, document.where, root, document.line)


def from_environment(environ: Mapping[str, str], cwd: Path) -> Layer:
    """What the variables say. An empty one says nothing; topics of the hub turn this server's own hub on."""
    data: dict[str, Any] = {}
    for name, path in _VARIABLES.items():
        if text := environ.get(name, "").strip():
            _put(data, path, text)
    hub = data.get("hub", {})
    if "topics" in hub:
        hub["topics"] = [topic.strip() for topic in hub["topics"].split(",") if topic.strip()]
        hub["mode"] = "self"
    if "allow_private" in hub:
        hub["allow_private"] = _TRUTH.get(hub["allow_private"].lower(), hub["allow_private"])
    return Layer(data, _variable, cwd)


def _variable(path: KeyPath) -> str:
    found = (name for name, known in _VARIABLES.items() if path[: len(known)] == known)
    return f"${next(found, 'FEEDS_HUB_TOPICS')}"


def _put(data: dict[str, Any], path: KeyPath, value: object) -> None:
    for part in path[:-1]:
        data = data.setdefault(str(part), {})
    data[str(path[-1])] = value


def from_flags(flags: Flags, cwd: Path) -> Layer:
    """What the flags say that stand for one key each."""
    said = {"out": flags.out, "store": flags.store, "base_url": flags.base_url, "listen": flags.listen}
    data = {name: value for name, value in said.items() if value is not None}
    return Layer(data, lambda path: f"--{path[0]}".replace("_", "-"), cwd)


def overlay(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    """The lower values with the upper ones over them: tables are merged, everything else is replaced."""
    merged = dict(lower)
    for name, value in upper.items():
        below = lower.get(name)
        merged[name] = overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def leaves(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The keys that have a value of their own, also those in arrays of tables."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*path, position))
    else:
        yield path
