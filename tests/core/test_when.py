"""When a page was captured, by each kind of evidence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feeds.canon import micros
from feeds.dumps.when import (
    SIDECAR_LIMIT,
    Sidecar,
    evidence,
    read_sidecar,
    told,
    told_by_mtime,
    told_by_name,
    told_by_page,
)
from feeds.errors import DumpError
from feeds.model import Told

ZONE = ZoneInfo("Europe/Amsterdam")
URL = "https://www.zeelandnet.nl/nieuws/een-bericht"


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    """An instant in UTC by year, month, day, hour, ..."""
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


def sidecar(**said: object) -> Sidecar:
    """What a sidecar with these keys says."""
    return read_sidecar(json.dumps(said).encode(), ZONE)


def at(printed: str) -> tuple[datetime | None, datetime | None]:
    """The span that `captured_at` stands for."""
    said = sidecar(captured_at=printed).told
    assert said is not None
    assert said.source == "sidecar"
    return said.not_before, said.not_after


@pytest.mark.parametrize(
    ("printed", "instant"),
    [
        ("2026-01-09T12:00:00+01:00", utc(2026, 1, 9, 11)),
        ("2026-01-09T12:00:00Z", utc(2026, 1, 9, 12)),
        ("2026-01-09t12:00:00z", utc(2026, 1, 9, 12)),
        ("20260109T120000Z", utc(2026, 1, 9, 12)),
        ("2026-01-09T12:00:00.250-05:00", utc(2026, 1, 9, 17, 0, 0, 250000)),
        ("2026-01-09T12:00:00", utc(2026, 1, 9, 11)),
        ("2026-07-09 12:00", utc(2026, 7, 9, 10)),
        (" 2026-07-09T12 ", utc(2026, 7, 9, 10)),
    ],
)
def test_a_time_is_an_instant_in_utc(printed: str, instant: datetime) -> None:
    """A time is the instant it names, in the site's zone if it has no offset."""
    assert at(printed) == (instant, instant)


def test_a_date_alone_is_the_whole_local_day() -> None:
    """A date alone runs from midnight to midnight where the site is, 23 hours when the clock goes forward."""
    assert at("2026-01-09") == (utc(2026, 1, 8, 23), utc(2026, 1, 9, 23))
    assert at("20260329") == (utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))


def test_an_hour_that_comes_twice_is_both() -> None:
    """A local time that the clock shows twice spans both instants; with an offset it is one."""
    assert at("2026-10-25T02:30:00") == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30))
    assert at("2026-10-25T02:30:00+01:00") == (utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 1, 30))


def test_a_span_runs_from_its_first_time_to_the_end_of_its_last() -> None:
    """`captured_between` is closed; whole days at its ends count whole."""
    said = sidecar(captured_between=["2026-01-09T12:00:00+01:00", "2026-01-10"], note="kept elsewhere")
    assert said == Sidecar(None, Told(utc(2026, 1, 9, 11), utc(2026, 1, 10, 23), "sidecar"))


def test_captured_at_wins() -> None:
    """With both keys the exact time is believed and the span is not even looked at."""
    said = sidecar(url=URL, captured_at="2026-01-09T12:00Z", captured_between="long ago")
    assert said == Sidecar(URL, Told(utc(2026, 1, 9, 12), utc(2026, 1, 9, 12), "sidecar"))


