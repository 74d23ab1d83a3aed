"""What the process tells of itself: health, readiness, metrics, status. `feeds run` passes its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from feeds.serve.answer import Reply


def well() -> Reply:
    """The process answers."""
    return Reply(b"ok\n")


@dataclass(frozen=True, slots=True)
class Backstage:
    """The pages that are made on request. Each function is called in a thread and may take its time."""

    health: Callable[[], Reply] = well
    """`/healthz`: 200 while the process works."""
    ready: Callable[[], Reply] = well
    """`/readyz`: 200 once HTTP answers and the store is open."""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    """`/metrics` in Prometheus' format."""
    status: Callable[[], Reply] | None = None
    """`/status`, a page; None where nobody keeps one."""
    status_feed: Callable[[], Reply] | None = None
    """`/status/atom.xml`."""
