"""Which wordings are one story.

Wordings are candidates for each other when they share a block; blocks are cheap keys that can be
looked up, so a new wording costs the same in an archive of any size. Within a group of candidates:

1. whole wordings with equal leads are one story, those with equal headlines first;
2. then each fragment, the longest first, joins the one story of which it is a beginning; a fragment
   that could begin several joins none.

Nothing joins two wordings of one page: a page shows a story once. The result is a function of the
set of wordings and sightings, whatever their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from feeds.canon import fold, key63
from feeds.model import CaptureKey, CaptureOrder, Sighting, Wording, WordingKey
from feeds.stories.wordings import FRAGMENT, is_fragment, stands_alone

SeenOrder = tuple[CaptureOrder, int, WordingKey]


@dataclass(frozen=True, slots=True)
class Seen:
    """A wording with its sightings, in the order of their capture. There is at least one."""

    wording: Wording
    sightings: tuple[Sighting, ...]
    order: SeenOrder = field(init=False, repr=False, compare=False)
    """Sort key: by the first capture, then by position, then by key."""

    def __post_init__(self) -> None:
        first = self.sightings[0]
        object.__setattr__(self, "order", (first.capture.order, first.position, self.wording.key))


def sighting_order(sighting: Sighting) -> tuple[CaptureOrder, int, WordingKey]:
    """Sort key of sightings: by capture, then by position (the article is -1), then by wording."""
    return sighting.capture.order, sighting.position, sighting.wording


@dataclass(frozen=True, slots=True)
class Blocks:
    """The keys under which a wording is found and finds others."""

    kept: tuple[int, ...]
    """Under these it can be found."""
    sought: tuple[int, ...]
    """Under these its candidates are."""


def blocks(wording: Wording) -> Blocks:
    """The blocks of a wording: the beginning of its lead, and its headline for what has little lead.

    A fragment seeks by headline, and is sought by it; whole wordings do not seek each other by
    headline, because a daily column keeps its headline for years.
    """
    lead = wording.body
    head = wording.head
    leads = (key63("lead", lead[:FRAGMENT]),) if lead and not (is_fragment(wording) and len(lead) < FRAGMENT) else ()
    if not head:
        return Blocks(leads, leads)
    whole, part = key63("whole headline", head), key63("part headline", head)
    if is_fragment(wording):
        return Blocks((*leads, part), (*leads, whole, part))
    return Blocks((*leads, whole), (*leads, part))


def groups(found: Mapping[WordingKey, Blocks]) -> list[list[WordingKey]]:
    """The wordings in groups: everything that shares a block, directly or by others, in the order of the keys."""
    sharing: dict[int, tuple[list[WordingKey], list[WordingKey]]] = {}
    for key, its in found.items():
        for block in its.kept:
            sharing.setdefault(block, ([], []))[0].append(key)
        for block in its.sought:
            sharing.setdefault(block, ([], []))[1].append(key)
    parent = {key: key for key in found}

    def root(key: WordingKey) -> WordingKey:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for kept, seeking in sharing.values():
        if kept and seeking:
            first = root(kept[0])
            for key in (*kept, *seeking):
                parent[root(key)] = first
    members: dict[WordingKey, list[WordingKey]] = {}
    for key in sorted(found):
        members.setdefault(root(key), []).append(key)
    return list(members.values())


@dataclass(eq=False, slots=True)
class _Cluster:
    members: list[Seen]
    captures: set[CaptureKey]

    def admits(self, seen: Seen) -> bool:
        """Whether no page shows both."""
        return self.captures.isdisjoint(sighting.capture.key for sighting in seen.sightings)

    def add(self, seen: Seen) -> None:
        self.members.append(seen)
        self.captures.update(sighting.capture.key for sighting in seen.sightings)


def clusters(group: Iterable[Seen]) -> tuple[tuple[Seen, ...], ...]:
    """The stories of one group of candidates; fragments that are no story are left out.

    Members and stories come in the order of their first capture.
    """
    ordered = sorted(group, key=lambda seen: seen.order)
    by_lead: dict[str, list[_Cluster]] = defaultdict(list)
    for whole in _alike_headlines_first([seen for seen in ordered if not is_fragment(seen.wording)]):
        _join(by_lead[whole[0].wording.body], whole)
    found = [cluster for same in by_lead.values() for cluster in same]
    fragments = [seen for seen in ordered if is_fragment(seen.wording)]
    fragments.sort(key=lambda seen: (-len(seen.wording.body), not seen.wording.head))
    for fragment in fragments:
        _place(found, fragment)
    stories = [tuple(sorted(cluster.members, key=lambda seen: seen.order)) for cluster in found]
    return tuple(sorted(stories, key=lambda members: members[0].order))


def _alike_headlines_first(wholes: list[Seen]) -> list[list[Seen]]:
    """Wordings that differ in case, quotes or blanks only, together; in the order of their first capture."""
    alike: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in wholes:
        alike[seen.wording.head, seen.wording.body].append(seen)
    return list(alike.values())


def _join(same_lead: list[_Cluster], alike: list[Seen]) -> None:
    """Put each wording into the first story with its lead that no page shows beside it."""
    for seen in alike:
        home = next((cluster for cluster in same_lead if cluster.admits(seen)), None)
        if home is None:
            home = _Cluster([], set())
            same_lead.append(home)
        home.add(seen)


def _place(found: list[_Cluster], fragment: Seen) -> None:
    """Join a fragment to the one story that it begins; else let it stand alone if it says enough."""
    candidates = [cluster for cluster in found if cluster.admits(fragment)]
    candidates = [
        cluster for cluster in candidates if any(_begins(fragment.wording, m.wording) for m in cluster.members)
    ]
    if len(candidates) > 1:
        head, lead = fragment.wording.head, fragment.wording.body
        named = [c for c in candidates if head and any(m.wording.head == head for m in c.members)]
        equal = [c for c in candidates if lead and any(m.wording.body == lead for m in c.members)]
        candidates = named or equal or candidates
    if len(candidates) == 1:
        candidates[0].add(fragment)
    elif stands_alone(fragment.wording):
        found.append(_Cluster([fragment], {sighting.capture.key for sighting in fragment.sightings}))


def _begins(fragment: Wording, other: Wording) -> bool:
    """Whether a fragment is surely the beginning of another wording.

    From `FRAGMENT` folded characters on by the lead alone, below that only under an equal headline.
    """
    lead = fragment.body
    if len(lead) >= FRAGMENT:
        return other.body.startswith(lead)
    head = fragment.head
    if fragment.cut == "headline" or not head or head != other.head:
        return False
    return other.body.startswith(lead) or (fragment.dateline is None and _printed(other).startswith(lead))


def _printed(wording: Wording) -> str:
    """The folded text with its dateline: a page may end inside the dateline."""
    return fold(f"{wording.dateline.raw} - {wording.lead}") if wording.dateline else wording.body
