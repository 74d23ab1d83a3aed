"""Each condition is told once when it begins and once when it ends, whatever happens meanwhile: by a living daemon."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from daemons import Daemon, Site, fill, portal, tree, until
from troubles import full, small_disk

ATOM = "{http://www.w3.org/2005/Atom}"
BINARY = b"\x00\x01\x02" * 100
PAGE = "Kop {0}\n\nKop {0}\n\n{1} (ANP) - Bericht {0} van vandaag, dat verder niets zegt.\n\nNog een regel {0}.\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site whose folder is looked at whole every second."""
    return Site(tmp_path / "site", "rescan = 1")


class ByNobody(Site):
    """A site whose daemon may not read everything, though root has started it."""

    def command(self, *words: str) -> list[str]:
        """A command line of `feeds`, run by a user that owns nothing."""
        return ["setpriv", "--reuid=65534", "--clear-groups", *super().command(*words)]


@pytest.fixture
def other() -> Iterator[Site]:
    """Such a site, in a folder that anybody may write to."""
    with tempfile.TemporaryDirectory() as folder:
        site = (ByNobody if os.geteuid() == 0 else Site)(Path(folder) / "site", "rescan = 1")
        for path in (folder, site.folder, site.inbox):
            Path(path).chmod(0o777)
        if shutil.which("setpriv") is None or site.run("config").returncode:
            pytest.skip("here another user cannot run the program")
        yield site


def titles(daemon: Daemon) -> list[str]:
    """What the status feed tells, oldest first, each without its subject."""
    status, body = daemon.get("/status/atom.xml")
    assert status == 200
    entries = ET.fromstring(body).findall(f"{ATOM}entry")
    return [str(entry.findtext(f"{ATOM}title")).partition(":")[0] for entry in reversed(entries)]


def reasons(daemon: Daemon) -> str:
    """What is amiss."""
    return str(daemon.health()["reasons"])


def problems(site: Site) -> list[tuple[str, str]]:
    """What `feeds problems` lists but for contradictory times: dumps with the kinds of their problems."""
    rows = [json.loads(line) for line in site.run("problems", "--json").stdout.splitlines()]
    return [(row["dump"], row["kind"]) for row in rows if row["kind"] not in {"clock", "ages"}]


def rounds(daemon: Daemon, number: int = 2) -> None:
    """Wait until everything was looked at so many times more."""
    done = 'feeds_jobs_run_total{job="rescan"}'
    goal = daemon.metric(done) + number
    until(lambda: daemon.metric(done) >= goal, "looks at everything")


def barren(site: Site, first: int, number: int) -> None:
    """Pages in a layout that shows no story."""
    for place in range(first, first + number):
        part = site.inbox / "new.part"
        part.write_text(f"Nieuwe opmaak {place}, geheel anders\n", "utf-8")
        part.rename(site.inbox / f"20260304{place:06}-n.txt")


# -- failing dumps --------------------------------------------------------------------------------


def test_new_failures_are_not_hidden_by_an_old_one(site: Site) -> None:
    """Twice as many failing dumps are told anew, fewer are not; the end is told once, when the last one is gone."""
    fill(site.inbox, 3)
    (site.inbox / "0.txt").write_bytes(b"")
    with site.started() as daemon:
        daemon.settled(3)
        until(lambda: "failing" in reasons(daemon), "the first")
        for number in range(1, 21):
            (site.inbox / f"{number}.txt").write_bytes(BINARY + bytes([number]))
        daemon.said(
            "amiss", kind="failing", reason="21 dumps cannot be read, the first is 0.txt; `feeds problems` lists them"
        )
        (site.inbox / "1.txt").unlink()
        until(lambda: "20 dumps cannot be read" in reasons(daemon), "one is gone")
        for path in [*site.inbox.glob("?.txt"), *site.inbox.glob("??.txt")]:
            path.unlink()
        until(lambda: daemon.health()["status"] == "ok", "health")
        assert problems(site) == []
        told = titles(daemon)
        assert 3 <= len(told) <= 6, "six, if they fail one by one"
        assert told == ["Dumps fail"] * (len(told) - 1) + ["No dump fails any more"]


