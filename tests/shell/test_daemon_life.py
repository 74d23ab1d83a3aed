"""The daemon's life: it starts or says why not, is ready, reloads, drains; one for each store."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from daemons import PATIENCE, SEEDS, Daemon, Site, fill, tree, until
from troubles import held


def test_it_takes_in_what_is_there_and_what_comes(site: Site) -> None:
    """What stood in the inbox is taken in at the start, what comes later soon after; a restart takes in none."""
    fill(site.inbox, 20)
    with site.started() as daemon:
        daemon.settled(20)
        assert tree(site.out) == site.clean()
        fill(site.inbox, 30, first=20)
        daemon.settled(30)
        assert tree(site.out) == site.clean()
        assert daemon.stop() == 0
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        assert daemon.metric('feeds_dumps_total{outcome="new"}') == 0
        assert daemon.stop() == 0


def test_readers_are_served(site: Site) -> None:
    """Feeds come with their media type and a strong ETag, which answers 304; what is not there is a 404."""
    (site.inbox / "a.txt").write_bytes((SEEDS / "000_96b1f3e1a80901d2.txt").read_bytes())
    with site.started() as daemon:
        assert daemon.get("/readyz")[0] == 200
        daemon.settled(1)
        where = HTTPConnection(urlsplit(daemon.address).netloc, timeout=PATIENCE)
        where.request("GET", "/topic/buitenland/atom.xml")
        answer = where.getresponse()
        body, tag = answer.read(), answer.headers["etag"]
        assert (answer.status, answer.headers.get_content_type()) == (200, "application/atom+xml")
        assert body == (site.out / "topic/buitenland/atom.xml").read_bytes()
        assert tag.startswith('"')
        where.request("GET", "/topic/buitenland/atom.xml", headers={"If-None-Match": tag})
        again = where.getresponse()
        assert (again.status, again.read(), again.headers["etag"]) == (304, b"", tag)
        where.request("GET", "/topic/nothing/atom.xml")
        assert where.getresponse().status == 404
        where.close()
        assert daemon.get("/../feeds.toml")[0] == 404


def test_without_serving_or_watching(site: Site) -> None:
    """`--no-serve` opens no port; `--no-watch` finds what comes by looking every so often."""
    site.configure(daemon="rescan = 1")
    with site.started("--no-serve", "--no-watch") as daemon:
        fill(site.inbox, 1)
        daemon.said("dumps taken in", new=1)
        assert not [line for line in daemon.log if line["event"] in {"serving", "watching"}]
        assert daemon.stop() == 0


def test_every_mistake_in_a_configuration_is_said_at_the_start(site: Site) -> None:
    """With a wrong configuration it does not start: every mistake is named with its line, and the exit code is 2."""
    site.configure('listen = "nowhere"', 'quiet = -1\nhousekeeping = "sometimes"\nschedules.sports = "1h"')
    done = site.run("run")
    assert done.returncode == 2
    found = [line.partition(": ")[2] for line in done.stderr.splitlines()]
    assert [line.split(" ")[0].partition(":")[0] for line in found] == ["feeds.toml"] * 4
    for key in ("listen", "daemon.quiet", "daemon.housekeeping", "daemon.schedules.sports"):
        assert any(key in line for line in found), key


def test_a_port_in_use_is_said(site: Site) -> None:
    """Where somebody else listens it does not start, and says where; the exit code is 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = site.run("run", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert done.returncode == 2
    assert "cannot listen on 127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_one_names_the_first(site: Site) -> None:
    """One store has one daemon: a second ends with 2 and says which process holds the store; so does `feeds status`."""
    with site.started() as daemon:
        done = site.run("run", "--listen", "127.0.0.1:0")
        assert done.returncode == 2
        assert f"process {daemon.process.pid} (" in done.stderr
        assert f"process {daemon.process.pid} (" in site.run("status").stdout
    assert "held by nobody" in site.run("status").stdout


def test_the_log_is_json_in_a_pipe(site: Site) -> None:
    """Every line of the log is a JSON object with time, level and event; `FEEDS_LOG_LEVEL` says how much is logged."""
    fill(site.inbox, 1)
    with site.started() as daemon:
        daemon.settled(1)
        assert daemon.stop() == 0
    assert daemon.noise == []
    assert all({"time", "level", "event"} <= line.keys() for line in daemon.log)
    quiet = Site(site.folder / "quiet", environment={"FEEDS_LOG_LEVEL": "error"})
    with Daemon(quiet, ("--no-serve",)) as daemon:
        until(quiet.store.exists, "the store")
        until((quiet.out / "index.html").exists, "the first turn")
        assert daemon.stop() == 0
    assert (daemon.log, daemon.noise) == ([], [])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
@pytest.mark.parametrize("dumps", [3000, pytest.param(60_000, marks=pytest.mark.big)])
def test_it_drains(site: Site, number: signal.Signals, code: int, dumps: int) -> None:
    """Told to stop in the midst of work it ends within ten seconds, 130 by Ctrl-C; the next start does the rest."""
    fill(site.inbox, dumps, size=dumps)
    with site.started() as daemon:
        until(lambda: site.store.stat().st_size > 200_000, "work has begun")
        daemon.process.send_signal(number)
        assert daemon.process.wait(10) == code
    assert not (site.out / ".feeds-tmp").exists()
    with site.started() as daemon:
        until(daemon.is_idle, "all is done")
        assert tree(site.out) == site.clean()


def test_work_that_does_not_end_is_left(site: Site) -> None:
    """Told to stop while it waits for the disk or for somebody, it ends all the same; the next start does the rest."""
    fill(site.inbox, 2)
    with site.started() as daemon:
        daemon.settled(2)
        with held(site.store):
            fill(site.inbox, 4, first=2)
            until(lambda: daemon.metric("feeds_pending_dumps") >= 2, "dumps are seen")
            daemon.process.send_signal(signal.SIGTERM)
            assert daemon.process.wait(10) == 0
    with site.started() as daemon:
        daemon.settled(2)
        assert tree(site.out) == site.clean()


def test_open_requests_are_answered(site: Site) -> None:
    """An answer that a slow reader has begun to read when it is told to stop is read to its end."""
    size = 20_000_000
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        (site.out / "large.txt").write_bytes(b"x" * size)
        where = HTTPConnection(urlsplit(daemon.address).netloc, timeout=PATIENCE)
        where.request("GET", "/large.txt")
        answer = where.getresponse()
        begun = answer.read(1000)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.said("draining")
        assert len(begun) + len(answer.read()) == size
        where.close()
        assert daemon.process.wait(10) == 0


def test_who_waits_for_news_does_not_hold_it_up(site: Site) -> None:
    """A client that listens for news hears of it, of a reload by being let go, and does not delay the end."""
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        for number, end in ((1, signal.SIGHUP), (2, signal.SIGTERM)):
            with urlopen(f"{daemon.address}/events", timeout=PATIENCE) as news:
                fill(site.inbox, number, first=number - 1)
                assert any(b'"feed": "all"' in line for line in iter(news.readline, b""))
                daemon.process.send_signal(end)
                news.read()
            if end == signal.SIGHUP:
                daemon.said("the new configuration is in force")
        assert daemon.process.wait(3) == 0
    assert not [line for line in daemon.log if line["level"] == "error"]


def test_a_source_that_cannot_be_looked_at_is_missing(site: Site) -> None:
    """Whatever the reason, here a name that is too long for any file: it is said, and stops nothing else."""
    source = '[[sources]]\npath = "{}"\nsite = "zeelandnet"\n'
    site.config.write_text(source.format("inbox") + source.format("x" * 300), "utf-8")
    with site.started() as daemon:
        until(lambda: "missing" in str(daemon.health()["reasons"]), "health")
        fill(site.inbox, 1)
        daemon.settled(1)
        assert daemon.stop() == 0


def test_it_needs_neither_home_nor_a_generous_umask(site: Site) -> None:
    """Without HOME, in a read-only working directory and with umask 077 it works, and what it publishes is its own."""
    fill(site.inbox, 1)
    command = site.command("run", "--no-serve")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": site.env()["PYTHONPATH"]}
    with subprocess.Popen(command, env=env, cwd="/proc", umask=0o077, stderr=subprocess.DEVNULL) as process:
        until((site.out / "all/atom.xml").exists, "the feed")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_systemd_is_told(site: Site) -> None:
    """Ready once it serves, alive again and again, reloading and ready again, stopping at the end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(site.folder / "notify"))
        systemd.settimeout(PATIENCE)
        site.environment = {"NOTIFY_SOCKET": str(site.folder / "notify"), "WATCHDOG_USEC": "5000000"}
        heard: list[str] = []

        def hear(word: str) -> None:
            while not (heard and heard[-1].startswith(word)):
                heard.append(systemd.recv(4096).decode())

        with Daemon(site) as daemon:
            hear("READY=1")
            assert daemon.get("/readyz")[0] == 200
            hear("WATCHDOG=1")
            hear("STATUS=")
            daemon.process.send_signal(signal.SIGHUP)
            hear("RELOADING=1\nMONOTONIC_USEC=")
            hear("READY=1")
            daemon.process.send_signal(signal.SIGTERM)
            hear("STOPPING=1")
            assert daemon.process.wait(10) == 0


def test_status_shows_the_jobs(site: Site) -> None:
    """`feeds status` shows each job with its last and next run, `--json` as one object a line."""
    site.configure(daemon='schedules.dateline = "1h"')
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")

        def jobs() -> dict[str, dict[str, object]]:
            lines = map(json.loads, site.run("status", "--json").stdout.splitlines())
            return {line["job"]: line for line in lines if line["kind"] == "job"}

        until(lambda: jobs()["refresh dateline"]["last"], "the first refresh")
        found = jobs()
        assert sorted(found) == ["conditions", "housekeeping", "refresh dateline", "rescan"]
        assert all(job["next"] for job in found.values())
        assert found["housekeeping"]["last"] is None
        assert "refresh dateline" in site.run("status").stdout
