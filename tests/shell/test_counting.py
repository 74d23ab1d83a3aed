"""A capture counts once, at the time that the best evidence tells, however its dumps come in."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

AGED = "Kop\n\nKop\n\nGOES (ANP) - Een bericht.\n\nMeer uit Zeeland\n\nAnder\n\nGOES (ANP) - Nog een.\n\n2 uur geleden\n"
"""A page with an article and a teaser that is two hours old."""
NINE = "2026-03-03T09:00:00Z"
LATER = "2026-03-03T09:45:00Z"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder of dumps."""
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def dump(path: Path, text: str = AGED, mtime: int = 1_772_524_800) -> None:
    """A dump, last changed at 8 o'clock UTC on 3 March 2026 if nothing else is said."""
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def tell(path: Path, **said: object) -> None:
    """A sidecar of a dump."""
    path.with_name(f"{path.name}.meta.json").write_text(json.dumps(said))


def stories(run: Run, **environment: str) -> list[dict[str, Any]]:
    """All stories, newest first."""
    return [json.loads(line) for line in run("stories", "--json", **environment).stdout.splitlines()]


def teaser(run: Run) -> dict[str, Any]:
    """The story that has an age."""
    (found,) = [story for story in stories(run) if story["headline"] == "Ander"]
    return found


def span(run: Run) -> tuple[str, str]:
    """The bounds of its publication."""
    published = teaser(run)["published"]
    return published["not_before"], published["not_after"]


def assert_clean(run: Run, tmp_path: Path) -> None:
    """The stories and all bytes are those of one build of what the inbox now holds."""
    clean = {"FEEDS_OUT": str(tmp_path / "clean/out"), "FEEDS_STORE": f"sqlite:///{tmp_path}/clean/feeds.sqlite"}
    assert run("build", "in", **clean).returncode == 0
    assert stories(run) == stories(run, **clean)
    mine, other = tmp_path / "out", tmp_path / "clean/out"
    names = {path.relative_to(mine) for path in mine.rglob("*.xml")}
    assert names == {path.relative_to(other) for path in other.rglob("*.xml")}
    assert all((mine / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_one_content_under_two_names_is_one_capture(run: Run, inbox: Path, tmp_path: Path) -> None:
    """Its sightings name both dumps, least name first, and no story or sighting is counted twice."""
    dump(inbox / "b.txt")
    run("build", "in")
    dump(inbox / "a.txt", mtime=1_772_528_400)
    done = run("build", "in")
    assert "dumps: 0 new, 2 seen, 0 failed" in done.stderr
    assert [[one["dumps"] for one in story["sightings"]] for story in stories(run)] == [[["a.txt", "b.txt"]]] * 2
    assert {story["sightings"][0]["dump"] for story in stories(run)} == {"a.txt"}
    assert_clean(run, tmp_path)


def test_one_content_at_two_told_times_is_two_captures(run: Run, inbox: Path, tmp_path: Path) -> None:
    """Each narrows the date; a copy that nothing dates adds nothing, whichever of them comes first."""
    dump(inbox / "untold.txt", mtime=1_000_000_000)
    run("build", "in")
    assert span(run)[1] == "2001-09-08T23:46:40Z"
    dump(inbox / "20260303090000-1.txt")
    run("build", "in")
    assert span(run) == ("2026-03-03T06:00:00Z", "2026-03-03T07:00:00Z")
    dump(inbox / "b.txt")
    tell(inbox / "b.txt", captured_at=LATER)
    run("build", "in")
    assert span(run) == ("2026-03-03T06:45:00Z", "2026-03-03T07:00:00Z")
    captured = [(one["dump"], one["captured"]) for one in teaser(run)["sightings"]]
    assert captured == [("20260303090000-1.txt", NINE), ("b.txt", LATER)]
    assert_clean(run, tmp_path)


def test_a_sidecar_may_come_later_and_change(run: Run, inbox: Path, tmp_path: Path) -> None:
    """It may come before its dump, after it, and change: dates, addresses and bytes follow. Gone, it is remembered."""
    page = inbox / "a.txt"
    tell(page, captured_at=NINE)
    assert run("build", "in").returncode == 0
    dump(page)
    run("build", "in")
    assert span(run)[1] == "2026-03-03T07:00:00Z"
    tell(page, captured_between=["2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z"], url="https://www.zeelandnet.nl/x")
    done = run("build", "in")
    assert "dumps: 0 new, 1 seen, 0 failed; stories: 0 new, 2 updated" in done.stderr
    assert span(run) == ("2026-03-03T06:00:00Z", "2026-03-03T08:00:00Z")
    assert {story["link"] for story in stories(run) if story["full_text"]} == {"https://www.zeelandnet.nl/x"}
    assert_clean(run, tmp_path)
    before = stories(run)
    (inbox / "a.txt.meta.json").unlink()
    run("build", "in")
    assert stories(run) == before


def test_a_sidecar_that_comes_after_its_dump_dates_it(run: Run, inbox: Path, tmp_path: Path) -> None:
    """What was dated by its modification time is dated by the sidecar as soon as there is one."""
    dump(inbox / "a.txt")
    run("build", "in")
    assert teaser(run)["sightings"][0]["captured"] == "2026-03-03T08:00:00Z"
    tell(inbox / "a.txt", captured_at=LATER)
    run("build", "in")
    assert teaser(run)["sightings"][0]["captured"] == LATER
    assert_clean(run, tmp_path)


def test_an_unfinished_dump_is_replaced_by_the_whole(run: Run, inbox: Path, tmp_path: Path) -> None:
    """Content that goes on where the old left off takes its place: nothing of the unfinished page is left."""
    dump(inbox / "a.txt", AGED[: AGED.index("Ander") + 3])
    run("build", "in")
    dump(inbox / "a.txt")
    run("build", "in")
    assert [len(story["sightings"]) for story in stories(run)] == [1, 1]
    assert_clean(run, tmp_path)


def test_other_content_at_a_known_path_is_a_further_capture(run: Run, inbox: Path) -> None:
    """What a path held before stays in the feeds, and so does the dump when its file is gone."""
    dump(inbox / "a.txt")
    run("build", "in")
    dump(inbox / "a.txt", AGED.replace("Ander", "Nieuw").replace("Nog een", "Iets nieuws"))
    assert "1 new" in run("build", "in").stderr
    assert {story["headline"] for story in stories(run)} == {"Kop", "Ander", "Nieuw"}
    (kop,) = [story for story in stories(run) if story["headline"] == "Kop"]
    assert len(kop["sightings"]) == 2
    (inbox / "a.txt").unlink()
    assert "0 new, 0 seen" in run("build", "in").stderr
    assert len(stories(run)) == 3


def test_modification_times_can_be_ignored(run: Run, inbox: Path) -> None:
    """With `--mtime ignore` the time of such a dump is unknown, by `trust` it is what the file says."""
    dump(inbox / "a.txt")
    run("build", "in", "--mtime", "ignore")
    assert teaser(run)["published"] == {"not_before": None, "not_after": None, "best": None}
    assert teaser(run)["sightings"][0]["captured"] is None
    assert teaser(run)["first_seen"] == "2026-03-03T08:00:00Z"
    run("build", "in", "--mtime", "trust")
    assert span(run) == ("2026-03-03T05:00:00Z", "2026-03-03T06:00:00Z")
