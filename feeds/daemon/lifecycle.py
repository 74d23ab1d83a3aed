"""The life of the daemon: it starts or says what is wrong, is ready, reloads, drains, and ends.

Everything runs in one event loop, but for the work, which has a thread of its own, and the observers of watchdog.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import uvloop
from prometheus_client import disable_created_metrics

from feeds.config import Config, Source
from feeds.daemon.backstage import Speaker
from feeds.daemon.keeper import Keeper, Opener
from feeds.daemon.logs import set_up
from feeds.daemon.looking import missing
from feeds.daemon.metrics import Metrics
from feeds.daemon.notify import Notifier
from feeds.daemon.rounds import Rounds
from feeds.daemon.schedule import ROUNDS, WISHES, Schedule
from feeds.daemon.turns import Turns
from feeds.daemon.watching import Watches
from feeds.errors import ConfigError, DatelineError, StoreError
from feeds.serve.app import application
from feeds.serve.server import serving
from feeds.serve.switch import Switch
from feeds.store import journal, wishes
from feeds.store.journal import Run

_log = logging.getLogger("feeds.daemon")

WORK_SECONDS = 4.0
"""A batch that is still in hand so long after SIGTERM is left to the next start, which finds it undone."""
DRAIN_SECONDS = 9.0
"""So long after SIGTERM the process ends, whatever it waits for."""
_STUCK_SECONDS = 900.0
_GUARD_SECONDS = 1.0
_JUMP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says, and how to get what it does not."""

    load: Callable[[], Config]
    """Reads the configuration anew. Raises ConfigError."""
    opener: Opener
    serve: bool = True
    watch: bool = True


def run(config: Config, options: Options) -> signal.Signals:
    """Be the daemon until SIGTERM or SIGINT, and say which. Raises StoreError or ListenError if it cannot start."""
    set_up(config.log_level)
    disable_created_metrics()  # type: ignore[no-untyped-call]  # it says nothing of its types
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # a lease may be broken in the instant for which it is held
    # A turn makes many values and no circles; what is loaded by now stays.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    keeper = Keeper(config.store, options.opener)
    try:
        return uvloop.run(_Daemon(config, options, keeper).live())
    finally:
        keeper.close()


