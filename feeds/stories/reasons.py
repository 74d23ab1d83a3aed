"""Why two wordings are one story, and why what looks alike is another, as `identity` decides it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from feeds.model import Capture, Wording
from feeds.stories.candidates import Seen
from feeds.stories.evidence import Bounds, Span, most_agreed, overlap
from feeds.stories.identity import (
    ADDRESS,
    BEGINNING,
    EQUAL,
    EQUAL_ELSEWHERE,
    SAME_LEAD,
    SAME_LEAD_ELSEWHERE,
    exclude,
    link,
    needed,
)
from feeds.stories.pieces import begins, came_later
from feeds.stories.similarity import containment, numbers
from feeds.stories.wordings import is_fragment, places_agree

_SHORT = 4
_FEW = 3
_WORD = re.compile(r"\w+")

Bond = Literal["equal", "lead", "alike", "address", "beginning"]
Bar = Literal["page", "several", "beginning", "place", "time", "headline", "numbers", "words", "unmet"]


@dataclass(frozen=True, slots=True)
class Tie:
    """Why two wordings are one story.

    `equal`: headline and lead are; `lead`: the lead is; `alike`: the leads nearly are, and place and time agree or are
    not known; `address`: the article was captured at one address; `beginning`: the lead of one, cut off, is the
    beginning of the other.
    """

    bond: Bond
    shared: float
    """How much of the smaller lead's word triples the other has."""
    placed: bool
    """Whether both print where they are from."""
    dated: bool
    """Whether it is known of both when they were published."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two wordings are: what part of the smaller the other has."""

    lead: float
    """Of the lead's word triples."""
    headline: float
    """Of the headline's longer words."""

    @property
    def rank(self) -> tuple[float, float, float]:
        """Sort key, the least alike first."""
        return max(self.lead, self.headline), self.lead, self.headline


@dataclass(frozen=True, slots=True)
class Apart:
    """Why two stories are not one: what keeps their most alike wordings apart.

    `page`: both stand on a page, and a page shows a story once; `several`: one is cut off and could begin several
    stories; `beginning`: one is cut off and not the beginning of the other; `place`, `time`: they are from different
    places, or times that exclude each other, or one was shown cut off before the other was published; `headline`,
    `numbers`: nothing dates one of them, and these differ; `words`: too little of the lead is the same; `unmet`: they
    share too little of what candidates are found by.
    """

    bar: Bar
    likeness: Likeness
    mine: Wording
    theirs: Wording
    page: Capture | None = None
    """The earliest that shows both stories."""
    times: tuple[Bounds, Bounds] | None = None
    """When they were published, in microseconds, if that excludes each other."""
    needed: float | None = None
    """How much of the lead would have to be the same."""


def tie(one: Seen, other: Seen) -> Tie | None:
    """Why two wordings are one story by what they say; None if they are not."""
    strength = link(one, other)
    if not strength:
        return None
    left, right = one.wording, other.wording
    bonds: dict[float, Bond] = {
        EQUAL: "equal",
        EQUAL_ELSEWHERE: "equal",
        SAME_LEAD: "lead",
        SAME_LEAD_ELSEWHERE: "lead",
        ADDRESS: "address",
        BEGINNING: "beginning",
    }
    return Tie(
        bonds.get(strength, "alike"),
        containment(left.body, right.body),
        left.dateline is not None and right.dateline is not None,
        bool(one.spans and other.spans),
    )


def ties(members: Sequence[Seen]) -> tuple[tuple[int, Tie] | None, ...]:
    """For each wording of a story the one that it is most surely one story with, by its number, and why.

    One of those before it, if there is any; None for the first wording.
    """
    found: list[tuple[int, Tie] | None] = [None]
    for number in range(1, len(members)):
        before, after = range(number), range(number + 1, len(members))
        found.append(_surest(number, members, before) or _surest(number, members, after))
    return tuple(found)


def _surest(number: int, members: Sequence[Seen], others: Iterable[int]) -> tuple[int, Tie] | None:
    """Of the others the one with the strongest link; if several have, one of the same headline, then the nearest."""
    seen = members[number]
    ranked = [
        (link(seen, members[other]), seen.wording.head == members[other].wording.head, -abs(number - other), other)
        for other in others
    ]
    strength, *_, other = max(ranked, default=(0.0, False, 0, number))
    why = tie(seen, members[other]) if strength else None
    return None if why is None else (other, why)


