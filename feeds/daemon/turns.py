"""The work, one turn at a time: look, take in, publish; pause where that cannot be done, and go on when it can.

Hints and jobs only say what is wanted. A turn begins when hints have been quiet for a while, or at the ceiling, or at
once when a job is due; it takes everything that is wanted by then. So no two turns overlap and no wish is lost.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from feeds.build import Pace, Summary, Taken, build
from feeds.build.wishes import grant
from feeds.config import Config
from feeds.daemon.hints import Heard, Hints
from feeds.daemon.housekeeping import tidy
from feeds.daemon.keeper import Keeper
from feeds.daemon.looking import Look, look
from feeds.daemon.memory import give_back
from feeds.daemon.metrics import Metrics
from feeds.daemon.rounds import Rounds
from feeds.daemon.schedule import HOUSEKEEPING, REFRESH, RESCAN, ROUNDS
from feeds.daemon.settling import Settling
from feeds.dumps.captures import dump_name
from feeds.errors import DatelineError
from feeds.model import ChannelKey
from feeds.store import journal

_log = logging.getLogger("feeds.turns")

BATCH_DUMPS = 1000
"""Small enough that a batch in hand is done within a few seconds."""
_RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
_LOOK_AGAIN_SECONDS = 0.2


class Turns:
    """Everything that writes: the store and `out/`."""

    def __init__(self, config: Config, keeper: Keeper, metrics: Metrics, rounds: Rounds) -> None:
        """`config` may be replaced between turns. To be made in the event loop."""
        self.config = config
        self.keeper = keeper
        self.metrics = metrics
        self.rounds = rounds
        self.hints = Hints(self._hint)
        self.paused: str | None = None
        """Why nothing can be taken in or published at present."""
        self.on_published: Callable[[tuple[str, ...]], object] = _nothing
        """Called in the worker's thread with the paths of documents after they were written."""
        self.on_done: Callable[[str], None] = _nothing_of
        """Called in the worker's thread for every job that was done."""
        self.last_sign_of_life = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()
        self._stop = Event()
        self._hinted = False
        self._first_hint: float | None = None
        self._last_hint = 0.0
        self._look_again: float | None = None
        self._jobs: set[str] = set()
        self._failures = 0
        self._retry_at = 0.0
        self._settling = self._new_settling()
        self._waiting: frozenset[bytes] = frozenset()
        self._in_hand = 1  # the first look: what stands there is pending until it has been done
        self._documents = 0
        metrics.pending_dumps.set_function(lambda: self.pending)
        metrics.pending_documents.set_function(lambda: self._documents)
        self.want(RESCAN)

    @property
    def pending(self) -> int:
        """How many dumps were heard of that are not taken in; what is to be looked for counts as one."""
        return len(self.hints) + self._in_hand + len(self._waiting)

    @property
    def busy(self) -> bool:
        """Whether a turn is being done."""
        return self._in_hand > 0 or self._documents > 0

    def want(self, job: str) -> None:
        """Have a job done in the next turn, once however often it is wanted by then. From the event loop's thread."""
        self.metrics.due.labels(job).inc()
        if job in self._jobs:
            self.metrics.coalesced.labels(job).inc()
        self._jobs.add(job)
        self._awake.set()

    def reconfigure(self, config: Config) -> None:
        """Work by another configuration from the next turn on."""
        self.config = config
        self._settling = self._new_settling()
        self.want(RESCAN)

    def stop(self) -> None:
        """Leave what is not begun to the next start; `run` ends when the batch in hand is done."""
        self._stop.set()
        self._awake.set()

    async def run(self) -> None:
        """Do turn after turn until stopped."""
        with ThreadPoolExecutor(1, "turns") as worker:
            while await self._next():
                jobs, self._jobs = frozenset(self._jobs), set()
                self._first_hint = self._look_again = None
                await self._loop.run_in_executor(worker, self._turn, jobs)
                if self._waiting or self.paused is not None:
                    self._look_again = time.monotonic() + max(self.config.daemon.quiet, _LOOK_AGAIN_SECONDS)

    # -- waiting ----------------------------------------------------------------------------------

    def _hint(self) -> None:
        """Somebody left a hint, in any thread; the loop is told once for all that come meanwhile."""
        if not self._hinted:
            self._hinted = True
            self._loop.call_soon_threadsafe(self._heard)

    def _heard(self) -> None:
        self._hinted = False
        self._last_hint = time.monotonic()
        if self._first_hint is None:
            self._first_hint = self._last_hint
        self._awake.set()

    async def _next(self) -> bool:
        """Wait until a turn is due; False when there is to be none any more."""
        while not self._stop.is_set():
            self._awake.clear()
            due = self._due()
            wait = None if due is None else due - time.monotonic()
            if wait is not None and wait <= 0:
                return True
            try:
                await asyncio.wait_for(self._awake.wait(), wait)
            except TimeoutError:
                continue
        return False

    def _due(self) -> float | None:
        """When the next turn is to begin, by the steady clock; None while nothing is wanted."""
        times = [0.0] if self._jobs else []
        if self._first_hint is not None:
            daemon = self.config.daemon
            times.append(min(self._last_hint + daemon.quiet, self._first_hint + daemon.ceiling))
        if self._look_again is not None:
            times.append(self._look_again)
        return max(min(times), self._retry_at) if times else None

    # -- in the worker's thread -------------------------------------------------------------------

    def _turn(self, jobs: frozenset[str]) -> None:
        """One turn. Whatever goes wrong, what was wanted is wanted still."""
        self.last_sign_of_life = started = time.monotonic()
        self._in_hand = max(self._in_hand, len(self.hints))
        heard = self.hints.take()
        if RESCAN in jobs:
            heard = Heard(everything=True)
        elif self._waiting:
            heard = Heard(heard.paths | self._waiting, heard.folders, heard.everything)
        try:
            self.keeper.check()
            self._work(heard, jobs, started)
        except DatelineError as error:
            self._failed(jobs, str(error))
        except Exception as error:  # noqa: BLE001 -- the daemon outlives every fault of one turn
            _log.exception("the program failed; it tries again")
            self._failed(jobs, f"the program failed: {type(error).__name__}: {error}")
        else:
            self._went_well()

    def _work(self, heard: Heard, jobs: frozenset[str], started: float) -> None:
        store, config = self.keeper.store, self.config
        self._grant()
        found = Look((), frozenset())
        if heard:
            found = look(store, config, heard, self._settling, (time.time_ns(), time.monotonic_ns()), self._stop.is_set)
        self._in_hand = found.dumps
        self._waiting = found.waiting
        refreshed = frozenset(job.removeprefix(REFRESH) for job in jobs if job.startswith(REFRESH))
        if found.listed or heard.everything or refreshed:
            self._documents = max(self._documents, 1)
            held = {str(family) for family, _ in config.daemon.schedules} - refreshed
            due = _due_of(held)
            pace = Pace(BATCH_DUMPS, self._stop.is_set, due, verify=heard.everything, taken=self._taken)
            done = build(store, config, self._progress, pace, found.listed)
            with store.reading() as connection:
                self._documents = sum(map(due, map(ChannelKey, journal.stale_count(connection))))
            self._in_hand = 0
            self._tell(done, time.monotonic() - started)
            give_back()
        self._in_hand = 0
        if self._stop.is_set():
            return  # jobs that are due are so at the next start
        if HOUSEKEEPING in jobs:
            tidy(store, config, time.time_ns(), self._stop.is_set)
        if jobs & {ROUNDS, RESCAN} or self.rounds.anxious:
            self.rounds.make(store, config, whole=bool(jobs))
        if ROUNDS in jobs:
            gc.collect()  # statements to the store are circles, tens of thousands of values for a batch
        for job in sorted(jobs):
            self.on_done(job)

    def _progress(self, what: str, done: int, total: int | None) -> None:
        self.last_sign_of_life = time.monotonic()
        if what == "dumps" and total is not None:
            self._in_hand = total - done

    def _failed(self, jobs: frozenset[str], reason: str) -> None:
        if reason != self.paused:
            _log.error("work is paused", extra={"reason": reason})
        self.paused = reason
        self.metrics.turns.labels("failed").inc()
        self.hints.put_back(Heard(everything=True))
        self.keeper.start_over()
        self._retry_at = time.monotonic() + _RETRY_SECONDS[min(self._failures, len(_RETRY_SECONDS) - 1)]
        self._failures += 1
        self._loop.call_soon_threadsafe(self._jobs.update, jobs)  # they are due still
        self._in_hand = 0  # the hint to look at everything stands for what was in hand
        self.rounds.paused = reason
        self.rounds.make_if_possible(self.keeper.store, self.config)

    def _went_well(self) -> None:
        if self.paused is not None:
            _log.info("work goes on", extra={"was": self.paused})
            self.rounds.make_if_possible(self.keeper.store, self.config)  # a full disk may have kept its beginning out
            self.rounds.paused = None
            self.rounds.make_if_possible(self.keeper.store, self.config)
            self.paused = None
        self._failures, self._retry_at = 0, 0.0

    def _taken(self, batch: Taken) -> None:
        """A batch of dumps is kept; it counts whatever happens to what follows."""
        self.metrics.count(batch)
        self.rounds.arrived(self.keeper.store, batch)
        for problem in batch.problems:
            _log.warning("a dump failed", extra={"dump": dump_name(problem.path), "reason": problem.reason})
        said = {
            "source": str(batch.source.path),
            "new": batch.new,
            "seen": batch.seen,
            "failed": len(batch.problems),
            "stories_new": batch.stories_new,
            "stories_updated": batch.stories_updated,
        }
        _log.info("dumps taken in", extra=said)
        self._grant()

    def _grant(self) -> None:
        """Do what was asked by those who cannot write the store: between batches too, for it is asked for at once."""
        done = grant(self.keeper.store, self.config)
        if done is not None:
            _log.info("stories withdrawn or restored", extra={"written": len(done.written)})
            self.on_published(done.documents)

    def _tell(self, done: Summary, seconds: float) -> None:
        self.metrics.turns.labels("done").inc()
        self.metrics.seconds.observe(seconds)
        self.metrics.written.inc(len(done.feeds_written))
        for key in done.feeds_written:
            _log.info("feed written", extra={"feed": key})
        if done.feeds_written:
            said = {"written": len(done.feeds_written), "unchanged": done.feeds_unchanged, "seconds": round(seconds, 3)}
            _log.info("feeds refreshed", extra=said)
            self.on_published(done.documents)

    def _new_settling(self) -> Settling:
        daemon = self.config.daemon
        return Settling(int(daemon.quiet * 1e9), int(daemon.unsure * 1e9), self.hints)


def _due_of(held: set[str]) -> Callable[[ChannelKey], bool]:
    return lambda key: key.partition("/")[0] not in held


def _nothing(_: tuple[str, ...]) -> None:
    """Nobody is told."""


def _nothing_of(_: str) -> None:
    """Nobody is told of a job."""
