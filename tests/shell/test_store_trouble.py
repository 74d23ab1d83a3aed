"""A store that cannot be used stops the command with a clear word; it is left as it is, and so are the feeds."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from troubles import full, small_disk

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
FIRST = min(SEEDS.glob("*.txt"))

Run = Callable[..., "subprocess.CompletedProcess[str]"]

FLOCK = "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX)"
EXCLUSIVE = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('BEGIN EXCLUSIVE')"


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, but for lock files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def assert_refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    """The command stopped with 2, one plain message on stderr and nothing on stdout."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("feeds: ")
    for words in said:
        assert words in done.stderr


@contextmanager
def held(code: str, path: Path) -> Iterator[int]:
    """A process that has run the code on the path and holds what that took until the block ends; its id."""
    script = [sys.executable, "-c", f"{code}; print(flush=True); sys.stdin.read()", str(path)]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"\n"
        yield process.pid
        process.communicate()


@pytest.fixture
def patience(tmp_path: Path) -> str:
    """A configuration that waits one second for a store."""
    file = tmp_path / "feeds.toml"
    file.write_text(f'[[sources]]\npath = "{SEEDS}"\nsite = "zeelandnet"\n[limits]\nlock_seconds = 1\n')
    return str(file)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, built: a folder with store and `out/`, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "feeds", "build", str(SEEDS)], cwd=folder, env=environment, check=True)
    return folder


# -- locks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "name"), [(FLOCK, "feeds.sqlite.lock"), (EXCLUSIVE, "feeds.sqlite")])
def test_a_store_in_use_is_waited_for_and_its_holder_named(
    run: Run, patience: str, built: Path, tmp_path: Path, code: str, name: str
) -> None:
    """While another process holds the store a build waits, then says which; afterwards it goes on as ever."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    before = files(tmp_path / "out")
    with held(code, tmp_path / name) as pid:
        assert_refused(run("build", "--config", patience), "feeds.sqlite", f"process {pid} (", "stop it")
        assert files(tmp_path / "out") == before
        assert run("stories", "--config", patience, "--limit", "1").returncode == 0
    assert run("build", "--config", patience).returncode == 0


# -- what is no store of ours ---------------------------------------------------------------------


def test_a_store_of_a_newer_version_is_refused(run: Run, built: Path, tmp_path: Path) -> None:
    """Its schema is not known here: every command says so and changes no byte."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    with closing(sqlite3.connect(tmp_path / "feeds.sqlite", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = files(tmp_path)
    for words in (["build", str(SEEDS)], ["stories"], ["problems"]):
        assert_refused(run(*words), "newer version", "9999", "upgrade dateline-feeds")
    check = run("check")
    assert (check.returncode, "newer version" in check.stdout) == (1, True)
    assert files(tmp_path) == before


def test_what_is_no_database_is_left_alone(run: Run, tmp_path: Path) -> None:
    """A file that is no database is said to be none and not overwritten."""
    store = tmp_path / "feeds.sqlite"
    store.write_bytes(b"my diary\n" * 500)
    before = files(tmp_path)
    for words in (["build", str(SEEDS)], ["stories"]):
        assert_refused(run(*words), "feeds.sqlite", "no store or it is damaged", "left as it is")
    assert files(tmp_path) == before


