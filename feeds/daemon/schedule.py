"""What is due by the clock: APScheduler's jobs, which only say what is wanted; the work itself is done in turns.

A schedule says when files are refreshed, never what they hold. Jobs that were missed, because the machine slept,
the clock jumped or the daemon was down, run once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.executors.debug import DebugExecutor
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from feeds.canon import instant, micros
from feeds.config import Config
from feeds.daemon.triggers import Every, Trigger, trigger_of
from feeds.store.journal import Run

RESCAN, HOUSEKEEPING, ROUNDS, WISHES = "rescan", "housekeeping", "conditions", "wishes"
REFRESH = "refresh "
"""The name of a family's job is this and the family."""

ROUND_SECONDS = 60


class Schedule:
    """The jobs of a configuration. `want` is called with the name of each that is due, in the event loop."""

    def __init__(self, config: Config, want: Callable[[str], None]) -> None:
        self._want = want
        self._triggers = dict(jobs(config))
        self._last: dict[str, datetime] = {}
        """When each job was wanted last."""
        self._jobs: dict[str, Job] = {}
        # Jobs only say what is wanted, so they are called where they are due: nothing is on its way when it stops.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, executors={"default": DebugExecutor()}, job_defaults={"misfire_grace_time": None}
        )

    def start(self, ran: Iterable[Run], now: datetime) -> None:
        """Begin; what came due since it last ran, and every refresh that never ran, is wanted at once.

        A job that never ran is due when it was to run next, as far as is known. What ran later than now was not timed
        by this clock, and is wanted at once too.
        """
        known = {run.job: run for run in ran}
        for name, trigger in self._triggers.items():
            run = known.get(name, Run(name, None, None, ""))
            last, planned = _moment(run.last), _moment(run.next)
            if last is not None and last <= now + trigger.set_back:
                self._last[name] = last
                due = trigger.after(last)
            elif last is not None or name.startswith(REFRESH):
                due = now
            else:
                due = _earlier(planned, trigger.after(now))
            following = self._met(name, due, now)
            self._jobs[name] = self._scheduler.add_job(self._fire, trigger, [name], id=name, next_run_time=following)
        self._scheduler.start()

    def clock_jumped(self, now: datetime) -> None:
        """The clock was set: what it passed over is wanted once, and nothing waits for a time that comes twice."""
        for name, job in self._jobs.items():
            trigger = self._triggers[name]
            last = self._last.get(name)
            if last is None:
                due = _earlier(job.next_run_time, trigger.after(now))
            else:
                last = self._last[name] = last if last <= now + trigger.set_back else now
                due = trigger.after(last)
            job.modify(next_run_time=self._met(name, due, now))

    def _met(self, name: str, due: datetime | None, now: datetime) -> datetime | None:
        """When a job is due next that is due then: if that is over, it is wanted at once."""
        if due is None or due > now:
            return due
        self._wanted(name, now)
        return self._triggers[name].after(now)

    def _fire(self, name: str) -> None:
        self._wanted(name, datetime.now(UTC))

    def _wanted(self, name: str, now: datetime) -> None:
        self._last[name] = now
        self._want(name)

    def stop(self) -> None:
        """Nothing is due any more; the plan stays as it is."""
        self._scheduler.shutdown(wait=False)

    def names(self) -> list[str]:
        """The jobs that there are, in order."""
        return sorted(self._triggers)

    def next_run(self, name: str) -> int | None:
        """When a job is to run next, in microseconds since 1970; once it has started."""
        following: datetime | None = self._jobs[name].next_run_time
        return None if following is None else micros(following)

    def plan(self) -> list[Run]:
        """Each job with when it was last wanted and when it is to run next: what another schedule may go on from."""
        last = {name: micros(when) for name, when in self._last.items()}
        return [Run(name, last.get(name), self.next_run(name), "") for name in self.names()]


def jobs(config: Config) -> Iterable[tuple[str, Trigger]]:
    """Every job by name, with what says when it runs."""
    zone = ZoneInfo(config.main_site.timezone)
    daemon = config.daemon
    yield RESCAN, Every(int(max(1, daemon.rescan)))
    yield ROUNDS, Every(ROUND_SECONDS)
    yield HOUSEKEEPING, trigger_of(daemon.housekeeping, zone)
    for family, schedule in daemon.schedules:
        yield REFRESH + family, trigger_of(schedule, zone)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((when for when in (one, other) if when is not None), default=None)
