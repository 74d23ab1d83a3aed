"""Where output cannot go, and interruptions however early: said, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Command = Callable[..., list[str]]


def through_a_shell(words: list[str], redirected: str) -> subprocess.CompletedProcess[str]:
    """A command whose streams are redirected as a shell writes it."""
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirected}', "bash", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", [("stories", "--json"), ("list",), ("schema",), ("parse", "seeds")], ids=str)
def test_a_full_disk_behind_stdout_is_said(run: Run, command: Command, words: tuple[str, ...]) -> None:
    """Data that cannot be printed is one line on stderr and exit code 2, not success."""
    assert run("build", str(ROOT / "seeds")).returncode == 0
    whole = [str(ROOT / word) if word == "seeds" else word for word in words]
    done = through_a_shell(command(*whole), ">/dev/full")
    assert done.returncode == 2
    assert done.stderr == "feeds: cannot print any more: No space left on device\n"


@pytest.mark.parametrize("redirected", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_failure(command: Command, tmp_path: Path, redirected: str) -> None:
    """A build without stdin, stdout or stderr does its work, and prints into none of its files."""
    done = through_a_shell(command("build", str(ROOT / "seeds")), redirected)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert b"dumps:" not in b"".join(path.read_bytes() for path in sorted(tmp_path.glob("feeds.sqlite*")))
    assert through_a_shell(command("check"), "").returncode == 0


def test_an_interrupt_while_it_starts(tmp_path: Path) -> None:
    """Ctrl-C before anything was imported is exit code 130 without a traceback."""
    early = (
        "import runpy, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'click':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "runpy.run_module('feeds', run_name='__main__')\n"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", early], capture_output=True, text=True, cwd=tmp_path, env=env, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_damage_that_the_database_does_not_see_is_said(run: Run, tmp_path: Path) -> None:
    """Columns and tables that hold other bytes than were put there are a damaged store, and it is left as it is."""
    assert run("build", str(ROOT / "seeds")).returncode == 0
    store = tmp_path / "feeds.sqlite"
    whole = store.read_bytes()
    for found, damaged in ((b"CREATE TABLE", b"CRE\x88TE TABLE"), (b'["Buitenland"]', b'["Buitenland"[')):
        assert found in whole
        store.write_bytes(whole.replace(found, damaged))
        done = run("stories", "--json")
        assert done.returncode == 2
        assert "this is no store or it is damaged" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert store.read_bytes() == whole.replace(found, damaged)


def test_a_folder_without_configuration_is_in_order(run: Run) -> None:
    """After a build of named dumps `check` finds nothing wrong: the packaged source is not what was asked for."""
    assert run("build", str(ROOT / "seeds")).returncode == 0
    done = run("check")
    assert done.returncode == 0, done.stdout
    assert "warning: does not exist" in done.stderr


def test_every_command_takes_a_configuration(run: Run, tmp_path: Path) -> None:
    """Also those to which it makes no difference."""
    assert json.loads(run("schema", "--config", "x").stdout)["type"] == "object"
    assert run("init", str(tmp_path / "new"), "--config", "x").returncode == 0
