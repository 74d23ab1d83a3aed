"""Which wording stands where one stood that no page shows any more.

A page that is read otherwise, or read to its end, shows the same story in other words. Which story that is follows from
what two wordings have in common, as everywhere, and besides from where on the page they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from feeds.model import CaptureKey, Sighting, Wording, WordingKey
from feeds.stories.candidates import Seen
from feeds.stories.identity import kinship
from feeds.stories.similarity import shared_words

_SHARED = 0.5
"""So many of the words of the smaller text are those of the other, where it is one text read otherwise."""
_TOLD = {"record", "sidecar", "name"}
"""What tells of a dump, not of its text, when it was captured."""


def heirs(
    ghosts: Iterable[tuple[Seen, Iterable[Seen]]], bearing: AbstractSet[WordingKey]
) -> dict[WordingKey, WordingKey]:
    """For each wording that vanished, which comes with its candidates, the one that stands in its place, if any does.

    The one that stands where it stood comes first, then the one with the strongest evidence, one under its headline
    before others, ties by key. `bearing` are the wordings on which an id hangs already. Two that a page showed both
    have no heir in common.
    """
    claims = sorted(
        (
            -places,
            -strength,
            ghost.wording.head != other.wording.head,
            ghost.wording.key,
            other.wording.key,
            ghost.pages,
        )
        for ghost, candidates in ghosts
        for other in candidates
        for places, strength in [_claim(ghost, other, bearing)]
        if places or strength
    )
    found: dict[WordingKey, WordingKey] = {}
    held: dict[WordingKey, set[CaptureKey]] = {}
    for *_, ghost, heir, pages in claims:
        if ghost not in found and held.setdefault(heir, set()).isdisjoint(pages):
            found[ghost] = heir
            held[heir].update(pages)
    return found


def stands_there(ghost: Seen, other: Seen) -> bool:
    """Whether a wording stands anywhere on a page where one that vanished stood, and may be the same story."""
    return bool(_claim(ghost, other, frozenset())[0])


def _claim(ghost: Seen, other: Seen, bearing: AbstractSet[WordingKey]) -> tuple[int, float]:
    """In how many places a wording stands where one stood that vanished, and how surely they are one story."""
    stood = set(map(_place, ghost.sightings))
    places = len(stood.intersection(map(_place, other.sightings)))
    strength = kinship(ghost, other)
    if places and (strength or _may_be_one(ghost.wording, other.wording)):
        return places, strength
    if other.wording.key in bearing and not set(ghost.pages).isdisjoint(other.pages):
        return 0, 0.0  # it stood there beside the one that vanished
    return 0, strength


def _place(sighting: Sighting) -> tuple[object, ...]:
    """A position on a page; a dump that was read before it was complete is known again by what is told of it."""
    capture = sighting.capture
    if capture.source in _TOLD:
        return capture.site, capture.url, capture.earliest, capture.latest, sighting.position
    return capture.key, sighting.position


def _may_be_one(one: Wording, other: Wording) -> bool:
    """Whether two wordings have so much in common that one may be what the other is read as now, in the same place."""
    return (bool(one.head) and one.head == other.head) or shared_words(one.body, other.body) >= _SHARED
