"""What the daemon tells of itself over HTTP: health, readiness, status page and status feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from feeds.canon import digest, instant, iso
from feeds.config import Config
from feeds.daemon.keeper import Keeper
from feeds.daemon.metrics import Metrics
from feeds.daemon.rounds import Rounds
from feeds.daemon.turns import Turns
from feeds.errors import StoreError
from feeds.render.status import Note, status_feed, status_page
from feeds.serve.answer import Reply
from feeds.serve.backstage import Backstage
from feeds.status import Status, status_of
from feeds.store.journal import Condition

_BEGAN = {
    "silent": "A source has gone silent",
    "missing": "A source is missing",
    "yield": "Pages yield fewer stories",
    "failing": "Dumps fail",
    "stopped": "A feed has stopped",
    "paused": "Work is paused",
    "configuration": "A configuration was refused",
}
_ENDED = {
    "silent": "A source is heard of again",
    "missing": "A source is back",
    "yield": "Pages yield stories again",
    "failing": "No dump fails any more",
    "stopped": "A feed goes on",
    "paused": "Work goes on",
    "configuration": "The configuration is in force",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Answers for the daemon. Everything here is called in threads of the server."""

    keeper: Keeper
    turns: Turns
    rounds: Rounds
    metrics: Metrics

    def backstage(self, config: Config) -> Backstage:
        """The pages that tell of it, under a configuration."""
        return Backstage(
            health=self.health,
            ready=self.ready,
            registry=self.metrics.registry,
            status=lambda: self._from_store(lambda found: self._page(config, found)),
            status_feed=lambda: self._from_store(lambda found: _feed(config, found)),
        )

    def health(self) -> Reply:
        """`/healthz`: 200 while the process works; its body says what is amiss. A restart would mend none of that."""
        reasons = list(self._reasons())
        said = {"status": "degraded" if reasons else "ok", "reasons": reasons}
        return Reply(json.dumps(said, ensure_ascii=False).encode() + b"\n", "application/json")

    def ready(self) -> Reply:
        """`/readyz`: 200 once HTTP answers and the store is open."""
        try:
            self.keeper.check()
        except StoreError as error:
            return _unavailable(error)
        return Reply(b"ready\n")

    def line(self) -> str:
        """One line for `systemctl status`."""
        if self.turns.paused is not None:
            return f"paused: {self.turns.paused}"
        return "idle" if not self.turns.pending else f"{self.turns.pending} dumps pending"

    def _reasons(self) -> Iterator[str]:
        if self.turns.paused is not None:
            yield f"paused: {self.turns.paused}"
        if self.rounds.refused is not None:
            yield f"configuration: {self.rounds.refused}"
        for row in self.rounds.amiss:
            if row.kind not in {"paused", "configuration"}:
                yield f"{row.kind}: {row.subject}: {row.reason}"

    def _from_store(self, page: Callable[[Status], Reply]) -> Reply:
        try:
            return page(status_of(self.keeper.store))
        except StoreError as error:
            return _unavailable(error)

    def _page(self, config: Config, found: Status) -> Reply:
        amiss = [
            (f"{_BEGAN[row.kind]}: {row.subject}", row.reason, instant(row.begun))
            for row in found.conditions
            if row.ended is None
        ]
        jobs = [
            ("job", "last run", "next run"),
            *((row.job, _moment(row.last), _moment(row.next)) for row in found.runs),
        ]
        kept = [("kept", "number"), *((name, str(number)) for name, number in found.counted)]
        body = status_page(_title(config), amiss, [(self.line().capitalize(), kept), ("Jobs", jobs)])
        return Reply(body, "text/html; charset=utf-8")


def _feed(config: Config, found: Status) -> Reply:
    notes = [note for row in found.conditions for note in _notes(row)]
    notes.sort(key=lambda note: (note.at, note.id), reverse=True)
    body = status_feed(notes, _title(config), config.tag, config.base_url)
    return Reply(body, "application/atom+xml; charset=utf-8")


def _notes(row: Condition) -> Iterator[Note]:
    name = f"{row.kind}/{digest(row.subject)[:12]}/{row.begun}"
    yield Note(f"{name}/begun", f"{_BEGAN[row.kind]}: {row.subject}", row.reason, instant(row.begun))
    if row.ended is not None:
        text = f"It had begun at {iso(instant(row.begun))}: {row.reason}"
        yield Note(f"{name}/ended", f"{_ENDED[row.kind]}: {row.subject}", text, instant(row.ended))


def _title(config: Config) -> str:
    return f"Status of the feeds of {config.main_site.title}"


def _unavailable(error: StoreError) -> Reply:
    return Reply(f"{error}\n".encode("utf-8", "backslashreplace"), status=503)


def _moment(microseconds: int | None) -> str:
    return "-" if microseconds is None else iso(instant(microseconds - microseconds % 1_000_000))
