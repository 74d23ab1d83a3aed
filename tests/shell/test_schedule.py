"""What is due by the clock: missed runs once, restarts, reloads, jumping clocks, families with schedules."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from sqlite3 import connect

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


def test_what_was_planned_is_known_when_it_has_stopped(config: Config) -> None:
    """A turn that ends while the daemon drains notes in the store what the next life has to do when."""

    async def live() -> None:
        schedule = Schedule(config, lambda _: None)
        schedule.start([], datetime.now(UTC))
        plan = schedule.plan()
        schedule.stop()
        await asyncio.to_thread(int)  # the scheduler stops in the next round of the loop
        assert schedule.plan() == plan
        assert all(run.next is not None for run in plan)

    asyncio.run(live())


def test_a_first_start_refreshes_every_family(config: Config) -> None:
    """What never ran is refreshed at once; housekeeping waits for its hour."""
    assert wanted(config, lambda schedule: schedule.start([], datetime.now(UTC))) == ["refresh all", "refresh dateline"]


def ran(name: str, ago: timedelta, now: datetime) -> Run:
    """A job that ran so long ago."""
    return Run(name, micros(now - ago), None, "")


def test_what_was_missed_runs_once(config: Config) -> None:
    """A job that was due once or many times while the daemon was down is wanted once; one that was not is not."""
    now = datetime.now(UTC)
    days, just = timedelta(days=9), timedelta(seconds=1)
    known = [ran(RESCAN, just, now), ran(HOUSEKEEPING, days, now), ran("refresh all", days, now)]
    missed = [*known, ran("refresh dateline", timedelta(minutes=15), now)]
    found = wanted(config, lambda schedule: schedule.start(missed, now))
    assert found == [HOUSEKEEPING, "refresh all", "refresh dateline"]
    early = [*known, ran("refresh dateline", timedelta(minutes=14), now)]

    def start(schedule: Schedule) -> None:
        schedule.start(early, now)
        assert schedule.next_run("refresh dateline") == micros(now + timedelta(minutes=1))

    assert wanted(config, start) == [HOUSEKEEPING, "refresh all"]


def test_what_never_ran_is_due_when_it_was_planned(config: Config) -> None:
    """Housekeeping whose first hour came while the daemon was down is wanted at once; else it stays as planned."""
    now = datetime.now(UTC)
    assert HOUSEKEEPING in wanted(config, lambda it: it.start([Run(HOUSEKEEPING, None, micros(now), "")], now))
    soon = micros(now + timedelta(seconds=9))

    def start(schedule: Schedule) -> None:
        schedule.start([Run(HOUSEKEEPING, None, soon, "")], now)
        assert schedule.next_run(HOUSEKEEPING) == soon

    assert HOUSEKEEPING not in wanted(config, start)


def test_what_ran_in_the_future_runs_at_once(config: Config) -> None:
    """Where a clock was wrong when a job ran, nobody waits until it is right."""
    now = datetime.now(UTC)
    known = [ran(name, timedelta(days=-9), now) for name in ("refresh all", "refresh dateline")]
    assert wanted(config, lambda schedule: schedule.start(known, now)) == ["refresh all", "refresh dateline"]


def test_a_clock_that_is_set_back_delays_nothing(config: Config) -> None:
    """After that an interval job runs within its interval, and one that has its time when that comes again."""
    now = datetime(2100, 6, 1, 12, tzinfo=UTC)  # seven o'clock in summer is 5:00 in UTC
    yesterday = now - timedelta(days=1)

    def set_back(schedule: Schedule) -> None:
        schedule.start([Run(name, micros(now), None, "") for name in schedule.names()], now)
        schedule.clock_jumped(yesterday)
        assert schedule.next_run("refresh dateline") == micros(yesterday + timedelta(minutes=15))
        assert schedule.next_run(RESCAN) == micros(yesterday + timedelta(minutes=10))
        assert schedule.next_run("refresh all") == micros(now.replace(hour=5))

    assert wanted(config, set_back) == []


def test_a_clock_that_is_set_back_a_little_repeats_nothing(config: Config) -> None:
    """What ran at its time does not run again when a clock that was fast comes to that time again."""
    seven = datetime(2100, 6, 1, 5, tzinfo=UTC)

    def set_back(schedule: Schedule) -> None:
        schedule.start([Run(name, micros(seven), None, "") for name in schedule.names()], seven)
        schedule.clock_jumped(seven - timedelta(seconds=9))
        assert schedule.next_run("refresh all") == micros(seven + timedelta(days=1))

    assert wanted(config, set_back) == []


def test_a_clock_that_is_set_forward_runs_what_it_passed_over_once(config: Config) -> None:
    """However many times a job would have run meanwhile."""
    now = datetime(2100, 6, 1, 12, tzinfo=UTC)

    def set_forward(schedule: Schedule) -> None:
        schedule.start([Run(name, micros(now), None, "") for name in schedule.names()], now)
        for _ in range(3):
            schedule.clock_jumped(now + timedelta(days=3))

    assert wanted(config, set_forward) == sorted(name for name, _ in jobs(config))


def noted(site: Site) -> dict[str, tuple[int | None, int | None]]:
    """When each job ran last and is to run next, by the store."""
    with closing(connect(site.store)) as store:
        return {job: (last, following) for job, last, following in store.execute("SELECT job, last, next FROM runs")}


def age(site: Site, by: timedelta) -> None:
    """Have all that the store knows of jobs be so much older, as if the daemon had been down for so long."""
    gone = by // timedelta(microseconds=1)
    with closing(connect(site.store)) as store, store:
        store.execute("UPDATE runs SET last = last - ?, next = next - ?", (gone, gone))


def test_an_interval_counts_on_over_restarts(tmp_path: Path) -> None:
    """The next run is an interval after the last, whatever lives there were between; what came due runs at the start.

    A job that never ran is due when the first life planned it.
    """
    site = Site(tmp_path / "site", daemon='schedules.dateline = "1h"\nhousekeeping = "1d"')
    job, minute = "refresh dateline", 60 * 10**6
    with site.started() as daemon:
        until(lambda: noted(site)[job][0], "the first refresh")
        assert daemon.stop() == 0
    for minutes in (0, 50):
        age(site, timedelta(minutes=minutes))
        before = noted(site)
        last = before[job][0]
        assert last is not None
        assert before[HOUSEKEEPING][0] is None
        with site.started() as daemon:
            until(daemon.is_idle, "the first look")
            assert daemon.metric('feeds_jobs_due_total{job="refresh dateline"}') == 0
            assert daemon.stop() == 0
        assert noted(site)[job] == (last, last + 60 * minute)
        assert noted(site)[HOUSEKEEPING] == before[HOUSEKEEPING]
    age(site, timedelta(days=5))
    with site.started() as daemon:
        until(lambda: daemon.metric('feeds_jobs_run_total{job="refresh dateline"}') == 1, "the refresh")
        until(lambda: daemon.metric('feeds_jobs_run_total{job="housekeeping"}') == 1, "housekeeping")


def test_reloads_put_nothing_off(tmp_path: Path) -> None:
    """A family is refreshed at its interval although the configuration is read again and again in between."""
    site = Site(tmp_path / "site", daemon='schedules.dateline = "3s"')
    with site.started() as daemon:
        reloads = count(1)

        def reload() -> bool:
            daemon.process.send_signal(signal.SIGHUP)
            daemon.said("the new configuration is in force", count=next(reloads))
            return daemon.metric('feeds_jobs_run_total{job="refresh dateline"}') >= 3

        until(reload, "refreshes")
        assert daemon.stop() == 0


def test_a_daemon_whose_clock_is_set(tmp_path: Path) -> None:
    """Set forward by a day, what came due runs once; set back by two, what has an interval runs within it."""
    faketime = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if faketime is None:
        assert not os.environ.get("CI"), "faketime is missing"
        pytest.skip("needs faketime")
    clock = tmp_path / "clock"

    def set_by(days: int) -> None:
        (tmp_path / "next").write_text(f"{days:+}d")
        (tmp_path / "next").rename(clock)

    set_by(0)
    environment = {"LD_PRELOAD": str(faketime), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    environment |= {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    site = Site(tmp_path / "site", daemon='schedules.dateline = "1h"\nrescan = 2', environment=environment)
    refreshes, scans = (f'feeds_jobs_run_total{{job="{job}"}}' for job in ("refresh dateline", "rescan"))
    with site.started() as daemon:
        until(lambda: daemon.metric(refreshes) == 1, "the first refresh")
        set_by(1)
        daemon.said("the clock jumped")
        until(lambda: daemon.metric(refreshes) == 2, "what the clock passed over")
        set_by(-1)
        daemon.said("the clock jumped", count=2)
        before = daemon.metric(scans)
        until(lambda: daemon.metric(scans) >= before + 3, "looks at everything")
        assert daemon.metric(refreshes) == 2
        assert daemon.stop() == 0


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
