"""Everything that can go wrong, as one tree.

    DatelineError               base; its text says what, where and what to do
    ├── UsageError              the command line asks for something that is not there
    ├── ConfigError             the configuration is wrong; carries every Fault found
    ├── QueryError              a query cannot be understood; knows the place in it
    ├── StoreError              the store cannot be used; the command stops, the store is untouched
    │   ├── StoreLocked         somebody else holds it, and who
    │   ├── StoreOutdated       missing, or made by an older version: to be migrated before it is written
    │   ├── StoreNewer          written by a newer version of this program
    │   └── StoreCorrupt        not a store, or damaged
    ├── ListenError             HTTP cannot be served at that address
    ├── PublishError            out/ cannot be written; what stands there stays whole
    ├── SearchTooCostly         a search would take longer than it may
    ├── SearchNotReady          the index for searches is being made
    ├── OutgoingError           a request that this server made has no answer; it is tried again or given up
    └── DumpError               one dump cannot be taken in; the others go on
        ├── Vanished            (feeds.dumps.text) it was gone when it was to be read
        ├── Unreadable          (feeds.dumps.text) the system did not let it be read; it is tried again
        └── TakesTooLong        (feeds.dumps.patience) it takes longer to read than it may

The others stop a command with exit code 2. A DumpError never leaves the build: it becomes a Problem.
"""

from __future__ import annotations

from dataclasses import dataclass


class DatelineError(Exception):
    """Base of all errors that a user is told about in one line."""


class UsageError(DatelineError):
    """The command line names something that does not exist or does not fit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a configuration file: where it stands and what to do about it."""

    where: str
    """`file:line`, or the name of the environment variable or flag."""
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class ConfigError(DatelineError):
    """The configuration cannot be used. `faults` lists every mistake, in file order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class QueryError(DatelineError):
    """A query cannot be understood. `position` is where in it, from 0 to its length; `what` says why."""

    def __init__(self, query: str, position: int, what: str) -> None:
        super().__init__(f"{what} (at {position + 1})\n{pointed(query, position)}")
        self.query = query
        self.position = position
        self.what = what


_AROUND = 50
"""How many characters of a text `pointed` shows before the place and behind it."""


def pointed(text: str, position: int) -> str:
    """The line of a text that holds the position, and below it a caret that points there."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : len(text) if end < 0 else end]
    at = position - start
    first = max(0, at - _AROUND)
    shown = "".join(letter if letter.isprintable() else " " for letter in line[first : at + _AROUND])
    before, after = "…" if first else "", "…" if at + _AROUND < len(line) else ""
    return f"    {before}{shown}{after}\n    {' ' * (len(before) + at - first)}^"


class StoreError(DatelineError):
    """The store cannot be used; it has not been changed."""


class StoreLocked(StoreError):
    """Another process holds the store; the message names it."""


class StoreOutdated(StoreError):
    """The store has to be made or brought up to date before it is used."""


class StoreNewer(StoreError):
    """The store was written by a newer version of this program."""


class StoreCorrupt(StoreError):
    """The file is damaged or is no store at all; it is never overwritten."""


class PublishError(DatelineError):
    """`out/` cannot be written; the files that stand there are whole."""


class ListenError(DatelineError):
    """HTTP cannot be served at the address asked for."""


class SearchTooCostly(DatelineError):
    """A search would take longer than it may; something narrower may be answered."""


class SearchNotReady(DatelineError):
    """The index for searches is being made; in a few seconds the same search is answered."""


class OutgoingError(DatelineError):
    """A request to another server got no answer, or was not allowed to be made."""


class DumpError(DatelineError):
    """One dump cannot be taken in; its reason goes to `feeds problems`."""
