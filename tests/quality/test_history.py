"""What stories are said to have said, one after the other, against what the simulated portal printed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from simulator import EXACT, simulate, write_dumps
from simulator.product import Product

from feeds.canon import fold
from feeds.reading import explain
from feeds.store.engine import open_store

EDITED = replace(EXACT, seed=951, pages=1200, edited=0.4, stripped=0.3, truncated=0.1, republished=0.0)


def test_no_text_comes_back_that_the_portal_never_took_back(tmp_path: Path) -> None:
    """Pages without headlines and pages that were cut off make no revision, and no headline is said to have gone."""
    simulation = simulate(EDITED)
    write_dumps(tmp_path / "dumps", simulation)
    product = Product(tmp_path / "product")
    product.build(tmp_path / "dumps")
    truth = simulation.truth
    printed = [[(fold(one.headline), fold(one.lead)) for one in story.wordings] for story in truth.stories]
    of = truth.story_of()
    edited = 0
    store = open_store(product.config.store, write=False, wait=0)
    try:
        for story, sightings in product.stories():
            true = {of.get((dump, one.position)) for one in sightings for dump in one.capture.dumps}
            said = [(one.wording.head, one.wording.body) for one in explain(store, product.config, story.id).revisions]
            edited += len(said) > 1
            assert all(after[0] or not before[0] for before, after in pairwise(said)), story.id
            if len(true) == 1 and None not in true:
                texts = printed[true.pop() or 0]
                assert len(set(said)) == len(said) or len(set(texts)) < len(texts), (story.id, said)
    finally:
        store.close()
    assert edited > 50
