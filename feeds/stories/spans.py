"""The arithmetic of time: unknown instants, what bounds them, and the tightest spans that follow.

Instants of publication and of capture are the variables of a Simple Temporal Problem (Dechter, Meiri and Pearl, 1991):
every constraint bounds one of them, or the difference of two. The tightest bounds of all are the shortest paths from
and to the origin of known time; they are found by relaxing what changed until nothing does. Bounds only ever tighten,
so constraints can be added one at a time: one that leaves some instant no room is taken back whole.
"""

from __future__ import annotations

from collections import deque

FOREVER = 1 << 62
"""Beyond every instant: no bound. Instants are whole microseconds, spans are closed."""

_MOST_STEPS = 50_000
"""More bounds than this, beside those of all instants, one constraint never moves: ages are whole minutes, so each step
is one at least."""

_Arc = tuple[int, int, int]
"""Another instant, and the least and the most by which it is later."""


class Spans:
    """The bounds of instants, numbered from 0: `low[i] <= instant i <= high[i]`.

    The first `strict` of them keep more room than a single point: their lower bound is outside. Contradictions
    among instants none of which has bounds show once one of them has.
    """

    def __init__(self, size: int, strict: int) -> None:
        self._strict = [number < strict for number in range(size)]
        self.low = [-FOREVER] * size
        self.high = [FOREVER] * size
        self._arcs: list[list[_Arc]] = [[] for _ in range(size)]
        self._log: list[tuple[int, int, int]] = []
        self.moved: set[int] = set()
        """The instants whose bounds were moved; to be cleared by who follows that."""

    def add(self, low: int, high: int, *, strict: bool) -> int:
        """One more instant, with the bounds that are known of it; says its number."""
        self.low.append(low)
        self.high.append(high)
        self._strict.append(strict)
        self._arcs.append([])
        return len(self.low) - 1

    def bound(self, node: int, low: int, high: int) -> bool:
        """Bound one instant. False, and nothing changed, if that contradicts what is known."""
        before = self.low[node], self.high[node]
        low, high = max(low, before[0]), min(high, before[1])
        if low > high or (low == high and self._strict[node]):
            return False
        if (low, high) == before:
            return True
        self._log = [(node, *before)]
        self.low[node], self.high[node] = low, high
        return self._keep(taken=self._relax([node]))

    def link(self, earlier: int, later: int, least: int, most: int) -> bool:
        """Bound how much later one instant is. False, and nothing changed, if that contradicts what is known."""
        self._arcs[earlier].append((later, least, most))
        self._arcs[later].append((earlier, -most, -least))
        self._log = []
        if self._keep(taken=self._relax([earlier, later])):
            return True
        self._arcs[earlier].pop()
        self._arcs[later].pop()
        return False

    def _relax(self, changed: list[int]) -> bool:
        """Carry the bounds of the changed instants to all that they touch; False if one has no room left."""
        low, high, arcs = self.low, self.high, self._arcs
        queue = deque(changed)
        waiting = set(changed)
        steps = _MOST_STEPS + 2 * len(low)
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            earliest, latest = low[node], high[node]
            for other, least, most in arcs[node]:
                was_low, was_high = low[other], high[other]
                new_low = earliest + least if earliest > -FOREVER and least > -FOREVER else -FOREVER
                new_high = latest + most if latest < FOREVER and most < FOREVER else FOREVER
                if new_low <= was_low and new_high >= was_high:
                    continue
                self._log.append((other, was_low, was_high))
                new_low, new_high = max(new_low, was_low), min(new_high, was_high)
                if new_low > new_high or (new_low == new_high and self._strict[other]):
                    return False
                steps -= 1
                if steps < 0:
                    return False  # bounds that creep on without end go round a circle of contradictions
                low[other], high[other] = new_low, new_high
                if other not in waiting:
                    waiting.add(other)
                    queue.append(other)
        return True

    def _keep(self, *, taken: bool) -> bool:
        """Keep what was moved, or put all of it back."""
        if taken:
            self.moved.update([node for node, _, _ in self._log])
        else:
            for node, low, high in reversed(self._log):
                self.low[node], self.high[node] = low, high
        return taken


def roundest(least: int, most: int) -> int:
    """Of the numbers from `least` to `most` the one that the highest power of two divides."""
    while most and (less := most & (most - 1)) >= least:
        most = less
    return most
