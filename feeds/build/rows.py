"""Rows into facts: files of JSON Lines are read from where the ledger left off, a portion in each transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.build.opening import Opened, Refused, open_rows
from feeds.build.outcome import DUMP, FAILED, MORE, PARSE, ROW, SIDECAR, UNREAD, Intake, beside, problem
from feeds.canon import digest, micros
from feeds.config import Config, Source
from feeds.dumps.captures import dump_name
from feeds.dumps.growing import Growing, growing
from feeds.dumps.inbox import Found
from feeds.dumps.jsonl import Bad, Place, Row
from feeds.dumps.single import sidecar_of
from feeds.dumps.text import Unreadable, Vanished, content_hash
from feeds.dumps.when import Sidecar, filled, told_by_name
from feeds.errors import DumpError
from feeds.model import ContentHash, Told
from feeds.store import ledger
from feeds.store.ledger import FactRow, FileRow, ProblemRow, TailRow

MOST_BAD = 50
"""So many bad rows of a file are listed: one in another format has millions."""
MOST_BYTES = 40_000_000
"""Of rows in one transaction, unless a single one is larger."""
_NO_ROW = -1
_USUAL = 5000
"""Bytes of a usual row."""
_READING = "reading "
"""Stands before the signature of a file that was not read to its end."""

_FactName = tuple[bytes, ContentHash, str]


@dataclass(slots=True)
class _File:
    """A file of rows being read."""

    item: Found
    tail: TailRow
    beside: Sidecar | None
    sidecar: str | None
    """How the ledger is to tell what lies beside it."""
    start: Place
    lines: int = 0
    """How many rows were read, good or bad."""
    read: list[tuple[Row, ContentHash]] = field(default_factory=list)
    more: ProblemRow | None = None
    """What tells of the bad rows that are not listed."""
    since: dict[int, int] = field(default_factory=dict)
    """When the last row before each was captured that tells it."""


def take_rows(
    connection: Connection, config: Config, source: Source, found: Sequence[Found], most: int, intake: Intake
) -> None:
    """Bring ledger and facts up to date with at most so many rows of some files; more of them is `intake.left`."""
    if found:
        _Reader(connection, config, source, found, intake).take(most)


def skip_row(connection: Connection, config: Config, source: Source, item: Found, reason: str, intake: Intake) -> None:
    """Note that the program fails on the next row of a file, and go on behind it."""
    _Reader(connection, config, source, [item], intake).skip(reason)


def rows_left(connection: Connection, found: Iterable[Found]) -> int:
    """About how many rows some files hold that were not read: for those who wait, for it goes by their size."""
    files = list(found)
    tails = ledger.tails(connection, [item.path for item in files])
    unread = (item.size - tails[item.path].offset if item.path in tails else item.size for item in files)
    return sum(max(1, size // _USUAL) for size in unread)


class _Reader:
    """Some files of rows, on their way in."""

    def __init__(
        self, connection: Connection, config: Config, source: Source, found: Sequence[Found], intake: Intake
    ) -> None:
        self.connection = connection
        self.limits = config.limits
        self.source = source
        self.site = config.site(source.site)
        self.zone = ZoneInfo(self.site.timezone)
        self.found = found
        self.intake = intake
        paths = [item.path for item in found]
        self.known = ledger.known_files(connection, paths)
        self.tails = ledger.tails(connection, paths)
        self.files: list[FileRow] = []
        self.facts: dict[_FactName, FactRow] = {}
        self.cleared: list[tuple[bytes, str, int]] = []
        self.problems: list[ProblemRow] = []

    def take(self, most: int) -> None:
        """Read a portion and keep what it tells."""
        files, left = [], MOST_BYTES
        for item in self.found:
            if most <= 0 or left <= 0:
                self.intake.left.append(item)
                continue
            file = self._read(item, most, left)
            if file is not None:
                most -= file.lines
                left -= file.tail.offset - file.start.offset
                files.append(file)
        self._keep(files)
        self._write(files)

    def skip(self, reason: str) -> None:
        """Read one row of the file, note the reason as its problem, and keep nothing else of it."""
        file = self._read(self.found[0], 1, MOST_BYTES)
        if file is not None:
            record = file.read[0][0].record if file.read else file.start.line
            self._problem(file, record, FAILED, reason)
            self._write([file])

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, item: Found, most: int, size: int) -> _File | None:
        """At most so many rows and bytes of a file; None if it cannot be read."""
        try:
            with growing(item.path, item.size) as opened:
                return self._portion(item, opened, most, size)
        except Vanished:
            return None
        except DumpError as error:
            self._note(item, (UNREAD if isinstance(error, Unreadable) else "") + item.signature, item.sidecar)
            self.cleared.append((item.path, DUMP, 0))
            self.problems.append(problem(item.path, DUMP, str(error)))
            return None

    def _portion(self, item: Found, opened: Growing, most: int, size: int) -> _File:
        file = self._taken_up(item, opened)
        place, ended = file.start, True
        for behind, row in opened.rows(file.start, self.zone, self.limits.max_dump_bytes):
            place = behind
            if row is not None:
                file.lines += 1
                self._hold(file, row)
            if file.lines >= most or place.offset - file.start.offset >= size:
                ended = False
                break
        mark = opened.mark(place.offset)
        file.tail = replace(file.tail, offset=place.offset, line=place.line, within=place.within, mark=mark)
        self._note(item, item.signature if ended else _READING + item.signature, file.sidecar)
        if not ended:
            self.intake.left.append(item)
        elif place.offset < item.size:
            self.intake.unfinished.append(item.path)
        return file

    def _taken_up(self, item: Found, opened: Growing) -> _File:
        """A file as it was left off, or from its start where it is not what it was."""
        row, tail = self.known.get(item.path), self.tails.get(item.path)
        self.cleared.append((item.path, DUMP, 0))
        said, fault = sidecar_of(item, self.zone)
        if item.sidecar is None:
            self.cleared.append((item.path, SIDECAR, 0))
        if row is not None and tail is not None and self._goes_on(item, row, tail, opened):
            return _File(item, tail, said, beside(item, fault), Place(tail.offset, tail.line, tail.within))
        self.cleared.append((item.path, SIDECAR, 0))
        if fault is not None:
            self.problems.append(problem(item.path, SIDECAR, str(fault)))
        ledger.clear_problems(self.connection, [item.path], {ROW, MORE, FAILED})
        return _File(item, TailRow(item.path), said, beside(item, fault), Place())

    def _goes_on(self, item: Found, row: FileRow, tail: TailRow, opened: Growing) -> bool:
        """Whether the file is what it was, perhaps with more behind it: if it was rewritten, it is read anew."""
        if row.site != self.source.site or item.sidecar not in {None, row.sidecar} or item.size < tail.offset:
            return False
        signature = row.signature.rpartition(" ")[2]
        interrupted = row.signature == _READING + item.signature
        size, inode = signature.partition(":")[0], signature.rpartition(":")[2]
        grown = size.isdigit() and item.size > int(size) and inode == item.signature.rpartition(":")[2]
        return (interrupted or grown) and opened.mark(tail.offset) == tail.mark

    def _hold(self, file: _File, row: Row | Bad) -> None:
        if isinstance(row, Bad):
            self._problem(file, row.record, ROW, row.reason)
            return
        if row.fault is not None:
            self._problem(file, row.record, ROW, row.fault)
        told = row.said.told
        if told is not None and told.not_before is not None:
            file.tail = replace(file.tail, since=micros(told.not_before))
        file.since[row.record] = file.tail.since
        file.read.append((row, content_hash(row.data)))

    # -- keeping ----------------------------------------------------------------------------------

    def _keep(self, files: Sequence[_File]) -> None:
        """The pages that rows hold become contents and facts."""
        pages = {content: row.data for file in files for row, content in file.read}
        present = ledger.present(self.connection, sorted(pages))
        fresh = [content for content in pages if content not in present]
        outcomes = dict(zip(fresh, open_rows([pages[one] for one in fresh], self.site, self.limits), strict=True))
        opened = {content: one for content, one in outcomes.items() if isinstance(one, Opened)}
        facts = ledger.facts_of(self.connection, sorted(pages))
        before = {(row.path, row.content, row.said): row for rows in facts.values() for row in rows}
        for file in files:
            for row, content in file.read:
                outcome = outcomes.get(content)
                if isinstance(outcome, Refused):
                    self._problem(file, row.record, FAILED if outcome.slow else ROW, outcome.reason)
                    continue
                self.intake.dumps += 1
                self._tell(file, row, content, before)
        self.intake.fresh |= opened
        self.intake.contents += [content for content in pages if content in present or content in opened]
        self.intake.residues += tuple(one.gist.residue for one in opened.values())
        ledger.put_contents(self.connection, ((content, opened[content].kept) for content in sorted(opened)))

    def _tell(self, file: _File, row: Row, content: ContentHash, known: dict[_FactName, FactRow]) -> None:
        """Keep what a row tells, itself or by what lies beside its file."""
        file.tail = replace(file.tail, pages=file.tail.pages + 1)
        path, said = file.item.path, filled(row.said, file.beside)
        name = path, content, _hash_of(row.said)
        before = self.facts.get(name) or known.get(name)
        source = "sidecar" if row.said.told is None else "record"
        since, span = file.since[row.record] or file.item.mtime, _span_of(said.told)
        fact = FactRow(*name, since, self.source.site, "ignore", said.url, *span, source, row.record)
        if before is not None:
            fact = replace(fact, mtime=min(since, before.mtime), record=min(row.record, before.record))
            if file.item.sidecar is None and source == "sidecar":  # a sidecar that is gone changes nothing
                url = said.url or before.url
                fact = replace(fact, url=url, not_before=before.not_before, not_after=before.not_after)
            if fact.record != before.record:
                self.cleared.append((path, PARSE, before.record))
        if said.told is None and told_by_name(dump_name(path)) is None and path not in self.intake.untold:
            self.intake.untold.append(path)
        if fact != before:
            self.facts[name] = fact
            self.intake.touched.add(content)

    def _write(self, files: Sequence[_File]) -> None:
        ledger.put_files(self.connection, self.files)
        ledger.put_tails(self.connection, [file.tail for file in files])
        ledger.put_facts(self.connection, list(self.facts.values()))
        self.problems += [file.more for file in files if file.more is not None]
        ledger.put_problems(self.connection, self.problems, self.cleared)
        self.intake.problems += self.problems

    def _note(self, item: Found, signature: str, sidecar: str | None) -> None:
        row = self.known.get(item.path)
        sidecar = sidecar if sidecar is not None or row is None else row.sidecar
        self.files.append(FileRow(item.path, signature, sidecar, self.source.mtime, self.source.site, None))

    def _problem(self, file: _File, record: int, kind: str, reason: str) -> None:
        """Note what is wrong with a row, if the list of its file is not too long by now."""
        bad = file.tail.bad + 1
        file.tail = replace(file.tail, bad=bad)
        if bad <= MOST_BAD or kind == FAILED:
            self.problems.append(problem(file.item.path, kind, reason, record))
        else:
            more = f"{bad - MOST_BAD} more bad rows, the last in line {record + 1}: {reason}"
            file.more = problem(file.item.path, MORE, more, _NO_ROW)


def _hash_of(said: Sidecar) -> str:
    """A hash of what a row says, empty if that is nothing."""
    if said.url is None and said.told is None:
        return ""
    first, last = _span_of(said.told)
    return digest(said.url or "", str(first), str(last))[:16]


def _span_of(told: Told | None) -> tuple[int | None, int | None]:
    """A told span in microseconds."""
    if told is None or told.not_before is None or told.not_after is None:
        return None, None
    return micros(told.not_before), micros(told.not_after)
