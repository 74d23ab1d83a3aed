"""Vague and contradictory captures batch by batch: what is new is dated as if all had come at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from simulator import VAGUE, SimulatedPage, simulate, write_dumps

from feeds import shapes
from feeds.build import build
from feeds.config import Flags, Source, load_config
from feeds.reading import list_stories
from feeds.store.engine import open_store

HARD = replace(VAGUE, wrong_clock=0.02, republished=0.03, edited=0.3, truncated=0.15)


def built(home: Path, batches: Iterable[Sequence[SimulatedPage]]) -> list[str]:
    """The stories that come of taking in pages batch by batch, without their ids."""
    home.mkdir()
    config = load_config(None, {}, Flags(), home).config
    store = open_store(config.store, write=True, wait=1)
    try:
        for number, batch in enumerate(batches):
            write_dumps(home / f"{number:03}", batch)
            source = Source(home / f"{number:03}", "zeelandnet", mtime="ignore")
            build(store, replace(config, sources=(source,)), lambda _what, _done, _total: None)
        found = list_stories(store, config, topic=None, dateline=None, since=None, limit=None)
        told = [json.loads(shapes.line(shapes.story(story, sightings))) for story, sightings in found]
        return sorted(json.dumps({**story, "id": None}) for story in told)
    finally:
        store.close()


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize(
    ("pages", "size"), [(240, 12), pytest.param(3000, 40, marks=pytest.mark.big)], ids=["small", "big"]
)
def test_batches_of_a_vague_archive_do_not_show(tmp_path: Path, pages: int, size: int, shuffled: bool) -> None:
    """Pages of vague, unknown and wrong time in batches: the same stories, dates and verdicts as all at once."""
    simulated = list(simulate(replace(HARD, seed=221, pages=pages)))
    clean = built(tmp_path / "clean", [simulated])
    if shuffled:
        Random(221).shuffle(simulated)
    parts = [simulated[first : first + size] for first in range(0, pages, size)]
    assert built(tmp_path / "parts", parts) == clean
