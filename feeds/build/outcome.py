"""What comes of taking dumps in: what is new, and what is wrong with which of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from feeds.build.opening import Opened, Residue
from feeds.dumps.inbox import Found, holds_rows
from feeds.dumps.text import Unreadable
from feeds.errors import DumpError
from feeds.model import ContentHash
from feeds.store.ledger import ProblemRow

DUMP, SIDECAR, ROW, MORE, FAILED, PARSE = "dump", "sidecar", "row", "rows", "failed", "parse"
"""Kinds of problems: with a dump itself, with what lies beside it, with a row of it, with more rows than are listed, or
with the program on it, which may be another after an upgrade; the last: the page was read, but not all of it, or the
parser failed on it."""

UNREAD = "unread "
"""Stands before the signature of a file that the system did not let be read: it is tried again as it is."""


@dataclass(slots=True)
class Intake:
    """What came of one batch of files."""

    dumps: int = 0
    """How many could be read, or are known."""
    problems: list[ProblemRow] = field(default_factory=list)
    fresh: dict[ContentHash, Opened] = field(default_factory=dict)
    """Contents that the store did not have."""
    lenient: list[bytes] = field(default_factory=list)
    """Dumps in which bytes that are no UTF-8 were read as Windows-1252: worth a word, but no problem."""
    unfinished: list[bytes] = field(default_factory=list)
    """Files of rows whose last line may yet become a row: likewise."""
    untold: list[bytes] = field(default_factory=list)
    """Files with rows that nothing but the page can date: likewise."""
    contents: list[ContentHash] = field(default_factory=list)
    """What was read, new or not."""
    touched: set[ContentHash] = field(default_factory=set)
    """Contents about which the facts have changed."""
    residues: tuple[Residue, ...] = ()
    """What of each fresh page, read without an address, no rule claimed."""
    left: list[Found] = field(default_factory=list)
    """Files of rows that hold more than a batch: to be taken up again at once."""


def beside(item: Found, fault: DumpError | None) -> str | None:
    """How the ledger is to tell the sidecar of a dump, in which this is wrong."""
    return UNREAD + str(item.sidecar) if isinstance(fault, Unreadable) else item.sidecar


def problem(path: bytes, kind: str, reason: str, record: int = 0) -> ProblemRow:
    """A problem with a dump; with a row, it names the line."""
    said = f"line {record + 1}: {reason}" if holds_rows(path) and kind not in {DUMP, SIDECAR, MORE} else reason
    return ProblemRow(path, kind, said, record)


def failure(error: Exception) -> str:
    """The reason of a problem: what the program failed with on a dump."""
    if isinstance(error, DumpError):
        return str(error)
    reason = f"the program failed on it: {type(error).__name__}: {error}; it is tried again after an upgrade"
    return " ".join(reason.split())
