"""Any path, header, parameter and body: never a 500, never a file from outside, and the server lives."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import PATIENCE, ROOT, Server, entry, feed, serving
from subscriber import HUB

SECRET = b"not for clients"
PATHS = (
    "/", "/all/atom.xml", "/topic/sport/", "/topic/sport", "/healthz", "/readyz", "/metrics", "/hub", "/nope",
    "/status", "/search/atom.xml", "/search/rss.xml", "/robots.txt", "/favicon.ico", "/story/0123456789abcdef/",
    "/secret.txt",
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "..",
        ".",
        "",
        "%2e%2e",
        "%2f",
        "%5c",
        "\\",
        "%00",
        "secret.txt",
        "link.txt",
        "all",
        "atom.xml",
        "é",
        "%c3%a9",
        "~",
    ]
)
PATH = st.sampled_from(PATHS) | st.lists(PIECES | st.text(max_size=8), max_size=8).map(
    lambda all_: "/" + "/".join(all_)
)
NAMES = st.sampled_from(
    ["q", "topic", "place", "limit", "token", "hub.mode", "hub.topic", "hub.callback", "hub.secret", "_"]
)
VALUES = st.text(max_size=30) | st.sampled_from(
    [
        "0",
        "-1",
        "9" * 40,
        "1e3",
        "a OR",
        '"',
        "(((((",
        "NOT",
        "in:feed/x",
        "%",
        "%ff",
        "subscribe",
        "publish",
        "http://x",
        "*",
        "a*",
    ]
)
QUERY = st.lists(st.tuples(NAMES | st.text(max_size=6), VALUES), max_size=5).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
HEADER_NAMES = st.sampled_from(
    ["If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "A-IM", "Accept", "Accept-Encoding",
     "Range", "Cookie", "Authorization", "X-Forwarded-For", "Content-Type", "Last-Event-ID", "User-Agent", "Expect",
     "TE", "Upgrade"]
)  # fmt: skip
HEADER_VALUES = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
) | st.sampled_from(
    [
        '"',
        'W/"',
        "*",
        '"a", W/"b",,',
        "feed",
        "gzip;q=",
        "br;q=1.0001",
        "text/html;q=nan",
        "bytes=0-",
        "Basic ====",
        "Thu, 32 Foo 2026 99:99:99 GMT",
    ]
)
HEADERS = st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES), max_size=6)
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with all there is, beside a secret."""
    folder = tmp_path_factory.mktemp("fuzzed")
    (folder / "secret.txt").write_bytes(SECRET)
    with serving(folder, f'{HUB}[[sources]]\npath = "{ROOT}/seeds"\nsite = "zeelandnet"\n') as server:
        server.put("all/atom.xml", feed(*(entry(str(number)) for number in range(9))))
        server.put("topic/sport/index.html", b"<!DOCTYPE html>")
        (server.out / "link.txt").symlink_to(folder / "secret.txt")
        yield server


def said(server: Server, request: bytes) -> bytes:
    """What the server answers to these bytes, as far as it does before it hangs up."""
    split = urlsplit(server.address)
    with socket.create_connection((split.hostname or "", split.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=METHODS, path=PATH, query=QUERY, headers=HEADERS, body=st.binary(max_size=200) | QUERY.map(str.encode))
def test_any_request_is_answered(
    server: Server, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    """A request of known parts in any order, with any values, has an answer below 500 that gives nothing away."""
    target = f"{path}?{query}" if query else path
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: x",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers),
    ]
    if body and method not in {"GET", "HEAD"}:
        lines.append(f"Content-Length: {len(body)}")
    else:
        body = b""
    answer = said(server, "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 ")
    assert int(answer[9:12]) < 500 or answer[9:12] == b"503"
    assert SECRET not in answer


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=st.binary(max_size=400))
def test_any_bytes_leave_the_server_as_it_was(server: Server, request: bytes) -> None:
    """Whatever is sent: at most a refusal comes back, and the next client is served."""
    answer = said(server, request)
    assert not answer or answer.startswith(b"HTTP/1.1 ")
    assert b" 500 " not in answer[:16]
    assert server.get("/healthz").status == 200


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.dictionaries(NAMES.filter(lambda name: not name.startswith("hub")), VALUES, max_size=4))
def test_any_search_is_a_feed_or_an_explanation(server: Server, words: dict[str, str]) -> None:
    """A search is answered by a feed, or by 400 in the caller's format, or by word that there is no store yet."""
    query = "&".join(f"{name}={''.join(f'%{byte:02x}' for byte in value.encode())}" for name, value in words.items())
    got = server.get(f"/search/atom.xml?{query}")
    assert got.status in {200, 400, 503}
    assert got.body
