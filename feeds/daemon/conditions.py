"""What is amiss, told once when it begins and once when it ends; kept in the store for the status page and feed."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from feeds.build.outcome import DUMP, FAILED, MORE, ROW
from feeds.config import Config, Source
from feeds.daemon.looking import root_of
from feeds.daemon.metrics import PAGES
from feeds.dumps.captures import dump_name, path_name
from feeds.store import journal, ledger
from feeds.store.counts import ChannelCount
from feeds.store.journal import Condition

_log = logging.getLogger("feeds.conditions")

_HOUR = 3_600_000_000
_FEWEST = 40
"""A fall in yield is judged by no fewer pages than these, of the last that came."""
_FALLEN, _RISEN = 0.5, 0.25
"""The share of pages without a story at which the yield has fallen, and at which it has recovered."""
_STOPPED_FEWEST = 20
"""A feed with fewer stories has no rhythm that could stop."""
_STOPPED_GAPS = 10
_STOPPED_LEAST = 7 * 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is amiss now."""

    kind: str
    subject: str
    reason: str


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
        *_failing(connection),
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
            reason = f"no new dump for {config.daemon.silent_hours:g} hours; is its crawler running?"
            yield Sign("silent", path_name(root_of(source)), reason)


def _fallen(config: Config, yields: dict[bytes, Yield]) -> Iterable[Sign]:
    for source in config.sources:
        found = yields.get(root_of(source))
        if found is not None and found.fallen:
            reason = f"most of the last pages show no story; has {config.site(source.site).title} changed its layout?"
            yield Sign("yield", path_name(root_of(source)), reason)


def _failing(connection: Connection) -> Iterable[Sign]:
    failing = [row for row in ledger.all_problems(connection) if row.kind in {DUMP, ROW, MORE, FAILED}]
    if failing:
        first = dump_name(failing[0].path)
        yield Sign("failing", "dumps", f"some dumps cannot be read, the first is {first}; `feeds problems` lists them")


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


def note(connection: Connection, found: Iterable[Sign], now: int) -> list[Condition]:
    """Keep what has begun and what has ended, and log it; says what is amiss now."""
    present = {(row.kind, row.subject): row for row in journal.present_conditions(connection)}
    signs_now = {(sign.kind, sign.subject): sign for sign in found}
    begun = [
        Condition(kind, subject, now, None, sign.reason)
        for (kind, subject), sign in sorted(signs_now.items())
        if (kind, subject) not in present
    ]
    ended = [row for key, row in sorted(present.items()) if key not in signs_now]
    journal.begin_conditions(connection, begun)
    journal.end_conditions(connection, ended, now)
    for row in begun:
        _log.warning("amiss", extra={"kind": row.kind, "subject": row.subject, "reason": row.reason})
    for row in ended:
        _log.info("no longer amiss", extra={"kind": row.kind, "subject": row.subject})
    return [row for key, row in sorted(present.items()) if key in signs_now] + begun