def test_a_damaged_store_is_left_alone(run: Run, built: Path, tmp_path: Path) -> None:
    """A store of which half is missing is said to be damaged and not overwritten; the feeds stand."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    store = tmp_path / "feeds.sqlite"
    os.truncate(store, store.stat().st_size // 8192 * 4096)
    before = files(tmp_path)
    (tmp_path / "new.txt").write_text("Kop\n\nKop\n\nGOES (ANP) - Een bericht.\n\nMeer uit Zeeland\n")
    for words in (["build", "new.txt"], ["stories"]):
        assert_refused(run(*words), "feeds.sqlite", "damaged", "left as it is")
    check = run("check")
    assert (check.returncode, "damaged" in check.stdout) == (1, True)
    assert before.items() <= files(tmp_path).items()


def test_the_database_of_another_program_is_refused(run: Run, tmp_path: Path) -> None:
    """Tables that are not ours are neither read nor added to."""
    with closing(sqlite3.connect(tmp_path / "feeds.sqlite")) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    before = files(tmp_path)
    for words in (["build", str(SEEDS)], ["stories"]):
        assert_refused(run(*words), "belongs to something else", "another store")
    assert files(tmp_path) == before


@pytest.mark.parametrize("words", [["stories"], ["list", "--json"], ["problems"], ["explain", "0123456789abcdef"]])
def test_without_a_store_there_is_nothing_to_ask(run: Run, tmp_path: Path, words: list[str]) -> None:
    """Before the first build every question is answered by what to do, and no store is made."""
    assert_refused(run(*words), "no store yet", "feeds build")
    assert files(tmp_path) == {}


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/nowhere/feeds.sqlite", "mysql://localhost/feeds"])
def test_an_address_of_no_store_is_refused(run: Run, url: str) -> None:
    """What is no address, no folder or no driver is a clear word."""
    done = run("build", str(SEEDS), "--store", url)
    assert_refused(done)
    assert done.stderr.count("\n") == 1


# -- out/ and the disk ----------------------------------------------------------------------------


def test_a_file_in_the_place_of_out_is_said(run: Run, tmp_path: Path) -> None:
    """Where a file stands instead of `out/` nothing is published; when it is gone the next build completes."""
    (tmp_path / "out").write_text("mine")
    assert_refused(run("build", str(SEEDS)), "out", "move the file")
    assert (tmp_path / "out").read_text() == "mine"
    (tmp_path / "out").unlink()
    assert "feeds: 44 written" in run("build", str(SEEDS)).stderr


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two mebibytes."""
    with small_disk(tmp_path / "disk", 2) as folder:
        yield folder


@pytest.mark.parametrize("room", [0, 24 << 10])
def test_a_full_disk_under_out_leaves_whole_files(run: Run, built: Path, tmp_path: Path, disk: Path, room: int) -> None:
    """Every file is the old or the new one; with room made the next build equals a clean one."""
    there = {"FEEDS_OUT": str(disk / "out")}
    assert run("build", str(FIRST), **there).returncode == 0
    before, clean = files(disk / "out"), files(built / "out")
    with full(disk, room):
        assert_refused(run("build", str(SEEDS), **there), "No space left on device; make room", "no feed is damaged")
        now = files(disk / "out")
    assert before.keys() <= now.keys() <= clean.keys()
    assert all(body in {before.get(name), clean[name]} for name, body in now.items())
    assert run("build", str(SEEDS), **there).returncode == 0
    assert files(disk / "out") == clean


@pytest.mark.parametrize("room", [0, 40 << 10])
def test_a_full_disk_under_the_store_loses_nothing(
    run: Run, built: Path, tmp_path: Path, disk: Path, room: int
) -> None:
    """A transaction that does not fit is undone and said; with room made the next build equals a clean one."""
    there = {"FEEDS_STORE": f"sqlite:///{disk}/feeds.sqlite"}
    assert run("build", str(FIRST), **there).returncode == 0
    before = files(tmp_path / "out")
    with full(disk, room):
        assert_refused(run("build", str(SEEDS), **there), "feeds.sqlite", "disk is full", "nothing is lost")
        assert files(tmp_path / "out") == before
    assert run("build", str(SEEDS), **there).returncode == 0
    assert files(tmp_path / "out") == files(built / "out")


def test_a_read_only_disk_is_said(run: Run, tmp_path: Path, disk: Path) -> None:
    """Neither `out/` nor the store can be written there: which of them, and what to do, is said."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert_refused(run("build", str(FIRST), FEEDS_OUT=str(disk / "out")), f"{disk}/out: Read-only file system", "--out")
    store = f"sqlite:///{disk}/feeds.sqlite"
    assert_refused(run("build", str(FIRST), FEEDS_STORE=store), f"{disk}/feeds.sqlite", "Read-only", "--store")
