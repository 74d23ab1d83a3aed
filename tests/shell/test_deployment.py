"""What is needed to run it for good: systemd's unit, a container, a read-only root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from daemons import ROOT, Site, fill, until

UNIT = ROOT / "config" / "feeds.service"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program in it that is installed here."""
    if shutil.which("systemd-analyze") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("systemd is not installed")
    copy = tmp_path / "feeds.service"
    copy.write_text(UNIT.read_text("utf-8").replace("/opt/dateline/bin/feeds", shutil.which("true") or ""), "utf-8")
    return copy


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    """What `systemd-analyze` says."""
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def test_the_unit_is_sound(unit: Path) -> None:
    """`systemd-analyze verify` finds nothing."""
    done = analyze("verify", str(unit))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_is_hardened(unit: Path) -> None:
    """`systemd-analyze security` says OK."""
    said = analyze("security", "--offline=yes", "--no-pager", str(unit)).stdout
    found = re.search(r"Overall exposure level for \S+ (\d+\.\d+) (\w+)", said)
    assert found is not None, said
    assert found[2] == "OK", said


def test_the_unit_agrees_with_the_program() -> None:
    """The variables that unit and container set are those that the program reads; a stop has its ten seconds."""
    known = set(re.findall(r"FEEDS_\w+", (ROOT / "feeds/config/layers.py").read_text("utf-8"))) | {"FEEDS_CONFIG"}
    for file in (UNIT, ROOT / "Dockerfile", ROOT / "config/compose.yaml"):
        assert set(re.findall(r"FEEDS_[A-Z_]+", file.read_text("utf-8"))) <= known, file
    timeout = re.search(r"TimeoutStopSec=(\d+)", UNIT.read_text("utf-8"))
    assert timeout is not None
    assert int(timeout[1]) > 10


def test_the_container_has_what_it_needs() -> None:
    """It runs as a user with a number, has a health check, and all that it copies is let in by .dockerignore."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER [1-9]\d*$", text, re.MULTILINE)
    assert "/healthz" in text
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert {"pyproject.toml", "README.md", "LICENSE", "feeds", "config"} == let_in
    assert all((ROOT / name).exists() for name in let_in)


def test_a_read_only_root(tmp_path: Path) -> None:
    """It writes to its store and to `out/` and nowhere else, maps no memory that is writable and executable."""
    probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if probe.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("mounts can only be made by root")
    site = Site(tmp_path / "site")
    fill(site.inbox, 1)
    strict = "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind / && ! touch /x 2>&- && cd / && shift && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", script, "sh", str(site.folder), sys.executable, "-c", strict]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": site.env()["PYTHONPATH"]}
    command = [*inside, *site.command("run", "--no-serve")]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        until((site.out / "all/atom.xml").exists, "the feed")
        process.terminate()
        _, said = process.communicate(timeout=15)
    assert process.returncode == 0, said
    assert "Traceback" not in said
