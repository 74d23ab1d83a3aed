"""The configuration with the origin of each of its values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from feeds.config.values import Config
from feeds.parse.profile import SiteProfile
from feeds.places.overrides import Overrides

DEFAULT = "default"
"""Origin of a value that nobody set."""

_SECRETS = re.compile(r"(?<=://)([^:/@]*:)[^@]*(?=@)|([?&]password=)[^&]*")
_HIDDEN = frozenset({"serve.token"})
_NOT_SET = frozenset({"root", "file"})
"""Fields of Config that say where it was found, not what was chosen."""


@dataclass(frozen=True, slots=True)
class Effective:
    """A configuration, and by key who set it: `config/feeds.toml:12`, `$FEEDS_OUT`, `--out`.

    A key that `origins` does not name has its default.
    """

    config: Config
    origins: Mapping[str, str]


def describe(effective: Effective) -> list[tuple[str, str, str]]:
    """Key, value as TOML writes it and origin, of everything that is set or has a default; passwords are hidden."""
    return [
        (key, _toml("***" if key in _HIDDEN else value), effective.origins.get(key, DEFAULT))
        for key, value in _leaves("", effective.config)
        if value is not None
    ]


def _leaves(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, SiteProfile):
        yield prefix, value.title
    elif isinstance(value, Overrides):
        yield from ((f"{prefix}.names.{name}", geonames) for name, geonames in value.names)
        yield f"{prefix}.unresolved", value.unresolved
        yield from _leaves(f"{prefix}.added", value.added)
    elif is_dataclass(value):
        for field in fields(value):
            if prefix or field.name not in _NOT_SET:
                yield from _leaves(f"{prefix}.{field.name}".removeprefix("."), getattr(value, field.name))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for position, one in enumerate(value):
            name = f"{prefix}.{one.name}" if isinstance(one, SiteProfile) else f"{prefix}[{position}]"
            yield from _leaves(name, one)
    else:
        yield prefix, value


def _toml(value: object) -> str:
    plain = _SECRETS.sub(r"\1\2***", str(value)) if isinstance(value, str | Path) else value
    return json.dumps(plain, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
