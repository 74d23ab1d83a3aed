"""Looking around now and then: what is amiss goes into the store, what the store has into the metrics."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from sqlalchemy import Connection

from feeds.build import Taken
from feeds.config import Config
from feeds.daemon.conditions import Sign, Yield, note, signs, stopped, tell
from feeds.daemon.looking import missing, root_of
from feeds.daemon.metrics import Metrics
from feeds.dumps.captures import path_name
from feeds.errors import StoreError
from feeds.store import counts, journal
from feeds.store.engine import Store
from feeds.store.journal import Condition

_log = logging.getLogger("feeds.rounds")


@dataclass(slots=True)
class Rounds:
    """What was seen on the way round. All of it happens in the worker's thread, but for the reasons that are set."""

    metrics: Metrics
    paused: str | None = None
    """Why work is paused."""
    refused: str | None = None
    """Why the configuration on the disk is not the one in force."""
    anxious: bool = False
    """Whether something happened that should not wait for the next round."""
    amiss: tuple[Condition, ...] = ()
    """What is amiss, as of the last round."""
    _yields: dict[bytes, Yield] = field(default_factory=dict)
    _stopped: list[Sign] = field(default_factory=list)

    def recall(self, connection: Connection) -> None:
        """Begin with what was amiss at the end of an earlier run: it is so until something shows that it is not."""
        self.amiss = tuple(journal.present_conditions(connection))
        self._stopped = [Sign(row.kind, row.subject, row.reason) for row in self.amiss if row.kind == "stopped"]
        fallen = {row.subject for row in self.amiss if row.kind == "yield"}
        for root in journal.arrivals(connection):
            if path_name(root) in fallen:
                self._yields[root] = Yield(fallen=True)

    def arrived(self, store: Store, batch: Taken) -> None:
        """A batch of dumps was taken in."""
        source = root_of(batch.source)
        with store.writing() as connection:
            pages, barren = journal.yields(connection, batch.contents)
            if batch.new:
                now = _now()
                journal.put_arrival(connection, source, now)
                self.metrics.newest_dump.set(now / 1e6)
        kept = self._yields.setdefault(source, Yield())
        fallen = kept.fallen
        kept.add(pages, barren)
        may_end = any(row.kind in {"failing", "silent"} for row in self.amiss)
        self.anxious = self.anxious or kept.fallen != fallen or bool(batch.problems) or may_end

    def make(self, store: Store, config: Config, *, whole: bool) -> None:
        """Look around; `whole` also counts and measures, which takes a while in a large store."""
        now = _now()
        with store.writing() as connection:
            arrivals = journal.arrivals(connection)
            for source in config.sources:
                if root_of(source) not in arrivals:  # its silence is counted from when it is first listened to
                    journal.put_arrival(connection, root_of(source), now)
            if whole:
                self._measure(connection, arrivals)
            found = [*signs(connection, config, missing(config), self._yields, now), *self._stopped, *self._own()]
            noted = note(connection, found, now)
        tell(noted)
        self.amiss = noted.present
        self.anxious = False
        self.metrics.conditions.clear()
        for row in self.amiss:
            self.metrics.conditions.labels(row.kind).inc()

    def make_if_possible(self, store: Store, config: Config) -> None:
        """Look around although something is wrong, perhaps with the store itself."""
        try:
            self.make(store, config, whole=False)
        except StoreError as error:
            _log.debug("cannot note what is amiss", extra={"reason": str(error)})
        except Exception:  # noqa: BLE001 -- whatever is wrong with telling, the work goes on
            _log.exception("the program failed to note what is amiss")

    def _own(self) -> list[Sign]:
        found = []
        if self.paused is not None:
            found.append(Sign("paused", "work", self.paused))
        if self.refused is not None:
            found.append(Sign("configuration", "feeds.toml", self.refused))
        return found

    def _measure(self, connection: Connection, arrivals: dict[bytes, int]) -> None:
        metrics = self.metrics
        for kind, number in journal.counted(connection).items():
            metrics.kept.labels(kind).set(number)
        listed = counts.channel_counts(connection)
        metrics.newest_entry.clear()
        for count in listed:
            if count.newest is not None:
                metrics.newest_entry.labels(count.channel).set(count.newest / 1e6)
        self._stopped = stopped(listed, journal.oldest_entries(connection))
        if arrivals:
            metrics.newest_dump.set(max(arrivals.values()) / 1e6)
        pages = [kept for kept in self._yields.values() if kept.last]
        if pages:
            metrics.barren.set(sum(kept.share for kept in pages) / len(pages))


def _now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000
