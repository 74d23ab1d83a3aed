"""Files of JSON Lines, built and asked for: every row is a dump, read once, whatever becomes of the file."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from daemons import Site, rows, tree, until

HOUR = "2026-03-03T{:02}:00:00Z"


def row(number: int, **said: object) -> str:
    """A line with a page of its own, captured at that hour."""
    headline = f"Kop {number}"
    text = (
        f"{headline}\n\n{headline}\n\nGOES (ANP) - Het is bericht nummer {number} van deze dag.\n\nMeer uit Zeeland\n"
    )
    return json.dumps({"text": text, "date": HOUR.format(number), **said}) + "\n"


def counted(done: subprocess.CompletedProcess[str]) -> str:
    """How many dumps a build says were new, seen and failed."""
    return done.stderr.splitlines()[-1].partition(";")[0].removeprefix("dumps: ")


def problems(site: Site) -> list[tuple[str, str]]:
    """What `feeds problems` lists: kind and reason."""
    return [(one["kind"], one["reason"]) for one in map(json.loads, site.run("problems", "--json").stdout.splitlines())]


def sightings(site: Site) -> set[tuple[str, str, int, str]]:
    """Every sighting as `feeds stories` lists it: headline, dump, row, time."""
    stories: list[dict[str, Any]] = [json.loads(line) for line in site.run("stories", "--json").stdout.splitlines()]
    return {
        (story["headline"], one["dump"], one["record"], one["captured"])
        for story in stories
        for one in story["sightings"]
    }


@pytest.fixture
def crawl(site: Site) -> Path:
    """Where the file of the inbox will be."""
    return site.inbox / "crawl.jsonl"


def test_rows_are_dumps(site: Site, crawl: Path) -> None:
    """A folder with both kinds is built: each row counts, is parsed, listed and known again; the record is its line."""
    crawl.write_text(row(0, url="https://www.zeelandnet.nl/nieuws/kop-0") + "\n" + row(1))
    (site.inbox / "20260303020000.txt").write_text(json.loads(row(2))["text"])
    assert counted(site.run("build")) == "3 new, 0 seen, 0 failed"
    assert counted(site.run("build")) == "0 new, 3 seen, 0 failed"
    assert sightings(site) == {
        ("Kop 0", "crawl.jsonl", 0, HOUR.format(0)),
        ("Kop 1", "crawl.jsonl", 2, HOUR.format(1)),
        ("Kop 2", "20260303020000.txt", 0, HOUR.format(2)),
    }
    done = site.run("parse", str(site.inbox))
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(page["dump"], page["record"], page["captured"]["source"]) for page in pages] == [
        ("20260303020000.txt", 0, "name"),
        ("crawl.jsonl", 0, "record"),
        ("crawl.jsonl", 2, "record"),
    ]
    assert pages[1]["url"] == "https://www.zeelandnet.nl/nieuws/kop-0"
    story = json.loads(site.run("stories", "--json").stdout.splitlines()[0])
    explained = json.loads(site.run("explain", story["id"], "--json").stdout)
    assert explained["sightings"][0]["record"] == story["sightings"][0]["record"]
    shown = [
        site.run("explain", json.loads(line)["id"]).stdout for line in site.run("stories", "--json").stdout.splitlines()
    ]
    assert [any(f" crawl.jsonl:{line} " in one for one in shown) for line in (1, 2, 3)] == [True, False, True]
    assert site.run("check").returncode == 0


def test_appended_rows_are_read_alone(site: Site, crawl: Path) -> None:
    """What was read is not read again; a half row waits with a word, and the end is what one clean build publishes."""
    crawl.write_text(row(0) + row(1))
    site.run("build")
    half = len(row(3)) // 2
    with crawl.open("a") as file:
        file.write(row(2) + row(3)[:half])
    done = site.run("build")
    assert (counted(done), done.returncode) == ("1 new, 0 seen, 0 failed", 0)
    assert "crawl.jsonl: its last line is not finished" in done.stderr
    with crawl.open("a") as file:
        file.write(row(3)[half:].rstrip())
    assert counted(site.run("build")) == "1 new, 0 seen, 0 failed"
    assert counted(site.run("build")) == "0 new, 4 seen, 0 failed"
    assert tree(site.out) == site.clean()


def test_a_rotated_file_adds_to_what_was_read(site: Site, crawl: Path) -> None:
    """Cut off and begun anew, moved away, or rewritten: nothing is lost, and nothing that was known is new."""
    crawl.write_text(row(0) + row(1) + row(2))
    site.run("build")
    crawl.rename(site.inbox / "crawl.1.jsonl")
    crawl.write_text(row(3))
    assert counted(site.run("build")) == "1 new, 3 seen, 0 failed"
    crawl.write_text(row(1) + row(4) + row(5) + row(6))  # longer, and another file
    assert counted(site.run("build")) == "3 new, 4 seen, 0 failed"
    with crawl.open("a") as file:
        file.write(row(4) + row(7) + row(7))
    assert counted(site.run("build")) == "1 new, 5 seen, 0 failed"
    assert {one for one in sightings(site) if one[0] in {"Kop 4", "Kop 7"}} == {
        ("Kop 4", "crawl.jsonl", 1, HOUR.format(4)),
        ("Kop 7", "crawl.jsonl", 5, HOUR.format(7)),
    }, "a row that is repeated is one capture, at its first place"
    crawl.write_text(row(6, date=HOUR.format(7)))
    assert counted(site.run("build")) == "1 new, 3 seen, 0 failed", "a known page at another time is another capture"
    found = sightings(site)
    assert {one[0] for one in found} == {f"Kop {number}" for number in range(8)}
    assert {one[3] for one in found if one[0] == "Kop 6"} == {HOUR.format(6), HOUR.format(7)}
    assert ("Kop 1", "crawl.1.jsonl", 1, HOUR.format(1)) in found, "the least name, and the row there"


def test_bad_rows_are_named_and_mended(site: Site, crawl: Path) -> None:
    """Each is a problem with its line, the others are published, and the problem goes when the row is good."""
    bad = "x" * len(row(1)) + "\n"
    crawl.write_text(row(0) + bad + row(2, date="gisteren") + '{"text": "\\u0000\\u0001"}\n' + row(4))
    done = site.run("build")
    assert (counted(done), done.returncode) == ("3 new, 0 seen, 3 failed", 1)
    assert "feeds: inbox/crawl.jsonl: line 2: not JSON: Expecting value, column 1\n" in done.stderr
    named = problems(site)
    assert [(kind, reason.partition(": ")[0]) for kind, reason in named] == [
        ("row", "line 2"),
        ("row", "line 3"),
        ("row", "line 4"),
    ]
    assert counted(site.run("build")) == "0 new, 3 seen, 0 failed", "they are not tried again"
    crawl.write_text(crawl.read_text().replace(bad, row(1) + "\n").replace("gisteren", HOUR.format(2)))
    site.run("build")
    assert [reason.partition(": ")[0] for _, reason in problems(site)] == ["line 5"]
    assert {one[3] for one in sightings(site)} == {HOUR.format(number) for number in (0, 1, 2, 4)}
    with crawl.open("a") as file:
        file.write(row(6, date="gisteren"))
    crawl.with_name("crawl.jsonl.meta.json").write_text("{")
    parsed = site.run("parse", str(crawl))
    assert (parsed.returncode, len(parsed.stdout.splitlines())) == (1, 5)
    wrong = [line.split(": ")[2] for line in parsed.stderr.splitlines()]
    assert wrong == ["malformed sidecar", "line 5", "line 7"], "what lies beside it is told once"


def test_a_million_bad_rows_fill_nothing(site: Site, crawl: Path) -> None:
    """Only the first are listed, one line tells of all the others, and the page among them is published."""
    crawl.write_text("bad\n" * 500_000 + row(0) + "bad\n" * 500_000)
    done = site.run("build")
    assert counted(done) == "1 new, 0 seen, 51 failed"
    named = problems(site)
    assert len(named) == 51
    told = "999950 more bad rows, the last in line 1000001: not JSON: Expecting value, column 1"
    assert named[0] == ("rows", told)
    assert done.stderr.count("more bad rows") == 1
    with crawl.open("a") as appended:
        appended.write("bad\n")
    assert counted(site.run("build")) == "0 new, 0 seen, 1 failed", "also what is not listed fails"
    assert len(done.stderr) < 10_000
    assert sightings(site) == {("Kop 0", "crawl.jsonl", 500_000, HOUR.format(0))}


def test_only_a_row_has_a_bound(site: Site, crawl: Path) -> None:
    """A file may be larger than any dump; a row that is not is refused, and never waited for to its end."""
    site.configure(daemon="[limits]\nmax_dump_bytes = 1000")
    crawl.write_text("".join(map(row, range(10))) + " " * 300_000)
    done = site.run("build")
    assert counted(done) == "10 new, 0 seen, 1 failed"
    assert problems(site) == [("row", "line 11: too large: over the bound of 1000 bytes (limits.max_dump_bytes)")]
    with crawl.open("a") as file:
        file.write("\n" + row(11))
    assert counted(site.run("build")) == "1 new, 0 seen, 0 failed"
    assert tree(site.out) == site.clean()


def test_a_row_is_tried_again_under_a_higher_bound(site: Site, crawl: Path) -> None:
    """What was too large comes in when the bound is raised, though its file is as it was."""
    site.configure(daemon="[limits]\nmax_dump_bytes = 300")
    crawl.write_text(row(0) + row(1, more="x" * 300) + row(2))
    assert counted(site.run("build")) == "2 new, 0 seen, 1 failed"
    site.configure(daemon="[limits]\nmax_dump_bytes = 3000")
    assert counted(site.run("build")) == "1 new, 2 seen, 0 failed"
    assert problems(site) == []
    assert tree(site.out) == site.clean()


def test_a_file_that_was_edited_is_read_anew(site: Site, crawl: Path) -> None:
    """An editor that puts another file in its place is noticed, even if a row was appended before the next look."""
    crawl.write_text("".join(map(row, range(20))))
    assert counted(site.run("build")) == "20 new, 0 seen, 0 failed"
    other = crawl.with_name("other.tmp")
    other.write_text(crawl.read_text().replace("bericht nummer 1 van", "verhaal nummer 1 van") + row(20))
    other.rename(crawl)
    assert counted(site.run("build")) == "2 new, 19 seen, 0 failed"


def test_what_lies_beside_a_file_speaks_for_silent_rows(site: Site, crawl: Path) -> None:
    """A sidecar, before or after, tells of rows that say nothing; the name does after it, the file's time never."""
    silent = json.dumps({"text": json.loads(row(1))["text"]}) + "\n"
    crawl.write_text(row(0) + silent)
    done = site.run("build")
    assert "crawl.jsonl: some rows do not say when they were captured (date)" in done.stderr
    parsed = [json.loads(line)["captured"]["source"] for line in site.run("parse", str(crawl)).stdout.splitlines()]
    assert parsed == ["record", "unknown"]
    (site.inbox / "crawl.jsonl.meta.json").write_text(json.dumps({"captured_at": HOUR.format(5)}))
    assert counted(site.run("build")) == "0 new, 2 seen, 0 failed"
    assert {one[3] for one in sightings(site)} == {HOUR.format(0), HOUR.format(5)}
    assert tree(site.out) == site.clean()
    (site.inbox / "crawl.jsonl.meta.json").unlink()
    os.utime(crawl)
    site.run("build")
    assert {one[3] for one in sightings(site)} == {HOUR.format(0), HOUR.format(5)}, "what is removed changes nothing"
    crawl.rename(site.inbox / "20260303060000.jsonl")
    site.run("build")
    assert ("Kop 1", "20260303060000.jsonl", 1, HOUR.format(6)) in sightings(site)
    (site.inbox / "20260303060000.jsonl.meta.json").write_text("{")
    assert counted(site.run("build")) == "0 new, 2 seen, 1 failed"
    with (site.inbox / "20260303060000.jsonl").open("a") as file:
        file.write(row(0))
    assert counted(site.run("build")) == "0 new, 1 seen, 0 failed", "what is wrong beside a file is told once"
    assert [kind for kind, _ in problems(site)] == ["sidecar"]


