"""When a job is due: at an interval from its last run, or as cron has it. In the words of APScheduler, its triggers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from feeds.config.crontab import Crontab, crontab, interval_seconds

_INSTANT = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


class Trigger(BaseTrigger):  # type: ignore[misc]  # it ships no types
    """Says when a job is due after it ran. All that was missed is due once."""

    set_back = timedelta(0)
    """A run that the clock has yet to come to again was one: if the clock was set back by no more than this."""

    @abstractmethod
    def after(self, moment: datetime) -> datetime | None:
        """When a job is due that ran at this moment: later than that, in UTC. None if it never is."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The next time after now, as APScheduler asks for it."""
        due = self.after(previous or now)
        return due if due is None or due > now else self.after(now)


class Every(Trigger):
    """At an interval."""

    def __init__(self, seconds: int) -> None:
        self._interval = timedelta(seconds=seconds)

    def after(self, moment: datetime) -> datetime:
        """So long after the last run."""
        return moment.astimezone(UTC) + self._interval


class Cron(Trigger):
    """As crontab(5) and cron(8) have it, in a time zone.

    Of a night in which clocks are changed: a time that is skipped is due at once after that. A time that comes twice is
    due at the first of them, or at both if minute or hour begin with `*`.
    """

    set_back = timedelta(hours=3)

    def __init__(self, table: Crontab, zone: ZoneInfo) -> None:
        self._zone = zone
        self._fixed = table.fixed
        # APScheduler wants both fields for days met, and its week begins with Monday. Where clocks are changed it loses
        # whole days, so it is asked for what a clock shows, as if that were UTC.
        days, weekdays = _listed(table.days), _listed((day - 1) % 7 for day in table.weekdays)
        pairs = [(days, "*"), ("*", weekdays)] if table.either else [(days, weekdays)]
        minutes, hours, months = _listed(table.minutes), _listed(table.hours), _listed(table.months)
        self._shown = OrTrigger(
            [
                CronTrigger(minute=minutes, hour=hours, day=day, month=months, day_of_week=weekday, timezone=UTC)
                for day, weekday in pairs
            ]
        )

    def after(self, moment: datetime) -> datetime | None:
        """The first time of the table after a moment."""
        soon = moment + self.set_back
        # If clocks are set back soon, what they show then comes again.
        wall = min(self._wall(moment), self._wall(soon) - self.set_back)
        found: list[datetime] = []
        while True:
            shown = self._shown.get_next_fire_time(None, wall.replace(tzinfo=UTC) + _INSTANT)
            if shown is None:
                return min(found, default=None)
            wall = shown.replace(tzinfo=None)
            times = self._instants(wall)
            found += [time for time in times if time > moment]
            if times[0] > moment:
                return min(found)

    def _instants(self, wall: datetime) -> list[datetime]:
        """When the table is due for what a clock shows, in order."""
        once, again = (wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if once > again:  # no clock ever shows it
            later = (again + minutes * _MINUTE for minutes in count())
            return [next(time for time in later if self._wall(time) > wall)]
        return [once] if self._fixed else [once, again]

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)


def trigger_of(schedule: str, zone: ZoneInfo) -> Trigger:
    """What is due when a schedule of the configuration says, in a time zone."""
    seconds = interval_seconds(schedule)
    return Cron(crontab(schedule), zone) if seconds is None else Every(seconds)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
