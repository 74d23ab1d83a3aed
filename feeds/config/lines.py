"""TOML text with the line of every key: `tomllib` gives the values, this the places to point at."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from feeds.errors import ConfigError, Fault

KeyPath = tuple[str | int, ...]
"""`("sources", 0, "path")`: keys of tables and positions in arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_SCALAR = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^,\]}#\n]+''',
    re.DOTALL,
)
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file that was read: its values, and where each stands."""

    shown: str
    """The file's name as a person sees it."""
    data: dict[str, Any]
    lines: dict[KeyPath, int]

    def where(self, path: KeyPath) -> str:
        """`file:line` of a key; of a key that is missing, that of the table it is missing from."""
        return f"{self.shown}:{self.line(path)}"

    def line(self, path: KeyPath) -> int:
        """The line that `where` names, from 1."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)


def read_document(content: bytes, shown: str) -> Document:
    """The values of a TOML file and the line of each.

    Raises ConfigError with the line of the first mistake if the content is not UTF-8 or not TOML 1.0.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError((Fault(f"{shown}:{line}", "is not UTF-8; save the file as UTF-8"),)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place["line"]) if place and place["line"] else len(text.rstrip().splitlines()) or 1
        what = _PLACE.sub("", str(error))
        raise ConfigError((Fault(f"{shown}:{line}", f"is not TOML: {what}; mend this line"),)) from error
    except RecursionError as error:
        raise ConfigError((Fault(f"{shown}:1", "is nested too deeply; no key needs that"),)) from error
    return Document(shown, data, line_index(text))


def line_index(text: str) -> dict[KeyPath, int]:
    """The line of every table, key and array element of a text that is known to be valid TOML."""
    return _Walk(text).lines


class _Walk:
    """One pass over a valid TOML text. It reads no values: it only steps over them."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._starts = [0, *(newline.end() for newline in re.finditer("\n", text))]
        self._position = 0
        self._elements: dict[KeyPath, int] = {}  # arrays of tables, and how many tables each has so far
        table: KeyPath = ()
        while self._skip_blank() < len(text):
            table = self._header() if text[self._position] == "[" else self._pair(table)

    def _skip_blank(self) -> int:
        blank = _BLANK.match(self._text, self._position)
        self._position = blank.end() if blank else self._position
        return self._position

    def _mark(self, path: KeyPath) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, self._position))

    def _header(self) -> KeyPath:
        """`[a.b]` or `[[a.b]]`: the table that the next pairs belong to."""
        start = self._position
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._position += brackets
        keys = self._dotted()
        self._position += brackets
        end, self._position = self._position, start
        table = self._enter((), keys[:-1])
        table = (*table, keys[-1])
        self._mark(table)
        if brackets == 2:
            self._elements[table] = self._elements.get(table, 0) + 1
        if table in self._elements:
            table = (*table, self._elements[table] - 1)
            self._mark(table)
        self._position = end
        return table

    def _enter(self, table: KeyPath, keys: list[str]) -> KeyPath:
        """The table that the keys lead to; in an array of tables that is the last one so far."""
        for key in keys:
            table = (*table, key)
            self._mark(table)
            if table in self._elements:
                table = (*table, self._elements[table] - 1)
        return table

    def _dotted(self) -> list[str]:
        keys: list[str] = []
        while key := _KEY.match(self._text, self._position):
            quoted = key[1][0] in "\"'"
            keys.append(tomllib.loads(f"key = {key[1]}")["key"] if quoted else key[1])
            self._position = key.end()
            if self._text[self._position] != ".":
                break
            self._position += 1
        return keys

    def _pair(self, table: KeyPath) -> KeyPath:
        """`a.b = value`, with the line of `a`; returns the table that the next pair belongs to."""
        start = self._position
        keys = self._dotted()
        end, self._position = self._position, start
        path = (*self._enter(table, keys[:-1]), keys[-1])
        self._mark(path)
        self._position = end + 1
        self._skip_blank()
        self._value(path)
        return table

    def _value(self, path: KeyPath) -> None:
        opening = self._text[self._position]
        if opening not in "[{":
            scalar = _SCALAR.match(self._text, self._position)
            self._position = scalar.end() if scalar else self._position + 1
            return
        self._position += 1
        position = 0
        while self._skip_blank() < len(self._text) and self._text[self._position] not in "]}":
            if self._text[self._position] == ",":
                self._position += 1
            elif opening == "{":
                self._pair(path)
            else:
                self._mark((*path, position))
                self._value((*path, position))
                position += 1
        self._position += 1
