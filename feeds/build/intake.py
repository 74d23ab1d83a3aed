"""Files into facts: what a scan found is compared with the ledger, and only what changed is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.opening import Opened, Outcome, Refused, Residue, open_dumps
from feeds.canon import micros
from feeds.config import Config, Source
from feeds.dumps.captures import supersedes
from feeds.dumps.inbox import Found
from feeds.dumps.text import Vanished, read_sidecar_bytes
from feeds.dumps.when import Sidecar, read_sidecar
from feeds.errors import DumpError
from feeds.model import ContentHash
from feeds.store import ledger
from feeds.store.ledger import FactRow, FileRow, ProblemRow, inflate

DUMP, SIDECAR, FAILED = "dump", "sidecar", "failed"
"""Kinds of problems: with a dump itself, with what lies beside it, or with the program on that dump, which may be
another after an upgrade."""


@dataclass(slots=True)
class Intake:
    """What came of one batch of files."""

    new: int = 0
    seen: int = 0
    problems: list[ProblemRow] = field(default_factory=list)
    fresh: dict[ContentHash, Opened] = field(default_factory=dict)
    """Contents that the store did not have."""
    lenient: list[bytes] = field(default_factory=list)
    """Dumps in which bytes that are no UTF-8 were read as Windows-1252: worth a word, but no problem."""
    touched: set[ContentHash] = field(default_factory=set)
    """Contents about which the facts have changed."""
    residues: tuple[Residue, ...] = ()
    """What of each fresh page, read without an address, no rule claimed."""


def take_in(connection: Connection, config: Config, source: Source, found: Sequence[Found]) -> Intake:
    """Bring the ledger and the facts up to date with a batch of files of one source.

    The same transaction has to derive from the contents that were touched: they count as derived.
    """
    return _Desk(connection, config, source, found).work()


def unknown(connection: Connection, source: Source, found: Sequence[Found]) -> list[Found]:
    """The files that `take_in` would look at, in their order: the ledger does not have them as they are."""
    known = ledger.known_files(connection, [item.path for item in found])
    return [item for item in found if not _is_known(known.get(item.path), item, source)]


def set_aside(connection: Connection, source: Source, item: Found, error: Exception) -> ProblemRow:
    """Note that the program fails on a dump: it is tried again when the dump changes, or the parser."""
    problem = ProblemRow(item.path, FAILED, failure(error))
    row = FileRow(item.path, item.signature, item.sidecar, source.mtime, source.site, None)
    ledger.put_files(connection, [row])
    ledger.put_problems(connection, [problem], [])
    return problem


def failure(error: Exception) -> str:
    """The reason of a problem: what the program failed with on a dump."""
    if isinstance(error, DumpError):
        return str(error)
    reason = f"the program failed on it: {type(error).__name__}: {error}; it is tried again after an upgrade"
    return " ".join(reason.split())


def _is_known(row: FileRow | None, item: Found, source: Source) -> bool:
    if row is None or row.signature not in {item.signature, _signature(item)}:
        return False
    settings = (row.policy, row.site) == (source.mtime, source.site)
    return settings and (item.sidecar in (None, row.sidecar) or item.trouble is not None)


class _Desk:
    """One batch on its way in."""

    def __init__(self, connection: Connection, config: Config, source: Source, found: Sequence[Found]) -> None:
        self.connection = connection
        self.limits = config.limits
        self.source = source
        self.site = config.site(source.site)
        self.zone = ZoneInfo(self.site.timezone)
        self.found = found
        self.known = ledger.known_files(connection, [item.path for item in found])
        self.intake = Intake()
        self.files: list[FileRow] = []
        self.facts: dict[tuple[bytes, ContentHash], FactRow] = {}
        self.cleared: list[tuple[bytes, str]] = []

    def work(self) -> Intake:
        changed = [item for item in self.found if not _is_known(self.known.get(item.path), item, self.source)]
        self.intake.seen += len(self.found) - len(changed)
        read = [
            (item, content)
            for item, content in zip(changed, self._contents(changed), strict=True)
            if content is not None
        ]
        present = ledger.present(self.connection, sorted(self.intake.fresh))
        old_facts = ledger.facts_of(self.connection, sorted({content for _, content in read}))
        counted = set(present)
        for item, content in read:
            if content in self.intake.fresh and content not in counted:
                counted.add(content)
                self.intake.new += 1
            else:
                self.intake.seen += 1
            before = {row.path: row for row in old_facts.get(content, [])}
            self._note(item, content, before.get(item.path))
        fresh, touched = self.intake.fresh, self.intake.touched
        for content in [content for content in fresh if content in present or content not in touched]:
            del fresh[content]
        self.intake.residues = tuple(opened.gist.residue for opened in fresh.values())
        ledger.put_contents(self.connection, ((content, fresh[content].kept) for content in sorted(fresh)))
        ledger.put_files(self.connection, self.files)
        ledger.put_facts(self.connection, list(self.facts.values()))
        ledger.put_problems(self.connection, self.intake.problems, self.cleared)
        return self.intake

    def _contents(self, changed: Sequence[Found]) -> Iterator[ContentHash | None]:
        """The content of each file that changed, None if it cannot be taken in."""
        known = [self._known_content(item) for item in changed]
        unknown = [item for item, content in zip(changed, known, strict=True) if content is None]
        opened = iter(open_dumps(unknown, self.site, self.limits))
        for item, content in zip(changed, known, strict=True):
            yield content if content is not None else self._opened(item, next(opened))

    def _known_content(self, item: Found) -> ContentHash | None:
        """The content of a file that is as it was: its sidecar changed, or what its source says of it."""
        row = self.known.get(item.path)
        return row.content if row is not None and row.signature == item.signature else None

    def _opened(self, item: Found, outcome: Outcome) -> ContentHash | None:
        if outcome is None:
            return None
        self.cleared += [(item.path, DUMP), (item.path, FAILED)]
        if isinstance(outcome, Refused):
            row = self.known.get(item.path)
            content = row.content if row is not None else None
            self._file(item, None if item.trouble is None else content, item.sidecar)
            self._problem(item.path, FAILED if outcome.slow else DUMP, outcome.reason)
            return None
        if outcome.lenient:
            self.intake.lenient.append(item.path)
        self.intake.fresh[outcome.content] = outcome
        return outcome.content

    def _note(self, item: Found, content: ContentHash, before: FactRow | None) -> None:
        """Keep what a readable file tells, unless it is the beginning of what its path has told already."""
        row = self.known.get(item.path)
        if row is not None and row.content != content and self._is_unfinished(item.path, content):
            self._file(item, row.content, row.sidecar)
            return
        sidecar = self._sidecar(item)
        kept = item.sidecar if item.sidecar is not None or row is None else row.sidecar
        fact = FactRow(item.path, content, item.mtime, self.source.site, self.source.mtime, None, None, None)
        if before is not None:
            fact = replace(fact, mtime=min(item.mtime, before.mtime))
        if sidecar is not None:
            told = sidecar.told
            fact = replace(fact, url=sidecar.url)
            if told is not None and told.not_before is not None and told.not_after is not None:
                fact = replace(fact, not_before=micros(told.not_before), not_after=micros(told.not_after))
        elif item.sidecar is None and before is not None:
            fact = replace(fact, url=before.url, not_before=before.not_before, not_after=before.not_after)
        self._file(item, content, kept)
        if fact != before:
            self.facts[item.path, content] = fact
            self.intake.touched.add(content)

    def _is_unfinished(self, path: bytes, content: ContentHash) -> bool:
        """Whether the content is the beginning of another at its path; those it is the end of are dropped."""
        others = [other for other in ledger.contents_at(self.connection, path) if other != content]
        if not others:
            return False
        texts = ledger.read_contents(self.connection, [*others, content])
        fresh = self.intake.fresh.get(content)
        data = inflate(fresh.kept if fresh is not None else texts[content])
        befores = {other: inflate(texts[other]) for other in others}
        for other, before in befores.items():
            if supersedes(before, data):
                ledger.drop_fact(self.connection, path, other)
                self.intake.touched.add(other)
        return any(supersedes(data, before) for before in befores.values())

    def _sidecar(self, item: Found) -> Sidecar | None:
        if item.sidecar is None:
            return None
        try:
            sidecar = read_sidecar(read_sidecar_bytes(item.path), self.zone)
        except Vanished:
            return None
        except DumpError as error:
            self._problem(item.path, SIDECAR, str(error))
            return None
        self.cleared.append((item.path, SIDECAR))
        return sidecar

    def _file(self, item: Found, content: ContentHash | None, sidecar: str | None) -> None:
        row = FileRow(item.path, _signature(item), sidecar, self.source.mtime, self.source.site, content)
        self.files.append(row)

    def _problem(self, path: bytes, kind: str, reason: str) -> None:
        self.intake.problems.append(ProblemRow(path, kind, reason))


def _signature(item: Found) -> str:
    """How the ledger tells a file: one that was not opened is tried again once it may be, by a higher bound."""
    return item.signature if item.trouble is None else f"unopened {item.signature}"


def batches(found: Iterable[Found], dumps: int, size: int) -> Iterable[list[Found]]:
    """Files in batches of at most so many dumps and, unless one is larger by itself, so many bytes."""
    batch: list[Found] = []
    weight = 0
    for item in found:
        if batch and (len(batch) >= dumps or weight + item.size > size):
            yield batch
            batch, weight = [], 0
        batch.append(item)
        weight += item.size
    if batch:
        yield batch
