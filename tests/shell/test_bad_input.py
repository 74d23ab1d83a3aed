"""Bad input gets a clear answer: what cannot be read is named with its reason, everything else is published."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest

ROOT = Path(__file__).parents[2]
NOBODY = 65534

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def page(headline: str, lead: str, *teasers: str) -> str:
    """An article with a list of teasers below it, each with this text for a headline."""
    listed = "".join(f"{one}\n\nGOES (ANP) - {one} is gebeurd.\n\n2 uur geleden\n" for one in teasers)
    return f"{headline}\n\n{headline}\n\nGOES (ANP) - {lead}\n\nMeer uit Zeeland\n\n{listed}"


def lines(text: str) -> list[dict[str, Any]]:
    """JSON Lines as values."""
    return [json.loads(line) for line in text.splitlines()]


def configured(folder: Path, limits: str) -> str:
    """A configuration with these limits, and with `in` below the folder as its source."""
    file = folder / "feeds.toml"
    file.write_text(f'[[sources]]\npath = "in"\nsite = "zeelandnet"\n[limits]\n{limits}\n')
    (folder / "in").mkdir(exist_ok=True)
    return str(file)


def headlines(folder: Path) -> set[str]:
    """The headlines that the feed of everything below a folder shows, read as a reader reads it."""
    feed = feedparser.parse((folder / "out/all/atom.xml").read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    return {entry.title for entry in feed.entries}


BAD = {
    "empty.txt": "empty",
    "blank.txt": "empty",
    "noise.txt": "binary",
    "image.txt": "binary: looks like an image",
    "utf16.txt": "binary: looks like UTF-16",
    "dangling.txt": "dangling link",
    "circle-a.txt": "circular link",
    "circle-b.txt": "circular link",
    "loop": "circular link",
    "fifo.txt": "FIFO",
    "device.txt": "device",
    "huge.txt": "too large: 200000000 bytes",
    "bad\\n\\xff.txt": "empty",
}
"""What a messy folder holds that cannot be read, and what has to be said of it."""

GOOD = {"Gewoon", "Café dicht", "Nullen", "In een map", "Regelnaam", "Bytesnaam", "Windows", "L" * 10_000}
"""The headlines of what it holds besides."""


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A folder of dumps of every kind."""
    folder = tmp_path / "messy"
    (folder / "x.txt").mkdir(parents=True)
    good = {
        b"good.txt": page("Gewoon", "Een gewoon bericht."),
        b"x.txt/y.txt": page("In een map", "Een bericht in een map."),
        b"a\nb.txt": page("Regelnaam", "Een bericht met een vreemde naam."),
        b"\xff\xfe.txt": page("Bytesnaam", "Een bericht met een nog vreemdere naam."),
        b"long.txt": page("L" * 10_000, "Een bericht met een lange kop."),
        b"nul.txt": page("Nul\0len", "Een bericht\x07 met stuurtekens\x1b[31m."),
        b"crlf.txt": page("Windows", "Een bericht met andere regeleinden.").replace("\n", "\r\n"),
        b"terms.txt": "Webmail\n\nKies je webmail\n",
    }
    for name, text in good.items():
        (folder / os.fsdecode(name)).write_bytes(text.encode())
    (folder / "latin1.txt").write_bytes(page("Café dicht", "Een bericht in Latin-1.").encode("latin-1"))
    (folder / "empty.txt").touch()
    (folder / os.fsdecode(b"bad\n\xff.txt")).touch()
    (folder / "blank.txt").write_text("\ufeff \n\t\n")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    (folder / "utf16.txt").write_bytes(page("Zestien", "Een bericht in UTF-16.").encode("utf-16"))
    (folder / "dangling.txt").symlink_to("nowhere")
    (folder / "circle-a.txt").symlink_to("circle-b.txt")
    (folder / "circle-b.txt").symlink_to("circle-a.txt")
    (folder / "loop").symlink_to(".")
    (folder / "device.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "fifo.txt")
    with (folder / "huge.txt").open("wb") as sparse:
        sparse.truncate(200_000_000)
    return folder


def test_bad_dumps_are_named_and_the_others_published(
    command: Callable[..., list[str]], run: Run, messy: Path, tmp_path: Path
) -> None:
    """Every bad dump is a problem with its reason, every other is in the feeds, and a second build tries none again."""
    done = subprocess.run(command("build", str(messy)), capture_output=True, cwd=tmp_path, timeout=60, check=False)
    said = done.stderr.decode("utf-8", "strict")
    assert (done.returncode, done.stdout) == (1, b""), said
    assert f"dumps: 9 new, 0 seen, {len(BAD)} failed" in said
    problems = {one["dump"]: one["reason"] for one in lines(run("problems", "--json").stdout)}
    assert problems.keys() == BAD.keys()
    assert {name for name, reason in BAD.items() if reason not in problems[name]} == set()
    assert [f"feeds: {name}: {reason}" for name, reason in problems.items() if f"{name}: {reason}" not in said] == []
    assert headlines(tmp_path) == GOOD
    feed = feedparser.parse((tmp_path / "out/all/rss.xml").read_bytes())
    assert (bool(feed.bozo), len(feed.entries)) == (False, len(GOOD))
    again = run("build", str(messy))
    assert again.returncode == 0
    assert f"dumps: 0 new, {9 + len(BAD)} seen, 0 failed" in again.stderr
    assert len(lines(run("problems", "--json").stdout)) == len(BAD)
    table = run("problems").stdout
    assert all(name in table for name in BAD)


def test_parse_reads_the_same_folder(run: Run, messy: Path) -> None:
    """Every readable dump is a line of JSON, boilerplate alone is of kind `other`, the rest is named on stderr."""
    done = run("parse", str(messy))
    pages = {one["dump"]: one for one in lines(done.stdout)}
    assert done.returncode == 1
    assert len(pages) == 9
    assert {name for name, one in pages.items() if one["kind"] == "other"} == {"terms.txt"}
    assert pages["terms.txt"]["article"] is None
    assert all(name in done.stderr for name in BAD)
    assert pages["a\\nb.txt"]["article"]["headline"] == "Regelnaam"


def test_a_bound_can_be_set(run: Run, tmp_path: Path) -> None:
    """A dump over `limits.max_dump_bytes` is a problem; where the bound is raised it is taken in after all."""
    config = configured(tmp_path, "max_dump_bytes = 400")
    (tmp_path / "in/small.txt").write_text(page("Klein", "Kort bericht."))
    (tmp_path / "in/large.txt").write_text(page("Groot", "Lang bericht. " * 40))
    done = run("build", "--config", config)
    assert done.returncode == 1
    assert re.search(r"large.txt: too large: \d+ bytes, the bound is 400", done.stderr)
    assert headlines(tmp_path) == {"Klein"}
    configured(tmp_path, "max_dump_bytes = 4000")
    assert run("build", "--config", config).returncode == 0
    assert headlines(tmp_path) == {"Klein", "Groot"}
    assert run("problems", "--json").stdout == ""


def test_a_list_without_end_is_read_in_part(run: Run, tmp_path: Path) -> None:
    """More teasers than `limits.max_teasers` are a problem; so many of them are published."""
    config = configured(tmp_path, "max_teasers = 3")
    (tmp_path / "in/endless.txt").write_text(page("Kop", "Een bericht.", *(f"Bericht {n}" for n in range(2000))))
    done = run("build", "--config", config)
    assert done.returncode == 1
    assert "endless.txt: more than 3 teasers" in done.stderr
    assert headlines(tmp_path) == {"Kop", "Bericht 0", "Bericht 1", "Bericht 2"}
    assert run("build", "--config", config).returncode == 0
    assert [one["dump"] for one in lines(run("problems", "--json").stdout)] == ["endless.txt"]


def test_a_mended_dump_is_no_problem_any_more(run: Run, tmp_path: Path) -> None:
    """A dump that could not be read is taken in as soon as it can be, and its problem is gone."""
    (tmp_path / "in").mkdir()
    for name in ("empty.txt", "link.txt"):
        (tmp_path / "in" / name).symlink_to(tmp_path / f"target-{name}")
    assert run("build", "in").returncode == 1
    for name in ("empty.txt", "link.txt"):
        (tmp_path / f"target-{name}").write_text(page(name, f"Bericht uit {name}."))
    assert run("build", "in").returncode == 0
    assert headlines(tmp_path) == {"empty.txt", "link.txt"}
    assert run("problems", "--json").stdout == ""


AS_NOBODY = """
import os, sys
from feeds.cli import feeds

def build(dumps, out):
    return feeds(["build", dumps, "--out", out], standalone_mode=False)

build("warm", "root/out")  # what a build imports is loaded while it may be read
if os.getuid() == 0:
    os.chown(".", 65534, 65534)
    os.setuid(65534)
print(build("in", "out"))
os.chmod("in/secret.txt", 0o644)
print(build("in", "out"))
"""


def test_a_dump_without_permission_is_named() -> None:
    """What this user may not read, file or folder, is a problem until it may; the rest is published."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("in/closed", "warm", "root"):
            (root / name).mkdir(parents=True)
        (root / "warm/good.txt").write_text(page("Gewoon", "Een gewoon bericht."))
        (root / "in/good.txt").write_text(page("Gewoon", "Een gewoon bericht."))
        (root / "in/secret.txt").write_text(page("Geheim", "Een geheim bericht."))
        for name in ("in/secret.txt", "in/closed"):
            (root / name).chmod(0)
            os.chown(root / name, *(NOBODY, NOBODY) if os.getuid() == 0 else (-1, -1))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        script = [sys.executable, "-c", AS_NOBODY]
        done = subprocess.run(script, capture_output=True, text=True, cwd=folder, env=environment, check=False)
        (root / "in/closed").chmod(0o700)
        assert done.stdout.split() == ["1", "0"], done.stderr
        assert "secret.txt: cannot be read: Permission denied" in done.stderr
        assert "closed: a folder that cannot be listed: Permission denied" in done.stderr
        assert "dumps: 1 new, 0 seen, 2 failed; stories: 1 new" in done.stderr
        assert "dumps: 1 new, 2 seen, 0 failed; stories: 1 new" in done.stderr


def test_a_malformed_sidecar_does_not_cost_its_dump(run: Run, tmp_path: Path) -> None:
    """The dump is taken in, the sidecar is a problem until it is mended, and then it dates the stories."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(page("Kop", "Een bericht.", "Ander"))
    sidecar = tmp_path / "in/a.txt.meta.json"
    sidecar.write_text('{"captured_at": "gisteren"}')
    done = run("build", "in")
    assert done.returncode == 1
    assert "a.txt: malformed sidecar: captured_at" in done.stderr
    assert headlines(tmp_path) == {"Kop", "Ander"}
    assert run("build", "in").returncode == 0
    assert [one["dump"] for one in lines(run("problems", "--json").stdout)] == ["a.txt"]
    sidecar.write_text('{"captured_at": "2026-03-03T09:00:00Z"}')
    assert run("build", "in").returncode == 0
    assert run("problems", "--json").stdout == ""
    dated = [story for story in lines(run("stories", "--json").stdout) if story["headline"] == "Ander"]
    assert dated[0]["published"]["best"] == "2026-03-03T06:30:00Z"
    assert dated[0]["first_seen"] == "2026-03-03T09:00:00Z"


def test_a_source_that_is_not_there_makes_no_store(run: Run, tmp_path: Path) -> None:
    """A folder that does not exist is told, and leaves neither a store nor an empty folder of feeds."""
    done = run("build", str(tmp_path / "nonexist"))
    assert done.returncode == 2
    assert "nonexist: cannot be read" in done.stderr
    assert list(tmp_path.iterdir()) == []
