"""Laws of jobs: whatever restarts, reloads and clocks do, each runs when it is due, once, and none is put off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from feeds.config import Config, Flags, load_config
from feeds.daemon.schedule import HOUSEKEEPING, REFRESH, Schedule, jobs
from feeds.daemon.triggers import Every, trigger_of
from feeds.model import Family
from feeds.store.journal import Run

BEGIN = datetime(2100, 3, 1, 12, tzinfo=UTC)
"""So far away that nothing is due by the clock of the machine: time passes only where a test says so."""
DIGEST, DATELINE = REFRESH + "all", REFRESH + "dateline"
HOUR = 3600


def configured(housekeeping: str) -> Config:
    """A digest at seven, datelines every two hours."""
    config = load_config(None, {}, Flags(), Path("/nowhere")).config
    schedules: tuple[tuple[Family, str], ...] = (("all", "0 7 * * *"), ("dateline", "2h"))
    return replace(config, daemon=replace(config.daemon, schedules=schedules, housekeeping=housekeeping))


@dataclass
class Life:
    """A daemon's schedule, in a time of its own. Whatever is wanted is done at once."""

    config: Config
    now: datetime = BEGIN
    steady: timedelta = timedelta(0)
    """What a clock shows that nobody sets."""
    wanted: dict[str, list[datetime]] = field(default_factory=dict)
    when: dict[str, list[timedelta]] = field(default_factory=dict)
    """The same, by the steady clock."""
    jumps: list[timedelta] = field(default_factory=list)
    up: list[list[datetime]] = field(default_factory=list)
    """From when to when it lived."""

    def _want(self, name: str) -> None:
        self.wanted.setdefault(name, []).append(self.now)
        self.when.setdefault(name, []).append(self.steady)

    def start(self, known: list[Run]) -> None:
        """Begin, by what is known of jobs."""
        self.schedule = Schedule(self.config, self._want)
        self.schedule.start(known, self.now)
        self.up.append([self.now, self.now])

    def pass_time(self, seconds: int) -> None:
        """Live on, from job to job. What runs every minute is not looked at."""
        end = self.now + timedelta(seconds=seconds)
        while (due := min(filter(None, map(self._next, (DIGEST, DATELINE, HOUSEKEEPING))))) <= end:
            self._go(due)
            self.schedule.clock_jumped(due)
        self._go(end)
        self.up[-1][1] = self.now

    def stop(self) -> list[Run]:
        """Stop; what is known of jobs."""
        known = self.schedule.plan()
        self.schedule.stop()
        return known

    def reload(self) -> None:
        """Take up the configuration again."""
        self.start(self.stop())

    def restart(self, seconds: int) -> None:
        """Be down for a while."""
        known = self.stop()
        self._go(self.now + timedelta(seconds=seconds))
        self.start(known)

    def jump(self, seconds: int) -> None:
        """Set the clock, forward or back."""
        self.now += timedelta(seconds=seconds)
        self.jumps.append(self.steady)
        self.schedule.clock_jumped(self.now)

    def _go(self, to: datetime) -> None:
        self.steady += to - self.now
        self.now = to

    def _next(self, name: str) -> datetime | None:
        due = self.schedule.next_run(name)
        return None if due is None else datetime.fromtimestamp(due // 10**6, UTC) + timedelta(microseconds=due % 10**6)


Step = tuple[Literal["pass_time", "restart", "jump"], int] | tuple[Literal["reload"]]
PASS = st.tuples(st.just("pass_time"), st.integers(1, 30 * HOUR))
RESTART = st.tuples(st.just("restart"), st.integers(0, 60 * HOUR))
RELOAD = st.just(("reload",))
JUMP = st.tuples(st.just("jump"), st.integers(-9 * 24 * HOUR, 9 * 24 * HOUR) | st.integers(-9, 9))


def lived(config: Config, steps: list[Step]) -> Life:
    """What became of a daemon to which all this happened."""
    life = Life(config)

    async def live() -> None:
        life.start([])
        for what, *seconds in steps:
            act: Callable[..., None] = getattr(life, str(what))
            act(*seconds)
        life.stop()
        await asyncio.to_thread(int)  # the scheduler stops in the next round of the loop

    asyncio.run(live())
    return life


def runs_of(life: Life, name: str, due_after: Callable[[datetime], datetime | None]) -> Iterator[datetime]:
    """When a job has to run: when it is due, or if the daemon is down then, when it next starts."""
    due = BEGIN if name.startswith(REFRESH) else due_after(BEGIN)
    while due is not None:
        runs = [max(due, start) for start, end in life.up if end >= due]
        if not runs:
            return
        yield runs[0]
        due = due_after(runs[0])


@given(st.lists(PASS | RESTART | RELOAD, max_size=25), st.sampled_from(["1d", "26h", "30 4 * * *", "0 4 * * mon"]))
def test_no_run_is_put_off_or_done_twice(steps: list[Step], housekeeping: str) -> None:
    """After any lives and reloads each job has run when it was due, or when the daemon was up again, and else never.

    An interval counts from the run before; so does that of a job that has not run, from the first start.
    """
    config = configured(housekeeping)
    life = lived(config, steps)
    zone = ZoneInfo(config.main_site.timezone)
    schedules = {DIGEST: "0 7 * * *", DATELINE: "2h", HOUSEKEEPING: housekeeping}
    for name, schedule in schedules.items():
        expected = list(runs_of(life, name, trigger_of(schedule, zone).after))
        assert life.wanted.get(name, []) == expected, name


@given(st.lists(PASS | RELOAD | JUMP, max_size=25))
def test_no_clock_puts_a_job_off(steps: list[Step]) -> None:
    """By a clock that nobody sets, an interval job runs within its interval of the last run or of such a jump.

    And no job runs twice at one time.
    """
    config = configured("26h")
    life = lived(config, [*steps, ("pass_time", 60 * HOUR)])
    every = {DATELINE: timedelta(hours=2), HOUSEKEEPING: timedelta(hours=26)}
    for name, trigger in jobs(config):
        times = life.when.get(name, [])
        assert len(set(zip(times, life.wanted.get(name, []), strict=True))) == len(times)
        if name in every:
            assert isinstance(trigger, Every)
            ends = sorted([timedelta(0), *times, *life.jumps, life.steady])
            assert all(later - earlier <= every[name] for earlier, later in pairwise(ends))
