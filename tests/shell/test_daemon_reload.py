"""SIGHUP: the configuration is read again while the daemon works."""

from __future__ import annotations

import signal
from http.client import HTTPConnection
from urllib.parse import urlsplit

from daemons import PATIENCE, Site, fill, tree, until
from troubles import held


def test_a_reload_takes_up_the_new_configuration(site: Site) -> None:
    """After SIGHUP the next documents follow the new configuration, as a clean build by it would."""
    fill(site.inbox, 5)
    with site.started() as daemon:
        daemon.settled(5)
        site.configure('tag = "bode.example,2026"\n')
        daemon.process.send_signal(signal.SIGHUP)
        daemon.said("the new configuration is in force")
        until(lambda: b"bode.example,2026" in (site.out / "all/atom.xml").read_bytes(), "the new tag")
        until(daemon.is_idle, "nothing pending")
        assert tree(site.out) == site.clean()
        fill(site.inbox, 6, first=5)
        daemon.settled(6)
        assert tree(site.out) == site.clean()


def test_a_wrong_configuration_is_refused_and_the_old_one_kept(site: Site) -> None:
    """It says so in the log and in `/healthz`, goes on as before, and is well again when the file is mended."""
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        site.configure('tag = "Nonsense"\n')
        daemon.process.send_signal(signal.SIGHUP)
        assert "feeds.toml:1: tag" in str(daemon.said("the new configuration is refused, the old one stays")["faults"])
        health = daemon.health()
        assert health["status"] == "degraded"
        assert "tag" in health["reasons"][0]
        fill(site.inbox, 1)
        daemon.settled(1)
        site.configure()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.said("the new configuration is in force")
        until(lambda: daemon.health() == {"status": "ok", "reasons": []}, "health")


def test_a_reload_while_the_store_is_held(site: Site) -> None:
    """A new configuration is taken up although nothing can be read or written; the jobs are noted when that is over."""
    fill(site.inbox, 1)
    with site.started() as daemon:
        daemon.settled(1)
        with held(site.store):
            site.configure(daemon='schedules.agency = "1h"')
            daemon.process.send_signal(signal.SIGHUP)
            daemon.said("the new configuration is in force")
            daemon.said("work is paused")
            daemon.process.send_signal(signal.SIGHUP)
            daemon.said("the new configuration is in force", count=2)
        daemon.said("work goes on")
        fill(site.inbox, 2, first=1)
        daemon.settled(2)
        assert "refresh agency" in site.run("status").stdout
        assert daemon.stop() == 0


def test_no_request_is_dropped_by_a_reload(site: Site) -> None:
    """Requests on one connection are answered before, between and after reloads."""
    fill(site.inbox, 1)
    with site.started() as daemon:
        daemon.settled(1)
        where = HTTPConnection(urlsplit(daemon.address).netloc, timeout=PATIENCE)
        statuses = []
        for reload in range(1, 4):
            daemon.process.send_signal(signal.SIGHUP)
            while len([line for line in daemon.log if line["event"] == "the new configuration is in force"]) < reload:
                where.request("GET", "/all/atom.xml")
                answer = where.getresponse()
                answer.read()
                statuses.append(answer.status)
        where.close()
    assert set(statuses) == {200}
