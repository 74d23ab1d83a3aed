"""The wordings of one story folded into what it says now.

The story is told by its captures in order, earliest first; each may change the headline, the text,
the topics or the datelines that stand. `updated` is the capture that last changed one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, TypeVar

from feeds.canon import first_sentence, fold
from feeds.model import (
    CaptureKey,
    CaptureOrder,
    Edit,
    LinkKind,
    Published,
    Sighting,
    Story,
    StoryId,
    Wording,
    WordingKey,
)
from feeds.parse.profile import SiteProfile
from feeds.places.resolve import Locate, as_printed
from feeds.stories.candidates import Seen
from feeds.stories.links import derived_link
from feeds.stories.revisions import Revision, revisions, spelt
from feeds.stories.wordings import is_fragment

T = TypeVar("T")

Rank = tuple[bool, bool, int]
"""What may replace what: whole beats part, a told capture beats another, a longer part beats a shorter."""


_NOTHING, _ADDED, _OTHER = 0, 1, 2


@dataclass(slots=True)
class _Standing(Generic[T]):
    """A part of the story as it stands after the captures so far."""

    value: T
    likeness: object = None
    rank: Rank = (False, False, -1)

    def offer(self, value: T, likeness: object, rank: Rank) -> int:
        """Let the value stand unless it ranks below.

        Say what that changed in substance: `_NOTHING`, that something was `_ADDED`, or that a whole is `_OTHER` now.
        """
        if rank < self.rank:
            return _NOTHING
        known = self.rank[0] and rank[0] and bool(self.likeness)
        changed = _NOTHING if likeness == self.likeness else _OTHER if known else _ADDED
        self.value, self.likeness, self.rank = value, likeness, rank
        return changed


def sightings_of_story(members: Sequence[Seen]) -> tuple[Sighting, ...]:
    """All sightings of a story, in the order of their capture."""
    if len(members) == 1:
        return members[0].sightings
    return tuple(sorted((s for seen in members for s in seen.sightings), key=_capture_order))


def _capture_order(sighting: Sighting) -> CaptureOrder:
    return sighting.capture.order


def fold_story(
    story_id: StoryId,
    members: Sequence[Seen],
    sightings: Sequence[Sighting],
    published: Published,
    sites: Mapping[str, SiteProfile],
    locate: Locate = as_printed,
    wrong: Collection[CaptureKey] = (),
) -> Story:
    """The story that the members tell, without the text of its article (see `Story.text_from`).

    `members` are the wordings of one story, in the order of their first capture, `sightings` all of theirs in the order
    of capture (`sightings_of_story`); `published` is when it was published; `locate` tells what its datelines mean.
    Captures in `wrong` have a wrong clock, and count as untold.
    """
    sightings = sorted(sightings, key=lambda one: one.capture.key in wrong) if wrong else sightings
    wordings = {seen.wording.key: seen.wording for seen in members}
    alike = spelt(members)
    headline: _Standing[str | None] = _Standing(None)
    lead: _Standing[str] = _Standing("")
    places: _Standing[tuple[str, ...]] = _Standing(())
    agencies: _Standing[tuple[str, ...]] = _Standing(())
    body: _Standing[CaptureKey | None] = _Standing(None)
    link: _Standing[str | None] = _Standing(None)
    topics: set[str] = set()
    amended: list[tuple[int, Edit]] = []
    updated = sightings[0].capture.began
    last: WordingKey | None = None
    was_told = False
    for sighting in sightings:
        capture, _role, _position, key, topic, _age, text = sighting
        told = capture.is_told and capture.key not in wrong
        if key == last and told is was_told and text is None and (topic is None or topic in topics):
            continue  # it says again what the capture before it said
        last, was_told, wording = key, told, wordings[key]
        was, looked, stood = headline.value, headline.likeness, places.value
        moved = _NOTHING
        changed = lead.offer(wording.lead, alike[wording.body], _rank(wording, told))
        if wording.headline and wording.cut != "headline":
            changed = max(changed, headline.offer(wording.headline, alike[wording.head], (True, told, 0)))
        if wording.dateline is not None:
            likeness = tuple(fold(place) for place in wording.dateline.places)
            moved = places.offer(wording.dateline.places, likeness, (True, told, 0))
            changed = max(changed, moved)
            if wording.dateline.agencies:
                agencies.offer(wording.dateline.agencies, None, (True, told, 0))
        if text is not None:
            whole = topic is not None
            changed = max(changed, body.offer(capture.key, text, (whole, told, 0)))
            if capture.url is not None:
                link.offer(capture.url, None, (whole, told, 0))
        if topic is not None and topic not in topics:
            topics.add(topic)
            changed = changed or _ADDED
        if changed:
            updated = capture.began
            before = was or "" if headline.likeness != looked else ""
            amended.append((changed, Edit(updated, before, stood if moved == _OTHER else ())))
    site = sightings[0].capture.site
    address, kind = _link(link.value, headline.value, sites.get(site))
    history = revisions(members, wrong)
    return Story(
        id=story_id,
        headline=headline.value or first_sentence(lead.value),
        summary=lead.value,
        link=address,
        link_kind=kind,
        topics=tuple(sorted(topics)),
        datelines=places.value,
        agencies=agencies.value,
        places=locate(places.value, lead.value, site),
        published=published,
        first_seen=sightings[0].capture.began,
        updated=_no_earlier(updated, published.best),
        body=(),
        byline=None,
        revisions=len({(alike[one.wording.head], alike[one.wording.body]) for one in history}) - 1,
        site=site,
        text_from=body.value,
        edits=_edits([one for one in history if one.first.is_told and one.first.key not in wrong] or history, amended),
        sightings=len(sightings),
    )


def _edits(history: Sequence[Revision], amended: Sequence[tuple[int, Edit]]) -> tuple[Edit, ...]:
    """When something of a story that was known came to read otherwise: its revisions, and what `updated` tells of."""
    found: dict[datetime, Edit] = {}
    for changed, edit in amended:
        if changed == _OTHER:
            known = found.get(edit.at, edit)
            found[edit.at] = Edit(edit.at, edit.headline or known.headline, edit.datelines or known.datelines)
    for before, after in pairwise(history):
        was = (before.wording.headline or "") if before.wording.head != after.wording.head else ""
        known = found.get(after.first.began, Edit(after.first.began))
        found[known.at] = known._replace(headline=was or known.headline)
    return tuple(sorted(found.values()))


def _rank(wording: Wording, told: bool) -> Rank:
    part = is_fragment(wording)
    return (not part, told, len(wording.lead) if part else 0)


def _link(captured: str | None, headline: str | None, site: SiteProfile | None) -> tuple[str | None, LinkKind | None]:
    if captured is not None:
        return captured, "captured"
    derived = derived_link(headline, site) if headline else None
    return derived, ("derived" if derived else None)


def _no_earlier(moment: datetime, than: datetime | None) -> datetime:
    return moment if than is None else max(moment, than)
