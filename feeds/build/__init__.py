"""The one sandwich: gather what is new, decide what it means, apply it to `out/`. Read this first.

Files become facts (`intake`), facts become stories (`derive`), stories become documents (`refresh`).
Each batch of dumps is one transaction; whatever is interrupted is taken up by the next build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from feeds.build.bequeath import bequeath
from feeds.build.derive import Derived, derive, leave_aside
from feeds.build.intake import batches, dumps_left, set_aside, take_in
from feeds.build.memberships import renew_standing
from feeds.build.mended import forget_mended
from feeds.build.opening import Residue
from feeds.build.outcome import FAILED, PARSE, ROW, Intake, failure
from feeds.build.refresh import always, never, refresh
from feeds.build.wishes import grant
from feeds.canon import CANON_VERSION, digest
from feeds.config import Config, Source
from feeds.dumps.inbox import Found, holds_rows, scan
from feeds.errors import DatelineError, DumpError
from feeds.model import ChannelKey, ContentHash
from feeds.parse.page import PARSER_VERSION
from feeds.places.gazetteer import open_resolver
from feeds.places.resolve import Locate
from feeds.store import archive, ledger, shelf
from feeds.store.engine import Store
from feeds.store.ledger import ProblemRow

STORIES_VERSION = 10
"""Raised when identity, dating or merging give other results from the same pages."""

BATCH_DUMPS = 4_000
BATCH_BYTES = 40_000_000

_DERIVED_WITH, _PATIENCE = "derived with", "patience"

Progress = Callable[[str, int, int | None], None]
"""Told what is going on, how much of it is done, and how much there is if that is known."""

Listed = Sequence[tuple[Source, Iterable[Found]]]
"""What stands in each source."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one batch of dumps, which is kept now."""

    source: Source
    contents: tuple[ContentHash, ...]
    """What was read, new or not."""
    new: int
    seen: int
    problems: tuple[ProblemRow, ...]
    stories_new: int
    stories_updated: int
    residues: tuple[Residue, ...] = ()
    """What of each new page no rule claimed."""


def _unheard(_: Taken) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a build goes about its work: by default whole, and to the end."""

    batch: int = BATCH_DUMPS
    """Dumps, rows of a file among them, in one transaction."""
    stop: Callable[[], bool] = never
    """Asked between transactions whether to leave the rest to the next build."""
    due: Callable[[ChannelKey], bool] = always
    """Which channels may be refreshed now; the others stay stale."""
    verify: bool = True
    """Whether all is looked at: also for problems that are over, and documents that somebody else has changed."""
    taken: Callable[[Taken], None] = _unheard
    """Told of every batch once it is kept."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did."""

    new: int
    """Dumps that brought a capture which was not known."""
    seen: int
    """Dumps that were known, or that repeat a known capture."""
    problems: tuple[ProblemRow, ...]
    """What went wrong with dumps that were tried in this build."""
    stories_new: int
    stories_updated: int
    feeds_written: tuple[str, ...]
    feeds_unchanged: int
    documents: tuple[str, ...]
    """The paths of the documents that were written."""
    lenient: tuple[bytes, ...]
    """Dumps that were taken in although some of their bytes are no UTF-8."""
    unfinished: tuple[bytes, ...]
    """Files of rows whose last line may yet become a row."""
    untold: tuple[bytes, ...]
    """Files with rows of which nothing but the page can tell when they were captured."""

    @property
    def failed(self) -> int:
        """How many dumps had a problem."""
        return failed(self.problems)


def failed(problems: Iterable[ProblemRow]) -> int:
    """How many dumps have these problems."""
    return len({(problem.path, problem.record) for problem in problems})


@dataclass(slots=True)
class _Tally:
    new: int = 0
    seen: int = 0
    stories_new: int = 0
    stories_updated: int = 0
    problems: list[ProblemRow] = field(default_factory=list)
    lenient: list[bytes] = field(default_factory=list)
    unfinished: dict[bytes, None] = field(default_factory=dict)
    untold: dict[bytes, None] = field(default_factory=dict)

    def add(self, taken: Taken, intake: Intake) -> None:
        """Count a batch."""
        self.lenient += intake.lenient
        self.unfinished |= dict.fromkeys(intake.unfinished)
        self.untold |= dict.fromkeys(intake.untold)
        self.new += taken.new
        self.seen += taken.seen
        self.problems += taken.problems
        self.stories_new += taken.stories_new
        self.stories_updated += taken.stories_updated


def listed_sources(config: Config) -> Listed:
    """The dumps of the configured sources, as they are found while this is read.

    Raises UsageError at once for a source that does not exist.
    """
    return [(source, scan(source.path, config.limits.max_dump_bytes)) for source in config.sources]


def build(
    store: Store, config: Config, progress: Progress, pace: Pace | None = None, listed: Listed | None = None
) -> Summary:
    """Take in every new dump of the sources, or those `listed`, and bring `out/` up to date.

    Raises UsageError for a source that does not exist, StoreError and PublishError; a bad dump is a
    problem in the summary and stops nothing.
    """
    grant(store, config)
    tally, pace = _Tally(), pace or Pace()
    listed = listed_sources(config) if listed is None else listed
    if pace.verify:
        forget_mended(store, config)
    with open_resolver(config.places, config.sites) as resolver:
        _forget_old_derivation(store, config, resolver.version)
        renew_standing(store, config, progress)
        _gather(store, config, listed, tally, progress, pace, resolver.locate)
        _derive_rest(store, config, tally, progress, pace, resolver.locate)
        bequeath(store, config, pace.stop, resolver.locate)
    progress("feeds", 0, None)
    done = refresh(store, config, pace.due, pace.stop, verify=pace.verify)
    return Summary(
        tally.new,
        tally.seen,
        tuple({(one.path, one.kind, one.record): one for one in tally.problems}.values()),
        tally.stories_new,
        tally.stories_updated,
        done.written,
        done.unchanged,
        done.documents,
        *map(tuple, (tally.lenient, tally.unfinished, tally.untold)),
    )


