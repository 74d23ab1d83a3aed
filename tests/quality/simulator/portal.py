"""The portal: what its lists show at an instant, and how it prints ages.

Ages count from the latest publication before the instant and are floored. Minutes, hours, days and weeks are elapsed
time; from 28 days on, months and years are whole ones between the two local wall clocks, as a site's calendar
arithmetic gives them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.canon import instant

from .settings import DAY, HOUR, MINUTE, SECOND
from .truth import Story

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = 7 * DAY
_LEAST_MONTH = 28 * DAY


class Item(NamedTuple):
    """A story in a list, and the publication from which its age counts."""

    story: int
    published: int


class Portal:
    """The lists of all topics, at any instant."""

    def __init__(self, stories: Sequence[Story]) -> None:
        lists: dict[str, list[Item]] = {}
        for story in stories:
            for topic in filter(None, (story.topic, story.also)):
                lists.setdefault(topic, []).extend(Item(story.index, published) for published in story.published)
        self._lists = {
            topic: sorted(items, key=lambda item: (item.published, item.story)) for topic, items in lists.items()
        }
        self._instants = {topic: [item.published for item in items] for topic, items in self._lists.items()}

    def newest(self, topic: str, at: int, count: int, skip: int = 0, without: int = -1) -> list[Item]:
        """The `count` newest stories of a topic after the first `skip`, newest first, each once, without one story."""
        items = self._lists.get(topic, [])
        seen = {without}
        found: list[Item] = []
        for place in range(bisect_right(self._instants.get(topic, []), at) - 1, -1, -1):
            item = items[place]
            if item.story in seen:
                continue
            seen.add(item.story)
            found.append(item)
            if len(found) == skip + count:
                break
        return found[skip:]

    def published_by(self, topic: str, at: int) -> int:
        """How many publications a topic has had by an instant."""
        return bisect_right(self._instants.get(topic, []), at)

    def at_rank(self, topic: str, at: int, rank: int) -> Item:
        """The publication of a topic that was the `rank`-th newest at an instant, republications counted."""
        return self._lists[topic][self.published_by(topic, at) - 1 - rank]


def local(at: int) -> datetime:
    """The portal's wall clock at an instant."""
    return instant(at).astimezone(ZONE)


def printed_age(published: int, captured: int) -> str:
    """The age that the portal prints: `1 uur geleden`, `25 minuten geleden`, `5 jaar geleden`."""
    number, one, many = _age(published, captured)
    return f"{number} {one if number == 1 else many} geleden"


def _age(published: int, captured: int) -> tuple[int, str, str]:
    elapsed = captured - published
    if elapsed < HOUR:
        return elapsed // MINUTE, "minuut", "minuten"
    if elapsed < DAY:
        return elapsed // HOUR, "uur", "uur"
    if elapsed < WEEK:
        return elapsed // DAY, "dag", "dagen"
    months = _months(published, captured) if elapsed >= _LEAST_MONTH else 0
    if months >= 12:
        return months // 12, "jaar", "jaar"
    if months:
        return months, "maand", "maanden"
    return elapsed // WEEK, "week", "weken"


def _months(published: int, captured: int) -> int:
    """Whole calendar months between two local wall clocks."""
    early, late = local(published).replace(tzinfo=None), local(captured).replace(tzinfo=None)
    months = (late.year - early.year) * 12 + late.month - early.month
    return months - ((late.day, late.time()) < (early.day, early.time()))


def age_span(published: int, captured: int) -> tuple[int, int]:
    """All publication instants that print the same age at this capture: after the first, no later than the second.

    Exact, by the printing rule itself: no reader of the page can know more.
    """
    number, one, _ = _age(published, captured)
    step = {"minuut": MINUTE, "uur": HOUR, "dag": DAY}.get(one)
    if step is not None:
        return captured - (number + 1) * step, captured - number * step
    same = (number, one)
    return (
        _boundary(published, -1, captured, same),
        _boundary(published, 1, captured, same),
    )


def _boundary(inside: int, direction: int, captured: int, same: tuple[int, str]) -> int:
    """The last microsecond before the age changes towards the future, or the first one at which it is already older."""
    outside = inside + direction * 400 * DAY
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if middle <= captured and _age(middle, captured)[:2] == same:
            inside = middle
        else:
            outside = middle
    return inside if direction > 0 else outside


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return round(moment.astimezone(UTC).timestamp()) * SECOND
