"""Machine, disk and crawler misbehave: nothing is lost, nothing is broken, and it goes on by itself."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from daemons import Daemon, Site, fill, portal, tree, until
from troubles import full, small_disk

# -- killed, stopped ------------------------------------------------------------------------------


def kill_again_and_again(site: Site, dumps: int, kills: int) -> None:
    """Start, kill -9 at a random instant, start again; all dumps come while this goes on. Then one run to the end."""
    random = Random(11)
    given = 0
    for turn in range(1, kills + 1):
        with Daemon(site) as daemon:
            fill(site.inbox, dumps * turn // kills, given, dumps)
            given = dumps * turn // kills
            with suppress(subprocess.TimeoutExpired):
                daemon.process.wait(random.uniform(0.3, 1.5))
            daemon.process.send_signal(signal.SIGKILL)
            assert daemon.process.wait() == -signal.SIGKILL
    with site.started() as daemon:
        until(daemon.is_idle, f"the rest; {daemon.tail()}", 600)
        assert daemon.stop() == 0
    remembered = {"tombstones.atom.xml": b""}  # these alone may tell of what was published before all was there
    assert tree(site.out) | remembered == site.clean() | remembered
    database = sqlite3.connect(site.store)
    assert database.execute("SELECT count(*), count(DISTINCT path) FROM facts").fetchone() == (dumps, dumps)
    assert database.execute("SELECT count(*) FROM captures").fetchone() == (dumps,)
    database.close()


def test_killed_at_any_instant(site: Site) -> None:
    """`kill -9` again and again: `out/` ends as one clean build leaves it, no dump twice and none missing."""
    kill_again_and_again(site, dumps=120, kills=6)


@pytest.mark.big
def test_killed_two_hundred_times(site: Site) -> None:
    """The same with two hundred kills."""
    kill_again_and_again(site, dumps=4000, kills=200)


def test_stopped_and_continued(site: Site) -> None:
    """SIGSTOP in the midst of work, dumps while it is stopped, SIGCONT: as if nothing had happened."""
    fill(site.inbox, 600)
    with site.started() as daemon:
        for given in (700, 800, 900):
            daemon.process.send_signal(signal.SIGSTOP)
            fill(site.inbox, given, first=given - 100)
            daemon.process.send_signal(signal.SIGCONT)
            daemon.get("/healthz")
        daemon.settled(900)
        assert tree(site.out) == site.clean()


# -- disks ----------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight mebibytes: what sixty pages publish takes 4.6, as its 580 files take whole blocks."""
    with small_disk(tmp_path / "disk", 8) as folder:
        yield folder


@pytest.mark.parametrize("what", ["out", "store"])
def test_a_full_disk_pauses_it(site: Site, disk: Path, what: str) -> None:
    """A full disk is said in the log, in `/healthz` and in the status feed; with room made it goes on by itself."""
    at = {"out": disk if what == "out" else site.folder, "store": disk if what == "store" else site.folder}
    site.environment = {"FEEDS_OUT": f"{at['out']}/out", "FEEDS_STORE": f"sqlite:///{at['store']}/feeds.sqlite"}
    out = at["out"] / "out"
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        before = tree(out)
        with full(disk, 8 << 10):
            fill(site.inbox, 60, first=2)
            said = daemon.said("work is paused")["reason"]
            assert "make room" in said or "disk is full" in said
            until(lambda: daemon.health()["status"] == "degraded", "health")
            assert daemon.metric("feeds_pending_dumps") > 0
            now = tree(out)
            assert before.keys() <= now.keys()
        daemon.said("work goes on")
        daemon.settled(60)
        until(lambda: daemon.health()["status"] == "ok", "health")
        assert b"Work goes on" in daemon.get("/status/atom.xml")[1]
        assert daemon.stop() == 0
    site.environment = {}
    assert tree(out) == site.clean()


