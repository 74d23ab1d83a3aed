"""What is amiss is told once when it begins and once when it ends; a dump on which the program fails is set aside."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from xml.etree import ElementTree as ET

import pytest
from daemons import ROOT, Site, fill, portal, tree

from feeds import build as building
from feeds.build import Taken, build
from feeds.config import Config, Flags, load_config
from feeds.daemon.conditions import Sign, Yield, note, signs, stopped
from feeds.daemon.metrics import Metrics
from feeds.daemon.rounds import Rounds
from feeds.model import ChannelKey, ContentHash, Page
from feeds.parse.page import PARSER_VERSION, read_page
from feeds.render.status import Note, status_feed, status_page
from feeds.store import holdings, journal, ledger
from feeds.store.counts import ChannelCount
from feeds.store.engine import Store, open_store
from feeds.store.ledger import ProblemRow

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = 86_400_000_000
EMPTY = ChannelCount(ChannelKey("all"), "", 0, 0)


@pytest.fixture
def config(site: Site) -> Config:
    """The configuration of that site."""
    return load_config(site.config, {}, Flags(), site.folder).config


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    """An empty store."""
    with closing(open_store(config.store, write=True, wait=1)) as found:
        yield found


def test_a_condition_is_noted_once(store: Store) -> None:
    """However often it is seen, it begins once and ends once; when it comes back it begins anew."""
    sign = Sign("missing", "inbox", "gone")
    with store.writing() as connection:
        for now, found in enumerate([[sign], [sign], [], [], [replace(sign, reason="gone again")]], 1):
            present = note(connection, found, now).present
            assert [row.kind for row in present] == [one.kind for one in found]
        rows = journal.conditions(connection)
    assert [(row.begun, row.ended, row.reason) for row in rows] == [(5, None, "gone again"), (1, 3, "gone")]


def test_failing_dumps_are_told_anew(store: Store, config: Config, site: Site) -> None:
    """At once if they are twice as many as were told, after a day if they are more; else they are not."""
    root, hour = os.fsencode(site.inbox), DAY // 24

    def told(number: int, now: int) -> list[str]:
        """What begins if so many dumps fail, beside one of another source."""
        rows = [ProblemRow(root + b"/%d.txt" % one, "dump", "empty") for one in range(number)]
        with store.writing() as connection:
            connection.execute(holdings.problems.delete())
            ledger.put_problems(connection, [*rows, ProblemRow(root + b"0/x.txt", "dump", "empty")], [])
            return [
                row.reason.split(" cannot")[0]
                for row in note(connection, signs(connection, config, [], {}, now), now).begun
            ]

    assert told(0, 0) == []
    steps = [
        (1, "a dump"),
        (1, ""),
        (2, "2 dumps"),
        (3, ""),
        (9, "9 dumps"),
        (17, ""),
        (4, ""),
        (7, ""),
        (8, "8 dumps"),
    ]
    for now, (number, reason) in enumerate(steps):
        assert told(number, now * hour) == [reason] * bool(reason), number
    assert told(9, 31 * hour) == []
    assert told(9, 32 * hour) == ["9 dumps"], "a day after the 8 were told"
    assert told(9, 99 * hour) == []
    assert told(0, 100 * hour) == []
    assert told(1, 101 * hour) == ["a dump"]
    with store.reading() as connection:
        rows = [(row.begun // hour, row.ended and row.ended // hour) for row in journal.conditions(connection)]
    assert rows == [(101, None), (32, 100), (8, 32), (4, 8), (2, 4), (0, 2)], "one after another"


def test_bad_rows_that_are_not_listed_count(store: Store, config: Config, site: Site) -> None:
    """A file of which only the first bad rows are listed fails more and more."""
    crawl = site.inbox / "crawl.jsonl"
    for bad in (10, 120):
        with crawl.open("a", encoding="utf-8") as file:
            file.write("{}\n" * bad)
        build(store, config, lambda *_: None)
        with store.writing() as connection:
            (sign,) = signs(connection, config, [], {}, 0)
        assert sign.reason.startswith(f"{10 if bad == 10 else 130} dumps cannot be read, the first is crawl.jsonl")


def test_a_source_that_falls_silent(store: Store, config: Config) -> None:
    """It is said after so many hours without a new dump, counted from the first look, and ends with the next dump."""
    config = replace(config, daemon=replace(config.daemon, silent_hours=1e-9))
    rounds = Rounds(Metrics())
    rounds.make(store, config, whole=True)
    rounds.make(store, config, whole=True)
    assert [row.kind for row in rounds.amiss] == ["silent"]
    rounds.arrived(store, Taken(config.sources[0], (), 1, 0, (), 0, 0))
    assert rounds.anxious
    rounds.make(store, replace(config, daemon=replace(config.daemon, silent_hours=1.0)), whole=False)
    assert rounds.amiss == ()


def test_a_source_that_is_missing(store: Store, config: Config, site: Site) -> None:
    """A folder that is not there is a condition of its own."""
    site.inbox.rmdir()
    rounds = Rounds(Metrics())
    rounds.make(store, config, whole=True)
    assert [(row.kind, row.subject) for row in rounds.amiss] == [("missing", str(site.inbox))]


def test_a_yield_that_falls() -> None:
    """When most of the last pages show no story the yield has fallen; it has recovered when most show one again."""
    found = Yield()
    found.add(pages=20, barren=20)
    assert not found.fallen, "too few pages to tell"
    found.add(pages=200, barren=20)
    assert not found.fallen
    found.add(pages=150, barren=150)
    assert found.fallen
    found.add(pages=50, barren=0)
    assert found.fallen, "not yet recovered"
    found.add(pages=150, barren=10)
    assert not found.fallen


def test_pages_that_show_nothing_are_counted(site: Site, config: Config, store: Store) -> None:
    """A layout that the profile does not know shows no story: those pages are counted as barren."""
    fill(site.inbox, 3)
    for number in range(2):
        (site.inbox / f"other{number}.txt").write_text(f"<x>{number}", "utf-8")
    seen: list[ContentHash] = []
    build(store, config, lambda *_: None, building.Pace(taken=lambda batch: seen.extend(batch.contents)))
    assert len(seen) == 5
    with store.reading() as connection:
        assert journal.yields(connection, seen) == (5, 2)


def test_a_feed_that_stops() -> None:
    """A feed without a new story for ten times as long as usual has stopped, if others go on."""

    def count(channel: str, stories: int, newest: int) -> ChannelCount:
        return replace(EMPTY, channel=ChannelKey(channel), name=channel, stories=stories, newest=newest * DAY)

    counts = [
        count("all", 500, 100),
        count("topic/sport", 100, 99),
        count("topic/tholen", 50, 60),
        count("topic/a", 3, 1),
    ]
    oldest = {"all": 0, "topic/sport": 0, "topic/tholen": 10 * DAY, "topic/a": 0}
    assert [(sign.kind, sign.subject) for sign in stopped(counts, oldest)] == [("stopped", "topic/tholen")]
    assert stopped([], {}) == []


def test_the_status_feed_is_sound() -> None:
    """Atom with an id, a title and a date for each note, that escapes what it is told; an empty one is a feed too."""
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    body = status_feed([Note("a/1/begun", "A <b> & \x00c", "why <x>", at)], "Status", "example.org,2026", "http://here")
    feed = ET.fromstring(body)
    assert feed.findtext(f"{ATOM}updated") == "2026-03-03T12:00:00+00:00"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == "tag:example.org,2026:status/a/1/begun"
    assert entry.findtext(f"{ATOM}title") == "A <b> & c"
    assert ET.fromstring(status_feed([], "Status", "example.org,2026", "http://here")).tag == f"{ATOM}feed"


def test_the_status_page_escapes() -> None:
    """What a file's name says is text on the page."""
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    page = status_page("Status", [("<script>", "why", at)], [("Jobs", [("job", "last"), ("a<b", "-")])])
    assert b"<script>" not in page
    assert b"a&lt;b" in page


