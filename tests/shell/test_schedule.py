"""What is due by the clock: missed runs once, jumping clocks, families with schedules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from daemons import Site, fill, tree, until

from feeds.canon import micros
from feeds.config import Config, Flags, load_config
from feeds.daemon.housekeeping import tidy
from feeds.daemon.schedule import HOUSEKEEPING, RESCAN, Schedule, jobs
from feeds.store.engine import open_store
from feeds.store.journal import Run


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The defaults, with a digest at seven and datelines every quarter of an hour."""
    config = load_config(None, {}, Flags(), tmp_path).config
    daemon = replace(config.daemon, schedules=(("all", "0 7 * * *"), ("dateline", "15m")))
    return replace(config, daemon=daemon)


def wanted(config: Config, work: Callable[[Schedule], None]) -> list[str]:
    """What a schedule wants at once while the work is done on it."""
    found: list[str] = []

    async def live() -> None:
        schedule = Schedule(config, found.append)
        work(schedule)
        schedule.stop()
        await asyncio.to_thread(int)  # the scheduler stops in the next round of the loop

    asyncio.run(live())
    return sorted(found)


def test_a_first_start_refreshes_every_family(config: Config) -> None:
    """What never ran is refreshed at once; housekeeping waits for its hour."""
    assert wanted(config, lambda schedule: schedule.start([], datetime.now(UTC))) == ["refresh all", "refresh dateline"]


def test_what_was_missed_runs_once(config: Config) -> None:
    """A job that was due once or many times while the daemon was down is wanted once; one that was not is not."""
    now = datetime.now(UTC)
    days = micros(now - timedelta(days=9))
    just = micros(now - timedelta(seconds=1))
    ran = [Run(RESCAN, just, None, ""), Run(HOUSEKEEPING, days, None, ""), Run("refresh all", days, None, "")]
    ran.append(Run("refresh dateline", just, None, ""))
    assert wanted(config, lambda schedule: schedule.start(ran, now)) == [HOUSEKEEPING, "refresh all"]


def test_a_clock_that_is_set_back_delays_nothing(config: Config) -> None:
    """After the clock was set back by a day every job is due as soon as it would have been without."""

    def set_back(schedule: Schedule) -> None:
        now = datetime.now(UTC)
        schedule.start([Run(name, micros(now), None, "") for name in schedule.names()], now)
        yesterday = now - timedelta(days=1)
        schedule.clock_jumped(yesterday)
        for name, trigger in jobs(config):
            next_run = schedule.next_run(name)
            assert next_run is not None
            latest = trigger.get_next_fire_time(None, yesterday)
            assert latest is not None
            assert next_run <= micros(latest + timedelta(days=1))

    wanted(config, set_back)


def test_a_scheduled_family_is_refreshed_when_it_is_due(tmp_path: Path) -> None:
    """Its files change only then, others at once; it does not count as pending; in the end all is as built clean."""
    site = Site(tmp_path / "site", daemon='schedules.dateline = "5s"')
    fill(site.inbox, 1)
    with site.started() as daemon:
        daemon.settled(1)
        first = tree(site.out)
        assert first == site.clean()
        fill(site.inbox, 3, first=1)
        until(lambda: tree(site.out)["all/atom.xml"] != first["all/atom.xml"], "the other family")
        assert {
            name: body for name, body in tree(site.out).items() if name in first and name.startswith("dateline/")
        } == {name: body for name, body in first.items() if name.startswith("dateline/")}
        until(daemon.is_idle, "nothing pending")
        daemon.settled(3)
        until(lambda: tree(site.out) == site.clean(), "the refresh")
        assert daemon.metric('feeds_jobs_run_total{job="refresh dateline"}') >= 2


def test_housekeeping_runs(tmp_path: Path) -> None:
    """It runs when it is due, beside everything else, and removes nothing unless it is told to."""
    site = Site(tmp_path / "site", daemon='housekeeping = "1s"')
    fill(site.inbox, 3)
    with site.started() as daemon:
        daemon.settled(3)
        until(lambda: daemon.metric('feeds_jobs_run_total{job="housekeeping"}') >= 2, "housekeeping")
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()
    assert len(list(site.inbox.iterdir())) == 3


@pytest.mark.parametrize(("days", "kept"), [(0, 8), (3, 8), (1, 4)])
def test_dumps_that_have_outlived_their_retention_leave(tmp_path: Path, days: int, kept: int) -> None:
    """What is in the store and older than that is removed from the inbox; bad, unknown and other files stay.

    Of files of rows those go that were read to their end. None goes that somebody has open to write to it.
    """
    site = Site(tmp_path / "site", daemon=f"retention_days = {days}")
    fill(site.inbox, 3)
    (site.inbox / "bad.txt").write_bytes(b"\0\1\2" * 99)
    (site.inbox / "notes.md").write_text("mine")
    (site.inbox / "whole.jsonl").write_text('{"text": "Kop", "date": "2026-03-03"}\n')
    (site.inbox / "half.jsonl").write_text('{"text": "Kop", "date": "2026-03-03"}\n{"text": "K')
    assert site.run("build").returncode == 1
    (site.inbox / "unknown.txt").write_text("Kop\n\nKop\n\nGOES (ANP) - Een bericht.\n")
    config = load_config(site.config, {}, Flags(), site.folder).config
    with closing(open_store(config.store, write=True, wait=1)) as store:
        with (site.inbox / "whole.jsonl").open("a"):
            tidy(store, config, time.time_ns() + 2 * 86_400 * 10**9, lambda: False)
        assert (site.inbox / "whole.jsonl").exists()
        tidy(store, config, time.time_ns() + 2 * 86_400 * 10**9, lambda: False)
    assert len(list(site.inbox.iterdir())) == kept
    before = tree(site.out)
    (site.inbox / "unknown.txt").unlink()
    site.run("build")
    assert tree(site.out) == before