def likeness(one: Wording, other: Wording) -> Likeness:
    """How alike two wordings are, in a way that a reader would agree with."""
    left, right = _telling(one.head), _telling(other.head)
    least = max(min(len(left), len(right)), _FEW)
    same = one.head == other.head != ""
    return Likeness(containment(one.body, other.body), 1.0 if same else len(left & right) / least)


def _telling(head: str) -> frozenset[str]:
    """The words of a headline that are long enough to say something."""
    return frozenset(word for word in _WORD.findall(head) if len(word) >= _SHORT)


def apart(one: Sequence[Seen], other: Sequence[Seen]) -> Apart:
    """Why two stories, each with all its wordings, are not one."""
    pairs = [(likeness(left.wording, right.wording), left, right) for left in one for right in other]
    how, mine, theirs = max(pairs, key=lambda pair: (bool(link(pair[1], pair[2])), pair[0].rank))
    pair = mine.wording, theirs.wording
    pages = {sighting.capture.key for seen in one for sighting in seen.sightings}
    both = [s.capture for seen in other for s in seen.sightings if s.capture.key in pages]
    if both:
        return Apart("page", how, *pair, page=min(both, key=lambda capture: capture.order))
    linked = link(mine, theirs) > 0
    if is_fragment(mine.wording) or is_fragment(theirs.wording):
        return _cut_off(one, other, how, (mine, theirs))
    if linked:
        return _linked(one, other, how, pair)
    if not places_agree(*pair):
        return Apart("place", how, *pair)
    if mine.spans and theirs.spans:
        if exclude(mine.spans, theirs.spans):
            return Apart("time", how, *pair, times=(mine.spans[0], theirs.spans[0]))
        return Apart("words", how, *pair, needed=needed(*pair, dated=True))
    return next(_undated(how, *pair))


def _cut_off(one: Sequence[Seen], other: Sequence[Seen], how: Likeness, pair: tuple[Seen, Seen]) -> Apart:
    """What keeps stories apart of whose most alike wordings one is cut off."""
    mine, theirs = pair
    texts = mine.wording, theirs.wording
    if not begins(*texts) and not begins(*reversed(texts)):
        return Apart("beginning", how, *texts)
    if not places_agree(*texts):
        return Apart("place", how, *texts)
    later = [begins(*texts) and came_later(story, mine) for story in ([theirs], other)]
    later += [begins(*reversed(texts)) and came_later(story, theirs) for story in ([mine], one)]
    if any(later):
        return Apart("time", how, *texts, times=(_when(one, mine), _when(other, theirs)))
    return Apart("several", how, *texts)


def _when(story: Sequence[Seen], seen: Seen) -> Bounds:
    """When a story was published: by its wordings, else before this one was shown for the last time."""
    return _common(story) or (None, seen.shown_until)


def _linked(one: Sequence[Seen], other: Sequence[Seen], how: Likeness, pair: tuple[Wording, Wording]) -> Apart:
    """What keeps stories apart whose wordings are linked: their times exclude each other."""
    mine, theirs = _common(one), _common(other)
    if mine is not None and theirs is not None and not overlap(mine, theirs):
        return Apart("time", how, *pair, times=(mine, theirs))
    return Apart("unmet", how, *pair)


def _undated(how: Likeness, mine: Wording, theirs: Wording) -> Iterator[Apart]:
    if mine.head and theirs.head and mine.head != theirs.head:
        yield Apart("headline", how, mine, theirs)
    if numbers(mine.body) != numbers(theirs.body):
        yield Apart("numbers", how, mine, theirs)
    yield Apart("words", how, mine, theirs, needed=needed(mine, theirs, dated=False))


def _common(members: Sequence[Seen]) -> Span | None:
    """What the spans of a story's whole wordings have in common."""
    whole = [seen for seen in members if not is_fragment(seen.wording)]
    spans = [seen.spans[0] for seen in whole or members if seen.spans]
    return (max(span[0] for span in spans), min(span[1] for span in spans)) if spans else None


def republished(spans: Iterable[Span], until: int) -> Span | None:
    """When a story that was published no later than `until` was published again, by what was set aside."""
    later = [span for span in spans if span[0] >= until]
    return (most_agreed(later) or later[0]) if later else None
