"""Dumps by the thousand: each is taken in exactly once, and nothing grows that should not."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from daemons import Daemon, Site, portal, tree, until

MOST_GROWTH = 0.2
"""MiB for a thousand dumps in the store, of the most that a turn takes. Nothing is kept of a dump, a story or an entry
but in caches of a fixed size. What grows is what a turn knows of the documents in `out/`, half a kilobyte for each of
some seventy that a thousand dumps add to the archives; and that is let go of when the turn ends."""


@pytest.mark.parametrize("number", [450, pytest.param(60_000, marks=pytest.mark.big)])
def test_a_burst(tmp_path: Path, number: int) -> None:
    """Copied, moved and written in place at full speed: each is taken in once, a restart takes in none.

    What is published equals a clean build's, but for the ids of stories of which a later capture was complete first.
    """
    site = Site(tmp_path / "site", daemon="ceiling = 2")
    prepared = tmp_path / "prepared"
    prepared.mkdir()
    for name, text in portal(number):
        (prepared / name).write_text(text, "utf-8")
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        for place, (name, text) in enumerate(portal(number)):
            if place % 3 == 0:
                shutil.copy(prepared / name, site.inbox / name)
            elif place % 3 == 1:
                (prepared / name).rename(site.inbox / name)
            else:
                (site.inbox / name).write_text(text, "utf-8")
        until(lambda: taken_in(daemon) >= number, f"all dumps; {daemon.tail()}", 1800)
        until(daemon.is_idle, "nothing pending", 600)
        assert taken_in(daemon) == number
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 0
        assert daemon.stop() == 0
    database = sqlite3.connect(site.store)
    assert database.execute("SELECT count(*), count(DISTINCT path) FROM facts").fetchone() == (number, number)
    database.close()
    before = tree(site.out)
    with site.started() as daemon:
        until(daemon.is_idle, "the first look", 600)
        assert taken_in(daemon) == 0
        assert daemon.stop() == 0
    assert tree(site.out) == before
    clean = site.clean()
    (ids, told), (clean_ids, clean_told) = map(stories, (site.store, site.folder / "clean/feeds.sqlite"))
    assert told == clean_told
    assert len(ids ^ clean_ids) <= len(ids) / 50
    if ids == clean_ids:
        assert before == clean


def stories(store: Path) -> tuple[set[str], list[str]]:
    """The ids of a store's stories, and what it says of each without its id, in some order."""
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute("SELECT * FROM stories").fetchall()
    return {row[0] for row in rows}, sorted(repr(row[1:]) for row in rows)


@pytest.mark.parametrize(("number", "slack"), [(1000, 40), pytest.param(200_000, 16, marks=pytest.mark.big)])
def test_a_soak(tmp_path: Path, number: int, slack: float) -> None:
    """A long time in little: open files and threads are flat after warm-up, every due job is accounted for.

    The crawler clears its inbox as it goes, and the most memory in use between two samples grows by no more than
    `MOST_GROWTH`. `slack` is by how many MiB one turn differs from another; in a short soak caches are still filling.
    """
    schedules = (
        'schedules.dateline = "2s"\nschedules.topic = "*/1 * * * *"\nhousekeeping = "3s"\nrescan = 5\nceiling = 1'
    )
    site = Site(tmp_path / "site", daemon=schedules)
    step, samples = number // 30, []
    started = time.monotonic()
    with site.started() as daemon:
        for place, (name, text) in enumerate(portal(number), 1):
            (site.inbox / name).write_text(text, "utf-8")
            if place % step == 0:
                until(lambda place=place: taken_in(daemon) >= place, daemon.tail(), 1800)  # type: ignore[misc]
                for dump in site.inbox.iterdir():
                    dump.unlink()
                samples.append(held(daemon))
        until(lambda: taken_in(daemon) >= number, f"all dumps; {daemon.tail()}", 1800)
        for job, seconds in (("housekeeping", 3), ("refresh dateline", 2), ("refresh topic", 60), ("rescan", 5)):
            until(lambda job=job: unaccounted(daemon, job) == 0, job)  # type: ignore[misc]
            due = daemon.metric(f'feeds_jobs_due_total{{job="{job}"}}')
            assert due >= (time.monotonic() - started) // seconds - 2
        assert daemon.stop() == 0
    files, threads, memory = (list(column) for column in zip(*samples[10:], strict=True))
    assert max(files) - min(files) <= 12
    assert max(threads) - min(threads) <= 4
    early, late = sum(memory[5:10]) / 5, sum(memory[-5:]) / 5
    thousands = 10 * step / 1000
    assert late - early <= slack + MOST_GROWTH * thousands, f"MiB {memory}; {time.monotonic() - started:.0f} s"


def taken_in(daemon: Daemon) -> float:
    """How many dumps were taken in."""
    return daemon.metric('feeds_dumps_total{outcome="new"}')


def unaccounted(daemon: Daemon, job: str) -> float:
    """How often a job was due and has neither run nor become one with another run."""
    due, run, coalesced = (
        daemon.metric(f'feeds_jobs_{what}_total{{job="{job}"}}') for what in ("due", "run", "coalesced")
    )
    return due - run - coalesced


def held(daemon: Daemon) -> tuple[int, int, int]:
    """Open files and threads, and the most resident memory since this was last asked, in MiB."""
    process = Path(f"/proc/{daemon.process.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text("ascii").splitlines())
    (process / "clear_refs").write_text("5")  # the mark of the most begins anew: proc_pid_clear_refs(5)
    most = int(status["VmHWM"].split()[0]) >> 10
    return len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())), most