class _Daemon:
    def __init__(self, config: Config, options: Options, keeper: Keeper) -> None:
        self.config = config
        self.options = options
        self.keeper = keeper
        self.metrics = Metrics()
        self.rounds = Rounds(self.metrics)
        self.notifier = Notifier.from_environment(os.environ)
        self.stopping = asyncio.Event()
        self.ended_by = signal.SIGTERM
        self.reload_wanted = asyncio.Event()
        self.ran: dict[str, Run] = {}
        """When each job ran last."""

    async def live(self) -> signal.Signals:
        """From ready to drained; the signal that ended it."""
        loop = asyncio.get_running_loop()
        self.turns = Turns(self.config, self.keeper, self.metrics, self.rounds)
        self.turns.on_done = self._note_run
        self.speaker = Speaker(self.keeper, self.turns, self.rounds, self.metrics)
        self.switch = Switch(application(self.config, self.speaker.backstage(self.config)))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number)
        loop.add_signal_handler(signal.SIGHUP, self.reload_wanted.set)
        async with AsyncExitStack() as stack:
            if self.options.serve:
                address = await stack.enter_async_context(serving(self.switch, self.config.listen))
                self.turns.on_published = lambda paths: loop.call_soon_threadsafe(self.switch.published, paths)
                _log.info("serving", extra={"address": address})
            with self.keeper.store.reading() as connection:
                self.ran = {run.job: run for run in journal.runs(connection)}
                self.rounds.recall(connection)
            self._begin(self.ran.values())
            self._note_plan()
            self.notifier.ready()
            _log.info("ready", extra={"out": str(self.config.out), "sources": len(self.config.sources)})
            working = asyncio.create_task(self.turns.run(), name="turns")
            guarding = asyncio.create_task(self._guard(), name="guard")
            reloading = asyncio.create_task(self._reload_when_asked(), name="reload")
            listening = asyncio.create_task(self._listen(), name="wishes")
            await asyncio.wait(
                [working, guarding, reloading, listening, asyncio.create_task(self.stopping.wait())],
                return_when=asyncio.FIRST_COMPLETED,
            )
            _log.info("draining")
            self.notifier.stopping()
            loop.call_later(DRAIN_SECONDS, self._end)
            self.turns.stop()
            for task in (guarding, reloading, listening):
                task.cancel()
            self.schedule.stop()
            await asyncio.to_thread(self._unwatch)
            await asyncio.wait([working], timeout=WORK_SECONDS)
            for task in (working, guarding, reloading, listening):
                if task.done() and not task.cancelled():
                    await task  # it has failed, and so does the program
        if not working.done():  # open requests have been answered
            _log.warning("the batch in hand is left to the next start")
            self._end()
        _log.info("stopped")
        if self.keeper.is_overwritten():  # SQLite would write what waits in its log over what somebody has put there
            self._end()
        return self.ended_by

    def _stop(self, number: signal.Signals) -> None:
        self.ended_by = number
        self.stopping.set()

    def _begin(self, ran: Iterable[Run]) -> None:
        """Watch, and schedule. The store is not asked: a batch may hold it, or it may be out of order."""
        self.watches = Watches(self.config, self.turns.hints) if self.options.watch else None
        if self.watches is not None:
            self.watches.look_after()
        schedule = Schedule(self.config, self.turns.want)
        schedule.start(ran, datetime.now(UTC))
        self.schedule = schedule  # a turn may ask for its plan

    def _unwatch(self) -> None:
        if self.watches is not None:
            self.watches.close()

    def _end(self) -> None:
        """End at once. What a transaction in hand would have written is undone by that, and done at the next start."""
        logging.shutdown()
        os._exit(0 if self.ended_by is signal.SIGTERM else 128 + self.ended_by)

    def _note_run(self, job: str) -> None:
        """In the worker's thread: a job is done."""
        self.metrics.runs.labels(job).inc()
        self.ran[job] = Run(job, time.time_ns() // 1000, None, "")
        self._note_plan()

    def _note_plan(self) -> None:
        """Keep which jobs there are, when they ran and when they are to run next. Raises StoreError."""
        names = self.schedule.names()
        last = {name: self.ran[name].last for name in names if name in self.ran}
        with self.keeper.store.writing() as connection:
            journal.keep_runs(connection, names)
            journal.put_runs(connection, [Run(one, last.get(one), self.schedule.next_run(one), "") for one in names])

    # -- once a second ----------------------------------------------------------------------------

    async def _guard(self) -> None:
        """Look after what may break: watches, clock, store; and give signs of life."""
        offset = time.time() - time.monotonic()
        known: list[Source] = []
        while True:
            gone = await asyncio.to_thread(missing, self.config)
            if self.watches is not None:
                await asyncio.to_thread(self.watches.look_after, gone)
            if gone != known:
                known = gone
                self.turns.want(ROUNDS)
            now = time.time() - time.monotonic()
            if abs(now - offset) > _JUMP_SECONDS:
                _log.warning("the clock jumped", extra={"seconds": round(now - offset, 1)})
                self.schedule.clock_jumped(datetime.now(UTC))
            offset = now
            if self.turns.paused is None:
                self._look_at_store()
            if not self.turns.busy or time.monotonic() - self.turns.last_sign_of_life < _STUCK_SECONDS:
                self.notifier.alive()
            self.notifier.status(self.speaker.line())
            await asyncio.sleep(_GUARD_SECONDS)

    def _look_at_store(self) -> None:
        """A store that is gone is said at once, not with the next dump."""
        try:
            self.keeper.check()
        except StoreError:
            self.turns.want(ROUNDS)

    # -- being asked ------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Look whether somebody asks to withdraw or restore a story; a turn that is being done does so itself."""
        while True:
            await asyncio.sleep(_GUARD_SECONDS)
            if not self.turns.busy and self.turns.paused is None and await asyncio.to_thread(self._is_asked):
                self.turns.want(WISHES)

    def _is_asked(self) -> bool:
        try:
            with self.keeper.store.reading() as connection:
                return bool(wishes.all_wishes(connection))
        except StoreError:
            return False  # a turn will meet it, and say so

    # -- reloading --------------------------------------------------------------------------------

    async def _reload_when_asked(self) -> None:
        while True:
            await self.reload_wanted.wait()
            self.reload_wanted.clear()
            self.notifier.reloading()
            try:
                config = await asyncio.to_thread(self.options.load)
            except ConfigError as error:
                self.rounds.refused = "; ".join(str(fault) for fault in error.faults)
                _log.error("the new configuration is refused, the old one stays", extra={"faults": self.rounds.refused})
            except DatelineError as error:
                self.rounds.refused = str(error)
                _log.error("the new configuration is refused, the old one stays", extra={"faults": str(error)})
            else:
                self.rounds.refused = None
                await self._take_up(self._without_moves(config))
            self.turns.want(ROUNDS)
            self.notifier.ready()

    def _without_moves(self, config: Config) -> Config:
        """The new configuration, but for what only a start can change."""
        for name, old, new in (
            ("store", self.config.store, config.store),
            ("listen", self.config.listen, config.listen),
        ):
            if old != new:
                _log.warning("a restart is needed to change this", extra={"key": name})
        return replace(config, store=self.config.store, listen=self.config.listen)

    async def _take_up(self, config: Config) -> None:
        self.config = config
        set_up(config.log_level)
        await self.switch.turn_to(application(config, self.speaker.backstage(config)))
        await asyncio.to_thread(self._unwatch)
        plan = self.schedule.plan()
        self.schedule.stop()
        self.turns.reconfigure(config)
        self._begin(plan)
        _log.info("the new configuration is in force")
