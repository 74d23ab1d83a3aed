"""The one sandwich: gather what is new, decide what it means, apply it to `out/`. Read this first.

Files become facts (`intake`), facts become stories (`derive`), stories become documents (`refresh`).
Each batch of dumps is one transaction; whatever is interrupted is taken up by the next build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from feeds.build.derive import derive
from feeds.build.intake import batches, take_in
from feeds.build.memberships import renew_standing
from feeds.build.refresh import refresh
from feeds.canon import CANON_VERSION, digest
from feeds.config import Config, Source
from feeds.dumps.inbox import Found, scan
from feeds.parse.page import PARSER_VERSION
from feeds.store import archive, ledger, shelf
from feeds.store.engine import Store
from feeds.store.ledger import ProblemRow

STORIES_VERSION = 2
"""Raised when identity, dating or merging give other results from the same pages."""

BATCH_DUMPS = 10_000
BATCH_BYTES = 40_000_000

_DERIVED_WITH = "derived with"

Progress = Callable[[str, int, int | None], None]
"""Told what is going on, how much of it is done, and how much there is if that is known."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did."""

    new: int
    """Dumps whose content was not known."""
    seen: int
    """Dumps that were known, or that repeat a known content."""
    problems: tuple[ProblemRow, ...]
    """What went wrong with dumps that were tried in this build."""
    stories_new: int
    stories_updated: int
    feeds_written: tuple[str, ...]
    feeds_unchanged: int
    lenient: tuple[bytes, ...]
    """Dumps that were taken in although some of their bytes are no UTF-8."""

    @property
    def failed(self) -> int:
        """How many dumps had a problem."""
        return len({problem.path for problem in self.problems})


@dataclass(slots=True)
class _Tally:
    new: int = 0
    seen: int = 0
    stories_new: int = 0
    stories_updated: int = 0
    problems: list[ProblemRow] = field(default_factory=list)
    lenient: list[bytes] = field(default_factory=list)


def build(store: Store, config: Config, progress: Progress) -> Summary:
    """Take in every new dump of the sources and bring `out/` up to date.

    Raises UsageError for a source that does not exist, StoreError and PublishError; a bad dump is a
    problem in the summary and stops nothing.
    """
    tally = _Tally()
    scans = [(source, scan(source.path, config.limits.max_dump_bytes)) for source in config.sources]
    _forget_old_derivation(store, config)
    renew_standing(store, config)
    _gather(store, config, scans, tally, progress)
    _derive_rest(store, config, tally, progress)
    progress("feeds", 0, None)
    done = refresh(store, config)
    return Summary(
        tally.new,
        tally.seen,
        tuple(tally.problems),
        tally.stories_new,
        tally.stories_updated,
        done.written,
        done.unchanged,
        tuple(tally.lenient),
    )


def _gather(
    store: Store, config: Config, scans: list[tuple[Source, Iterator[Found]]], tally: _Tally, progress: Progress
) -> None:
    """Files into facts and stories, a batch and a transaction at a time."""
    listed = [(source, list(found)) for source, found in scans]
    total = sum(len(found) for _, found in listed)
    done = 0
    for source, found in listed:
        for batch in batches(found, BATCH_DUMPS, BATCH_BYTES):
            with store.writing() as connection:
                intake = take_in(connection, config, source, batch)
                derived = derive(connection, config, sorted(intake.touched), intake.fresh)
            done += len(batch)
            progress("dumps", done, total)
            tally.new += intake.new
            tally.seen += intake.seen
            tally.lenient += intake.lenient
            tally.stories_new += derived.new
            tally.stories_updated += derived.updated
            tally.problems += [*intake.problems, *derived.problems]


def _forget_old_derivation(store: Store, config: Config) -> None:
    """Have everything derived anew if the program or a profile would read the dumps otherwise."""
    versions = (PARSER_VERSION, CANON_VERSION, STORIES_VERSION, config.limits.max_teasers)
    now = digest(*map(str, versions), *(repr(site) for site in config.sites))
    with store.writing() as connection:
        if shelf.notes(connection).get(_DERIVED_WITH) != now:
            archive.forget_derived(connection)
            shelf.put_notes(connection, {_DERIVED_WITH: now})


def _derive_rest(store: Store, config: Config, tally: _Tally, progress: Progress) -> None:
    """Derive what is kept but not derived: after an upgrade, or where a build was interrupted."""
    done = 0
    while True:
        with store.writing() as connection:
            contents = ledger.underived(connection, BATCH_DUMPS)
            if not contents:
                return
            derived = derive(connection, config, contents, {})
        done += len(contents)
        progress("stored dumps", done, None)
        tally.stories_new += derived.new
        tally.stories_updated += derived.updated
