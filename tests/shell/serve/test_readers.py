"""Feed readers against a real server: the whole once, then nothing until something changes, then that."""

from __future__ import annotations

import os
import pty
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import pytest
from live import Serve, Server, entry, feed, wait_for
from reader import make_reader

PATH = "all/atom.xml"
ONE, TWO = entry("een"), entry("twee")


@pytest.fixture
def server(serve: Serve) -> Server:
    """A server of one feed with one entry."""
    server = serve()
    server.put(PATH, feed(ONE))
    return server


def counts(server: Server) -> dict[str, int]:
    """How many answers of each status were given to readers."""
    found = re.findall(r'feeds_http_answers_total\{status="(\d+)"\} (\d+)', server.get("/metrics").body.decode())
    return {status: int(number) for status, number in found}


def since(server: Server, before: dict[str, int]) -> dict[str, int]:
    """What was answered since then."""
    now = counts(server)
    return {status: number - before.get(status, 0) for status, number in now.items() if number != before.get(status, 0)}


def needs(program: str) -> None:
    """Skip where a program is missing; in CI nothing is missing."""
    if shutil.which(program) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{program} is not installed")


def polled(server: Server, poll: Callable[[], list[str]], changed: str) -> None:
    """A reader polls three times: for all, for nothing, and for what is new. `poll` says which titles it has."""
    before = counts(server)
    assert poll() == ["een"]
    assert since(server, before) == {"200": 1}
    before = counts(server)
    assert poll() == ["een"]
    assert since(server, before) == {"304": 1}
    server.put(PATH, feed(TWO, ONE))
    before = counts(server)
    assert poll() == ["een", "twee"]
    assert since(server, before) == {changed: 1}


def watch(terminal: int) -> None:
    """Look at what a program paints, so that it goes on painting."""
    with suppress(OSError):
        while os.read(terminal, 65536):
            pass


def test_newsboat(server: Server, tmp_path: Path) -> None:
    """It asks for changes alone (RFC 3229), and is given them."""
    needs("newsboat")
    home = tmp_path / "home"
    home.mkdir()
    (home / "urls").write_text(f"{server.address}/{PATH}\n", "utf-8")
    (home / "config").write_text("download-retries 1\nuse-proxy no\n", "utf-8")
    files = [f"--url-file={home}/urls", f"--config-file={home}/config", f"--cache-file={home}/cache.db"]
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}

    def opened() -> dict[str, int]:
        """What it is answered when a person opens it; from a script it asks for all each time."""
        before = counts(server)
        ours, its = pty.openpty()
        process = subprocess.Popen(["newsboat", *files, "-r"], env=env, stdin=its, stdout=its, stderr=its)
        try:
            Thread(target=watch, args=(ours,), daemon=True).start()
            wait_for(lambda: bool(since(server, before)), "newsboat to ask")
        finally:
            process.kill()
            process.wait()
            os.close(its)
        return since(server, before)

    # It keeps no tag of what it has for the first time, so it asks twice.
    command = ["newsboat", *files, "-x", "reload", "reload"]
    subprocess.run(command, env=env, capture_output=True, timeout=60, check=True)
    with closing(sqlite3.connect(home / "cache.db")) as cache:
        assert cache.execute("SELECT title FROM rss_item").fetchall() == [("een",)]
    assert opened() == {"304": 1}
    server.put(PATH, feed(TWO, ONE))
    assert opened() == {"226": 1}


def test_reader(server: Server) -> None:
    """The Python library that is called so: it asks for changes, and is given them."""
    with closing(make_reader(":memory:")) as reader:
        reader.add_feed(f"{server.address}/{PATH}")

        def poll() -> list[str]:
            reader.update_feed(f"{server.address}/{PATH}")
            return sorted(str(one.title) for one in reader.get_entries())

        polled(server, poll, "226")


def test_rss2email(server: Server, tmp_path: Path) -> None:
    """It remembers the tag of what it mailed. It asks for changes too, but could not take them: it gets the whole."""
    needs("r2e")
    files = ["-c", str(tmp_path / "rss2email.cfg"), "-d", str(tmp_path / "rss2email.json")]
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

    def r2e(*words: str) -> str:
        done = subprocess.run(["r2e", *files, *words], env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return (tmp_path / "rss2email.json").read_text("utf-8") if words[0] == "run" else done.stdout

    r2e("new", "lezer@example.org")
    r2e("add", "alles", f"{server.address}/{PATH}")

    def poll() -> list[str]:
        known = r2e("run", "--no-send")
        return sorted(set(re.findall(r'"tag:example.org,2026:(\w+)"', known)))

    polled(server, poll, "200")


ATOM_FIRST = "application/atom+xml,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.7"
SIMPLEPIE = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1"
)


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        (
            {
                "User_Agent": "Liferea/1.14",
                "Accept": ATOM_FIRST,
                "Accept_Encoding": "gzip, deflate, br",
                "A_IM": "feed",
            },
            226,
        ),
        ({"User_Agent": "FreshRSS/1.24", "Accept": SIMPLEPIE, "Accept_Encoding": "gzip, deflate, br"}, 200),
        ({"Accept_Encoding": "gzip"}, 200),
        ({"User_Agent": "Miniflux/2.2", "Accept": ATOM_FIRST, "Accept_Encoding": "br,gzip"}, 200),
    ],
    ids=["liferea", "freshrss", "sfeed", "miniflux"],
)
def test_request_patterns(server: Server, fields: dict[str, str], changed: int) -> None:
    """What readers without a command line send: both validators of the last answer, and their ways of asking."""
    first = server.ask("GET", f"/{PATH}", sent(fields))
    assert (first.status, first["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    again = fields | {"If_None_Match": str(first["etag"]), "If_Modified_Since": str(first["last-modified"])}
    spared = server.ask("GET", f"/{PATH}", sent(again))
    assert (spared.status, spared.body, spared["etag"]) == (304, b"", first["etag"])
    server.put(PATH, feed(TWO, ONE))
    news = server.ask("GET", f"/{PATH}", sent(again))
    assert news.status == changed
    if changed == 226:
        assert news.body == feed(TWO)


def sent(fields: dict[str, str]) -> list[tuple[str, str]]:
    """Headers as they are sent."""
    return [(name.replace("_", "-"), value) for name, value in fields.items()]


def test_readers_look_for_a_site(server: Server) -> None:
    """FreshRSS and Liferea ask for the front page and for an icon."""
    server.put("index.html", b"<!DOCTYPE html><title>Feeds</title>")
    assert [server.get(path).status for path in ("/", "/favicon.ico")] == [200, 200]
