"""The files of a configuration: where they are looked for, and what the site profiles among them say."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from feeds.config.faults import validate
from feeds.config.lines import Document, read_document
from feeds.config.profiles import ProfileTable
from feeds.errors import ConfigError, Fault
from feeds.parse.profile import SiteProfile


def find_config(start: Path, environ: Mapping[str, str]) -> Path | None:
    """The file `$FEEDS_CONFIG` names, else the nearest `config/feeds.toml` from `start` upwards, else None."""
    if named := environ.get("FEEDS_CONFIG"):
        return start / named
    candidates = (folder / "config" / "feeds.toml" for folder in (start, *start.parents))
    # Unlike Path.is_file, os.path.isfile does not fail on the way up where a folder may not be entered.
    return next((file for file in candidates if os.path.isfile(file)), None)  # noqa: PTH113


def defaults_dir() -> Traversable:
    """The folder of the packaged configuration, `feeds.toml` and `sites/`; in a checkout that is its `config/`."""
    package = files("feeds")
    packaged = package / "defaults"
    return packaged if packaged.is_dir() else Path(str(package)).parent / "config"


def read_file(file: Traversable, cwd: Path) -> Document:
    """A file of the configuration, shown as seen from `cwd`. Raises ConfigError if it cannot be read or is no TOML."""
    name = _shown(file, cwd)
    try:
        return read_document(file.read_bytes(), name)
    except OSError as error:
        what = f"cannot be read ({error.strerror}); check its name and that you may read it"
        raise ConfigError((Fault(name, what),)) from error


def _shown(file: Traversable, cwd: Path) -> str:
    return str(file.relative_to(cwd)) if isinstance(file, Path) and file.is_relative_to(cwd) else str(file)


@dataclass(frozen=True, slots=True)
class Sites:
    """The profiles that were found: those that are sound, and what is wrong with the others."""

    profiles: tuple[SiteProfile, ...]
    """Sorted by name."""
    names: tuple[str, ...]
    """Of all, also of those with faults."""
    origins: Mapping[str, str]
    """The file of each profile that stands beside the configuration."""
    faults: tuple[Fault, ...]


def read_sites(beside: Path | None, cwd: Path) -> Sites:
    """All profiles in `beside/sites` and the packaged ones; of two with one name, that beside the configuration."""
    profiles: dict[str, SiteProfile] = {}
    origins: dict[str, str] = {}
    faults: list[Fault] = []
    names: set[str] = set()
    for folder in ([] if beside is None else [beside / "sites"]) + [defaults_dir() / "sites"]:
        try:
            listed = _profiles(folder)
        except OSError as error:
            faults.append(
                Fault(_shown(folder, cwd), f"cannot be listed ({error.strerror}); check that you may read it")
            )
            continue
        for file in listed:
            name = file.name.removesuffix(".toml")
            if name in names:
                continue
            names.add(name)
            profile, found = _read_profile(file, name, cwd)
            faults += found
            if profile is not None:
                profiles[name] = profile
            if beside is not None and folder == beside / "sites":
                origins[name] = _shown(file, cwd)
    order = tuple(sorted(names))
    return Sites(tuple(profiles[name] for name in order if name in profiles), order, origins, tuple(faults))


def _profiles(folder: Traversable) -> list[Traversable]:
    """The profiles in a folder by name, without hidden files."""
    if not folder.is_dir():
        return []
    found = (file for file in folder.iterdir() if file.name.endswith(".toml") and not file.name.startswith("."))
    return sorted(found, key=lambda file: file.name)


def _read_profile(file: Traversable, name: str, cwd: Path) -> tuple[SiteProfile | None, list[Fault]]:
    try:
        document = read_file(file, cwd)
    except ConfigError as error:
        return None, list(error.faults)
    table, faults = validate(ProfileTable, document.data, document.where)
    in_order = [fault for path, fault in sorted(faults, key=lambda found: document.line(found[0]))]
    return table.value(name) if table else None, in_order
