"""A server's life: starting, serving what is published, news as it happens, moves, and stopping."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import pytest
from live import PATIENCE, ROOT, Serve, Server, entry, feed, free_port

from feeds.model import WordingKey
from feeds.store import shelf
from feeds.store.engine import open_store

PATH = "topic/sport/atom.xml"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_what_is_published_is_served(serve: Serve, run: Run, tmp_path: Path) -> None:
    """After a build every file of `out/` is served, byte for byte, with its media type and length."""
    run("build", str(ROOT / "seeds"))
    server = serve()
    files = [path.relative_to(server.out).as_posix() for path in server.out.rglob("*") if path.is_file()]
    assert len(files) > 40
    for file in files:
        got = server.get(f"/{file}")
        assert (got.status, got.body) == (200, (tmp_path / "out" / file).read_bytes())
        assert got["content-length"] == str(len(got.body))
    assert server.get("/").body == server.get("/index.html").body
    assert server.get("/readyz").status == 200


def test_it_serves_before_anything_is_built(serve: Serve, run: Run) -> None:
    """Without `out/` and store it answers, is not ready, and says why; a build makes it ready."""
    server = serve()
    assert (server.get("/healthz").status, server.get("/").status) == (200, 404)
    ready = server.get("/readyz")
    assert (ready.status, b"feeds build" in ready.body) == (503, True)
    assert server.get("/search/atom.xml?q=x").status == 503
    run("build", str(ROOT / "seeds"))
    assert [server.get(path).status for path in ("/readyz", "/", "/search/atom.xml?q=x")] == [200] * 3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_stops_when_told(serve: Serve, number: int, code: int) -> None:
    """SIGTERM is an orderly end, Ctrl-C an interruption; listeners are let go at once."""
    server = serve()
    with listening(server):
        server.process.send_signal(number)
        assert server.process.wait(10) == code


def test_a_taken_address_is_told(serve: Serve, run: Run) -> None:
    """Somebody else's port: one line that says so, and exit code 2."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run("serve", "--listen", f"127.0.0.1:{other.getsockname()[1]}")
    assert done.returncode == 2
    assert "--listen" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_hub_needs_a_store(run: Run, tmp_path: Path) -> None:
    """A hub whose store is no store does not start: exit code 2 and the reason."""
    (tmp_path / "feeds.sqlite").write_bytes(b"not a store, whatever its name says" * 100)
    (tmp_path / "feeds.toml").write_text('[hub]\nmode = "self"\n', "utf-8")
    done = run("serve", "--config", "feeds.toml", "--listen", f"127.0.0.1:{free_port()}")
    assert (done.returncode, "no store" in done.stderr) == (2, True)


def test_metrics_count_answers(serve: Serve) -> None:
    """`/metrics` tells how many answers of each status came out of memory."""
    server = serve()
    server.put(PATH, feed(entry("een")))
    tag = str(server.get(f"/{PATH}")["etag"])
    for _ in range(3):
        server.get(f"/{PATH}", If_None_Match=tag)
    lines = server.get("/metrics").body.decode().splitlines()
    assert 'feeds_http_answers_total{status="304"} 3.0' in lines


def test_robots_and_icon_are_there(serve: Serve) -> None:
    """What browsers and robots ask for unasked exists; the site's own files take its place."""
    server = serve()
    icon, robots = server.get("/favicon.ico"), server.get("/robots.txt")
    assert (icon.status, icon["content-type"], robots.status) == (200, "image/svg+xml", 200)
    assert b"Disallow: /search/" in robots.body
    server.put("robots.txt", b"User-agent: *\n")
    assert server.get("/robots.txt").body == b"User-agent: *\n"


# -- news -------------------------------------------------------------------------------------------


@contextmanager
def listening(server: Server, **headers: str) -> Iterator[tuple[HTTPResponse, socket.socket]]:
    """The stream of events, from its beginning, and the socket that it comes from."""
    split = urlsplit(server.address)
    connection = HTTPConnection(split.hostname or "", split.port, timeout=PATIENCE)
    connection.request("GET", "/events", headers={name.replace("_", "-"): value for name, value in headers.items()})
    source = connection.sock
    with closing(connection), closing(connection.getresponse()) as response:
        assert (response.status, response.readline()) == (200, b"retry: 5000\n")
        yield response, source


def event(stream: HTTPResponse) -> tuple[str, dict[str, str]]:
    """The next event's id and data."""
    words: dict[str, str] = {}
    while "data" not in words:
        name, _, value = stream.readline().decode().strip().partition(": ")
        words[name] = value
    return words["id"], json.loads(words["data"])


