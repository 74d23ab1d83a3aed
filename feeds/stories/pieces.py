"""Of what a wording that was cut off is the beginning: by its text, its place, and when it was shown.

What a page shows was published by when it was captured. So a piece is none of what was published only after all its
pages, whose times are told; where a wrong clock or a second report that begins alike makes that hard to say, its first
page counts, but only to choose between several.
"""

from __future__ import annotations

from collections.abc import Collection

from feeds.canon import fold
from feeds.model import Wording
from feeds.stories.candidates import Seen, days_of
from feeds.stories.wordings import FRAGMENT, is_fragment, places_agree


def begins(fragment: Wording, other: Wording) -> bool:
    """Whether the text of a fragment is surely the beginning of another wording's.

    From `FRAGMENT` folded characters on by the lead alone, below that only under an equal headline.
    """
    if not is_fragment(fragment) or fragment.key == other.key:
        return False
    if len(fragment.body) >= FRAGMENT:
        return other.body.startswith(fragment.body)
    if fragment.cut == "headline" or not fragment.head or fragment.head != other.head:
        return False
    return other.body.startswith(fragment.body) or (
        fragment.dateline is None and _printed(other).startswith(fragment.body)
    )


def is_piece(fragment: Seen, other: Seen) -> bool:
    """Whether a fragment is the beginning of another wording, which may be from its place and of its time."""
    return (
        begins(fragment.wording, other.wording)
        and places_agree(fragment.wording, other.wording)
        and not came_later([other], fragment)
    )


def came_later(story: Collection[Seen], fragment: Seen) -> bool:
    """Whether a story was surely published only after every page that shows the fragment was captured.

    If a fragment has the whole text of one of its wordings, nothing was cut off: times do not part equal leads.
    """
    since, until = _since(story), fragment.shown_until
    if since is None or until is None or since < until:
        return False
    return not any(seen.wording.body == fragment.wording.body and not is_fragment(seen.wording) for seen in story)


def is_of_its_time(story: Collection[Seen], fragment: Seen) -> bool:
    """Whether a story may have been published by the fragment's first page, and on a day that its ages leave."""
    since, shown = _since(story), fragment.shown_from
    if since is not None and shown is not None and since >= shown:
        return False
    days, its = set(days_of(fragment.spans)), {day for seen in story for day in days_of(seen.spans)}
    return not days or not its or not days.isdisjoint(its)


def _since(story: Collection[Seen]) -> int | None:
    return min((seen.since for seen in story if seen.since is not None), default=None)


def _printed(wording: Wording) -> str:
    """The folded text with its dateline: a page may end inside the dateline."""
    return fold(f"{wording.dateline.raw} - {wording.lead}") if wording.dateline else wording.body
