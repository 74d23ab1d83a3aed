"""Servers that end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from live import Serve, Server, entry, feed, serving
from subscriber import HUB, Elsewhere, elsewhere


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers over the test's own folder; they end with the test."""
    with ExitStack() as stack:
        yield lambda settings="", **more: stack.enter_context(serving(tmp_path, settings, **more))


@pytest.fixture(scope="module")
def other() -> Iterator[Elsewhere]:
    """Where subscribers are, and topics of somebody else."""
    with elsewhere() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, other: Elsewhere) -> Iterator[Server]:
    """A hub for its own feeds and for those of the other server below /topics/."""
    folder = tmp_path_factory.mktemp("hub")
    with serving(folder, f'{HUB}topics = ["{other.address}/topics/"]\n') as server:
        yield server


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that only this test has, good for a path."""
    text = "".join(char if char.isalnum() else "-" for char in request.node.name)
    return text.lower()


@pytest.fixture
def topic(server: Server, name: str) -> str:
    """The address of a feed of the server that only this test changes."""
    server.put(f"topic/{name}/atom.xml", feed(entry("een")))
    return f"{server.address}/topic/{name}/atom.xml"
