"""How the daemon stands, by what it has left in the store: for `feeds status`, the status page and the status feed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from feeds.store import journal
from feeds.store.engine import Store
from feeds.store.journal import Condition, Run

_CONDITIONS = 100
"""As many as a page and a feed show."""


@dataclass(frozen=True, slots=True)
class Status:
    """Jobs by name, and what is or was amiss, that which began last first."""

    runs: tuple[Run, ...]
    conditions: tuple[Condition, ...]
    counted: tuple[tuple[str, int], ...]
    """How many dumps, captures, sightings, stories and problems there are."""


def status_of(store: Store) -> Status:
    """How the daemon stands. Raises StoreError."""
    with store.reading() as connection:
        return status_in(connection)


def status_in(connection: Connection) -> Status:
    """The same over an open connection."""
    return Status(
        tuple(journal.runs(connection)),
        tuple(journal.conditions(connection, _CONDITIONS)),
        tuple(sorted(journal.counted(connection).items())),
    )