def test_feeds_that_change_are_events(serve: Serve) -> None:
    """One event for each feed that changed, with its folder and address; pages of stories and archives are none."""
    server = serve()
    with listening(server) as (stream, source):
        number = 0
        # What stands there when the server first looks is no news, and nobody can tell when that was.
        while not select([source], [], [], 0.5)[0]:
            number += 1
            assert number < 60
            server.put("story/a/atom.xml", feed(entry(str(number))))
            server.put(PATH, feed(entry(str(number))))
        name, data = event(stream)
        assert data == {"feed": "topic/sport", "url": f"{server.address}/topic/sport/"}
        server.put("all/atom.xml", feed(entry("x")))
        last = name
        while data["feed"] == "topic/sport":
            last, data = event(stream)
        assert data["feed"] == "all"
    with listening(server, Last_Event_ID=name) as (stream, _):
        assert event(stream)[0] != name
    server.put("all/atom.xml", feed(entry("y")))
    with listening(server, Last_Event_ID=last) as (stream, _):
        assert event(stream)[1]["feed"] == "all"


# -- moves ------------------------------------------------------------------------------------------


def test_stories_that_moved_or_were_withdrawn(serve: Serve, run: Run, tmp_path: Path) -> None:
    """A published story that is part of another one is a redirect there; one that no page shows any more is gone."""
    run("build", str(ROOT / "seeds"))
    with closing(open_store(f"sqlite:///{tmp_path}/feeds.sqlite", write=True, wait=5)) as store:
        with store.reading() as connection:
            (key, story), *_ = shelf.newest_stories(connection, "all", 1, "example.org,2026")
        alias, withdrawn = f"{int(key, 16) ^ 1:016x}", f"{int(key, 16) ^ 2:016x}"
        with store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO wordings (wording, headline, lead, sightings, aside, story) VALUES (?, ?, '', '[]', 0, ?)",
                (int(alias, 16), story.headline, key),
            )
            shelf.publish_ids(connection, [WordingKey(int(alias, 16)), WordingKey(int(withdrawn, 16))])
    server = serve()
    moved = server.get(f"/story/{alias}/")
    assert (moved.status, moved["location"]) == (301, f"../{key}/")
    assert server.get(f"/story/{alias}")["location"] == f"./{key}/"
    article = server.get(f"/story/{key}/")  # its page went when the address of its article became known
    assert (article.status, article["location"]) == (302, story.link)
    gone = server.get(f"/story/{withdrawn}/")
    assert (gone.status, b"withdrawn" in gone.body) == (410, True)
    unknown = f"{int(key, 16) ^ 4:016x}"
    assert [server.get(f"/story/{one}/").status for one in (unknown, "ffffffffffffffff", "x")] == [404] * 3


def test_a_story_that_the_user_withdrew_is_gone_for_a_reason(serve: Serve, run: Run, tmp_path: Path) -> None:
    """410 says why, as the tombstone does."""
    run("build", str(ROOT / "seeds"))
    with (
        closing(open_store(f"sqlite:///{tmp_path}/feeds.sqlite", write=False, wait=5)) as store,
        store.reading() as read,
    ):
        (key, _), *_ = shelf.newest_stories(read, "all", 1, "example.org,2026")
    run("withdraw", key, "--reason", "het klopte niet")
    server = serve()
    gone = server.get(f"/story/{key}/")
    assert (gone.status, b"het klopte niet" in gone.body) == (410, True)


def test_a_place_under_another_name_is_a_redirect(serve: Serve, run: Run) -> None:
    """The feed of Peking is found under every name that means it; a place that no feed is about is not there."""
    run("build", str(ROOT / "seeds"))
    server = serve()
    moved = server.get("/dateline/beijing/atom.xml")
    assert (moved.status, moved["location"]) == (301, "../peking/atom.xml")
    assert server.get("/dateline/beijing")["location"] == "./peking/"
    assert [server.get(f"/dateline/{name}/").status for name in ("kyiv", "moskva", "nergens")] == [404, 301, 404]


def test_the_status_is_told_without_a_daemon(serve: Serve, run: Run) -> None:
    """`/status` and `/status/atom.xml` say what the store knows, also where nobody watches."""
    run("build", str(ROOT / "seeds"))
    server = serve()
    assert b"stories" in server.get("/status").body
    told = server.get("/status/atom.xml")
    assert (told.status, told["content-type"]) == (200, "application/atom+xml; charset=utf-8")