def _gather(
    store: Store, config: Config, scans: Listed, tally: _Tally, progress: Progress, pace: Pace, locate: Locate
) -> None:
    """Files into facts and stories, a batch and a transaction at a time; a file of many rows fills several."""
    listed = [(source, list(found)) for source, found in scans]
    total, done = sum(_dumps_left(store, found) for _, found in listed), 0

    def kept(taken: Taken, intake: Intake) -> None:
        tally.add(taken, intake)
        pace.taken(taken)

    for source, found in listed:
        for batch in batches(found, pace.batch, BATCH_BYTES):
            dumps, left = _dumps_left(store, batch), batch
            while left:
                if pace.stop():
                    return
                left = _take_in(store, config, source, left, pace.batch, locate, kept)
                progress("dumps", min(done + dumps - _dumps_left(store, left), total), total)
            done += dumps


def _dumps_left(store: Store, found: list[Found]) -> int:
    with store.reading() as connection:
        return dumps_left(connection, found)


def _take_in(
    store: Store,
    config: Config,
    source: Source,
    batch: list[Found],
    most: int,
    locate: Locate,
    kept: Callable[[Taken, Intake], None],
) -> list[Found]:
    """One batch, whole but for the files that come back: they hold more than `most` rows.

    Where the program itself fails on it, the dump or row that it fails on is found and set aside.
    """
    intake, derived = Intake(), Derived()
    try:
        with store.writing() as connection:
            intake = take_in(connection, config, source, batch, most)
            derived = derive(connection, config, sorted(intake.touched), intake.fresh, locate)
    except Exception as error:  # whatever it is, one dump must not stop the others
        if not _is_of_a_dump(error):
            raise
        if len(batch) > 1:
            half = len(batch) // 2
            left = _take_in(store, config, source, batch[:half], most, locate, kept)
            return left + _take_in(store, config, source, batch[half:], most, locate, kept)
        if most > 1 and holds_rows(batch[0].path):
            left = _take_in(store, config, source, batch, most // 2, locate, kept)
            return _take_in(store, config, source, left, most - most // 2, locate, kept) if left else left
        with store.writing() as connection:
            intake = set_aside(connection, config, source, batch[0], error)
    problems = (*intake.problems, *derived.problems)
    new = min(derived.captures, intake.dumps)
    counts = new, intake.dumps - new, problems, derived.new, derived.updated
    kept(Taken(source, tuple(intake.contents), *counts, intake.residues), intake)
    return intake.left


def _is_of_a_dump(error: Exception) -> bool:
    """Whether it may be one dump that the program fails on; with the store or `out/` it is none."""
    return isinstance(error, DumpError) or not isinstance(error, DatelineError)


def _forget_old_derivation(store: Store, config: Config, places: str) -> None:
    """Have everything derived anew if the program, a profile or the gazetteer would read the dumps otherwise.

    Under other bounds only what was set aside is tried again.
    """
    versions = (PARSER_VERSION, CANON_VERSION, STORIES_VERSION, config.limits.max_teasers)
    now = digest(*map(str, versions), *(repr(site) for site in config.sites), places)
    with store.writing() as connection:
        notes = shelf.notes(connection)
        bounds = f"{config.limits.max_parse_seconds} {config.limits.max_dump_bytes}"
        if notes.get(_DERIVED_WITH) != now:
            archive.forget_derived(connection)
        if (notes.get(_DERIVED_WITH), notes.get(_PATIENCE)) != (now, bounds):
            ledger.try_again(connection, read={FAILED, ROW}, derived=PARSE)
            shelf.put_notes(connection, {_DERIVED_WITH: now, _PATIENCE: bounds})


def _derive_rest(store: Store, config: Config, tally: _Tally, progress: Progress, pace: Pace, locate: Locate) -> None:
    """Derive what is kept but not derived: after an upgrade, or where a build was interrupted."""
    done = 0
    while not pace.stop():
        with store.reading() as connection:
            contents = ledger.underived(connection, pace.batch)
        if not contents:
            return
        for derived in _derive_stored(store, config, contents, locate):
            tally.stories_new += derived.new
            tally.stories_updated += derived.updated
            tally.problems += derived.problems
        done += len(contents)
        progress("stored dumps", done, None)


def _derive_stored(store: Store, config: Config, contents: list[ContentHash], locate: Locate) -> Iterator[Derived]:
    """Derive from what is kept. Where the program fails, the content that it fails on is found and left aside."""
    try:
        with store.writing() as connection:
            derived = derive(connection, config, contents, {}, locate)
    except Exception as error:  # as with files
        if not _is_of_a_dump(error):
            raise
        if len(contents) > 1:
            half = len(contents) // 2
            yield from _derive_stored(store, config, contents[:half], locate)
            yield from _derive_stored(store, config, contents[half:], locate)
            return
        with store.writing() as connection:
            derived = leave_aside(connection, contents[0], failure(error))
    yield derived
