"""What is measured, for Prometheus."""

from __future__ import annotations

from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from feeds.build import Taken, failed
from feeds.build.opening import Residue

PAGES = 200
"""The last so many pages tell how well the site's profile fits."""
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """Every number of one running daemon, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.pending_dumps = self._gauge("feeds_pending_dumps", "Dumps that are heard of and not yet taken in.")
        self.pending_documents = self._gauge("feeds_pending_documents", "Channels that are due to be published.")
        self.dumps = self._counter("feeds_dumps", "Dumps that were looked at: new, seen or failed.", "outcome")
        self.stories = self._counter("feeds_stories_decided", "Stories: new or updated.", "outcome")
        self.written = Counter("feeds_written", "Feeds of which a document was written.", registry=self.registry)
        self.turns = self._counter("feeds_turns", "Turns of work: done or failed.", "outcome")
        self.seconds = Histogram(
            "feeds_turn_seconds", "How long a turn of work took.", buckets=_SECONDS, registry=self.registry
        )
        self.kept = Gauge("feeds_kept", "What the store has, by kind.", ["kind"], registry=self.registry)
        self.barren = self._gauge("feeds_barren_pages_share", "Share of the last pages that showed no story.")
        self.residue = self._gauge(
            "feeds_residue_lines_share", f"Share of the lines of the last {PAGES} new pages that no rule claimed."
        )
        self.newest_dump = self._gauge("feeds_newest_dump_timestamp_seconds", "When a new dump last came.")
        self.newest_entry = Gauge(
            "feeds_newest_entry_timestamp_seconds", "The newest entry of each feed.", ["feed"], registry=self.registry
        )
        self.conditions = Gauge("feeds_conditions", "What is amiss, by kind.", ["kind"], registry=self.registry)
        self.due = self._counter("feeds_jobs_due", "How often each job was due.", "job")
        self.runs = self._counter("feeds_jobs_run", "How often each job was done.", "job")
        self.coalesced = self._counter("feeds_jobs_coalesced", "How often a job was due that was due already.", "job")
        self._residues: deque[Residue] = deque(maxlen=PAGES)
        for outcome in ("new", "seen", "failed"):
            self.dumps.labels(outcome)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(name, text, [label], registry=self.registry)

    def count(self, batch: Taken) -> None:
        """Count what a batch of dumps has brought."""
        self.dumps.labels("new").inc(batch.new)
        self.dumps.labels("seen").inc(batch.seen)
        self.dumps.labels("failed").inc(failed(batch.problems))
        self.stories.labels("new").inc(batch.stories_new)
        self.stories.labels("updated").inc(batch.stories_updated)
        self._residues.extend(batch.residues)
        lines = sum(page.lines for page in self._residues)
        if lines:
            self.residue.set(sum(page.unclaimed for page in self._residues) / lines)
