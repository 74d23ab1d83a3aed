"""Vague and contradictory captures batch by batch: what is new is dated as if all had come at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from simulator import EXACT, VAGUE, Settings, simulate, write_dumps

from feeds import shapes
from feeds.build import build
from feeds.config import Flags, Source, load_config
from feeds.reading import list_stories
from feeds.store.engine import open_store
from feeds.stories.candidates import CROWD

T = TypeVar("T")

HARD = replace(VAGUE, wrong_clock=0.02, republished=0.03, edited=0.3, truncated=0.15)
CONTESTED = replace(EXACT, wrong_clock=0.05, republished=0.1, stories_per_day=40)
"""All times are told, many of them wrong, and the same few stories stand on many pages."""


EPISODES = 2 * CROWD
LEAD = "Bij de trekking van de loterij in de schouwburg van Goes zijn op {} maart de getallen {} en {} gevallen."


def built(home: Path, batches: Iterable[Sequence[T]], write: Callable[[Path, Sequence[T]], object]) -> list[str]:
    """The stories that come of taking in pages batch by batch, without their ids."""
    home.mkdir()
    config = load_config(None, {}, Flags(), home).config
    store = open_store(config.store, write=True, wait=1)
    try:
        for number, batch in enumerate(batches):
            write(home / f"{number:03}", batch)
            source = Source(home / f"{number:03}", "zeelandnet", mtime="ignore")
            build(store, replace(config, sources=(source,)), lambda _what, _done, _total: None)
        found = list_stories(store, config, topic=None, dateline=None, since=None, limit=None)
        told = [json.loads(shapes.line(shapes.story(story, sightings))) for story, sightings in found]
        return sorted(json.dumps({**story, "id": None}) for story in told)
    finally:
        store.close()


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize(
    ("pages", "size"), [(180, 12), pytest.param(3000, 40, marks=pytest.mark.big)], ids=["small", "big"]
)
@pytest.mark.parametrize("kind", [HARD, CONTESTED], ids=["vague", "contested"])
def test_batches_do_not_show(tmp_path: Path, kind: Settings, pages: int, size: int, shuffled: bool) -> None:
    """Pages of vague, unknown and wrong time in batches: the same stories, dates and verdicts as all at once."""
    simulated = list(simulate(replace(kind, seed=221, pages=pages)))
    clean = built(tmp_path / "clean", [simulated], write_dumps)
    if shuffled:
        Random(221).shuffle(simulated)
    parts = [simulated[first : first + size] for first in range(0, pages, size)]
    assert built(tmp_path / "parts", parts, write_dumps) == clean


def series() -> Iterator[tuple[str, str]]:
    """The names and texts of pages of a daily column: whole, cut off in the lead, and beside no list that dates it."""
    leads = [LEAD.format(number % 28 + 1, number, number * 7 % 50) for number in range(EPISODES)]
    for number, lead in enumerate(leads):
        page = f"Getallen\n\nGetallen\n\nGOES - {lead}\n\n"
        before = f"Getallen\n\nGOES - {leads[number - 1]}\n\n1 dag geleden\n" if number else ""
        at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)
        yield f"{at:%Y%m%d%H%M%S}.txt", f"{page}Meer uit Zeeland\n\n{before}"
        if number % 3 == 0:
            yield f"{at + timedelta(hours=1):%Y%m%d%H%M%S}.txt", page[: len(page) - 25 - number % 9]
        if number % 5 == 0:
            yield f"{at + timedelta(hours=2):%Y%m%d%H%M%S}.txt", page.replace("gevallen", "getrokken")


def write_pages(folder: Path, pages: Sequence[tuple[str, str]]) -> None:
    """Have them in a folder."""
    folder.mkdir()
    for name, text in pages:
        (folder / name).write_text(text, "utf-8")


def assert_batches_do_not_show(
    tmp_path: Path, write: Callable[[Path, Sequence[tuple[str, str]]], object], *, shuffled: bool
) -> None:
    """A long series, as it is written by `write`, makes the same stories in batches as all at once."""
    pages = list(series())
    clean = built(tmp_path / "clean", [pages], write)
    if shuffled:
        Random(222).shuffle(pages)
    parts = [pages[first : first + 7] for first in range(0, len(pages), 7)]
    assert built(tmp_path / "parts", parts, write) == clean


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_batches_of_a_long_series_do_not_show(tmp_path: Path, shuffled: bool) -> None:
    """A series that grows until nobody looks for pieces of it by its headline: the same stories as all at once."""
    assert_batches_do_not_show(tmp_path, write_pages, shuffled=shuffled)


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_batches_of_a_front_do_not_show(tmp_path: Path, shuffled: bool) -> None:
    """One address shows ever more articles, until it is no evidence of anything: the same stories as all at once."""
    told = json.dumps({"url": "https://www.zeelandnet.nl/nieuws/regio/goes"})

    def write(folder: Path, pages: Sequence[tuple[str, str]]) -> None:
        write_pages(folder, [*pages, *((f"{name}.meta.json", told) for name, _ in pages)])

    assert_batches_do_not_show(tmp_path, write, shuffled=shuffled)
