"""Which wordings are one story.

Candidates are linked by evidence: equal leads, nearly equal leads from one place at one time, one lead the beginning
of the other, an article captured at one address. Within a group of linked wordings the strongest links join first:

1. whole wordings, unless a page shows both or their times exclude each other;
2. then each fragment, the longest first, joins the one story of which it is a beginning, from its place and no
   younger than the pages that show it (`pieces`); a fragment that could begin several joins none.

Nothing joins two wordings of one page: a page shows a story once. The result is a function of the
set of wordings and sightings, whatever their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from feeds.model import CaptureKey, Wording, WordingKey
from feeds.stories.addresses import is_numbered, spells
from feeds.stories.candidates import Seen, sighting_order
from feeds.stories.evidence import Span, agreement, overlap, publications
from feeds.stories.pieces import came_later, is_of_its_time, is_piece
from feeds.stories.similarity import containment, numbers
from feeds.stories.wordings import is_fragment, places_agree, stands_alone

EQUAL, SAME_LEAD = 3.0, 2.0
EQUAL_ELSEWHERE, SAME_LEAD_ELSEWHERE = 1.75, 1.5
"""The same under datelines without a place in common: a place may be corrected, but what names its own joins first."""
SURE = SAME_LEAD_ELSEWHERE
"""From here on leads are equal, and times no matter."""
ADDRESS, BEGINNING = 0.6, 0.5
"""Below what is alike: an address is evidence only where texts tell nothing better."""
ALIKE = 0.7
"""So much of the smaller lead's word triples the other must have, if both are of one time and place."""
ALIKE_NAMED = 0.5
"""Under an equal headline and with the same numbers so much: one word of a short lead stands in half of its triples."""
ALIKE_UNDATED = 0.85
"""And so much if nothing dates one of them."""
CLOSE = 0.35
"""And so much, of one place and day, if they may be two reports on one event."""

Links = Mapping[tuple[WordingKey, WordingKey], float]
"""Linked wordings, the lesser key first, with the strength of their evidence."""


def link(one: Seen, other: Seen) -> float:
    """How surely two wordings are one story by what they say: 0 is not at all. It does not matter which comes first.

    Two that a page shows both are never one, so what they say is not asked: a page may have hundreds that are alike.
    """
    return kinship(one, other) if set(one.pages).isdisjoint(other.pages) else 0.0


def kinship(one: Seen, other: Seen) -> float:
    """How surely two wordings are one story by what they say, on whatever pages they stand."""
    left, right = one.wording, other.wording
    if is_fragment(left) or is_fragment(right):
        return BEGINNING if is_piece(one, other) or is_piece(other, one) else 0.0
    if left.body == right.body:
        agree = places_agree(left, right)
        if left.head == right.head:
            return EQUAL if agree else EQUAL_ELSEWHERE
        return SAME_LEAD if agree else SAME_LEAD_ELSEWHERE
    if not places_agree(left, right):
        return 0.0
    dated = bool(one.spans and other.spans)
    if dated and exclude(one.spans, other.spans):
        return 0.0
    same_numbers = dated or numbers(left.body) == numbers(right.body)
    same_head = dated or not left.head or not right.head or left.head == right.head
    if same_numbers and same_head:
        shared = containment(left.body, right.body)
        if shared >= needed(left, right, dated=dated):
            return shared
    return ADDRESS if at_one_address(one, other) else 0.0


def needed(one: Wording, other: Wording, *, dated: bool) -> float:
    """How much of the smaller lead two wordings that may be of one time and place must share to be one story."""
    if not dated:
        return ALIKE_UNDATED
    named = one.head and one.head == other.head and numbers(one.body) == numbers(other.body)
    return ALIKE_NAMED if named else ALIKE


def at_one_address(one: Seen, other: Seen) -> bool:
    """Whether two wordings are edits of the article at one address, by what was captured there.

    The address is numbered; or it spells the headline of one of them (if both have it, that may be a series); or the
    leads have much in common and the same numbers.
    """
    left, right = one.wording, other.wording
    shared = [address for address in one.addresses if address in other.addresses]
    if not shared:
        return False
    if any(is_numbered(address) for address in shared):
        return True
    if left.head != right.head and any(spells(address, left) or spells(address, right) for address in shared):
        return True
    return close(left, right) and numbers(left.body) == numbers(right.body)


def close(one: Wording, other: Wording) -> bool:
    """Whether two whole wordings of one place and day tell of one event. It does not matter which comes first."""
    return containment(one.body, other.body) >= CLOSE