# -- folders --------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_at_the_start(site: Site) -> None:
    """It starts all the same, says that the source is missing, and takes in what comes when the folder does."""
    site.inbox.rmdir()
    with site.started() as daemon:
        until(lambda: "missing" in str(daemon.health()["reasons"]), "health")
        fill_elsewhere = site.folder / "prepared"
        fill_elsewhere.mkdir()
        fill(fill_elsewhere, 3)
        fill_elsewhere.rename(site.inbox)
        daemon.settled(3)
        until(lambda: daemon.health()["status"] == "ok", "health")
        assert tree(site.out) == site.clean()


def test_a_folder_that_goes_and_comes_back(site: Site) -> None:
    """Renamed away and back, deleted and made anew, replaced by a link: what comes is taken in, what was stays."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        before, away = tree(site.out), site.folder / "away"
        site.inbox.rename(away)
        until(lambda: "missing" in str(daemon.health()["reasons"]), "health")
        fill(away, 4, first=2)
        assert tree(site.out) == before
        away.rename(site.inbox)
        daemon.settled(4)
        shutil.rmtree(site.inbox)
        site.inbox.mkdir()
        fill(site.inbox, 6, first=4)
        daemon.settled(6)
        daemon.said("watching", count=3)
        site.inbox.rename(away)
        site.inbox.symlink_to(away)
        daemon.said("watching", count=4)
        fill(site.inbox, 8, first=6)
        daemon.settled(8)
        fill(away, 10, first=8)
        daemon.settled(10)
        fill(site.inbox, 4)
        until(daemon.is_idle, "what is known already")
        assert tree(site.out) == site.clean()


def test_a_folder_below_that_is_moved_away_and_back(site: Site) -> None:
    """Under its name or another it is watched as before, what it brings is taken in, and nobody is troubled by it."""
    below, away = site.inbox / "below", site.folder / "away"
    below.mkdir()
    fill(below, 2)
    with site.started() as daemon:
        daemon.settled(2)
        for taken_in, name in ((4, "below"), (6, "other"), (8, "below")):
            below.rename(away)
            below = site.inbox / name
            away.rename(below)
            fill(below, taken_in, first=taken_in - 2)
            daemon.settled(taken_in)
        assert daemon.stop() == 0
        assert daemon.noise == []
        assert not [line for line in daemon.log if line["level"] == "warning"]


def test_a_folder_that_is_unmounted_and_mounted_again(site: Site, disk: Path) -> None:
    """A mount that comes back, with dumps that came meanwhile, is watched again."""
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        subprocess.run(["mount", "--bind", str(disk), str(site.inbox)], check=True)
        try:
            fill(site.inbox, 2)
            daemon.settled(2)
            daemon.said("watching", count=2)
            fill(site.inbox, 4, first=2)
            daemon.settled(4)
        finally:
            subprocess.run(["umount", "--lazy", str(site.inbox)], check=True)
        fill(site.inbox, 6, first=4)
        daemon.settled(6)
        fill(site.inbox, 4)
        until(daemon.is_idle, "what is known already")
        assert tree(site.out) == site.clean()


# -- dumps ----------------------------------------------------------------------------------------


def test_a_dump_that_fails_stops_no_other(site: Site) -> None:
    """Bad dumps are named, tried once, and told in the status feed until they are mended; the others are published."""
    fill(site.inbox, 3)
    bad = site.inbox / "bad.txt"
    bad.write_bytes(b"\x00\x01\x02" * 100)
    with site.started() as daemon:
        daemon.settled(3)
        assert daemon.said("a dump failed")["dump"] == "bad.txt"
        until(lambda: "failing" in str(daemon.health()["reasons"]), "health")
        site.configure()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.said("the new configuration is in force")
        until(daemon.is_idle, "another look at everything")
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 1
        bad.write_text(portal(1000)[3][1], "utf-8")
        daemon.settled(4)
        until(lambda: daemon.health()["status"] == "ok", "health")
        assert b"No dump fails any more" in daemon.get("/status/atom.xml")[1]
