"""What the commands promise scripts and people: data on stdout alone, fixed shapes, clear refusals, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from feeds.cli import feeds, main
from feeds.config import json_schema

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
COMMANDS = ("build", "parse", "stories", "explain", "list", "problems", "check", "init", "config", "schema")

Lines = list[dict[str, Any]]


def feeds_in(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`feeds` in a process of its own, in a folder."""
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    script = [sys.executable, "-m", "feeds", *words]
    return subprocess.run(script, capture_output=True, text=True, cwd=folder, env=env, check=False)


def lines(text: str) -> Lines:
    """JSON Lines as values."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the seeds have been built."""
    folder = tmp_path_factory.mktemp("home")
    done = feeds_in(folder, "build", str(SEEDS))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert re.fullmatch(
        r"dumps: 5 new, 0 seen, 0 failed; stories: 40 new, 0 updated; feeds: 44 written, 0 unchanged; "
        r"\d+\.\d seconds\n",
        done.stderr,
    )
    return folder


@pytest.fixture(scope="module")
def stories(home: Path) -> Lines:
    """All stories of the seeds as JSON."""
    done = feeds_in(home, "stories", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return lines(done.stdout)


# -- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)])
def test_help_comes_with_an_example(words: list[str]) -> None:
    """Every command has a help with an example, and leaves with 0; the group lists them all."""
    done = CliRunner().invoke(feeds, [*words, "--help"])
    assert done.exit_code == 0
    assert re.search(rf"Example: feeds {' '.join(words)}", done.stdout)
    assert words or all(re.search(rf"^  {command} ", done.stdout, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["build", "--nonsense"],
        ["build", "no-such-file"],
        ["parse"],
        ["parse", "no-such-file"],
        ["stories", "--limit", "few"],
        ["stories", "--limit", "-1"],
        ["stories", "--since", "yesterday"],
        ["explain"],
        ["explain", "ffffffffffffffff"],
        ["explain", "no id at all"],
        ["build", "--mtime", "guess"],
        ["stories", "--config", "no-such.toml"],
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    home: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said on stderr, nothing is on stdout, and the code is 2."""
    monkeypatch.chdir(home)
    monkeypatch.setattr(sys, "argv", ["feeds", *words])
    with pytest.raises(SystemExit) as leaving:
        main()
    said = capsys.readouterr()
    assert (leaving.value.code, said.out) == (2, "")
    assert said.err


def test_every_mistake_of_a_configuration_is_named(tmp_path: Path) -> None:
    """Each with file and line: wrong values, unknown keys with the nearest known one, profiles that are not there."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeds.toml").write_text(
        'base_ur = "http://a.example"\nlog_level = "loud"\n\n[[sources]]\npath = "in"\nsite = "zeelandnetje"\n'
        "[limits]\nmax_teasers = 0\nmax_dump_byte = 1\n"
    )
    done = feeds_in(tmp_path, "build")
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.splitlines()
    assert len(said) == 5
    for line, (number, what) in zip(
        said,
        [(1, "base_url"), (2, "log_level"), (6, "zeelandnet"), (8, "max_teasers"), (9, "max_dump_bytes")],
        strict=True,
    ):
        assert re.match(rf"feeds: config/feeds.toml:{number}: .*{what}", line), line


# -- asking ---------------------------------------------------------------------------------------


STORY = {
    "id": str, "headline": str, "summary": str, "link": str | None, "link_kind": str | None, "topics": list,
    "datelines": list, "agencies": list, "places": list, "published": dict, "first_seen": str, "updated": str,
    "full_text": bool, "revisions": int, "sightings": list,
}  # fmt: skip
PARTS = {
    "places": {"name", "country", "geonames", "lat", "lon"},
    "sightings": {"dump", "dumps", "record", "role", "position", "captured", "age"},
}


def test_stories_have_the_shape_of_the_contract(stories: Lines) -> None:
    """Exactly these keys, with values of these types."""
    assert len(stories) == 40
    for story in stories:
        assert story.keys() == STORY.keys()
        assert all(isinstance(story[key], kind) for key, kind in STORY.items())
        assert story["published"].keys() == {"not_before", "not_after", "best"}
        for part, keys in PARTS.items():
            assert all(one.keys() == keys for one in story[part])
        assert story["link_kind"] in {"captured", "derived"}
        assert all((one["role"] == "article") == (one["position"] == -1) for one in story["sightings"])


def test_stories_come_newest_first(stories: Lines) -> None:
    """Sorted by `best`, else by when they were first seen; ties by id."""
    keys = [(story["published"]["best"] or story["first_seen"], story["id"]) for story in stories]
    newest = sorted(sorted(keys, key=lambda key: key[1]), key=lambda key: key[0], reverse=True)
    assert keys == newest


def test_stories_can_be_chosen(home: Path, stories: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """By topic and place, as printed or as in addresses; by time; and no more than asked for."""

    def chosen(*words: str) -> Lines:
        return lines(CliRunner().invoke(feeds, ["stories", "--json", *words], catch_exceptions=False).stdout)

    monkeypatch.chdir(home)
    assert chosen("--topic", "Buitenland") == stories
    assert chosen("--topic", "Sport") == []
    there = [story for story in stories if "MALMÖ" in story["datelines"]]
    assert there
    assert chosen("--dateline", "MALMÖ", "--topic", "buitenland") == chosen("--dateline", "malmo") == there
    since = stories[9]["published"]["best"]
    assert chosen("--since", since) == [s for s in stories if (s["published"]["best"] or s["first_seen"]) >= since]
    assert chosen("--limit", "3") == stories[:3]
    assert chosen("--limit", "0") == []


def test_a_table_is_for_people(home: Path, stories: Lines) -> None:
    """Without `--json` there is a line for each story, with the key that `explain` takes; no colours in a pipe."""
    done = feeds_in(home, "stories", "--limit", "5")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(story["id"].rpartition("/")[2] in done.stdout for story in stories[:5])
    assert stories[5]["id"].rpartition("/")[2] not in done.stdout
    assert "\x1b" not in done.stdout


def test_a_story_is_explained(home: Path, stories: Lines) -> None:
    """By its whole id or the key at its end; as JSON it holds the story and what each sighting says of its date."""
    story = next(story for story in stories if story["published"]["best"])
    key = story["id"].rpartition("/")[2]
    (found,) = lines(feeds_in(home, "explain", story["id"], "--json").stdout)
    assert {name: found[name] for name in STORY} == story
    assert [one["dump"] for one in found["dating"]] == [one["dump"] for one in story["sightings"]]
    told = feeds_in(home, "explain", key)
    assert (told.returncode, told.stderr) == (0, "")
    plain = " ".join(told.stdout.split())
    assert story["id"] in plain
    assert story["headline"] in plain
    assert all(one["dump"] in plain and one["age"] in plain for one in story["sightings"])


def test_feeds_are_listed(home: Path) -> None:
    """Each with key, title, entries, newest entry and address; the addresses lead to files in `out/`."""
    found = lines(feeds_in(home, "list", "--json", FEEDS_BASE_URL="https://feeds.example/news").stdout)
    assert len(found) == 44
    for one in found:
        assert {"key", "title", "entries", "newest", "address"} <= one.keys()
        assert one["address"].startswith(f"https://feeds.example/news/{one['key']}/")
        assert (home / "out" / one["address"].removeprefix("https://feeds.example/news/")).is_file()
    assert {one["key"]: one["entries"] for one in found}["topic/buitenland"] == 40
    table = feeds_in(home, "list")
    assert all(one["key"] in table.stdout for one in found)


def test_nothing_wrong_is_no_data(home: Path) -> None:
    """Without problems there is nothing on stdout; what a person would like to know is on stderr."""
    assert feeds_in(home, "problems", "--json").stdout == ""
    table = feeds_in(home, "problems")
    assert (table.returncode, table.stdout, table.stderr) == (0, "", "no problems\n")


# -- parsing and setting --------------------------------------------------------------------------

PAGE = {"dump", "record", "site", "kind", "url", "captured", "topic", "article", "teasers", "latest", "residue"}
ARTICLE = {"headline", "dateline", "lead", "body", "byline", "published"}
TEASER = {"position", "headline", "dateline", "text", "age", "age_seconds", "truncated"}


def test_parse_prints_a_page_a_line(tmp_path: Path) -> None:
    """For files and folders, in the shape of the contract, without touching a store."""
    first = min(SEEDS.glob("*.txt"))
    one = feeds_in(tmp_path, "parse", str(first))
    every = feeds_in(tmp_path, "parse", str(SEEDS))
    assert (one.returncode, one.stderr, every.returncode, every.stderr) == (0, "", 0, "")
    pages = lines(every.stdout)
    assert len(pages) == 5
    assert lines(one.stdout) == [pages[0]]
    for page in pages:
        assert page.keys() == PAGE
        assert page["captured"].keys() == {"not_before", "not_after", "source"}
        assert page["captured"]["source"] == "sidecar"
        assert page["article"].keys() == ARTICLE
        assert page["article"]["dateline"].keys() == {"raw", "places", "agencies"}
        assert all(block.keys() == {"kind", "text"} for block in page["article"]["body"])
        assert page["article"]["body"][0]["text"] == page["article"]["lead"]
        assert [teaser["position"] for teaser in page["teasers"]] == list(range(7))
        assert all(teaser.keys() == TEASER for teaser in page["teasers"])
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_names_its_origins(tmp_path: Path) -> None:
    """A flag beats the environment, the environment the file: every value in force says where it is from."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config/feeds.toml").write_text('base_url = "http://a.example"\n[limits]\nmax_teasers = 7\n')
    done = feeds_in(tmp_path, "config", FEEDS_BASE_URL="http://b.example")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"base_url = .*http://b.example.*# .*FEEDS_BASE_URL", done.stdout)
    assert re.search(r"limits.max_teasers = 7 .*# .*config/feeds.toml:3", done.stdout)
    assert re.search(r"limits.max_dump_bytes = .*# default", done.stdout)


def test_the_schema_is_one(tmp_path: Path) -> None:
    """It is JSON Schema, for the whole file, and closed: an editor can tell a misspelt key."""
    done = feeds_in(tmp_path, "schema")
    schema = json.loads(done.stdout)
    assert (done.returncode, schema) == (0, json_schema())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    references = set(re.findall(r'"#/\$defs/(\w+)"', done.stdout))
    assert references == schema["$defs"].keys()


def test_check_finds_what_is_wrong(home: Path, tmp_path: Path) -> None:
    """All is in order with 0; without store or sources each thing is named, with what to do, and the code is 1."""
    (home / "seeds").symlink_to(SEEDS)
    fine = feeds_in(home, "check")
    assert (fine.returncode, fine.stdout) == (0, "")
    (home / "seeds").unlink()
    bare = feeds_in(tmp_path, "check")
    assert bare.returncode == 1
    assert "feeds build" in bare.stdout
    assert "seeds: warning: does not exist" in bare.stderr


def test_a_closed_pipe_is_no_error(home: Path) -> None:
    """`feeds ... | head -1` ends in silence and with 0, however much is left unread."""
    for words in ("stories --json", f"parse {SEEDS} {SEEDS} {SEEDS}", "problems --help"):
        script = f"'{sys.executable}' -m feeds {words} | head -1 > /dev/null; echo ${{PIPESTATUS[0]}}"
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        pipe = ["bash", "-c", script]
        done = subprocess.run(pipe, capture_output=True, text=True, cwd=home, env=environment, check=False)
        assert (done.stdout, done.stderr) == ("0\n", "")
