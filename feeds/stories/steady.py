"""Which stories stay as they are when some of their wordings are seen again.

What is linked depends on texts, which are the same, and on times that exclude each other, of which narrower spans can
only do more: so nothing new is joined. And nothing is parted, if all spans of the story still have an instant in common
and no page shows two of its wordings: the links that joined it join it still, in the same order, and what a page or its
time kept out of it is kept out by them still. Whose pieces others are hangs on the first sighting and on days
(`Seen.since`), which are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from feeds.stories.candidates import Seen, days_of
from feeds.stories.wordings import is_fragment


def is_steady(members: Sequence[Seen], again: Iterable[tuple[Seen, Seen]]) -> bool:
    """Whether a story surely stays one, and the same: `members` are its wordings as they are now.

    `again` are those of them that were seen again, each as it was and as it is, when nothing else has changed.
    """
    if not all(_says_no_other(was, now) for was, now in again):
        return False
    spans = [span for seen in members for span in seen.spans]
    if max([after for after, _ in spans]) >= min([until for _, until in spans]):
        return False
    pages = [page for seen in members for page in seen.pages]
    return len(set(pages)) == len(pages)


def _says_no_other(was: Seen, now: Seen) -> bool:
    """Whether what was a dated whole wording is one still, published within the same span and first seen as before."""
    if len(was.spans) != 1 or len(now.spans) != 1 or was.order != now.order or is_fragment(now.wording):
        return False
    if was.addresses != now.addresses:
        return False
    (after, until), (later, earlier) = was.spans[0], now.spans[0]
    if later < after or earlier > until:
        return False
    return was.spans == now.spans or days_of(was.spans) == days_of(now.spans)
