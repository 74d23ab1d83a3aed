"""Files into facts: what a scan found is compared with the ledger, and only what changed is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.opening import Outcome, Refused, open_dumps
from feeds.build.outcome import DUMP, FAILED, SIDECAR, UNREAD, Intake, beside, failure, problem
from feeds.build.rows import rows_left, skip_row, take_rows
from feeds.canon import micros
from feeds.config import Config, Source
from feeds.dumps.captures import supersedes
from feeds.dumps.inbox import Found, holds_rows
from feeds.dumps.single import sidecar_of
from feeds.dumps.when import Sidecar
from feeds.model import ContentHash
from feeds.store import ledger
from feeds.store.ledger import FactRow, FileRow, inflate


def take_in(connection: Connection, config: Config, source: Source, found: Sequence[Found], most: int) -> Intake:
    """Bring the ledger and the facts up to date with a batch of files of one source, and at most so many rows of them.

    The same transaction has to derive from the contents that were touched: they count as derived.
    """
    known = ledger.known_files(connection, [item.path for item in found])
    changed = [item for item in found if not _is_known(known.get(item.path), item, source)]
    with_rows = [item for item in changed if _is_of_rows(item)]
    pages = [item for item in changed if not _is_of_rows(item)] if with_rows else changed
    intake = _Desk(connection, config, source, pages, known).work()
    intake.dumps += _dumps_in(connection, found, changed)
    take_rows(connection, config, source, with_rows, most - len(pages), intake)
    return intake


def unknown(connection: Connection, source: Source, found: Sequence[Found]) -> list[Found]:
    """The files that `take_in` would look at, in their order: the ledger does not have them as they are."""
    known = ledger.known_files(connection, [item.path for item in found])
    return [item for item in found if not _is_known(known.get(item.path), item, source)]


def set_aside(connection: Connection, config: Config, source: Source, item: Found, error: Exception) -> Intake:
    """Note that the program fails on a dump, or a file's next row: tried again when that changes, or the parser."""
    intake = Intake()
    if _is_of_rows(item):
        skip_row(connection, config, source, item, failure(error), intake)
        return intake
    intake.problems.append(problem(item.path, FAILED, failure(error)))
    row = FileRow(item.path, item.signature, item.sidecar, source.mtime, source.site, None)
    ledger.put_files(connection, [row])
    ledger.put_problems(connection, intake.problems, [])
    return intake


def dumps_left(connection: Connection, found: Sequence[Found]) -> int:
    """How many dumps some files hold that were not read: a row is one, and how many there are is a guess by size."""
    with_rows = [item for item in found if _is_of_rows(item)]
    return len(found) - len(with_rows) + (rows_left(connection, with_rows) if with_rows else 0)


def _is_of_rows(item: Found) -> bool:
    return holds_rows(item.path) and item.trouble is None


def _dumps_in(connection: Connection, found: Sequence[Found], changed: Sequence[Found]) -> int:
    """How many dumps those of the files hold that are not changed."""
    paths = {item.path for item in changed}
    with_rows = [item.path for item in found if item.path not in paths and _is_of_rows(item)]
    pages = sum(tail.pages for tail in ledger.tails(connection, with_rows).values()) if with_rows else 0
    return len(found) - len(changed) - len(with_rows) + pages


def _is_known(row: FileRow | None, item: Found, source: Source) -> bool:
    if row is None or row.signature not in {item.signature, _signature(item)}:
        return False
    settings = (row.policy, row.site) == (source.mtime, source.site)
    return settings and (item.sidecar in (None, row.sidecar) or item.trouble is not None)


class _Desk:
    """One batch on its way in."""

    def __init__(
        self,
        connection: Connection,
        config: Config,
        source: Source,
        found: Sequence[Found],
        known: Mapping[bytes, FileRow],
    ) -> None:
        self.connection = connection
        self.limits = config.limits
        self.source = source
        self.site = config.site(source.site)
        self.zone = ZoneInfo(self.site.timezone)
        self.changed = found
        self.known = known
        self.intake = Intake()
        self.files: list[FileRow] = []
        self.facts: dict[tuple[bytes, ContentHash], FactRow] = {}
        self.cleared: list[tuple[bytes, str, int]] = []

    def work(self) -> Intake:
        contents = zip(self.changed, self._contents(self.changed), strict=True)
        read = [(item, content) for item, content in contents if content is not None]
        present = ledger.present(self.connection, sorted(self.intake.fresh))
        old_facts = ledger.facts_of(self.connection, sorted({content for _, content in read}))
        self.intake.dumps += len(read)
        for item, content in read:
            before = {row.path: row for row in old_facts.get(content, [])}
            self._note(item, content, before.get(item.path))
        fresh, touched = self.intake.fresh, self.intake.touched
        for content in [content for content in fresh if content in present or content not in touched]:
            del fresh[content]
        self.intake.contents = [content for _, content in read]
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
        self.cleared += [(item.path, DUMP, 0), (item.path, FAILED, 0)]
        if isinstance(outcome, Refused):
            row = self.known.get(item.path)
            content = row.content if row is not None else None
            signature = (UNREAD if outcome.passing else "") + _signature(item)
            self._file(item, None if item.trouble is None else content, item.sidecar, signature)
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
        sidecar, signature = self._sidecar(item)
        kept = signature if signature is not None or row is None else row.sidecar
        fact = FactRow(item.path, content, "", item.mtime, self.source.site, self.source.mtime, None, None, None)
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

    def _sidecar(self, item: Found) -> tuple[Sidecar | None, str | None]:
        """What lies beside a dump, and how the ledger is to tell it."""
        sidecar, fault = sidecar_of(item, self.zone)
        self.cleared.append((item.path, SIDECAR, 0))
        if fault is not None:
            self._problem(item.path, SIDECAR, str(fault))
        return sidecar, beside(item, fault)

    def _file(
        self, item: Found, content: ContentHash | None, sidecar: str | None, signature: str | None = None
    ) -> None:
        signature = _signature(item) if signature is None else signature
        row = FileRow(item.path, signature, sidecar, self.source.mtime, self.source.site, content)
        self.files.append(row)

    def _problem(self, path: bytes, kind: str, reason: str) -> None:
        self.intake.problems.append(problem(path, kind, reason))


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
