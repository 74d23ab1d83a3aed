"""Dating what is new beside what was dated before: only what moves is looked at.

The tightest spans of more evidence lie within those of less, as long as none is lost, all that is new fits, and nothing
was set aside where it moves something: then all is taken up, and the order in which it comes does not matter. So
instants start from the bounds they had; those that move make their neighbours move, as far as that goes. Where that
does not hold, all that hangs together has to be dated as one: see `dating`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from feeds.model import CaptureKey, Sighting
from feeds.stories.evidence import Span, StoryName, heed, neighbours
from feeds.stories.spans import FOREVER, Spans

UNBOUNDED: Span = (-FOREVER, FOREVER)


class Extension:
    """Stories and pages of vague or unknown time, taken in as far as the new evidence reaches.

    Take the stories that have new evidence; as long as there is a `frontier`, take the other stories on its pages and
    say that these pages are complete. Every step answers False when something does not fit; then nothing of this holds.
    `was_dated` says of a page whether bounds were found for it before.
    """

    def __init__(self, was_dated: Callable[[CaptureKey], bool]) -> None:
        self._was_dated = was_dated
        self._spans = Spans(0, 0)
        self._start: list[Span] = []
        self._shown_on: list[list[CaptureKey]] = []
        """The pages, of those that are not known to the instant, that show a story; of a page itself that one."""
        self._stories: dict[StoryName, int] = {}
        self._times: dict[CaptureKey, int] = {}
        self._pages: dict[CaptureKey, list[tuple[StoryName, Sighting]]] = {}
        self._complete: set[CaptureKey] = set()
        self._due: set[CaptureKey] = set()
        """Pages that are new, or on which something has moved."""
        self._dated_before: set[int] = set()
        self._aside: dict[StoryName, Collection[CaptureKey]] = {}

    def take(
        self,
        name: StoryName,
        sightings: Iterable[Sighting],
        befores: Sequence[Span],
        aside: Collection[CaptureKey],
        unknown: Mapping[CaptureKey, Span],
    ) -> bool:
        """Take a story with all its sightings; `befores` are the spans of the stories that it was until now.

        What the captures in `aside` say of it was set aside before. Those in `unknown` are not known to the instant;
        they come with the bounds that were found before, or that are told.
        """
        low = max([span[0] for span in befores], default=-FOREVER)
        high = min([span[1] for span in befores], default=FOREVER)
        if low >= high:
            return False
        before = (low, high) if len(befores) == 1 else UNBOUNDED
        node = self._stories[name] = self._add(before, [*unknown], strict=True)
        self._aside[name] = aside
        if len(befores) == 1:
            self._dated_before.add(node)
        elif befores and not self._spans.bound(node, low, high):
            return False
        for one in sightings:
            key, time = one.capture.key, None
            if key in unknown:
                time = self._times.get(key)
                if time is None:
                    time = self._times[key] = self._add(unknown[key], [key], strict=False)
                    if not self._was_dated(key):
                        self._due.add(key)
                self._pages.setdefault(key, []).append((name, one))
            if key not in aside and not heed(self._spans, node, time, one):
                return False
        return True

    def complete(self, pages: Iterable[CaptureKey]) -> bool:
        """All stories on these pages have been taken: the order of their lists counts.

        False too where evidence on a page was set aside: which of it is taken up first hangs on what bounds the others.
        """
        for key in pages:
            self._complete.add(key)
            if any(key in self._aside[name] for name, _ in self._pages[key]):
                return False
            for older, newer in neighbours(self._pages[key]):
                one, other = self._stories[older], self._stories[newer]
                refused = self._was_dated(key) and self._was_refused(one, other)
                if not refused and not self._spans.link(one, other, 0, FOREVER):
                    return False
        return True

    def frontier(self) -> list[CaptureKey]:
        """The pages that are not complete and that are new, or on which something has moved, in order."""
        for node in self._spans.moved:
            self._due.update(self._shown_on[node])
        self._spans.moved.clear()
        self._due -= self._complete
        return sorted(self._due)

    def stories(self) -> dict[StoryName, Span]:
        """The tightest span of every story that was taken."""
        return {name: self._now(node) for name, node in self._stories.items()}

    def captures(self) -> dict[CaptureKey, Span]:
        """The tightest span of every capture that was not known to the instant."""
        return {key: self._now(node) for key, node in self._times.items()}

    def _now(self, node: int) -> Span:
        return self._spans.low[node], self._spans.high[node]

    def _add(self, span: Span, pages: list[CaptureKey], *, strict: bool) -> int:
        self._start.append(span)
        self._shown_on.append(pages)
        return self._spans.add(*span, strict=strict)

    def _was_refused(self, older: int, newer: int) -> bool:
        """Whether the order of two stories contradicted what was known before: their spans do not bear it out."""
        if not {older, newer} <= self._dated_before:
            return False
        one, other = self._start[older], self._start[newer]
        return other[0] < one[0] or one[1] > other[1]