def test_a_sidecar_may_say_nothing() -> None:
    """Missing keys and nulls leave address and time open, a byte order mark does not matter."""
    assert read_sidecar(b"{}", ZONE) == Sidecar(None, None)
    assert read_sidecar(b'\xef\xbb\xbf{"url": null, "captured_at": null}', ZONE) == Sidecar(None, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
        (b'{"x": NaN}', "not JSON"),
        (b'{"x": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"x": ' + b"[" * 40 + b"]" * 40 + b"}", "too deep"),
        (b'{"x": ' + b"[" * 30000 + b"]" * 30000 + b"}", "too deep"),
        (b'{"x": "' + b"x" * SIDECAR_LIMIT + b'"}', "over 65536 bytes"),
        (b'{"captured_at": 1768000000}', "captured_at must be"),
        (b'{"captured_at": ""}', "no time"),
        (b'{"captured_at": "gisteren"}', "no time"),
        (b'{"captured_at": "2026-02-30"}', "no time"),
        (b'{"captured_at": "2026-W02-5"}', "no time"),
        (b'{"captured_at": "2026-01-09x12:00"}', "no time"),
        ('{"captured_at": "२०२६-01-09"}'.encode(), "no time"),
        (b'{"captured_at": "2026-01-09T25:00Z"}', "no time"),
        (b'{"captured_at": "1989-12-31T12:00Z"}', "1990 to 2200"),
        (b'{"captured_at": "2201-01-01"}', "1990 to 2200"),
        (b'{"captured_at": "9999-12-31"}', "1990 to 2200"),
        (b'{"captured_between": "2026-01-09"}', "list of two"),
        (b'{"captured_between": ["2026-01-09"]}', "list of two"),
        (b'{"captured_between": ["2026-01-09", null]}', "captured_between must be"),
        (b'{"captured_between": ["2026-01-10", "2026-01-08"]}', "ends before it begins"),
        (b'{"captured_between": ["2026-01-10", "2026-01-09"]}', "ends before it begins"),
        (b'{"url": 7}', "url must be text"),
        (b'{"url": ""}', "http or https"),
        (b'{"url": "ftp://www.zeelandnet.nl/"}', "http or https"),
        (b'{"url": "javascript:alert(1)"}', "http or https"),
        (b'{"url": "https://"}', "http or https"),
        (b'{"url": "https://[::1/"}', "http or https"),
        (b'{"url": "https://a.nl/x y"}', "http or https"),
        (b'{"url": "https://a.nl/\\n"}', "http or https"),
        (b'{"url": "https://a.nl/\\ud800"}', "http or https"),
        (b'{"url": "https://a.nl/' + b"x" * 2000 + b'"}', "over 2000"),
    ],
)
def test_a_malformed_sidecar_is_refused(data: bytes, reason: str) -> None:
    """Whatever is wrong with a sidecar is one DumpError that says what."""
    with pytest.raises(DumpError, match=f"malformed sidecar: .*{reason}"):
        read_sidecar(data, ZONE)


@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("20260303090500-0001.txt", utc(2026, 3, 3, 9, 5)),
        ("page-20260303090500.txt", utc(2026, 3, 3, 9, 5)),
        ("20261303090500_20260303090500.txt", utc(2026, 3, 3, 9, 5)),
        ("19890303090500 19900101000000 20260303090500.txt", utc(1990, 1, 1)),
        ("x20260303090500x.txt", utc(2026, 3, 3, 9, 5)),
    ],
)
def test_a_name_tells_the_first_time_in_it(name: str, instant: datetime) -> None:
    """The first run of exactly 14 digits that is a time in UTC is the time of capture."""
    assert told_by_name(name) == Told(instant, instant, "name")


@pytest.mark.parametrize(
    "name",
    [
        "000_96b1f3e1a80901d2.txt",
        "2026030309050.txt",
        "202603030905001.txt",
        "20260230090500.txt",
        "20260303096000.txt",
        "22010101000000.txt",
        "2026030309050٣.txt",
        "",
    ],
)
def test_other_digits_in_a_name_tell_nothing(name: str) -> None:
    """Runs of other lengths, impossible times and impossible years are no time of capture."""
    assert told_by_name(name) is None


def test_a_day_on_the_page_is_that_whole_local_day() -> None:
    """A printed day runs from midnight to midnight where the site is; one in an impossible year says nothing."""
    assert told_by_page(date(2025, 11, 3), ZONE) == Told(utc(2025, 11, 2, 23), utc(2025, 11, 3, 23), "page")
    assert told_by_page(date(9999, 12, 31), ZONE) is None


def test_a_modification_time_counts_if_it_is_trusted() -> None:
    """A modification time is an instant if the source trusts it, and unknown if not or if the year cannot be."""
    mtime = micros(utc(2026, 3, 3, 9, 5))
    assert told_by_mtime(mtime, "trust") == Told(utc(2026, 3, 3, 9, 5), utc(2026, 3, 3, 9, 5), "mtime")
    assert told_by_mtime(mtime, "ignore") == Told(None, None, "unknown")
    assert told_by_mtime(0, "trust") == Told(None, None, "unknown")


def test_the_best_evidence_wins() -> None:
    """Sidecar, name, page and modification time are believed in this order."""
    said = Sidecar(URL, Told(utc(2026, 1, 1), utc(2026, 1, 2), "sidecar"))
    silent = Sidecar(URL, None)
    name, day, mtime = "20260303090500.txt", date(2026, 4, 4), micros(utc(2026, 5, 5))

    def source(car: Sidecar | None, name: str, day: date | None) -> str:
        return told(car, name, day, mtime, "trust", ZONE).source

    assert source(said, name, day) == "sidecar"
    assert source(silent, name, day) == "name"
    assert source(silent, "x.txt", day) == "page"
    assert source(None, "x.txt", None) == "mtime"
    assert told(None, "x.txt", None, mtime, "ignore", ZONE).source == "unknown"
    assert evidence(silent, "x.txt", None, ZONE) is None
