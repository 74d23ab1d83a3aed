"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from feeds.config.checks import shown
from feeds.config.lines import KeyPath
from feeds.errors import Fault

_Table = TypeVar("_Table", bound=BaseModel)

_TYPES = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
    "string_unicode": "text in UTF-8",
}


def key(path: KeyPath) -> str:
    """A key as a person writes it: `sources[0].path`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def validate(
    table: type[_Table], data: Mapping[str, Any], where: Callable[[KeyPath], str]
) -> tuple[_Table | None, list[tuple[KeyPath, Fault]]]:
    """The data as that table, or None; and every mistake in it with the key it is about, at the place `where` names."""
    try:
        return table.model_validate(data), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [(one["loc"], Fault(where(one["loc"]), _words(table, one))) for one in found]


def _words(table: type[BaseModel], error: ErrorDetails) -> str:
    """One mistake: what, and what to do."""
    path = tuple(part for part in error["loc"] if part != "[key]")  # what pydantic calls a wrong name in a table of any
    kind, value, more = error["type"], error["input"], error.get("ctx", {})
    name = key(path)
    if kind == "missing":
        return f"{name} is missing; add it"
    if kind == "extra_forbidden":
        return f"unknown key {name}; {nearest(str(path[-1]), _known(table, path[:-1]), 'keys')}"
    if kind == "value_error":
        return f"{name} {more['error']}"
    if kind in _TYPES:
        return f"{name} must be {_TYPES[kind]}, not {shown(value)}"
    if kind == "literal_error":
        return f"{name} must be {more['expected']}, not {shown(value)}"
    if kind == "greater_than_equal":
        return f"{name} must be at least {more['ge']}, not {shown(value)}"
    if kind == "less_than_equal":
        return f"{name} must be at most {more['le']}, not {shown(value)}"
    return f"{name}: {error['msg']}"


def nearest(name: str, known: Sequence[str], kind: str) -> str:
    """The known name that a wrong one probably meant, else all that are known."""
    near = get_close_matches(name, known, 1)
    return f'did you mean "{near[0]}"?' if near else f"known {kind}: {', '.join(known) or 'none'}"


def _known(table: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys of the table at that path."""
    for part in path:
        if isinstance(part, str):
            annotation = table.model_fields[part].annotation
            inner = (annotation, *get_args(annotation))
            table = next(one for one in inner if isinstance(one, type) and issubclass(one, BaseModel))
    return list(table.model_fields)
