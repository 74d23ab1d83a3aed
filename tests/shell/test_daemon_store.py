"""The store of a daemon is out of order for a while, or not its own any more: it says so, and never replaces it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from daemons import Site, fill, tree, until
from troubles import held


@contextmanager
def immutable(*paths: Path) -> Iterator[None]:
    """Nobody, not even root, can write to these files until the block ends."""
    if shutil.which("chattr") is None or os.geteuid() != 0:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("only root's chattr makes a file unwritable to root")
    names = [str(path) for path in paths if path.exists()]
    done = subprocess.run(["chattr", "+i", *names], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this file system knows no immutable files: {done.stderr}")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *names], check=True)


def test_a_store_that_is_read_only_for_a_while(site: Site) -> None:
    """It says that it cannot write, keeps serving, and goes on when it can."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        before = tree(site.out)
        with immutable(site.store, site.store.with_name("feeds.sqlite-wal")):
            fill(site.inbox, 4, first=2)
            assert "feeds.sqlite" in daemon.said("work is paused")["reason"]
            assert daemon.get("/all/atom.xml") == (200, before["all/atom.xml"])
        daemon.said("work goes on")
        daemon.settled(4)
        assert tree(site.out) == site.clean()


def test_a_store_that_is_locked_for_a_while(site: Site) -> None:
    """Somebody holds the database: it is said who, and work goes on when it is let go."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        with held(site.store):
            fill(site.inbox, 4, first=2)
            assert f"process {os.getpid()} (" in daemon.said("work is paused")["reason"]
        daemon.said("work goes on")
        daemon.settled(4)
        assert tree(site.out) == site.clean()


def test_a_store_that_is_overwritten_is_not_mended(site: Site) -> None:
    """Other bytes in the same file, be it a copy of an earlier state, are noticed at once and left as they are."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        assert daemon.stop() == 0
    earlier = site.store.read_bytes()
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        with site.store.open("r+b") as file:
            file.write(earlier)
            file.truncate()
        assert "wrote other bytes over the store" in daemon.said("work is paused")["reason"]
        fill(site.inbox, 4, first=2)
        assert daemon.get("/readyz")[0] == 503
        assert daemon.stop() == 0
    assert site.store.read_bytes() == earlier
    for log in site.folder.glob("feeds.sqlite-*"):
        log.unlink()
    with site.started() as daemon:
        daemon.settled(2)
        assert tree(site.out) == site.clean()


def test_a_lock_that_is_removed_is_put_back(site: Site) -> None:
    """Without its lock file a store still has one daemon; if another was quicker, the first one stops writing."""
    lock = site.folder / "feeds.sqlite.lock"
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        lock.unlink()
        daemon.said("the store's lock file was removed; it is put back")
        assert site.run("build").returncode == 2
        lock.unlink()
        with lock.open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert f"in use by process {os.getpid()} (" in daemon.said("work is paused")["reason"]
        daemon.said("work goes on")
        fill(site.inbox, 4, first=2)
        daemon.settled(4)
        assert tree(site.out) == site.clean()


def test_a_store_that_is_gone_is_not_replaced(site: Site) -> None:
    """It is said, nothing is made in its place, and when it is put back work goes on."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        away = site.folder / "away"
        away.mkdir()
        stores = sorted(site.folder.glob("feeds.sqlite*"))
        for path in stores:
            path.rename(away / path.name)
        assert "the store is gone" in daemon.said("work is paused")["reason"]
        assert daemon.get("/readyz")[0] == 503
        fill(site.inbox, 4, first=2)
        assert not site.store.exists()
        for path in stores:
            (away / path.name).rename(path)
        daemon.said("work goes on")
        daemon.settled(4)
        assert daemon.get("/readyz")[0] == 200
        assert tree(site.out) == site.clean()


def test_a_store_that_is_damaged_is_not_replaced(site: Site) -> None:
    """Something that is no store stands in its place: it is said and left alone."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        site.store.rename(site.folder / "away.sqlite")
        site.store.write_bytes(b"my diary\n" * 500)
        fill(site.inbox, 3, first=2)
        assert "another file stands where the store was" in daemon.said("work is paused")["reason"]
        assert site.store.read_bytes() == b"my diary\n" * 500
        assert daemon.stop() == 0
