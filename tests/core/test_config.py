from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config import json_schema
from feeds.config.faults import key, validate
from feeds.config.profiles import ProfileTable
from feeds.config.schema import FileTable, HubTable
from feeds.config.values import Hub, Limits, Selection, Texts

PROFILE: Mapping[str, object] = {
    "title": "De Bode",
    "language": "nl",
    "timezone": "Europe/Amsterdam",
    "home": "https://bode.example/nieuws",
}


def faults_of(table: type[FileTable | ProfileTable], data: Mapping[str, Any]) -> dict[str, str]:
    """Each faulty key with what is said of it."""
    return {key(path): fault.what for path, fault in validate(table, data, lambda _: "here")[1]}


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("base_url", ["https://feeds.example", "http://[::1]:8080", "https://feeds.example/news/"]),
        ("listen", ["0.0.0.0:80", "[::]:8080", "localhost:0"]),
        ("log_level", ["debug", "WARNING"]),
        ("tag", ["example.org,2026", "me@example.org,2026-02", "news.example,2026-02-28"]),
        ("store", ["sqlite:///feeds.sqlite", "sqlite:////var/lib/f.sqlite", "postgresql+psycopg://u:p@h/d"]),
        ("out", ["out", "/srv/www", "../site"]),
    ],
)
def test_sound_values_are_taken(name: str, good: list[str]) -> None:
    """Every form that the key allows passes."""
    assert [faults_of(FileTable, {name: value}) for value in good] == [{}] * len(good)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("base_url", ["feeds.example", "ftp://feeds.example", "http://", "https://h/?q", "https://h:x", "http://a b/"]),
        ("base_url", ["https://vlaanderën.example", "https://feeds.example/één"]),
        ("base_url", ["https://user@h", "https://h/#", "http://[::1", "http://h:0", ""]),
        ("listen", ["8080", ":8080", "host:", "host:65536", "host:-1", "::1:80", "[host]:80", "a b:80", "host:１"]),
        ("log_level", ["loud", "", 3]),
        ("tag", ["example.org", "Example.org,2026", "example.org,26", "example.org,2026-13", "-a.org,2026", ",2026"]),
        ("tag", ["example.org,2026-02-30", "a b,2026", "example.org,2026-"]),
        ("store", ["feeds.sqlite", "mysql://h/d", "sqlite://", "sqlite:///", "sqlite://feeds.sqlite", 1]),
        ("out", ["", "a\0b", 1]),
    ],
)
def test_unsound_values_are_refused_by_name(name: str, bad: list[object]) -> None:
    """What a key does not allow is one fault that begins with the key and says what it must be."""
    for value in bad:
        faults = faults_of(FileTable, {name: value})
        assert list(faults) == [name], value
        assert faults[name].startswith(f"{name} must "), value


@pytest.mark.parametrize(
    ("data", "name", "what"),
    [
        ({"limits": {"max_teasers": "50"}}, "limits.max_teasers", 'must be a whole number, not "50"'),
        ({"limits": {"max_teasers": True}}, "limits.max_teasers", "must be a whole number, not true"),
        ({"limits": {"max_teasers": 0}}, "limits.max_teasers", "must be at least 1, not 0"),
        ({"limits": {"lock_seconds": 9999}}, "limits.lock_seconds", "must be at most 3600, not 9999"),
        ({"limits": 3}, "limits", "must be a table, not 3"),
        ({"sources": {}}, "sources", "must be a list in square brackets, not a table"),
        ({"sources": [{"path": "x"}]}, "sources[0].site", "is missing; add it"),
        ({"hub": {"allow_private": 1}}, "hub.allow_private", "must be true or false, not 1"),
        ({"hub": {"mode": "external"}}, "hub.mode", 'is "external" and needs a url beside it'),
        ({"texts": {"index": "{site} {name}"}}, "texts.index", "may hold {site}, not {name}"),
        ({"texts": {"topic": {"title": "{site.x}"}}}, "texts.topic.title", "may hold {site} and {name}, not {site.x}"),
        ({"texts": {"topic": {"title": "{name"}}}, "texts.topic.title", "has a brace without its partner"),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(data: dict[str, Any], name: str, what: str) -> None:
    """A wrong type, a bound, a missing key and a wrong placeholder are told in plain words."""
    faults = faults_of(FileTable, data)
    assert list(faults) == [name]
    assert faults[name].startswith(f"{name} {what}")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"listn": "a:1"}, 'unknown key listn; did you mean "listen"?'),
        ({"sources": [{"path": "x", "site": "y", "mtme": 1}]}, 'unknown key sources[0].mtme; did you mean "mtime"?'),
        ({"texts": {"dateline": {"titel": ""}}}, 'unknown key texts.dateline.titel; did you mean "title"?'),
        ({"hub": {"zzz": 1}}, "unknown key hub.zzz; known keys: url, urls, mode, topics, allow_private"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(data: dict[str, Any], what: str) -> None:
    """A misspelt key is refused with the key it was meant to be, or with all there are."""
    assert list(faults_of(FileTable, data).values()) == [what]


def test_a_long_value_is_quoted_in_part() -> None:
    """A message stays a line, however long the value."""
    assert len(faults_of(FileTable, {"log_level": "x" * 10_000})["log_level"]) < 200


def test_a_store_is_never_quoted() -> None:
    """A password in a faulty store address does not appear in the message."""
    assert "secret" not in faults_of(FileTable, {"store": "mysql://me:secret@host/db"})["store"]


@given(st.text() | st.integers() | st.none() | st.lists(st.text()))
def test_any_value_is_taken_or_refused(value: object) -> None:
    """No value of any key makes the check itself fail."""
    for name in FileTable.model_fields:
        table, faults = validate(FileTable, {name: value}, lambda _: "here")
        assert (table is None) == bool(faults)
        assert all(path[0] == name and name in fault.what for path, fault in faults)


@pytest.mark.parametrize(
    ("table", "hub"),
    [
        (HubTable(), Hub("none")),
        (HubTable.model_validate({"url": "https://h.example/"}), Hub("external", "https://h.example/")),
        (HubTable.model_validate({"topics": ["https://t/"]}), Hub("self", None, ("https://t/",))),
        (HubTable.model_validate({"mode": "none", "topics": ["https://t/"]}), Hub("none", None, ("https://t/",))),
        (HubTable.model_validate({"mode": "self", "allow_private": True}), Hub("self", allow_private=True)),
    ],
)
def test_a_hub_is_what_its_keys_ask_for(table: HubTable, hub: Hub) -> None:
    """Without a mode, a url means the hub at that address, topics mean this server's own, and neither means none."""
    assert table.value() == hub


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({}, ()),
        ({"mode": "none", "url": "https://h.example/"}, ()),
        ({"mode": "self"}, ("https://feeds.example/hub",)),
        ({"urls": ["https://a.example/", "https://b.example/"]}, ("https://a.example/", "https://b.example/")),
        ({"url": "https://a.example/", "urls": ["https://a.example/"]}, ("https://a.example/",)),
    ],
)
def test_feeds_name_the_hubs_that_are_asked_for(keys: dict[str, object], named: tuple[str, ...]) -> None:
    """None by default; this server's own below the base address; each external one once."""
    assert HubTable.model_validate(keys).value().addresses("https://feeds.example") == named


