"""Whatever a crawler's habit of writing: each dump is taken in once, whole, and never half a page is published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from daemons import SEEDS, Daemon, Site, tree, until

NAME = "20260303090500-0001.txt"
TEXT = (SEEDS / "000_96b1f3e1a80901d2.txt").read_bytes()

Halves = tuple[bytes, bytes]
Between = Callable[[], None]
"""What happens after the first half was written: the daemon has every occasion to read it."""


def write_in_place(inbox: Path, halves: Halves, between: Between, _elsewhere: Path) -> None:
    """Open, write, go on writing, close."""
    with (inbox / NAME).open("wb") as file:
        file.write(halves[0])
        file.flush()
        between()
        file.write(halves[1])


def rename_when_done(inbox: Path, halves: Halves, between: Between, _elsewhere: Path) -> None:
    """Write under a temporary name, then rename."""
    part = inbox / f"{NAME}.part"
    with part.open("wb") as file:
        file.write(halves[0])
        file.flush()
        between()
        file.write(halves[1])
    part.rename(inbox / NAME)


def close_and_append_when_renamed(inbox: Path, halves: Halves, between: Between, _elsewhere: Path) -> None:
    """Write half into a hidden file, close it, append the rest, rename."""
    hidden = inbox / f".{NAME}.x7Yz"
    hidden.write_bytes(halves[0])
    between()
    with hidden.open("ab") as file:
        file.write(halves[1])
    hidden.rename(inbox / NAME)


def move_from_another_file_system(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """`mv` from elsewhere, which copies; slowly, from a pipe."""
    source = elsewhere / NAME
    os.mkfifo(source)
    with subprocess.Popen(["dd", f"if={source}", f"of={inbox / NAME}", "status=none"]) as copying:
        with source.open("wb") as pipe:
            pipe.write(halves[0])
            pipe.flush()
            between()
            pipe.write(halves[1])
        copying.wait()


def hard_link(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """Write elsewhere on the same disk, then link it into the inbox."""
    source = elsewhere / NAME
    with source.open("wb") as file:
        file.write(halves[0])
        file.flush()
        between()
        file.write(halves[1])
    (inbox / NAME).hardlink_to(source)


def rsync(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """`rsync`, which writes a hidden file and renames it, and keeps the old modification time."""
    source = elsewhere / "from"
    source.mkdir()
    (source / NAME).write_bytes(b"".join(halves))
    os.utime(source / NAME, (1_700_000_000, 1_700_000_000))
    between()
    subprocess.run(["rsync", "-a", f"{source}/", f"{inbox}/"], check=True)


def copy_a_tree(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """A folder with folders is copied in, its dump slowly."""
    deep = inbox / "2026" / "03"
    deep.mkdir(parents=True)
    write_in_place(deep, halves, between, elsewhere)


def move_a_tree(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """A folder with folders is moved in from the same disk."""
    deep = elsewhere / "2026" / "03"
    deep.mkdir(parents=True)
    write_in_place(deep, halves, between, elsewhere)
    (elsewhere / "2026").rename(inbox / "2026")


def link_to_it(inbox: Path, halves: Halves, between: Between, elsewhere: Path) -> None:
    """Write elsewhere, then put a symbolic link into the inbox."""
    (elsewhere / NAME).write_bytes(b"".join(halves))
    between()
    (inbox / NAME).symlink_to(elsewhere / NAME)


HABITS = [
    write_in_place,
    rename_when_done,
    close_and_append_when_renamed,
    move_from_another_file_system,
    hard_link,
    rsync,
    copy_a_tree,
    move_a_tree,
    link_to_it,
]


@pytest.fixture(scope="module", params=["events", "poll"])
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon that hears of events, and one that polls."""
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder, daemon=f'watch = "{request.param}"\npoll = 0.2\nrescan = 3600\nquiet = 0.1')
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        yield daemon


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_every_habit_of_writing(
    watched: Daemon, tmp_path: Path, habit: Callable[[Path, Halves, Between, Path], None]
) -> None:
    """The dump is taken in once, as a whole, and what is published then is what one clean build publishes."""
    if shutil.which("rsync") is None and habit is rsync:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("rsync is not installed")
    name = habit.__name__
    inbox = watched.site.inbox / name
    inbox.mkdir()
    text = TEXT.replace(b" (ANP", b" " + name.upper().encode() + b" (ANP")
    before = taken_in(watched)

    def between() -> None:
        another_is_taken_in(watched, name, before)

    habit(inbox, (text[: len(text) // 2], text[len(text) // 2 :]), between, tmp_path)
    until(lambda: taken_in(watched) > before + 1 and watched.is_idle(), f"the dump; {watched.tail()}")
    assert taken_in(watched) == before + 2
    assert watched.metric('feeds_dumps_total{outcome="failed"}') == 0
    assert tree(watched.site.out) == watched.site.clean()


@pytest.mark.parametrize("newline", ["\n", ""], ids=["whole lines", "no newline yet"])
def test_rows_that_are_appended_to_an_open_file(watched: Daemon, newline: str) -> None:
    """Each is taken in once it is whole, though the file is never closed; a half of one never is."""
    inbox = watched.site.inbox / f"rows{len(newline)}"
    inbox.mkdir()
    before = taken_in(watched)
    with (inbox / "crawl.jsonl").open("ab", buffering=0) as file:
        for number in range(4):
            place = f"{inbox.name}-{number}"
            text = TEXT.replace(b" (ANP", b" " + place.upper().encode() + b" (ANP").decode()
            row = json.dumps({"text": text, "date": f"2026-03-03T0{number}:00Z"}) + newline
            half = len(row) // 2
            file.write(row[:half].encode())
            another_is_taken_in(watched, place, before)
            file.write(row[half:].encode())
            before += 2
            until(lambda: taken_in(watched) >= before, f"the row; {watched.tail()}")  # noqa: B023 -- asked at once
            until(watched.is_idle, f"nothing pending; {watched.tail()}")
            assert taken_in(watched) == before
            assert tree(watched.site.out) == watched.site.clean()
            file.write(b"" if newline else b"\n")
    until(watched.is_idle, f"nothing pending; {watched.tail()}")
    assert taken_in(watched) == before
    assert watched.metric('feeds_dumps_total{outcome="failed"}') == 0


def another_is_taken_in(daemon: Daemon, name: str, before: float) -> None:
    """A dump, written later than the first half, is taken in, alone: there was every occasion to read that too."""
    other = f"Kop {name}\n\nKop {name}\n\nGOES (ANP) - Een ander bericht over {name}.\n"
    (daemon.site.inbox / f"other-{name}.txt").write_text(other, "utf-8")
    until(lambda: taken_in(daemon) > before, "the other dump")
    assert taken_in(daemon) == before + 1


def taken_in(daemon: Daemon) -> float:
    """How many dumps were taken in."""
    return daemon.metric('feeds_dumps_total{outcome="new"}')
