"""What is amiss, told once when it begins and once when it ends; kept in the store for the status page and feed."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from feeds.build.outcome import DUMP, FAILED, MORE, ROW
from feeds.config import Config, Source
from feeds.daemon.looking import root_of
from feeds.daemon.metrics import PAGES
from feeds.dumps.captures import dump_name, path_name
from feeds.store import journal
from feeds.store.counts import ChannelCount
from feeds.store.journal import Condition

_log = logging.getLogger("feeds.conditions")

_FAILING = {DUMP, ROW, MORE, FAILED}
"""The kinds of problems that keep a dump, or a row, out of the feeds."""
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_FEWEST = 40
"""A fall in yield is judged by no fewer pages than these, of the last that came."""
_FALLEN, _RISEN = 0.5, 0.25
"""The share of pages without a story at which the yield has fallen, and at which it has recovered."""
_STOPPED_FEWEST = 20
"""A feed with fewer stories has no rhythm that could stop."""
_STOPPED_GAPS = 10
_STOPPED_LEAST = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is amiss now."""

    kind: str
    subject: str
    reason: str
    worse: bool = False
    """Whether it is so much worse than when it was told that it is to be told anew."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What has begun or become worse, what has ended, and all that is amiss, with the reasons of now."""

    begun: tuple[Condition, ...]
    ended: tuple[Condition, ...]
    present: tuple[Condition, ...]


@dataclass(slots=True)
class Yield:
    """How many of the pages that came last show a story."""

    last: deque[bool] = field(default_factory=lambda: deque(maxlen=PAGES))
    fallen: bool = False

    def add(self, pages: int, barren: int) -> None:
        """So many more pages have come, some of them without any story."""
        self.last.extend([True] * min(barren, PAGES))
        self.last.extend([False] * min(pages - barren, PAGES))
        if len(self.last) >= _FEWEST:
            self.fallen = self.share > (_RISEN if self.fallen else _FALLEN)

    @property
    def share(self) -> float:
        """The share of the last pages that show no story."""
        return sum(self.last) / len(self.last) if self.last else 0.0


def signs(
    connection: Connection, config: Config, missing: Sequence[Source], yields: dict[bytes, Yield], now: int
) -> list[Sign]:
    """What the store and the sources show to be amiss."""
    return [
        *_missing(missing),
        *_silent(connection, config, now),
        *_fallen(config, yields),
        *_failing(connection, config, now),
    ]


def _missing(missing: Iterable[Source]) -> Iterable[Sign]:
    for source in missing:
        reason = "the folder is not there; it is watched again when it comes back"
        yield Sign("missing", path_name(root_of(source)), reason)


def _silent(connection: Connection, config: Config, now: int) -> Iterable[Sign]:
    arrivals = journal.arrivals(connection)
    for source in config.sources:
        last = arrivals.get(root_of(source), now)
        if config.daemon.silent_hours and now - last >= config.daemon.silent_hours * _HOUR:
            reason = f"nothing new for {config.daemon.silent_hours:g} hours; is its crawler running?"
            yield Sign("silent", path_name(root_of(source)), reason)


def _fallen(config: Config, yields: dict[bytes, Yield]) -> Iterable[Sign]:
    for source in config.sources:
        found = yields.get(root_of(source))
        if found is not None and found.fallen:
            reason = f"most of the last pages show no story; has {config.site(source.site).title} changed its layout?"
            yield Sign("yield", path_name(root_of(source)), reason)


def _failing(connection: Connection, config: Config, now: int) -> Iterable[Sign]:
    """Told anew when they are twice as many, and once a day if they are more: none is hidden by an earlier one."""
    begun = {row.subject: row.begun for row in journal.present_conditions(connection) if row.kind == "failing"}
    told = journal.failing_told(connection)
    now_told: dict[str, int] = {}
    for root in map(root_of, config.sources):
        number, first = journal.failing(connection, root, _FAILING, MORE)
        subject = path_name(root)
        before = told.get(subject, 0) if subject in begun else 0
        worse = number >= 2 * before or (number > before and now - begun[subject] >= _DAY)
        now_told[subject] = number if worse else min(number, before)
        if number:
            dumps = "a dump" if number == 1 else f"{number} dumps"
            reason = f"{dumps} cannot be read, the first is {dump_name(first)}; `feeds problems` lists them"
            yield Sign("failing", subject, reason, worse and subject in begun)
    if now_told.items() - told.items():
        journal.tell_failing(connection, now_told)


def stopped(counts: Sequence[ChannelCount], oldest: dict[str, int]) -> list[Sign]:
    """The feeds that have had no story for ten times as long as was usual, while others had.

    `oldest` is the sort key of the oldest story of each channel. Compared is with the newest story of all, not with
    the clock: old dumps may be read at any time.
    """
    newest = max((count.newest for count in counts if count.newest is not None), default=0)
    found = []
    for count in counts:
        if count.newest is None or count.stories < _STOPPED_FEWEST or count.channel == "all":
            continue
        usual = (count.newest - oldest[count.channel]) / (count.stories - 1)
        if newest - count.newest > max(_STOPPED_LEAST, _STOPPED_GAPS * usual):
            found.append(
                Sign("stopped", count.channel, "no new entry for far longer than usual, while other feeds go on")
            )
    return found


def note(connection: Connection, found: Iterable[Sign], now: int) -> Noted:
    """Keep what has begun and what has ended. What is worse begins anew at the instant at which it ends."""
    present = {(row.kind, row.subject): row for row in journal.present_conditions(connection)}
    signs_now = {(sign.kind, sign.subject): sign for sign in found}
    kept = {key: row for key, row in present.items() if key in signs_now and not signs_now[key].worse}
    ended = [row for key, row in present.items() if key not in kept]
    begun = [
        Condition(kind, subject, now, None, sign.reason)
        for (kind, subject), sign in sorted(signs_now.items())
        if (kind, subject) not in kept
    ]
    journal.end_conditions(connection, ended, now)
    journal.begin_conditions(connection, begun)
    over = tuple(row for row in ended if (row.kind, row.subject) not in signs_now)
    lasting = [replace(row, reason=signs_now[key].reason) for key, row in kept.items()]
    return Noted(tuple(begun), over, (*lasting, *begun))


def tell(noted: Noted) -> None:
    """Log what has begun and what has ended; once that is kept, for what cannot be kept is noted again."""
    for row in noted.begun:
        _log.warning("amiss", extra={"kind": row.kind, "subject": row.subject, "reason": row.reason})
    for row in noted.ended:
        _log.info("no longer amiss", extra={"kind": row.kind, "subject": row.subject})
