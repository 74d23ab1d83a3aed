"""What hostile clients try, against a real server: its files, its time, its memory, its name."""

from __future__ import annotations

import os
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from live import PATIENCE, Serve, Server, entry, feed, serving, wait_for

PATH = "all/atom.xml"
SECRET = b"not for clients"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server beside a secret, with traps in its folder."""
    folder = tmp_path_factory.mktemp("protected")
    (folder / "secret.txt").write_bytes(SECRET)
    with serving(folder) as server:
        server.put(PATH, feed(entry("een")))
        server.put("index.html", b"<!DOCTYPE html><title>Feeds</title>")
        server.put("topic/sport/index.html", b"<!DOCTYPE html><title>Sport</title>")
        (server.out / "link.txt").symlink_to(folder / "secret.txt")
        (server.out / "folder").symlink_to(folder)
        (server.out / "inside.xml").symlink_to(server.out / PATH)
        (server.out / "dangling.txt").symlink_to("nowhere")
        (server.out / ".hidden").write_bytes(SECRET)
        (server.out / ".feeds-tmp").mkdir()
        (server.out / ".feeds-tmp/document").write_bytes(SECRET)
        os.mkfifo(server.out / "pipe.txt")
        yield server


def raw(server: Server, request: bytes, *, patience: float = PATIENCE) -> bytes:
    """All that the server says to these bytes until it hangs up or falls silent."""
    split = urlsplit(server.address)
    with socket.create_connection((split.hostname or "", split.port or 0), timeout=patience) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while piece := connection.recv(65536):
            said += piece
        return said


def status(said: bytes) -> int:
    """The status of the first answer in what was said."""
    return int(said.split(b" ", 2)[1])


HOST = b"Host: x\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "/link.txt", "/folder/secret.txt", "/dangling.txt", "/pipe.txt", "/.hidden", "/.feeds-tmp/document",
        "/../secret.txt", "/all/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5c..%5csecret.txt",
        "/folder/../secret.txt", "//secret.txt", "/all//atom.xml", "/all/atom.xml%00", "/all/atom.xml%00.html",
        "/all/atom.xml/", "/all/atom.xml/x", "/%", "/%zz", "/%ff", "/~root", "/C:/x", "/all;x/y", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(server: Server, path: str) -> None:
    """Links out of the folder, hidden files, pipes, dots, encoded slashes and null bytes: nothing is there."""
    said = raw(server, f"GET {path} HTTP/1.1\r\n".encode() + HOST + b"\r\n")
    assert status(said) in {400, 404}
    assert SECRET not in said


def test_links_within_the_folder_are_files(server: Server) -> None:
    """A link that stays inside is what it points to."""
    assert server.get("/inside.xml").body == server.get(f"/{PATH}").body


def test_a_file_that_becomes_a_link_is_no_more(server: Server, tmp_path: Path) -> None:
    """What was served is not served from elsewhere when it is replaced by a link."""
    server.put("trap.txt", b"harmless")
    assert server.get("/trap.txt").body == b"harmless"
    (tmp_path / "elsewhere").write_bytes(b"harmful!")
    (server.out / "trap.txt").unlink()
    (server.out / "trap.txt").symlink_to(tmp_path / "elsewhere")
    assert server.get("/trap.txt").status == 404


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"y" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000, 413),
        (b"\0\1\2", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX\0: y\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"DELETE /all/atom.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
        (b"GET /all/atom.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", 200),
    ],
)
def test_requests_have_bounds(server: Server, request_: bytes, expected: int) -> None:
    """Too long, too many, two hosts or none, two lengths or rubbish: refused, and the connection is closed."""
    assert status(raw(server, request_)) == expected


def test_the_host_that_a_client_names_is_nowhere(server: Server) -> None:
    """Addresses are those of the configuration, whatever Host or X-Forwarded-Host say."""
    evil = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https")]
    split = urlsplit(server.address)
    for path in (f"/{PATH}", "/topic/sport", "/nope", "/search/atom.xml?q="):
        connection = HTTPConnection(split.hostname or "", split.port, timeout=PATIENCE)
        connection.putrequest("GET", path, skip_host=True)
        for name, value in evil:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        assert "evil" not in str(response.headers)
        assert b"evil" not in response.read()
        connection.close()


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Several requests at once get their answers one after the other, those from memory and those that are made."""
    paths = [PATH, "healthz", "nope", PATH, "robots.txt", PATH]
    asked = [f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths[:-1]]
    said = raw(
        server, "".join(asked).encode() + f"HEAD /{paths[-1]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    statuses = [int(one[:3]) for one in said.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 404, 200, 200, 200]


def test_who_dawdles_is_hung_up_on(server: Server) -> None:
    """A request that arrives a byte at a time is cut off after its time; others are answered meanwhile."""
    split = urlsplit(server.address)
    slow = [socket.create_connection((split.hostname or "", split.port or 0), timeout=60) for _ in range(50)]
    try:
        for one in slow:
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        said = b""
        deadline = time.monotonic() + 30
        slow[0].settimeout(0.2)
        while not said and time.monotonic() < deadline:
            slow[0].sendall(b"y")
            assert server.get(f"/{PATH}").status == 200
            try:
                said = slow[0].recv(1000)
            except TimeoutError:
                continue
        assert status(said) == 408
    finally:
        for one in slow:
            one.close()


def test_a_token_opens_and_is_nowhere(serve: Serve, tmp_path: Path) -> None:
    """Without the token there is nothing but health; with it everything, and no log or cache has it."""
    token = "correct-horse-battery-staple"
    server = serve(f'[serve]\ntoken = "{token}"\n')
    server.put(PATH, feed(entry("een")))
    assert [server.get(path).status for path in ("/healthz", "/", f"/{PATH}", "/metrics", "/events", "/nope")] == [
        200, 401, 401, 401, 401, 401,
    ]  # fmt: skip
    basic = "Basic " + b64encode(f"lezer:{token}".encode()).decode()
    for got in (server.get(f"/{PATH}?token={token}"), server.get(f"/{PATH}", Authorization=basic)):
        assert (got.status, str(got["cache-control"]).partition(",")[0]) == (200, "private")
        assert token not in str(got.headers)
        assert token.encode() not in got.body
    assert server.stop() == 0
    assert token not in (tmp_path / "stderr").read_text("utf-8")


def test_too_many_requests_are_refused_politely(serve: Serve) -> None:
    """429 with Retry-After once the allowance is used up; health is always answered."""
    server = serve("[serve]\nrequests_per_second = 1\nburst = 5\nexempt = []\n")
    server.put(PATH, feed(entry("een")))
    statuses = [server.get(f"/{PATH}").status for _ in range(8)]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses
    assert int(server.get(f"/{PATH}")["retry-after"] or 0) >= 1
    assert server.get("/healthz").status == 200


def test_a_prefix_is_the_proxys_business(serve: Serve) -> None:
    """Under a public path the same is served with the path and without; redirects hold in both."""
    server = serve(base_path="/nieuws")
    server.put(PATH, feed(entry("een")))
    server.put("all/index.html", b"<!DOCTYPE html>")
    for prefix in ("", "/nieuws"):
        assert server.get(f"{prefix}/{PATH}")["link"] == f'<{server.address}/nieuws/{PATH}>; rel="self"'
        moved = server.get(f"{prefix}/all")
        assert (moved.status, moved["location"]) == (301, "./all/")
        assert server.get(f"{prefix}/healthz").status == 200


def test_pages_say_what_browsers_may_do(server: Server) -> None:
    """Pages run no scripts but the site's own and are in nobody's frame; feeds are not hidden by nosniff."""
    page, atom = server.get("/"), server.get(f"/{PATH}")
    assert "frame-ancestors 'none'" in str(page["content-security-policy"])
    assert (page["x-content-type-options"], atom["x-content-type-options"]) == ("nosniff", None)
    assert page["referrer-policy"] == atom["referrer-policy"] == "no-referrer-when-downgrade"


def test_odd_but_honest_requests_are_fine(server: Server) -> None:
    """No User-Agent, an empty one, cache-busting parameters, a fragment of parameters: all get the feed."""
    plain = server.get(f"/{PATH}").body
    assert server.ask("GET", f"/{PATH}", []).body == plain
    assert server.get(f"/{PATH}", User_Agent="").body == plain
    for query in ("_=1733", "utm_source=x&y", "?", "a=%ff", "token=x", "limit=", "limit=-1", "limit=x"):
        assert server.get(f"/{PATH}?{query}").body == plain


def test_a_limit_cuts_any_feed(server: Server) -> None:
    """`?limit=` gives the first entries of a feed, with a tag of their own."""
    body = feed(*(entry(str(number)) for number in range(5)))
    server.put("topic/cut/atom.xml", body)
    got = server.get("/topic/cut/atom.xml?limit=2")
    assert got.body == feed(entry("0"), entry("1"))
    assert got["etag"] != server.get("/topic/cut/atom.xml")["etag"]
    assert server.get("/topic/cut/atom.xml?limit=2", If_None_Match=str(got["etag"])).status == 304
    assert server.get("/topic/cut/atom.xml?limit=0").body == feed()
    assert server.get("/topic/cut/atom.xml?limit=99").body == body


def test_memory_of_what_was_asked_is_bounded(server: Server) -> None:
    """Thousands of different wishes for one document leave the server as it was."""
    pid = server.process.pid

    def pages() -> int:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])

    def ask(count: int) -> None:
        wishes = "".join(
            f'GET /{PATH}?{number} HTTP/1.1\r\nHost: x\r\nIf-None-Match: "{number:0500}"\r\n\r\n'
            for number in range(count)
        )
        raw(server, wishes.encode())

    ask(2000)
    before = pages()
    ask(4000)
    assert pages() - before < 1000  # 4 MB
    wait_for(lambda: server.get("/healthz").status == 200, "the server")
