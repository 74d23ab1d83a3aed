"""Digests: one entry for each day or week, listing the stories of it.

A story belongs to the day of its sort key in the site's time zone, weeks begin on Monday (ISO 8601). An entry appears
when its period is over, and that is told by captures alone: one of them is from after its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from feeds.canon import first_sentence
from feeds.channels.rules import Every, Rule
from feeds.model import Block, Published, Story, StoryId

LISTED = 500
"""Stories that one entry lists; of the others it says how many there are."""

_TOLD = 5
"""Headlines in an entry's summary."""


@dataclass(frozen=True, slots=True)
class Linked(Block):
    """A piece of an entry's text that leads to its story."""

    link: str


@dataclass(frozen=True, slots=True)
class Period:
    """A local day, or a week from its Monday."""

    first: date
    every: Every
    zone: str

    @property
    def start(self) -> datetime:
        """The instant at which it begins, in UTC."""
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The instant at which the next one begins, in UTC. A day is as long as the clocks of its zone make it."""
        return self._midnight(self.first + self._days)

    @property
    def name(self) -> str:
        """`2026-03-03` or `2026-W10`: what stands in the id of its entry."""
        if self.every == "day":
            return self.first.isoformat()
        year, week, _ = self.first.isocalendar()
        return f"{year:04}-W{week:02}"

    def before(self) -> Period:
        """The period before this one."""
        return Period(self.first - self._days, self.every, self.zone)

    @property
    def _days(self) -> timedelta:
        return timedelta(days=1 if self.every == "day" else 7)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def period_of(moment: datetime, every: Every, zone: str) -> Period:
    """The period in which a moment lies."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Period(day if every == "day" else day - timedelta(days=day.weekday()), every, zone)


def last_complete(newest: datetime, every: Every, zone: str) -> Period:
    """The last period that is over, by the newest capture."""
    return period_of(newest, every, zone).before()


@dataclass(frozen=True, slots=True)
class _Words:
    """A digest's own words in one language, with CLDR date patterns (UTS 35 part 4)."""

    language: str
    one: str
    many: str
    more: str
    day: str
    week: str
    first: str
    last: str


_DUTCH = _Words(
    "nl", "1 bericht", "{} berichten", "En nog {}.", "EEEE d MMMM y", "week {}, {} tot en met {}", "d MMMM", "d MMMM y"
)
_ENGLISH = _Words(
    "en", "1 story", "{} stories", "And {} more.", "EEEE d MMMM y", "week {}, {} to {}", "d MMMM", "d MMMM y"
)


def entry(
    rule: Rule, period: Period, stories: Sequence[Story], more: int, address: str, language: str, tag: str
) -> Story:
    """A digest's entry as if it were a story: its text lists the stories in their order, each with its link.

    `more` is how many other stories the period has; `address` is the page of the digest. The entry was published when
    the period ended, and updated since when one of its stories was.
    """
    end = period.end
    told = _DUTCH if language.partition("-")[0].lower() == "nl" else _ENGLISH
    lines = [_line(story) for story in stories]
    if more:
        lines.append(Block("paragraph", told.more.format(_count(more, told))))
    headlines = "; ".join(first_sentence(story.headline) for story in stories[:_TOLD])
    all_told = len(stories) + more
    return Story(
        id=StoryId(f"tag:{tag}:{rule.key}/{period.name}"),
        headline=f"{rule.title}: {_spoken(period, told)}",
        summary=f"{_count(all_told, told)}: {headlines}{'; …' if all_told > _TOLD else '.'}",
        link=f"{address}#{period.name}",
        link_kind="derived",
        topics=(),
        datelines=(),
        agencies=(),
        places=(),
        published=Published(end, end, end),
        first_seen=end,
        updated=max([end, *(story.updated for story in stories)]),
        body=tuple(lines),
        byline=None,
        revisions=0,
        site=stories[0].site,
    )


def _count(number: int, told: _Words) -> str:
    return told.one if number == 1 else told.many.format(number)


def _line(story: Story) -> Block:
    said = f"{story.headline} ({', '.join(story.datelines)})" if story.datelines else story.headline
    return Block("paragraph", said) if story.link is None else Linked("paragraph", said, story.link)


def _spoken(period: Period, told: _Words) -> str:
    """The period for people: `dinsdag 3 maart 2026`, `week 10, 2 maart tot en met 8 maart 2026`."""
    if period.every == "day":
        return format_date(period.first, told.day, locale=told.language)
    last = period.first + timedelta(days=6)
    said = (
        format_date(day, form, locale=told.language) for day, form in ((period.first, told.first), (last, told.last))
    )
    return told.week.format(period.first.isocalendar().week, *said)
