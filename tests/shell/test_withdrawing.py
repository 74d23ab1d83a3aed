"""Stories are withdrawn and restored beside a running daemon, at once, and no kill leaves that half done."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daemons import PATIENCE, SEEDS, Daemon, Site, tree, until

from feeds.build.wishes import ask, grant, is_withdrawn
from feeds.config import Config, Flags, load_config
from feeds.store.engine import Store, open_beside, open_store
from feeds.store.wishes import all_wishes

FEED = "topic/buitenland/atom.xml"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with the sample dumps in its inbox."""
    site = Site(tmp_path / "site")
    for path in SEEDS.glob("*.txt"):
        (site.inbox / path.name).write_bytes(path.read_bytes())
    return site


def a_story(site: Site) -> str:
    """The id of a story that stands in the feed of a topic."""
    done = site.run("stories", "--json", "--topic", "Buitenland")
    found: str = json.loads(done.stdout.splitlines()[0])["id"]
    return found


def shows(site: Site, story: str) -> list[str]:
    """The documents of `out/` that show a story; tombstones do not count."""
    return [path for path, body in tree(site.out).items() if story.encode() in body and "tombstones" not in path]


def test_a_running_daemon_withdraws_and_restores(site: Site) -> None:
    """The command says whom it asks and ends when `out/` shows it: gone, with its reason among the tombstones."""
    with site.started() as daemon:
        daemon.settled(len(list(site.inbox.iterdir())))
        before, story = tree(site.out), a_story(site)
        done = site.run("withdraw", story, "--reason", "Op verzoek")
        assert done.returncode == 0, done.stderr
        assert f"process {daemon.process.pid} (" in done.stderr
        assert "withdrawn: " in done.stderr
        assert shows(site, story) == []
        assert b"Op verzoek" in (site.out / "tombstones.atom.xml").read_bytes()
        assert daemon.get(f"/{FEED}")[1] == (site.out / FEED).read_bytes()
        done = site.run("restore", story)
        assert done.returncode == 0, done.stderr
        after = tree(site.out)
        assert after.keys() == before.keys()
        assert [path for path in after if after[path] != before[path]] == ["tombstones.atom.xml"]
        assert daemon.stop() == 0


def test_what_cannot_be_done_is_said_beside_a_daemon(site: Site) -> None:
    """A story that there is none of, or that was not withdrawn, is an error as it is without a daemon."""
    with site.started() as daemon:
        daemon.settled(len(list(site.inbox.iterdir())))
        done = site.run("withdraw", "0123456789abcdef", "--reason", "x")
        assert (done.returncode, "feeds stories" in done.stderr) == (2, True)
        done = site.run("restore", a_story(site))
        assert (done.returncode, "was not withdrawn" in done.stderr) == (2, True)
        assert daemon.stop() == 0


@contextmanager
def asked_of_one_that_does_not_move(site: Site, daemon: Daemon, story: str) -> Iterator[subprocess.Popen[str]]:
    """A command that waits for a stopped daemon to withdraw a story."""
    daemon.process.send_signal(signal.SIGSTOP)
    words = site.command("withdraw", story, "--reason", "Op verzoek")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=site.env(), cwd=site.folder) as asking:
        assert asking.stderr is not None
        assert "waiting" in asking.stderr.readline()
        yield asking


def test_a_wish_outlives_whoever_asked_and_whoever_was_asked(site: Site) -> None:
    """Asked of a daemon that does not move, both killed: the next build finds the wish and grants it."""
    with site.started() as daemon:
        daemon.settled(len(list(site.inbox.iterdir())))
        story = a_story(site)
        with asked_of_one_that_does_not_move(site, daemon, story) as asking:
            asking.kill()
        assert shows(site, story)
        daemon.process.kill()
        daemon.process.wait(PATIENCE)
    assert site.run("build").returncode == 0
    assert shows(site, story) == []


def test_a_daemon_that_ends_leaves_it_to_the_command(site: Site) -> None:
    """Whoever waits does it when the store is free: nobody else may come."""
    with site.started() as daemon:
        daemon.settled(len(list(site.inbox.iterdir())))
        story = a_story(site)
        with asked_of_one_that_does_not_move(site, daemon, story) as asking:
            daemon.process.kill()
            assert asking.wait(PATIENCE) == 0
    until(lambda: shows(site, story) == [], "the story to be gone")


def test_an_interrupted_wish_is_done_to_the_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between store and `out/` the process ends: the next one brings `out/` up to date before the wish is forgotten."""
    assert site.run("build").returncode == 0
    config, story = load_config(site.config, {}, Flags(), site.folder).config, a_story(site)
    with closing(open_beside(config.store, wait=1)) as beside:
        told = ask(beside, config, story, "Op verzoek", datetime(2026, 3, 3, tzinfo=UTC))

    def killed(_store: Store, _config: Config) -> None:
        raise KeyboardInterrupt

    with closing(open_store(config.store, write=True, wait=1)) as store:
        with monkeypatch.context() as patch:
            patch.setattr("feeds.build.wishes.refresh", killed)
            with pytest.raises(KeyboardInterrupt):
                grant(store, config)
        assert is_withdrawn(store, told)
        assert shows(site, story)
        assert grant(store, config) is not None
        assert shows(site, story) == []
        with store.reading() as connection:
            assert all_wishes(connection) == []
        assert grant(store, config) is None


def test_a_withdrawn_story_that_is_rewritten_stays_away(tmp_path: Path) -> None:
    """Its article is captured again at its address, headline and lead both new: it is that story, and is not shown."""
    site = Site(tmp_path / "site")

    def capture(hour: int, headline: str, lead: str) -> None:
        path = site.inbox / f"202603030{hour}0000.txt"
        path.write_text(f"{headline}\n\n{headline}\n\nSLUISKIL - {lead}\n\nMeer uit Zeeland\n\n", "utf-8")
        url = "https://www.zeelandnet.nl/nieuws/brug-bij-sluiskil-gestremd"
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps({"url": url}), "utf-8")
        assert site.run("build").returncode == 0

    capture(1, "Brug bij Sluiskil gestremd", "De brug over het kanaal is na een aanvaring dicht.")
    (story,) = map(json.loads, site.run("stories", "--json").stdout.splitlines())
    assert site.run("withdraw", story["id"], "--reason", "Op verzoek").returncode == 0
    capture(3, "Schipper gewond", "Bij het ongeluk van vannacht raakte een man uit Terneuzen gewond.")
    assert site.run("stories", "--json").stdout == ""
    assert [path for path, body in tree(site.out).items() if b"Schipper gewond" in body] == []
    assert site.run("restore", story["id"]).returncode == 0
    (again,) = map(json.loads, site.run("stories", "--json").stdout.splitlines())
    assert (again["id"], again["headline"], again["revisions"]) == (story["id"], "Schipper gewond", 1)
    assert "captured at one address" in site.run("explain", story["id"]).stdout
