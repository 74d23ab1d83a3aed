"""Schedules of the configuration: what they may say, and when they are due, as crontab(5) and cron(8) have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.config.crontab import schedule
from feeds.daemon.triggers import Every, trigger_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def due(text: str, after: datetime, zone: ZoneInfo = AMSTERDAM) -> Iterator[datetime]:
    """When a schedule is due after a moment, time after time."""
    trigger = trigger_of(schedule(text), zone)
    moment = trigger.after(after)
    while moment is not None:
        yield moment
        moment = trigger.after(moment)


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("0 7 * * *", "2026-06-01T06:59+02:00", ["2026-06-01T07:00+02:00", "2026-06-02T07:00+02:00"]),
        ("*/15 7 * * *", "2026-06-01T07:20+02:00", ["2026-06-01T07:30+02:00", "2026-06-01T07:45+02:00"]),
        ("*/40 7 * * *", "2026-06-01T07:20+02:00", ["2026-06-01T07:40+02:00", "2026-06-02T07:00+02:00"]),
        ("50/15 8 * * *", "2026-06-01T07:20+02:00", ["2026-06-01T08:50+02:00", "2026-06-02T08:50+02:00"]),
        ("5/20 8 * * *", "2026-06-01T08:20+02:00", ["2026-06-01T08:25+02:00", "2026-06-01T08:45+02:00"]),
        ("5,50-52/2 8 * * *", "2026-06-01T08:20+02:00", ["2026-06-01T08:50+02:00", "2026-06-01T08:52+02:00"]),
        ("0 */24 * * *", "2026-06-01T07:20+02:00", ["2026-06-02T00:00+02:00", "2026-06-03T00:00+02:00"]),
        ("30 6 1 jan *", "2026-06-01T07:20+02:00", ["2027-01-01T06:30+01:00", "2028-01-01T06:30+01:00"]),
        ("0 7 1 jan-may/2 *", "2026-06-01T08:00+02:00", ["2027-01-01T07:00+01:00", "2027-03-01T07:00+01:00"]),
        ("0 7 1 nov-12 *", "2026-06-01T08:00+02:00", ["2026-11-01T07:00+01:00", "2026-12-01T07:00+01:00"]),
        ("0 7 31 * *", "2026-08-30T08:00+02:00", ["2026-08-31T07:00+02:00", "2026-10-31T07:00+01:00"]),
        ("0 7 29 2 *", "2026-06-01T08:00+02:00", ["2028-02-29T07:00+01:00", "2032-02-29T07:00+01:00"]),
        # Days of the week: 1 June 2026 is a Monday.
        ("0 7 * * 0", "2026-06-01T08:00+02:00", ["2026-06-07T07:00+02:00", "2026-06-14T07:00+02:00"]),
        ("0 7 * * 7", "2026-06-01T08:00+02:00", ["2026-06-07T07:00+02:00", "2026-06-14T07:00+02:00"]),
        ("0 7 * * Sun", "2026-06-01T08:00+02:00", ["2026-06-07T07:00+02:00", "2026-06-14T07:00+02:00"]),
        ("0 7 * * 1", "2026-06-01T06:00+02:00", ["2026-06-01T07:00+02:00", "2026-06-08T07:00+02:00"]),
        ("0 7 * * 6", "2026-06-01T08:00+02:00", ["2026-06-06T07:00+02:00", "2026-06-13T07:00+02:00"]),
        ("0 7 * * 1-5", "2026-06-05T06:00+02:00", ["2026-06-05T07:00+02:00", "2026-06-08T07:00+02:00"]),
        ("0 7 * * 6-7", "2026-06-01T08:00+02:00", ["2026-06-06T07:00+02:00", "2026-06-07T07:00+02:00"]),
        ("0 7 * * sat-sun", "2026-06-01T08:00+02:00", ["2026-06-06T07:00+02:00", "2026-06-07T07:00+02:00"]),
        ("0 7 * * sun-tue", "2026-06-01T08:00+02:00", ["2026-06-02T07:00+02:00", "2026-06-07T07:00+02:00"]),
        ("0 7 * * mon,wed", "2026-06-01T08:00+02:00", ["2026-06-03T07:00+02:00", "2026-06-08T07:00+02:00"]),
        ("0 7 * * 1-5/2", "2026-06-01T08:00+02:00", ["2026-06-03T07:00+02:00", "2026-06-05T07:00+02:00"]),
        ("0 7 * * */3", "2026-06-01T08:00+02:00", ["2026-06-03T07:00+02:00", "2026-06-06T07:00+02:00"]),
        # Both days: either is enough, unless a field begins with an asterisk.
        ("0 7 1 * mon", "2026-06-25T08:00+02:00", ["2026-06-29T07:00+02:00", "2026-07-01T07:00+02:00"]),
        ("0 7 13 * fri", "2026-06-10T08:00+02:00", ["2026-06-12T07:00+02:00", "2026-06-13T07:00+02:00"]),
        ("0 7 1-31 * mon", "2026-06-01T08:00+02:00", ["2026-06-02T07:00+02:00", "2026-06-03T07:00+02:00"]),
        ("0 7 */2 * mon", "2026-06-01T08:00+02:00", ["2026-06-15T07:00+02:00", "2026-06-29T07:00+02:00"]),
        ("0 7 1 * */2", "2026-06-01T08:00+02:00", ["2026-08-01T07:00+02:00", "2026-09-01T07:00+02:00"]),
        # Summer time begins: 2026-03-29 02:00+01:00 is 03:00+02:00.
        ("0 7 * * *", "2026-03-28T08:00+01:00", ["2026-03-29T07:00+02:00", "2026-03-30T07:00+02:00"]),
        ("30 2 * * *", "2026-03-28T08:00+01:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("15 2-3 * * *", "2026-03-29T00:00+01:00", ["2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00"]),
        ("*/30 * * * *", "2026-03-29T01:10+01:00", ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00"]),
        # It ends: 2026-10-25 03:00+02:00 is 02:00+01:00.
        ("30 2 * * *", "2026-10-24T08:00+02:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        ("0 2-3 * * *", "2026-10-24T08:00+02:00", ["2026-10-25T02:00+02:00", "2026-10-25T03:00+01:00"]),
        ("30 2 * * *", "2026-10-25T02:10+01:00", ["2026-10-26T02:30+01:00", "2026-10-27T02:30+01:00"]),
        ("*/40 * * * *", "2026-10-25T02:10+02:00", ["2026-10-25T02:40+02:00", "2026-10-25T02:00+01:00"]),
        ("0 * * * *", "2026-10-25T02:00+02:00", ["2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00"]),
        ("90m", "2026-10-25T02:00+02:00", ["2026-10-25T02:30+01:00", "2026-10-25T04:00+01:00"]),
    ],
)
def test_schedules_are_due_as_cron_has_it(text: str, after: str, expected: list[str]) -> None:
    """Five fields are due when cron would run them, in the time zone of the site; an interval whatever clocks show."""
    assert list(islice(due(text, datetime.fromisoformat(after)), 2)) == [
        datetime.fromisoformat(one) for one in expected
    ]


def field(low: int, high: int, most: int | None = None) -> st.SearchStrategy[tuple[str, set[int]]]:
    """A field of cron and the numbers that it stands for. None is named above `most`: some months have no 31st."""
    steps = st.integers(1, high).map(lambda step: (f"*/{step}", set(range(low, high + 1, step))))
    lists = st.sets(st.integers(low, most or high), min_size=1, max_size=4).map(
        lambda some: (",".join(map(str, sorted(some))), some)
    )
    return st.just(("*", set(range(low, high + 1)))) | steps | lists


@given(field(0, 59), field(0, 23), field(1, 31, 28), field(1, 12), field(0, 7), st.integers(0, 800 * 1440))
def test_any_five_fields_are_due_as_crontab_says(
    minute: tuple[str, set[int]],
    hour: tuple[str, set[int]],
    day: tuple[str, set[int]],
    month: tuple[str, set[int]],
    weekday: tuple[str, set[int]],
    start: int,
) -> None:
    """Whatever the fields, the first times are those that trying every day one after another finds."""
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    both = day[0][0] == "*" or weekday[0][0] == "*"

    def tried() -> Iterator[datetime]:
        for days in range(366 * 13):
            midnight = after.replace(hour=0, minute=0) + timedelta(days=days)
            met = midnight.day in day[1], midnight.isoweekday() in {number or 7 for number in weekday[1]}
            if midnight.month in month[1] and (all(met) if both else any(met)):
                times = product(sorted(hour[1]), sorted(minute[1]))
                found = (midnight + timedelta(hours=hours, minutes=minutes) for hours, minutes in times)
                yield from (one for one in found if one > after)

    text = " ".join(one[0] for one in (minute, hour, day, month, weekday))
    assert list(islice(due(text, after, ZoneInfo("UTC")), 2)) == list(islice(tried(), 2))


@given(
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "UTC"]),
    st.times(),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- bounds have none
)
def test_a_time_of_the_day_comes_once_a_day(zone: str, clock: time, after: datetime) -> None:
    """Wherever it is and whatever is done to clocks there, a fixed time is due once on each day."""
    there = ZoneInfo(zone)
    found = islice(due(f"{clock.minute} {clock.hour} * * *", after, there), 250)
    days = [moment.astimezone(there).date() for moment in found]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_an_interval_that_is_late_begins_anew(seconds: int, late: int) -> None:
    """A job that was called late keeps its times as long as none was missed; else the next is an interval from now."""
    before, every = datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=seconds)
    now = before + timedelta(milliseconds=late)
    found = Every(seconds).get_next_fire_time(before, now)
    assert found == (before + every if now < before + every else now + every)


@pytest.mark.parametrize(
    "text",
    ["", "7", "0m", "1w", "60 7 * * *", "* * * *", "* * 32 * *", "* * * foo *", "5-1 * * * *", "* * * * 8",
     "1-jan * * * *", "*/0 * * * *",
     "* * 0 * *", "* * * jan-foo *", "* * * * mon-foo", ", * * * *", "1, * * * *", "*-5 * * * *"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text: str) -> None:
    """What neither is an interval nor has cron's five fields is a mistake in the configuration."""
    with pytest.raises(ValueError, match=r"interval|no .* that cron knows"):
        schedule(text)


@pytest.mark.parametrize("text", ["0 7 30 2 *", "0 7 31 2,4,jun *", "0 7 30-31 feb */2", "0 7 30 2 mon"])
def test_what_is_never_due_is_refused(text: str) -> None:
    """A day that none of its months has is a mistake in the configuration."""
    with pytest.raises(ValueError, match="no month of it has"):
        schedule(text)
