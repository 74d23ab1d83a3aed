"""A dump that takes too long to read is set aside with its reason; the others go on, and it comes back when it may."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from daemons import Site, fill, tree

HOSTILE = "Kop\n\nKop\n\nGOES (ANP) - Lang bericht.\n\n" + "1\n" * 700_000
"""A megabyte and a half of lines that each may be an age: a second of work or so."""
BOUND = "[limits]\nmax_parse_seconds = 0.05"
REASON = "takes longer than 0.05 seconds to read, the bound (limits.max_parse_seconds)"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An inbox with a few pages and a hostile dump among them, and a configuration with a low bound."""
    site = Site(tmp_path / "site", daemon=BOUND)
    fill(site.inbox, 12, size=12)
    (site.inbox / "20260303090500-hostile.txt").write_text(HOSTILE, "utf-8")
    return site


def problems(site: Site) -> list[tuple[str, str, str]]:
    """What `feeds problems` lists: dump, kind and reason."""
    found = map(json.loads, site.run("problems", "--json").stdout.splitlines())
    return [(one["dump"], one["kind"], one["reason"]) for one in found]


def test_a_build_sets_it_aside(site: Site) -> None:
    """It is named once, the others are published; it is tried again when the bound is raised, or when it changes."""
    hostile = site.inbox / "20260303090500-hostile.txt"
    done = site.run("build")
    assert (done.returncode, f"{hostile.name}: {REASON}" in done.stderr) == (1, True), done.stderr
    assert problems(site) == [(hostile.name, "failed", REASON)]
    assert site.run("build").returncode == 0, "it is not tried again"
    site.configure(daemon="")
    assert site.run("build").returncode == 0
    assert problems(site) == []
    assert tree(site.out) == site.clean()
    site.configure()
    hostile.write_text("Kop\n\nKop\n\nGOES (ANP) - Kort bericht.\n", "utf-8")
    assert site.run("build").returncode == 0
    assert problems(site) == []


def test_the_daemon_sets_it_aside(site: Site) -> None:
    """While its thread works on it, HTTP is answered; it is not tried again at the next look at everything."""
    with site.started() as daemon:
        daemon.settled(12)
        said = daemon.said("a dump failed")
        assert (said["dump"], said["reason"]) == ("20260303090500-hostile.txt", REASON)
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 1
        fill(site.inbox, 14, first=12, size=14)
        daemon.settled(14)
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 1
        assert daemon.stop() == 0
    with site.started() as daemon:
        daemon.settled(0)
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 0
        assert daemon.stop() == 0
    (site.inbox / "20260303090500-hostile.txt").unlink()
    assert tree(site.out) == site.clean()


def test_what_is_stored_is_set_aside(site: Site) -> None:
    """When stored texts are read again and one takes too long, the rest is derived all the same, and it later."""
    site.configure(daemon="")
    assert site.run("build").returncode == 0
    before = tree(site.out)
    other = "\nmax_teasers = 499"  # any change of what is read: everything is derived anew
    site.configure(daemon=BOUND + other)
    done = site.run("build")
    assert (done.returncode, REASON in done.stderr) == (1, True), done.stderr
    assert problems(site) == [("20260303090500-hostile.txt", "parse", REASON)]
    assert "Lang bericht" not in (site.out / "all/feed.json").read_text("utf-8")
    assert site.run("build").returncode == 0, "it is not tried again"
    site.configure(daemon="[limits]\nmax_parse_seconds = 20" + other)
    assert site.run("build").returncode == 0
    assert problems(site) == []
    remembered = {"tombstones.atom.xml": b""}
    assert tree(site.out) | remembered == before | remembered


def test_parsing_alone_names_it(site: Site) -> None:
    """`feeds parse` prints the other pages and ends with 1."""
    done = site.run("parse", str(site.inbox))
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 12
    assert REASON in done.stderr


def test_a_flood_of_accents_takes_no_time(tmp_path: Path) -> None:
    """Megabytes of combining marks, which Unicode puts in order in quadratic time, are read like any other text."""
    site = Site(tmp_path / "site")
    (site.inbox / "flood.txt").write_text("Kop\nKop\nGOES (ANP) - e" + "\u0301\u0323" * 2_000_000 + ".\n", "utf-8")
    done = subprocess.run(
        [*site.command("build")], env=site.env(), cwd=site.folder, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
