"""Spans of time as bars of text, one below the other on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = 48


@dataclass(frozen=True, slots=True)
class Strokes:
    """How a bar is drawn: its two ends, what is between them, and a bar of one column."""

    start: str
    line: str
    end: str
    point: str


SAID, ASIDE, FINAL = Strokes("├", "─", "┤", "│"), Strokes("├", "╌", "┤", "╎"), Strokes("┣", "━", "┫", "┃")
BEST = "●"
NO_START, NO_END = "◄", "►"
BEFORE, AFTER = "«", "»"
"""What lies wholly beyond the scale."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The times, in microseconds, that the columns stand for: `first` at the left edge, `last` at the right."""

    first: int
    last: int
    columns: int = COLUMNS

    def column(self, moment: int) -> int:
        """The column that a time falls in; of two that touch there the right one. May be beyond the edges."""
        return (moment - self.first) * self.columns // max(1, self.last - self.first)

    def column_before(self, moment: int) -> int:
        """The column that a time falls in; of two that touch there the left one."""
        return -((self.first - moment) * self.columns // max(1, self.last - self.first)) - 1


def scale_of(spans: Sequence[tuple[int, int]]) -> Scale | None:
    """The scale from the earliest bound to the latest; None without any span."""
    if not spans:
        return None
    return Scale(min(first for first, _ in spans), max(last for _, last in spans))


def bar(scale: Scale, first: int | None, last: int | None, strokes: Strokes) -> str:
    """One span on the scale, as wide as the scale; None is no bound. What lies beyond the scale points there."""
    edge = scale.columns - 1
    if first is not None and first >= scale.last:
        return AFTER.rjust(scale.columns)
    if last is not None and last <= scale.first:
        return BEFORE.ljust(scale.columns)
    start = 0 if first is None else min(max(scale.column(first), 0), edge)
    end = edge if last is None else max(start, min(scale.column_before(last), edge))
    drawn = [" "] * scale.columns
    drawn[start : end + 1] = strokes.line * (end + 1 - start)
    if start == end:
        drawn[start] = strokes.point
    else:
        drawn[start], drawn[end] = strokes.start, strokes.end
    if first is None or first < scale.first:
        drawn[0] = NO_START
    if last is None or last > scale.last:
        drawn[edge] = NO_END
    return "".join(drawn)


def marked(scale: Scale, drawn: str, moment: int) -> str:
    """A bar with a mark at a time within it."""
    column = min(max(scale.column(moment), 0), scale.columns - 1)
    return drawn[:column] + BEST + drawn[column + 1 :]


def axis(scale: Scale, first: str, last: str) -> str:
    """The line that says what the left and the right edge are."""
    return first + last.rjust(scale.columns - len(first))
