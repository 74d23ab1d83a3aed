from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config.faults import key
from feeds.config.lines import KeyPath, line_index, read_document
from feeds.errors import ConfigError

KEYS = st.text("abé \"'\\.#=[]\n", min_size=1, max_size=4)
SCALARS = st.one_of(st.integers(), st.booleans(), st.text("a\"'\\#,]}[{\n=", max_size=8))
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


class Writer:
    """Writes values as TOML, one array element a line, and notes the line of each."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def note(self, path: KeyPath) -> None:
        """What stands at that path begins on this line."""
        self.lines[path] = self.text.count("\n") + 1

    def table(self, path: KeyPath, table: Mapping[str, Any]) -> None:
        """Write the pairs of a table, each on a line of its own."""
        for name, value in table.items():
            self.note((*path, name))
            self.text += f"{json.dumps(name)} = "
            self.value((*path, name), value)
            self.text += "  # a comment with ] } ' \"\n"

    def value(self, path: KeyPath, value: object) -> None:
        """Write one value, arrays over several lines."""
        if isinstance(value, list):
            self.text += "[ # elements\n"
            for position, inner in enumerate(value):
                self.text += "\n  "
                self.note((*path, position))
                self.value((*path, position), inner)
                self.text += ","
            self.text += "\n]"
        elif isinstance(value, dict):
            self.text += "{ "
            for position, (name, inner) in enumerate(value.items()):
                self.text += ", " if position else ""
                self.note((*path, name))
                self.text += f"{json.dumps(name)}="
                self.value((*path, name), inner)
            self.text += " }"
        elif isinstance(value, str) and "'''" not in value and not value.endswith("'") and "\n" in value:
            self.text += f"'''\n{value}'''"
        else:
            self.text += json.dumps(value, ensure_ascii=False)


@given(
    top=st.dictionaries(KEYS, TREES, max_size=3), items=st.lists(st.dictionaries(KEYS, TREES, max_size=3), max_size=3)
)
def test_every_key_has_its_line(top: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Whatever is nested in whatever, the index names the line on which each key and each element begins."""
    writer = Writer()
    writer.table((), top)
    for position, item in enumerate(items):
        writer.note(("items", position))
        writer.text += "[[items]]\n"
        writer.table(("items", position), item)
    assert tomllib.loads(writer.text) == {**top, **({"items": items} if items else {})}
    assert {path: line for path, line in line_index(writer.text).items() if path != ("items",)} == writer.lines


def test_tables_inside_array_tables_have_their_lines() -> None:
    """Headers, dotted keys, sub-tables and quoted keys lead to the element they belong to."""
    text = (
        "a.b.c = 1\n"  # 1
        "[[shop]]\n"  # 2
        "name = '''\n[[shop]]\n'''\n"  # 3 to 5
        "[shop.owner]\n"  # 6
        'name = """\n""""\n'  # 7 and 8
        "[[shop.item]]\n"  # 9
        "[[shop.item]]\n"  # 10
        "'the price'.net = 2\n"  # 11
        "[[shop]]\n"  # 12
        "[ shop . owner ] # again\n"  # 13
        "since = 2020-01-01 00:00:00\n"  # 14
    )
    index = line_index(text)
    assert {key(path): line for path, line in index.items()} == {
        "a": 1,
        "a.b": 1,
        "a.b.c": 1,
        "shop": 2,
        "shop[0]": 2,
        "shop[0].name": 3,
        "shop[0].owner": 6,
        "shop[0].owner.name": 7,
        "shop[0].item": 9,
        "shop[0].item[0]": 9,
        "shop[0].item[1]": 10,
        "shop[0].item[1].the price": 11,
        "shop[0].item[1].the price.net": 11,
        "shop[1]": 12,
        "shop[1].owner": 13,
        "shop[1].owner.since": 14,
    }


def test_what_is_missing_is_missing_from_its_table() -> None:
    """A key that is not there has the line of the nearest table around it."""
    document = read_document(b"\n[[sources]]\npath = 'x'\n", "f.toml")
    assert document.where(("sources", 0, "site")) == "f.toml:2"
    assert document.where(("hub", "url")) == "f.toml:1"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a = 1\nb = = 2\n", "f.toml:2"),
        (b"a = 1\na = 2\n", "f.toml:2"),
        (b"a = 1\n\nb = [1,\n", "f.toml:3"),
        (b"a = 1\r\nb =\r\n", "f.toml:2"),
        (b"a = 1\n# caf\xe9\n", "f.toml:2"),
        (b"a = " + b"[" * 100_000, "f.toml:1"),
    ],
)
def test_what_is_no_toml_is_said_with_its_line(content: bytes, where: str) -> None:
    """Text that is no TOML, or no UTF-8, is one fault at the line where it stops making sense."""
    with pytest.raises(ConfigError) as caught:
        read_document(content, "f.toml")
    assert [fault.where for fault in caught.value.faults] == [where]


def test_a_byte_order_mark_does_no_harm() -> None:
    """Some editors begin a file with a byte order mark."""
    assert read_document(b"\xef\xbb\xbfa = 1\n", "f.toml").data == {"a": 1}
