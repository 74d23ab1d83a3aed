"""What the daemon tells of itself over HTTP: health, readiness, status page and status feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from feeds.config import Config
from feeds.daemon.keeper import Keeper
from feeds.daemon.metrics import Metrics
from feeds.daemon.rounds import Rounds
from feeds.daemon.turns import Turns
from feeds.errors import StoreError
from feeds.serve.answer import Reply
from feeds.serve.backstage import Backstage
from feeds.serve.status import feed, page
from feeds.status import Status, status_of


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
            status=lambda: self._from_store(lambda found: page(config, found, self.line())),
            status_feed=lambda: self._from_store(lambda found: feed(config, found)),
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

    def _from_store(self, made: Callable[[Status], Reply]) -> Reply:
        try:
            return made(status_of(self.keeper.store))
        except StoreError as error:
            return _unavailable(error)


def _unavailable(error: StoreError) -> Reply:
    return Reply(f"{error}\n".encode("utf-8", "backslashreplace"), status=503)