def test_a_bad_dump_that_comes_back_is_bad_still(site: Site) -> None:
    """As on a disk that was away: its problem ends when it is gone, and begins anew with it, the same file."""
    below, away = site.inbox / "disk", site.folder / "disk"
    below.mkdir()
    (below / "bad.txt").write_bytes(BINARY)
    (below / "rows.jsonl").write_text('{"text": "x"\n{"text": 5}\n', "utf-8")
    (below / "page.txt").write_text(PAGE.format(1, "GOES"), "utf-8")
    (below / "page.txt.meta.json").write_text("{", "utf-8")
    bad = [("bad.txt", "dump"), ("page.txt", "sidecar"), ("rows.jsonl", "row"), ("rows.jsonl", "row")]
    with site.started() as daemon:
        daemon.settled(1)
        until(lambda: problems(site) == bad, "problems")
        before = tree(site.out)
        for _ in range(2):
            below.rename(away)
            until(lambda: problems(site) == [], "they are gone")
            until(lambda: daemon.health()["status"] == "ok", "health")
            away.rename(below)
            until(lambda: problems(site) == bad, "they are back")
        site.inbox.rename(away)
        until(lambda: "missing" in reasons(daemon), "health")
        rounds(daemon)
        assert problems(site) == bad, "of a source that is not there nothing is known"
        assert tree(site.out) == before
        assert daemon.metric('feeds_dumps_total{outcome="new"}') == 1


def test_a_build_forgets_problems_that_are_over(site: Site) -> None:
    """`feeds build` looks at everything too; a page that is a story and was not read whole stays a problem."""
    site.configure("[limits]\nmax_teasers = 2")
    fill(site.inbox, 1)
    (site.inbox / "bad.txt").write_bytes(BINARY)
    site.run("build")
    name = portal(1000)[0][0]
    assert problems(site) == [(name, "parse"), ("bad.txt", "dump")]
    for path in site.inbox.iterdir():
        path.unlink()
    assert site.run("build").returncode == 0
    assert problems(site) == [(name, "parse")]


def test_a_folder_that_can_be_listed_again_fails_no_more(other: Site) -> None:
    """Each look at everything sees it, with no dump that comes; shut once more it is told once more."""
    shut = other.inbox / "shut"
    shut.mkdir()
    (shut / "page.txt").write_text(PAGE.format(1, "GOES"), "utf-8")
    with other.started() as daemon:
        daemon.settled(1)
        for _ in range(2):
            shut.chmod(0)
            until(lambda: "the first is shut" in reasons(daemon), "it cannot be listed")
            shut.chmod(0o755)
            until(lambda: daemon.health()["status"] == "ok", "it can be listed")
        assert titles(daemon) == ["Dumps fail", "No dump fails any more"] * 2
        assert problems(other) == []


@pytest.mark.parametrize("name", ["page.txt", "rows.jsonl"])
def test_a_malformed_sidecar_that_is_removed_is_no_problem(site: Site, name: str) -> None:
    """Nor is one of a file that grows; nothing else changes, and if it is put back it is one again."""
    dump, beside = site.inbox / name, site.inbox / f"{name}.meta.json"
    page = PAGE.format(1, "GOES")
    beside.write_text("{", "utf-8")
    dump.write_text(page if name == "page.txt" else json.dumps({"text": page}) + "\n", "utf-8")
    with site.started() as daemon:
        daemon.settled(1)
        until(lambda: problems(site) == [(name, "sidecar")], "the problem")
        before = tree(site.out)
        beside.rename(site.folder / "kept")
        until(lambda: problems(site) == [], "it is gone")
        (site.folder / "kept").rename(beside)
        until(lambda: problems(site) == [(name, "sidecar")], "it is back")
        assert tree(site.out) == before


def test_the_sidecar_of_a_growing_file_is_looked_for_with_each_row(site: Site) -> None:
    """The next row ends the problem of a sidecar that is no more, without a look at everything."""
    site.configure(daemon="rescan = 3600")
    crawl, beside = site.inbox / "crawl.jsonl", site.inbox / "crawl.jsonl.meta.json"
    beside.write_text("{", "utf-8")
    crawl.write_text(json.dumps({"text": PAGE.format(1, "GOES")}) + "\n", "utf-8")
    with site.started() as daemon:
        daemon.settled(1)
        assert problems(site) == [("crawl.jsonl", "sidecar")]
        beside.unlink()
        with crawl.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"text": PAGE.format(2, "GOES")}) + "\n")
        daemon.settled(2)
        assert problems(site) == []


# -- restarts -------------------------------------------------------------------------------------


