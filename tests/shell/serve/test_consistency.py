"""While feeds are replaced without end, every client sees whole documents whose tag is that of their bytes."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from hashlib import blake2b
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from live import PATIENCE, Serve, Server, entry, feed

PATHS = ("all/atom.xml", "topic/sport/atom.xml")


def replaces(server: Server, stop: Event) -> None:
    """Publish new versions, each of one letter alone and of its own length, until told to stop."""
    number = 0
    while not stop.is_set():
        number += 1
        letter = "abcdefghijklmnopqrstuvwxyz"[number % 26]
        for path in PATHS:
            server.put(path, feed(*(entry(letter, letter * (50 + number % 97)) for _ in range(20))))


def answers(server: Server, requests: int, batch: int) -> Iterator[tuple[dict[bytes, bytes], bytes]]:
    """Headers and body of the answers to so many requests on one connection, in both codings by turns."""
    split = urlsplit(server.address)
    with socket.create_connection((split.hostname or "", split.port or 0), timeout=PATIENCE) as connection:
        stream = connection.makefile("rb")
        coded = (b"", b"Accept-Encoding: gzip\r\n")
        ask = [
            b"GET /" + path.encode() + b" HTTP/1.1\r\nHost: x\r\n" + coding + b"\r\n"
            for path in PATHS
            for coding in coded
        ]
        for first in range(0, requests, batch):
            connection.sendall(b"".join(ask[number % 4] for number in range(first, first + batch)))
            for _ in range(batch):
                assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
                headers = {}
                while line := stream.readline().strip():
                    name, _, value = line.partition(b": ")
                    headers[name] = value
                yield headers, stream.read(int(headers[b"content-length"]))


@pytest.mark.parametrize("requests", [4000, pytest.param(1_000_000, marks=pytest.mark.big)])
def test_clients_see_whole_documents(serve: Serve, requests: int) -> None:
    """Each answer is one version, whole, with the tag of just these bytes; Last-Modified never goes back."""
    server = serve()
    stop = Event()
    for path in PATHS:
        server.put(path, feed(entry("a")))
    publisher = Thread(target=replaces, args=(server, stop))
    publisher.start()
    versions = set()
    try:
        for headers, sent in answers(server, requests, 40):
            body = gzip.decompress(sent) if headers.get(b"content-encoding") == b"gzip" else sent
            digest = blake2b(body, digest_size=12).hexdigest().encode()
            assert headers[b"etag"].strip(b'"').partition(b"-")[0] == digest
            assert body.startswith(b"<?xml")
            assert body.endswith(b"</feed>")
            versions.add(digest)
    finally:
        stop.set()
        publisher.join()
    assert len(versions) > 10
