"""What is due by the clock: APScheduler's jobs, which only say what is wanted; the work itself is done in turns.

A schedule says when files are refreshed, never what they hold. Jobs that were missed, because the machine slept,
the clock jumped or the daemon was down, run once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
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
        self._jobs = dict(jobs(config))
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(_said_late, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        for name, trigger in self._jobs.items():
            self._scheduler.add_job(self._fire, trigger, args=[name], id=name, name=name)

    async def _fire(self, name: str) -> None:
        self._want(name)

    def start(self, ran: Iterable[Run], now: datetime) -> None:
        """Begin; what was due since it last ran, and every refresh that never ran, is wanted at once."""
        self._scheduler.start()
        last = {run.job: run.last for run in ran if run.last is not None}
        for name, trigger in self._jobs.items():
            if name in last:
                due = trigger.get_next_fire_time(None, instant(last[name]) + timedelta(microseconds=1))
                if due is not None and due <= now and name != ROUNDS:
                    self._want(name)
            elif name.startswith(REFRESH):
                self._want(name)

    def clock_jumped(self, now: datetime) -> None:
        """The clock was set: what it passed over is run once, and nothing waits for a time that comes twice."""
        for job in self._scheduler.get_jobs():
            trigger = self._jobs[job.id]
            if job.next_run_time is not None and job.next_run_time > now:
                job.modify(next_run_time=trigger.get_next_fire_time(None, now))
        self._scheduler.wakeup()

    def stop(self) -> None:
        """Nothing is due any more."""
        self._scheduler.shutdown(wait=False)

    def names(self) -> list[str]:
        """The jobs that there are, in order."""
        return sorted(self._jobs)

    def next_run(self, name: str) -> int | None:
        """When a job is to run next, in microseconds since 1970."""
        job = self._scheduler.get_job(name)
        return None if job is None or job.next_run_time is None else micros(job.next_run_time)


def jobs(config: Config) -> Iterable[tuple[str, Trigger]]:
    """Every job by name, with what says when it runs."""
    zone = ZoneInfo(config.main_site.timezone)
    daemon = config.daemon
    yield RESCAN, Every(int(max(1, daemon.rescan)))
    yield ROUNDS, Every(ROUND_SECONDS)
    yield HOUSEKEEPING, trigger_of(daemon.housekeeping, zone)
    for family, schedule in daemon.schedules:
        yield REFRESH + family, trigger_of(schedule, zone)


def _said_late(event: JobEvent) -> None:
    logging.getLogger("feeds.schedule").info("a run came late", extra={"job": event.job_id})
