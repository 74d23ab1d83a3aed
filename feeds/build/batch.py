"""A batch: what pages show that were not known, and what is not shown any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feeds.model import Capture, CaptureOrder, Sighting, Wording, WordingKey
from feeds.store.archive import SightingName
from feeds.stories.wordings import Appearance, sighted

Shown = tuple[Capture, Sequence[Appearance]]
"""A capture with what its page shows, each wording once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What pages show that were not known, and what is not shown any more."""

    wordings: Mapping[WordingKey, Wording]
    sightings: Mapping[WordingKey, Sequence[Sighting]]
    """The new sightings of each wording, in the order of their capture."""
    unseen: frozenset[SightingName]
    anew: frozenset[WordingKey] = frozenset()
    """Wordings of which nothing changes but the ids that they bear: their stories are decided anew, and kept again."""


def batch_of(pages: Iterable[Shown], unseen: Iterable[SightingName]) -> Batch:
    """The batch of new sightings, each with its wording, and of those that are no more."""
    wordings: dict[WordingKey, Wording] = {}
    sightings: dict[WordingKey, list[Sighting]] = {}
    for capture, shown in sorted(pages, key=_by_capture):
        for one in shown:
            key = one.wording.key
            if key not in wordings:
                wordings[key] = one.wording
                sightings[key] = []
            sightings[key].append(sighted(capture, one))
    return Batch(wordings, sightings, frozenset(unseen))


def _by_capture(page: Shown) -> CaptureOrder:
    return page[0].order