def test_rows_before_any_date_stand_where_their_file_does(site: Site, crawl: Path) -> None:
    """What nothing dates has no date, and stands at the file's modification time, not in 1970."""
    crawl.write_text(row(0, date=None))
    os.utime(crawl, (1_772_000_000, 1_772_000_000))
    assert "some rows do not say when they were captured" in site.run("build").stderr
    (story,) = map(json.loads, site.run("stories", "--json").stdout.splitlines())
    assert story["first_seen"] == "2026-02-25T06:13:20Z"
    assert [one["captured"] for one in story["sightings"]] == [None]


def test_a_row_that_takes_too_long_is_set_aside(site: Site, crawl: Path) -> None:
    """It is named with its line, the others are published; under a higher bound it is tried again."""
    hostile = json.dumps(
        {"text": "Kop\n\nKop\n\nGOES (ANP) - Lang bericht.\n\n" + "1\n" * 700_000, "date": HOUR.format(1)}
    )
    crawl.write_text(row(0) + hostile + "\n" + row(2))
    site.configure(daemon="[limits]\nmax_parse_seconds = 0.05")
    assert counted(site.run("build")) == "2 new, 0 seen, 1 failed"
    assert [(kind, reason[:18]) for kind, reason in problems(site)] == [("failed", "line 2: takes long")]
    assert counted(site.run("build")) == "0 new, 2 seen, 0 failed"
    site.configure()
    assert counted(site.run("build")) == "1 new, 2 seen, 0 failed"
    assert problems(site) == []


