"""One dump file on its own."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from feeds.dumps.inbox import scan
from feeds.dumps.single import Single, capture_file
from feeds.dumps.text import Vanished
from feeds.errors import DumpError
from feeds.model import Page, Told
from feeds.parse.profile import SiteProfile

SEEDS = Path(__file__).parents[2] / "seeds"
SITE = SiteProfile(
    name="zeelandnet",
    title="ZeelandNet",
    language="nl",
    timezone="Europe/Amsterdam",
    home="https://www.zeelandnet.nl/",
    link="",
    boilerplate=(),
    section="",
    edition="",
    ticker="",
    topic_path="",
    credits=(),
    towns=(),
    keywords=(),
    datelines=(),
    repairs=(),
    ages=(),
    newest_first=True,
)


def lines(text: str, url: str | None) -> Page:
    """A page that claims nothing, printed on the day that its first line names."""
    first, *rest = text.splitlines()
    printed = date.fromisoformat(first) if first[:2] == "20" else None
    return Page("zeelandnet", "other", url, None, (), (), tuple(rest), printed, overfull=False)


def single(path: Path) -> Single:
    """What the one file amounts to."""
    (found,) = scan(path, 10_000)
    return capture_file(found, SITE, "ignore", 10_000, lines)


def test_a_seed_is_captured_when_its_sidecar_says() -> None:
    """A sample dump gets address and span of its sidecar, and the address reaches the parser."""
    got = single(SEEDS / "000_96b1f3e1a80901d2.txt")
    span = Told(datetime(2026, 1, 9, 11, tzinfo=UTC), datetime(2026, 1, 10, 11, tzinfo=UTC), "sidecar")
    assert got.capture.told == span
    assert got.capture.url == got.page.topic
    assert got.capture.url is not None
    assert got.capture.url.endswith("/rusland-verwacht-snel-akkoord-over-defensiesamenwerking-met-iran")
    assert got.capture.dumps == ("000_96b1f3e1a80901d2.txt",)
    assert (got.lenient, got.fault) == (False, None)


def test_a_malformed_sidecar_does_not_stop_its_dump(tmp_path: Path) -> None:
    """The dump is read as if it stood alone, and the fault is said."""
    (tmp_path / "a.txt").write_text("2026-01-09\nKop\n")
    (tmp_path / "a.txt.meta.json").write_text("[]")
    got = single(tmp_path / "a.txt")
    assert got.capture.told.source == "page"
    assert got.fault is not None
    assert got.fault.startswith("malformed sidecar")


def test_a_dump_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Trouble seen by the scan, trouble in the bytes and a vanished file are DumpErrors."""
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(DumpError, match="FIFO"):
        single(tmp_path / "fifo")
    (tmp_path / "a.txt").touch()
    with pytest.raises(DumpError, match="empty"):
        single(tmp_path / "a.txt")
    (found,) = scan(tmp_path / "a.txt", 10_000)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(Vanished):
        capture_file(found, SITE, "trust", 10_000, lines)