def exclude(some: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether times exclude each other: no span of the one overlaps any of the other."""
    return not any(overlap(one, other) for one in some for other in others)


@dataclass(eq=False, slots=True)
class _Cluster:
    members: list[Seen]
    captures: set[CaptureKey]
    spans: tuple[Span, ...]
    """When it was published: more than once if that was weeks later."""

    def admits(self, other: _Cluster, strength: float) -> bool:
        """Whether no page shows both and, unless the leads are equal, their times do not exclude each other."""
        return self.captures.isdisjoint(other.captures) and (strength >= SURE or not self._is_apart(other))

    def _is_apart(self, other: _Cluster) -> bool:
        return bool(self.spans) and bool(other.spans) and exclude(self.spans, other.spans)

    def agree(self) -> None:
        """Let all sightings of what is surely one story say together when it was published."""
        if len(self.members) > 1:
            together = [sighting for seen in self.members for sighting in seen.sightings]
            agreed = agreement(together)  # of nearly all, and for that their order is no matter
            self.spans = publications(sorted(together, key=sighting_order)) if agreed is None else (agreed[0],)

    def take(self, other: _Cluster) -> None:
        self.members += other.members
        self.captures |= other.captures
        both = [
            (max(one[0], another[0]), min(one[1], another[1]))
            for one in self.spans
            for another in other.spans
            if overlap(one, another)
        ]
        alone = [one for one in self.spans if exclude([one], other.spans)]
        alone += [another for another in other.spans if exclude([another], self.spans)]
        self.spans = tuple(sorted({*both, *alone}))


def groups(members: Mapping[WordingKey, Seen], links: Links) -> list[list[Seen]]:
    """The wordings in groups of all that are linked, directly or by others, in the order of the least keys."""
    parent = {key: key for key in members}

    def root(key: WordingKey) -> WordingKey:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one, other in links:
        parent[root(one)] = root(other)
    found: dict[WordingKey, list[Seen]] = {}
    for key in sorted(members):
        found.setdefault(root(key), []).append(members[key])
    return list(found.values())


def clusters(group: Iterable[Seen], links: Links) -> tuple[tuple[Seen, ...], ...]:
    """The stories of one group; fragments that are no story are left out.

    Members and stories come in the order of their first capture.
    """
    ordered = sorted(group, key=lambda seen: seen.order)
    if len(ordered) == 1:
        return (tuple(ordered),) if stands_alone(ordered[0].wording) else ()
    if len(ordered) == 2 and _are_surely_one(ordered[0], ordered[1], links):  # nearly all others
        return (tuple(ordered),)
    home = {seen.wording.key: _Cluster([seen], set(seen.pages), seen.spans) for seen in ordered}
    rank = {seen.wording.key: number for number, seen in enumerate(ordered)}
    strongest = sorted(
        (-strength, min(rank[one], rank[other]), max(rank[one], rank[other]))
        for (one, other), strength in links.items()
        if strength != BEGINNING and one in rank and other in rank
    )
    for surely, links_of_kind in groupby(strongest, key=lambda item: -item[0] >= SURE):
        for weakness, one, other in links_of_kind:
            left, right = home[ordered[one].wording.key], home[ordered[other].wording.key]
            if left is not right and left.admits(right, -weakness):
                left.take(right)
                home.update((seen.wording.key, left) for seen in right.members)
        if surely:
            for cluster in {id(cluster): cluster for cluster in home.values()}.values():
                cluster.agree()
    fragments = [seen for seen in ordered if is_fragment(seen.wording)]
    fragments.sort(key=lambda seen: (-len(seen.wording.body), not seen.wording.head))
    found = list({id(home[s.wording.key]): home[s.wording.key] for s in ordered if not is_fragment(s.wording)}.values())
    for fragment in fragments:
        _place(found, fragment, home[fragment.wording.key])
    stories = [tuple(sorted(cluster.members, key=lambda seen: seen.order)) for cluster in found]
    return tuple(sorted(stories, key=lambda members: members[0].order))


def _are_surely_one(one: Seen, other: Seen, links: Links) -> bool:
    left, right = one.wording.key, other.wording.key
    pair = (left, right) if left < right else (right, left)
    return links.get(pair, 0.0) >= SURE and set(one.pages).isdisjoint(other.pages)


def _place(found: list[_Cluster], fragment: Seen, alone: _Cluster) -> None:
    """Join a fragment to the one story that it begins; else let it stand alone if it says enough."""
    wording = fragment.wording
    candidates = [
        cluster
        for cluster in found
        if cluster.captures.isdisjoint(alone.captures)
        and any(is_piece(fragment, one) for one in cluster.members)
        and not came_later(cluster.members, fragment)
    ]
    if len(candidates) > 1:
        candidates = [one for one in candidates if is_of_its_time(one.members, fragment)] or candidates
    if len(candidates) > 1:
        head, lead = wording.head, wording.body
        named = [c for c in candidates if head and any(m.wording.head == head for m in c.members)]
        equal = [c for c in candidates if lead and any(m.wording.body == lead for m in c.members)]
        candidates = named or equal or candidates
    if len(candidates) == 1:
        candidates[0].take(alone)
    elif stands_alone(wording):
        found.append(alone)