def test_the_program_failing_on_a_dump(
    site: Site, config: Config, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found and set aside with its reason, not tried again until it or the parser changes; the others go on."""
    fill(site.inbox, 20)
    strange = sorted(site.inbox.iterdir())[7]
    text = strange.read_text("utf-8")
    opening, tried = import_module("feeds.build.opening"), []

    def fails(page: str, *others: object, **more: object) -> Page:
        if page == text:
            tried.append(page)
            raise RecursionError("too deep")
        return read_page(page, *others, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(opening, "read_page", fails)
    done = build(store, config, lambda *_: None)
    assert (done.new, done.failed) == (19, 1)
    assert (done.problems[0].path, done.problems[0].kind) == (os.fsencode(strange), "failed")
    assert "RecursionError: too deep" in done.problems[0].reason
    tried.clear()
    assert build(store, config, lambda *_: None).failed == 0
    assert tried == []
    monkeypatch.undo()
    assert build(store, config, lambda *_: None).new == 0, "the parser has not changed"
    monkeypatch.setattr(building, "PARSER_VERSION", PARSER_VERSION + 1)
    assert build(store, config, lambda *_: None).new == 1
    with store.reading() as connection:
        assert not [row for row in ledger.all_problems(connection) if row.kind == "failed"]
    assert tree(site.out) == site.clean()


def test_the_program_failing_on_rows(site: Site, config: Config, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the rows that it fails on are set aside; the others of their file go on, and a new parser tries again."""
    texts = [text for _, text in portal(40)]
    (site.inbox / "crawl.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    opening = import_module("feeds.build.opening")

    def fails(page: str, *others: object, **more: object) -> Page:
        if page in {texts[7], texts[8], texts[39]}:
            raise RecursionError("too deep")
        return read_page(page, *others, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(opening, "read_page", fails)
    done = build(store, config, lambda *_: None)
    assert (done.new, done.failed) == (37, 3)
    assert [(one.kind, one.record) for one in done.problems] == [("failed", 7), ("failed", 8), ("failed", 39)]
    assert done.problems[0].reason.startswith("line 8: the program failed on it: RecursionError: too deep")
    monkeypatch.undo()
    assert build(store, config, lambda *_: None).new == 0, "the parser has not changed"
    monkeypatch.setattr(building, "PARSER_VERSION", PARSER_VERSION + 1)
    assert build(store, config, lambda *_: None).new == 3
    with store.reading() as connection:
        assert ledger.all_problems(connection) == []
    assert tree(site.out) == site.clean()


def test_what_is_measured(site: Site) -> None:
    """`/metrics` of a running daemon tells what the README says, the share of lines that no rule claimed among it."""
    fill(site.inbox, 8, size=8)
    (site.inbox / "terms.txt").write_text("".join(f"Voorwaarde {number}\n" for number in range(60)), "utf-8")
    (site.inbox / "empty.txt").write_text("", "utf-8")
    with site.started() as daemon:
        daemon.settled(9)
        pages = [json.loads(line) for line in site.run("parse", str(site.inbox)).stdout.splitlines()]
        unclaimed = sum(len(page["residue"]) for page in pages)
        assert unclaimed >= 60
        share = daemon.metric("feeds_residue_lines_share")
        lines = unclaimed / share
        assert lines == pytest.approx(round(lines)), "of whole lines"
        printed = "".join(path.read_text("utf-8") for path in site.inbox.iterdir()).splitlines()
        assert unclaimed < round(lines) <= len([line for line in printed if line.strip()])
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 1
        assert daemon.metric("feeds_barren_pages_share") == pytest.approx(1 / 9)
        readme = (ROOT / "README.md").read_text("utf-8")
        told = set(re.findall("feeds_[a-z_]*[a-z]", readme[readme.index("| of `/metrics`") :]))
        measured = set(re.findall("^# TYPE (feeds_[a-z_]*)", daemon.get("/metrics")[1].decode(), re.MULTILINE))
        assert told - {"feeds_hub_subscriptions", "feeds_hub_deliveries_total"} == measured
        assert daemon.stop() == 0