def test_a_killed_build_goes_on_where_it_was(site: Site, crawl: Path) -> None:
    """Killed between the portions of a file, it takes in the rest the next time, none twice, as a clean build does."""
    crawl.write_bytes(b"".join(rows(6000)))
    process = subprocess.Popen(site.command("build"), env=site.env(), cwd=site.folder, stderr=subprocess.DEVNULL)
    until(lambda: 0 < kept(site) or process.poll() is not None, "a first portion")
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = kept(site)
    assert before < 6000
    assert counted(site.run("build")) == f"{6000 - before} new, 0 seen, 0 failed"
    assert tree(site.out) == site.clean()


def kept(site: Site) -> int:
    """How many contents the store has; 0 while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{site.store}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM contents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


MEASURED = """
import os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(usage.ru_maxrss // 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A program that runs another and says how many MiB that had: a child of this process would inherit its own peak."""


@pytest.mark.parametrize(("size", "most"), [(20_000, 260), pytest.param(200_000, 420, marks=pytest.mark.big)])
def test_a_large_file_is_read_in_portions(site: Site, crawl: Path, size: int, most: int) -> None:
    """Memory is that of a portion and of the feeds, whatever the size of the file; what is appended is read alone."""
    with crawl.open("wb") as lines:
        lines.writelines(rows(size))
    command = [sys.executable, "-c", MEASURED, *site.command("build")]
    done = subprocess.run(command, env=site.env(), cwd=site.folder, capture_output=True, text=True, check=True)
    assert int(done.stdout) < most, done.stderr
    assert kept(site) == size
    with crawl.open("a") as file:
        file.write(row(0))
    assert counted(site.run("build")) == "1 new, 0 seen, 0 failed"