def test_a_yield_that_fell_has_not_risen_by_a_restart(site: Site) -> None:
    """It ends when enough pages have come that show stories, be it in a later run."""
    barren(site, 0, 45)
    with site.started() as daemon:
        daemon.settled(45)
        until(lambda: "yield" in reasons(daemon), "the fall")
        assert daemon.stop() == 0
    with site.started() as daemon:
        assert "yield" in reasons(daemon)
        barren(site, 45, 1)
        daemon.settled(1)
        rounds(daemon)
        assert "yield" in reasons(daemon)
        fill(site.inbox, 60)
        daemon.settled(61)
        until(lambda: daemon.health()["status"] == "ok", "the rise")
        assert titles(daemon) == ["Pages yield fewer stories", "Pages yield stories again"]


def test_a_feed_that_stopped_goes_on_by_no_failing_start(site: Site) -> None:
    """A first turn that fails has counted nothing: what had stopped has stopped."""
    with (site.inbox / "crawl.jsonl").open("w", encoding="utf-8") as file:
        for day in range(120):
            text = PAGE.format(f"{day} {day * 7919}", "MINSK" if day < 25 else "OSLO")
            date = f"2026-{1 + day // 28:02}-{1 + day % 28:02}T12:00:00Z"
            file.write(json.dumps({"text": text, "date": date, "url": f"https://example.org/{day}x{day}"}) + "\n")
    with site.started() as daemon:
        daemon.settled(120)
        until(lambda: "dateline/minsk" in reasons(daemon), "it has stopped")
        begun = titles(daemon)
        assert daemon.stop() == 0
    (site.out / "all").rename(site.folder / "all")
    (site.out / "all").write_bytes(b"")
    with site.started() as daemon:
        daemon.said("work is paused")
        until(lambda: "Work is paused" in titles(daemon), "it is told")
        assert "dateline/minsk" in reasons(daemon)
        (site.out / "all").unlink()
        daemon.said("work goes on")
        until(lambda: "Work goes on" in titles(daemon), "it is told")
        rounds(daemon)
        assert titles(daemon) == [*begun, "Work is paused", "Work goes on"]


# -- arrivals, and the log ------------------------------------------------------------------------


def test_a_page_that_stays_the_same_is_heard_of(site: Site) -> None:
    """Each capture of it is a new dump, counted once; a copy that tells nothing else is none."""
    text = PAGE.format(1, "GOES")

    def last() -> float:
        with closing(sqlite3.connect(site.store)) as store:
            return float(store.execute("SELECT max(last) FROM arrivals").fetchone()[0] or 0)

    with site.started() as daemon:
        until(last, "the first look")
        for number in range(3):
            before, measured = last(), daemon.metric("feeds_newest_dump_timestamp_seconds")
            (site.inbox / f"2026030309050{number}-1.txt").write_text(text, "utf-8")
            daemon.settled(number + 1)
            assert last() > before
            assert daemon.metric("feeds_newest_dump_timestamp_seconds") > measured
        before = last()
        (site.inbox / "20260303090500-2.txt").write_text(text, "utf-8")
        until(lambda: daemon.metric('feeds_dumps_total{outcome="seen"}') == 1, "the copy")
        assert last() == before
        assert daemon.metric('feeds_dumps_total{outcome="new"}') == 3
        assert daemon.stop() == 0
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        assert daemon.metric('feeds_dumps_total{outcome="new"}') == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four mebibytes."""
    with small_disk(tmp_path / "disk", 4) as folder:
        yield folder


def test_a_store_that_cannot_be_written_is_logged_once(site: Site, disk: Path) -> None:
    """However often it is tried again, work is amiss once and no longer amiss once."""
    site.environment = {"FEEDS_STORE": f"sqlite:///{disk}/feeds.sqlite"}
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        with full(disk, 0):
            fill(site.inbox, 60, first=2)
            daemon.said("work is paused")
            until(lambda: daemon.metric('feeds_turns_total{outcome="failed"}') >= 4, "it is tried again")
        daemon.said("work goes on")
        daemon.said("no longer amiss", kind="paused")
        daemon.settled(60)
        assert len([line for line in daemon.log if line["event"] == "amiss" and line["kind"] == "paused"]) == 1
        assert len([line for line in daemon.log if line["event"] == "no longer amiss"]) == 1
        assert daemon.stop() == 0
