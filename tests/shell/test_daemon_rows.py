"""The daemon beside a crawler that appends rows for hours: rotated, killed or not, it takes in each of them once."""

from __future__ import annotations

import json
import os
import signal
from itertools import islice
from pathlib import Path
from random import Random

from daemons import Daemon, Site, rows, tree, until


def append(file: Path, data: bytes, random: Random) -> None:
    """Write in pieces of any size, whatever they cut, flushed each."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while data:
        size = random.randint(1, 4000)
        os.write(handle, data[:size])
        data = data[size:]
    os.close(handle)


def contents(daemon: Daemon) -> float:
    """How many pages the store has, by the last look around."""
    return daemon.metric('feeds_dumps_total{outcome="new"}')


def test_rotation_beside_the_daemon(site: Site) -> None:
    """A file that is appended to, moved away and begun anew, and one that is cut off: every row once, none again."""
    given, random = list(rows(60)), Random(1)
    crawl = site.inbox / "crawl.jsonl"
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        for first in range(0, 40, 10):
            append(crawl, b"".join(given[first : first + 10]), random)
            daemon.settled(first + 10)
            if first == 10:
                crawl.rename(site.inbox / "crawl.1.jsonl")
        crawl.write_bytes(b"".join(given[40:]))
        daemon.settled(60)
        assert contents(daemon) == 60
        assert daemon.metric('feeds_dumps_total{outcome="failed"}') == 0
        assert daemon.stop() == 0
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        assert contents(daemon) == 0
        assert daemon.stop() == 0
    (site.inbox / "cut.jsonl").write_bytes(b"".join(given[20:40]))  # what was cut off is known all the same
    assert tree(site.out) == site.clean()


def test_killed_while_rows_are_appended(site: Site) -> None:
    """`kill -9` again and again: `out/` ends as one clean build leaves it, no row twice and none missing."""
    given, random = list(rows(120)), Random(2)
    crawl = site.inbox / "crawl.jsonl"
    for turn in range(6):
        with site.started("--no-serve") as daemon:
            append(crawl, b"".join(given[turn * 20 : turn * 20 + 20])[: -random.randint(0, 50) or None], random)
            until(lambda: random.random() < 0.02, "an instant")
            daemon.process.send_signal(signal.SIGKILL)
            assert daemon.process.wait() == -signal.SIGKILL
        written = crawl.stat().st_size
        whole = sum(map(len, given[: turn * 20 + 20]))
        append(crawl, b"".join(given)[written:whole], random)
    with site.started() as daemon:
        until(daemon.is_idle, f"all rows; {daemon.tail()}")
        assert daemon.stop() == 0
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        assert contents(daemon) == 0
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()
    done = site.run("stories", "--json")
    shown = {one["record"] for line in done.stdout.splitlines() for one in json.loads(line)["sightings"]}
    assert shown <= set(range(120))


def test_many_rows_are_pending_until_they_are_in(site: Site) -> None:
    """A large file that lands counts as about as many dumps as it holds, and is taken in by portions."""
    part = site.inbox / "crawl.part"
    part.write_bytes(b"".join(rows(2500)))
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        part.rename(site.inbox / "crawl.jsonl")
        until(lambda: daemon.metric("feeds_pending_dumps") > 100, "many are pending")
        daemon.settled(2500)
        assert [line["new"] for line in daemon.log if line["event"] == "dumps taken in"] == [1000, 1000, 500]
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()


def test_a_bad_dump_with_any_name_does_not_end_it(site: Site) -> None:
    """A name that is no UTF-8 is told with escapes, and the daemon goes on; so does one that starts beside it."""
    bad = os.path.join(os.fsencode(site.inbox), b"caf\xe9.txt")  # noqa: PTH118 -- a name that is no text
    Path(os.fsdecode(bad)).touch()
    for number in (3, 6):
        (site.inbox / f"{number}.jsonl").write_bytes(b"".join(islice(rows(10), number)))
        with site.started() as daemon:
            daemon.settled(3)
            until(lambda: "caf\\xe9.txt" in daemon.get("/status")[1].decode(), f"the dump to be named; {daemon.tail()}")
            assert daemon.stop() == 0
    assert len(site.run("problems", "--json").stdout.splitlines()) == 1
