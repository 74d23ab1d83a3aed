"""Captures that contradict each other as to when a story was published, and which of them to suspect."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from feeds.model import CaptureKey, Sighting
from feeds.stories.evidence import (
    SECOND,
    Span,
    StoryName,
    ages_of,
    agreed,
    agreement,
    deepest,
    is_shown_by,
    overlap,
    overlaps,
    sessions,
    span_of,
)
from feeds.stories.spans import FOREVER

_OUTVOTED = 3
"""Of two captures that contradict each other both are doubted, unless so many times as many others contradict one."""
_PRECISE = 2 * 86_400 * SECOND
"""What tells so well when a page was captured counts against its clock; two publications are seldom so near."""
_DOUBTS = 2
"""A clock is suspected if so many of its stories doubt it. One alone may have been published again."""
_AGAIN, _OFTEN = 3, 10
"""So many publications, none of them by half of so many captures or more, are no work of clocks."""


class Doubt(IntEnum):
    """What a story makes of a capture that dates it as others do. The numbers stand in the store."""

    NONE = 0
    NEAR = 1
    """Captures of about the same time contradict it."""
    FAR = 2
    """Others agree that the story was published at quite another time."""


class Votes(NamedTuple):
    """What the stories of a capture make of its told time, by their number."""

    dated: int = 0
    """Those that other captures of about that time date too, or that doubt it."""
    near: int = 0
    far: int = 0
    """Of these the ones that doubt it."""

    def more(self, other: Votes) -> Votes:
        """These and others."""
        return Votes(self.dated + other.dated, self.near + other.near, self.far + other.far)

    @property
    def is_suspected(self) -> bool:
        """Whether the told time is to be believed last.

        Of stories that came at quite another time there have to be more than bear it out: some were published again.
        """
        return self.near >= _DOUBTS or (self.far >= _DOUBTS and self.far > self.dated - self.near - self.far)


def tally(said: Mapping[tuple[CaptureKey, Doubt], int]) -> dict[CaptureKey, Votes]:
    """The votes on each capture, by how many stories say what of it."""
    found: dict[CaptureKey, Votes] = {}
    for (key, doubt), stories in said.items():
        more = Votes(stories, stories * (doubt is Doubt.NEAR), stories * (doubt is Doubt.FAR))
        found[key] = found[key].more(more) if key in found else more
    return found


def doubts(sightings: Sequence[Sighting]) -> dict[CaptureKey, Doubt]:
    """What a story makes of the captures that date it; nothing of those that alone date it at about their time.

    Where two captures contradict each other, that one is doubted which more others contradict, and the other too if it
    is a third as many: in a story that few right clocks show, a run of wrong ones has the majority. A capture without
    an age is doubted, or makes others doubted, if it shows the story before these say that it was published. And so is
    one that is far from others which agree: the story may have been published again, or a clock is years off. A story
    that comes again and again, as a weather report in the same words, says nothing of any clock.
    """
    said = [one.capture.key for one in sightings if one.age is not None and one.capture.latest is not None]
    if not said or len(sightings) < 2:
        return {}
    whole = agreement(sightings, FOREVER)
    if whole is not None and not any(_is_before(one, whole[0]) for one in sightings if one.age is None):
        return dict.fromkeys(said, Doubt.NONE) if len(said) > 1 else {}
    if _comes_again(sightings):
        return {}
    found = dict.fromkeys(_far_off(sightings), Doubt.FAR)
    alone = {part[0][0].capture.key for part in sessions(_dated(sightings)) if len(part) == 1}
    for sighting, count, least in contradictions(sightings):
        key = sighting.capture.key
        if count > 0 and count * _OUTVOTED >= least:
            found[key] = Doubt.NEAR
        elif sighting.age is not None and key not in alone:
            found.setdefault(key, Doubt.NONE)
    return found


def _comes_again(sightings: Iterable[Sighting]) -> bool:
    """Whether many captures tell of three publications or more, and no half of them of one."""
    spans = [span for _, span in _dated(sightings)]
    apart, until = 0, -FOREVER
    for start, end in sorted(spans, key=itemgetter(1)):
        if start >= until:
            apart, until = apart + 1, end
    return apart >= _AGAIN and len(spans) >= _OFTEN and deepest(spans)[0] * 2 <= len(spans)


def _far_off(sightings: Sequence[Sighting]) -> list[CaptureKey]:
    """The captures of sessions that few agree in and that contradict the one that most agree in.

    Those are three times as many, or two beside a single one.
    """
    dated = _dated(sightings)
    parts = sessions([one for one in dated if one[0].capture.is_told] or dated)
    if len(parts) < 2:
        return []
    agreeing = [deepest([span for _, span in part]) for part in parts]
    most, best = max(agreeing, key=itemgetter(0))
    return [
        one.capture.key
        for part, (count, said) in zip(parts, agreeing, strict=True)
        if (most > 1 if count == len(part) == 1 else most >= _OUTVOTED * count) and not overlap(said, best)
        for one, _ in part
    ]


def _dated(sightings: Iterable[Sighting]) -> list[tuple[Sighting, Span]]:
    """The sightings that date a story by themselves."""
    return [(one, span) for one in sightings if (span := span_of(one)) is not None]


def astray(stories: Mapping[StoryName, Sequence[Sighting]], suspected: Collection[CaptureKey]) -> set[CaptureKey]:
    """Of the suspected captures those whose clock is far off, for no whole page is published again.

    What others say of two or more of its stories gives one other time at which their ages fit; and no more
    of its stories bear out its own.
    """
    implied: dict[CaptureKey, list[Span]] = {}
    borne_out: Counter[CaptureKey] = Counter()
    for sightings in stories.values():
        if not is_shown_by(sightings, suspected):
            continue
        far = set(_far_off(sightings))
        dated = _dated(sightings)
        told = [
            agreed(part) or part[0][1] for part in sessions([one for one in dated if one[0].capture.key not in far])
        ]
        for (one, _), agreeing in zip(dated, overlaps([span for _, span in dated]), strict=True):
            key, age = one.capture.key, one.age
            if key in far and age is not None:
                least, most = ages_of(age)
                said = [(after + least, until + most) for after, until in told]
                implied.setdefault(key, []).extend(span for span in said if span[1] - span[0] <= _PRECISE)
            elif agreeing:
                borne_out[key] += 1
    return {key for key, spans in implied.items() if spans and deepest(spans)[0] > max(1, borne_out[key])}


def contradictions(sightings: Iterable[Sighting]) -> Iterator[tuple[Sighting, int, int]]:
    """Of each sighting that leaves not every instant, how many others of its session exclude what it leaves.

    And how many exclude what one of these leaves, at the least. Modification times have a say only where nothing better
    tells: a folder that was copied has them all alike.
    """
    for session in sessions([(one, span) for one in sightings if (span := _left_by(one)) is not None]):
        voting = [span for one, span in session if one.capture.is_told] or [span for _, span in session]
        starts, ends = sorted([start for start, _ in voting]), sorted([end for _, end in voting])

        def against(span: Span, starts: list[int] = starts, ends: list[int] = ends) -> int:
            return bisect_right(ends, span[0]) + len(starts) - bisect_left(starts, span[1])

        counts = {span: against(span) for span in voting}
        earlier = [FOREVER, *accumulate([counts[span] for span in sorted(voting, key=itemgetter(1))], min)]
        later = [FOREVER, *accumulate([counts[span] for span in sorted(voting, reverse=True)], min)]
        for sighting, span in session:
            least = min(earlier[bisect_right(ends, span[0])], later[len(starts) - bisect_left(starts, span[1])])
            yield sighting, against(span), least


def _left_by(sighting: Sighting) -> Span | None:
    """The span that a sighting leaves for publication: all that was before, if it prints no age."""
    latest = sighting.capture.latest
    if sighting.age is None:
        return (-FOREVER, latest) if latest is not None and sighting.capture.is_told else None
    return span_of(sighting)


def _is_before(sighting: Sighting, published: Span) -> bool:
    """Whether a page shows without an age what was published later by what others say."""
    latest = sighting.capture.latest
    return sighting.age is None and latest is not None and latest <= published[0]


def distrusted(
    stories: Mapping[StoryName, Sequence[Sighting]],
    suspected: Collection[CaptureKey],
    said: Callable[[StoryName], Mapping[CaptureKey, Doubt]] | None = None,
) -> dict[StoryName, set[CaptureKey]]:
    """The captures that stories doubt beside suspected ones: their told times are to be believed no sooner.

    `said` tells what is known of the doubts of a story.
    """
    found = {}
    for name, seen in stories.items():
        if is_shown_by(seen, suspected):
            doubted = _doubted_beside(seen, suspected, doubts(seen) if said is None else said(name))
            if doubted:
                found[name] = doubted
    return found


def _doubted_beside(
    sightings: Sequence[Sighting], suspected: Collection[CaptureKey], said: Mapping[CaptureKey, Doubt]
) -> set[CaptureKey]:
    """The captures that a story doubts, and whose ages only those of suspected ones contradict, but more than they are.

    So there is nobody to trust more, and they may be wrong clocks that have misled it as to the suspected ones.
    """
    doubted = {key for key, doubt in said.items() if doubt}.difference(suspected)
    if not doubted:
        return set()
    trusted = [one for one in sightings if one.age is not None and one.capture.key not in suspected]
    few = {one.capture.key for one, count, _ in contradictions(trusted) if not count and one.capture.key in doubted}
    return {one.capture.key for one, count, _ in contradictions(sightings) if count > len(few)} & few