# -- site profiles --------------------------------------------------------------------------------


def test_a_profile_needs_four_keys() -> None:
    """A site is its title, language, time zone and home; everything else may be left out."""
    profile = ProfileTable.model_validate(PROFILE).value("bode")
    assert (profile.name, profile.title, profile.boilerplate, profile.newest_first) == ("bode", "De Bode", (), True)
    assert set(faults_of(ProfileTable, {})) == set(PROFILE)


def test_a_profile_keeps_its_lists_in_order() -> None:
    """Repairs and ages become tuples in the order of the file."""
    lists = {"repairs": {"ƫ": "ë", "a": "b"}, "ages": [{"text": "zojuist", "lo": 0, "hi": 60}]}
    profile = ProfileTable.model_validate({**PROFILE, **lists}).value("bode")
    assert profile.repairs == (("ƫ", "ë"), ("a", "b"))
    assert [(age.text, age.lo, age.hi) for age in profile.ages] == [("zojuist", 0, 60)]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("timezone", "Europe/Amsterdm", "perhaps Europe/Amsterdam"),
        ("timezone", "Europe", "must be a time zone"),
        ("timezone", "../../etc/passwd", "must be a time zone"),
        ("timezone", "", "must be a time zone"),
        ("language", "klingon", "must be a language"),
        ("language", "nl_NL", "must be a language"),
        ("language", "", "must be a language"),
        ("home", "bode.example", "must begin with http"),
        ("link", "https://bode.example/", "must hold {slug}"),
        ("link", "https://bode.example/{slug}/{id}", "may hold {slug}, not {id}"),
        ("link", "{slug}", "must begin with http"),
        ("repairs", {"ƫ": 1}, "must be text in quotes"),
        ("ages", [{"text": "zojuist", "lo": 60, "hi": 60}], "must be above lo = 60, not 60"),
        ("boilerplate", ["Webmail", " "], "must not be empty"),
    ],
)
def test_a_profile_that_cannot_work_is_refused(name: str, value: object, what: str) -> None:
    """Unknown zones and languages, links without a slug and lines that would stand everywhere are faults."""
    faults = faults_of(ProfileTable, {**PROFILE, name: value})
    assert len(faults) == 1
    assert what in next(iter(faults.values()))


# -- schema ---------------------------------------------------------------------------------------


def described(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every key that stands for a plain value, in the whole schema and its tables."""
    for table in (schema, *schema["$defs"].values()):
        for name, field in table["properties"].items():
            if "$ref" not in field:
                yield name, field


def test_the_schema_is_complete() -> None:
    """The JSON Schema names its draft, and every key has a meaning and, unless it must be given, a default."""
    schema: Mapping[str, Any] = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    fields = dict(described(schema))
    assert [name for name, field in fields.items() if "description" not in field] == []
    needed = {"path", "site", "key", "every", "name", "lat", "lon"}
    assert {name for name, field in fields.items() if "default" not in field} == needed
    assert json.loads(json.dumps(schema)) == schema


def test_file_and_values_agree_on_defaults() -> None:
    """A file that says nothing means what the values mean by themselves."""
    table = FileTable()
    assert Limits(**table.limits.model_dump()) == Limits()
    assert Selection(**table.selection.model_dump()) == Selection()
    assert table.hub.value() == Hub()
    assert table.texts.index == Texts().index
    assert table.texts.topic.title == Texts().topic.title == "{site} {name}"
