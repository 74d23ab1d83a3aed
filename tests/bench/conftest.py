"""A portal's dumps by the thousand, made once and read by every measurement."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from time import perf_counter

import pytest
from simulator.crawler import simulate
from simulator.settings import EXACT

PAGES = 10_000


@pytest.fixture(scope="session")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10,000 dumps as a web archive names them, in the order of their capture."""
    folder = tmp_path_factory.mktemp("dumps")
    for number, page in enumerate(simulate(replace(EXACT, pages=PAGES))):
        (folder / f"{page.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(page.text, "utf-8")
    return folder


@pytest.fixture
def floor(dumps: Path) -> Callable[[], float]:
    """Seconds for listing, opening, reading, decoding and hashing the dumps in Python: the best of three."""

    def read_all() -> None:
        for name in sorted(entry.name for entry in os.scandir(dumps)):
            with open(os.path.join(dumps, name), "rb") as file:  # noqa: PTH118, PTH123 -- pathlib is slower
                data = file.read()
            data.decode()
            blake2b(data, digest_size=16).hexdigest()

    return lambda: min(seconds(read_all) for _ in range(3))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = perf_counter()
    work()
    return perf_counter() - started
