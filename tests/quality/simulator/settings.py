"""What a simulated portal and its crawler are like. Every rate is a share from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

MICROSECOND = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Instants and spans of the simulator are whole microseconds since 1970 in UTC."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One simulation. Equal settings give equal bytes."""

    seed: int = 1
    pages: int = 20_000
    pages_per_day: float = 330.0
    """How densely the crawler captures: with `stories_per_day` it decides on how many pages a story is seen."""
    stories_per_day: float = 110.0
    start: datetime = datetime(2026, 1, 12, tzinfo=UTC)
    most_seen: int = 60
    """On no more pages than this is any story seen."""

    edited: float = 0.10
    """Stories whose wording changes at least once."""
    truncated: float = 0.05
    """Pages cut off anywhere (form F)."""
    listings: float = 0.11
    """Pages that are a section or regional listing (forms C and D)."""
    stripped: float = 0.14
    """Article pages without boilerplate and without headlines in their list (form B)."""
    other: float = 0.005
    """Pages that are no news (form G)."""

    hard: bool = True
    """Whether the portal prints look-alikes at all."""
    second_reports: float = 0.05
    twins: float = 0.03
    """Stories with a neighbour of equal place, agencies and printed age."""
    dossiers: float = 0.15
    """Stories that share a background paragraph with others of their dossier."""
    series: bool = True
    republished: float = 0.01

    defects: float = 0.02
    """Datelines that are missing, glued to a keyword or lack their blank; pages with a broken character set or curly
    quotes."""

    exact: float = 0.5
    """Captures with an exactly told time."""
    day: float = 0.2
    """Captures of which only the day is told."""
    mtime: float = 0.15
    """Captures of which only an untrusted modification time speaks. The rest tells nothing."""
    wrong_clock: float = 0.004
    """Captures whose told time is wrong by an hour to days."""


EXACT = Settings(exact=1.0, day=0.0, mtime=0.0, wrong_clock=0.0)
"""Every capture time is told and right."""
VAGUE = Settings()
"""Half of the capture times told, a fifth to the day, 30 % unknown, some clocks wrong."""
