"""What the system refuses now it may grant later: a file is tried again though it looks the same."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemons import Site, tree

ROOT = Path(__file__).parents[2]
NOBODY = 65534
PAGE = (
    "Kop {0}\n\nKop {0}\n\nGOES (ANP) - Bericht {0}.\n\nMeer uit Zeeland\n\n"
    "Een\n\nGOES (ANP) - Ook {0}.\n\n1 uur geleden\n"
)
SAID = '{"captured_at": "2026-03-03T09:00:00Z"}'

AS_NOBODY = """
import os, sys
from feeds.cli import feeds
feeds(["build", "warm", "--out", "warm/out", "--store", "sqlite:///warm/feeds.sqlite"], standalone_mode=False)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
sys.exit(feeds(["build", "--config", "feeds.toml"], standalone_mode=False))
"""


@pytest.fixture
def shared() -> Iterator[Site]:
    """A folder that anybody may write to, with dumps that only root may read."""
    if os.getuid() != 0:
        pytest.skip("only root can have what another user may not read")
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "site")
        (site.folder / "warm").mkdir()
        (site.inbox / "a.txt").write_text(PAGE.format(1))
        (site.inbox / "b.txt").write_text(PAGE.format(2))
        (site.inbox / "b.txt.meta.json").write_text(SAID)
        (site.inbox / "c.jsonl").write_text('{"text": "Kop\\n\\nKop\\n\\nGOES (ANP) - Rij.", "date": "2026-03-03"}\n')
        os.utime(site.inbox / "b.txt", (1, 1))
        for path in (folder, site.folder):
            Path(path).chmod(0o777)
        for name in ("a.txt", "b.txt.meta.json", "c.jsonl"):
            (site.inbox / name).chmod(0o600)
        yield site


def test_what_could_not_be_read_is_tried_again(shared: Site) -> None:
    """Dump, sidecar and file of rows are named, and taken in by the next build that may read them as they are."""
    script = [sys.executable, "-c", AS_NOBODY]
    first = subprocess.run(script, capture_output=True, text=True, cwd=shared.folder, env=shared.env(), check=False)
    assert first.returncode == 1, first.stderr
    assert "a.txt: cannot be read: Permission denied" in first.stderr
    assert "b.txt: its sidecar: cannot be read: Permission denied" in first.stderr
    assert "c.jsonl: cannot be read: Permission denied" in first.stderr
    second = shared.run("build")
    assert second.returncode == 0, second.stderr
    assert "dumps: 2 new, 1 seen, 0 failed" in second.stderr
    assert shared.run("problems", "--json").stdout == ""
    assert tree(shared.out) == shared.clean()
    assert "dumps: 0 new, 3 seen, 0 failed" in shared.run("build").stderr


def test_a_folder_that_can_be_listed_by_now_is_no_problem(shared: Site) -> None:
    """It was named while it could not be, and is not any more."""
    shut = shared.inbox / "shut"
    shut.mkdir(mode=0o700)
    (shut / "d.txt").write_text(PAGE.format(3))
    script = [sys.executable, "-c", AS_NOBODY]
    first = subprocess.run(script, capture_output=True, text=True, cwd=shared.folder, env=shared.env(), check=False)
    assert "shut: a folder that cannot be listed: Permission denied" in first.stderr
    assert shared.run("build").returncode == 0
    assert shared.run("problems", "--json").stdout == ""
    assert tree(shared.out) == shared.clean()
