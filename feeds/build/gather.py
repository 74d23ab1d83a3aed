"""What a batch touches: its wordings, the stories they belong to, and all that may be one story with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import Connection

from feeds.model import Capture, CaptureOrder, Sighting, Wording, WordingKey
from feeds.store import archive
from feeds.store.archive import Known, SightingName
from feeds.store.rows import Verdict
from feeds.stories.candidates import CROWD, Blocks, Meeting, Seen, blocks, often, seekers, sighting_order
from feeds.stories.identity import close, link
from feeds.stories.wordings import Appearance, sighted

Shown = tuple[Capture, Sequence[Appearance]]
"""A capture with what its page shows, each wording once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What pages show that were not known, and what is not shown any more."""

    wordings: Mapping[WordingKey, Wording]
    sightings: Mapping[WordingKey, Sequence[Sighting]]
    """The new sightings of each wording, in the order of their capture."""
    unseen: frozenset[SightingName]


def batch_of(pages: Iterable[Shown], unseen: Iterable[SightingName]) -> Batch:
    """The batch of new sightings, each with its wording, and of those that are no more."""
    wordings: dict[WordingKey, Wording] = {}
    sightings: dict[WordingKey, list[Sighting]] = {}
    for capture, shown in sorted(pages, key=_by_capture):
        for one in shown:
            key = one.wording.key
            if key not in wordings:
                wordings[key] = one.wording
                sightings[key] = []
            sightings[key].append(sighted(capture, one))
    return Batch(wordings, sightings, frozenset(unseen))


def _by_capture(page: Shown) -> CaptureOrder:
    return page[0].order


@dataclass(slots=True)
class Gathered:
    """Whole groups of linked wordings as they are with the batch, and what the store has of them."""

    members: dict[WordingKey, Seen] = field(default_factory=dict)
    links: dict[tuple[WordingKey, WordingKey], float] = field(default_factory=dict)
    touched: set[WordingKey] = field(default_factory=set)
    """The wordings that the batch brings, changes or takes away."""
    close: set[tuple[WordingKey, WordingKey]] = field(default_factory=set)
    """All pairs of close reports in which one of these is, the lesser key first, whether or not they are one story."""
    homes: dict[WordingKey, str | None] = field(default_factory=dict)
    """The stories that wordings belonged to; those that the store does not have are not in it."""
    vanished: set[WordingKey] = field(default_factory=set)
    """Wordings that no page shows any more."""
    verdicts: dict[SightingName, Verdict] = field(default_factory=dict)
    blocks_before: dict[WordingKey, Blocks] = field(default_factory=dict)
    blocks_now: dict[WordingKey, Blocks] = field(default_factory=dict)


def gather(connection: Connection, batch: Batch) -> Gathered:
    """Gather the groups that a batch touches, whole; with every wording come all of the story it belonged to."""
    return _Gathering(connection, batch).run()


class _Gathering:
    def __init__(self, connection: Connection, batch: Batch) -> None:
        self.connection = connection
        self.batch = batch
        self.gathered = Gathered()
        self.looked_at: dict[WordingKey, Seen] = {}
        self.meeting = Meeting()
        self.known_under: dict[int, list[WordingKey]] = {}
        """The wordings that the store has under the blocks that were asked for."""
        self.come: Counter[int] = Counter()
        """How many more wordings than the store has are found under blocks."""
        self.judged: set[int] = set()
        """The blocks of which it is known whether they are crowded."""
        self.was: dict[WordingKey, Seen] = {}
        """Wordings that the batch changes, as they were: what they were linked with has to be decided anew too."""

    def run(self) -> Gathered:
        gathered, batch = self.gathered, self.batch
        gathered.touched = batch.wordings.keys() | {key for key, _ in batch.unseen}
        joined = self._load(gathered.touched)
        joined |= self._siblings(joined | gathered.vanished)
        seeds = joined | self.was.keys()
        while seeds:
            gathered.members.update((key, self.looked_at[key]) for key in joined)
            concerned = self._judge(seeds)
            self._load(self._found(seeds) | concerned)
            self._compare(seeds & gathered.touched)
            joined = (self._link(seeds) | (concerned & self.looked_at.keys())) - gathered.members.keys()
            joined |= self._siblings(joined)
            seeds = joined
        for key in [key for key in gathered.homes if key not in gathered.members and key not in gathered.vanished]:
            del gathered.homes[key]
        return gathered

    def _load(self, keys: Iterable[WordingKey]) -> set[WordingKey]:
        """Look at wordings that have not been looked at; those that pages still show come back."""
        keys = {key for key in keys if key not in self.looked_at and key not in self.gathered.vanished}
        known = archive.known(self.connection, keys)
        gathered = self.gathered
        gathered.homes.update(known.homes)
        gathered.verdicts.update(known.verdicts)
        before = archive.seen_of(known)
        alive = set()
        for key in sorted(keys):
            seen = self._now(key, known, before.get(key))
            was = None
            if key in before:
                was = gathered.blocks_before[key] = blocks(before[key])
                if seen is not before[key]:
                    self.was[key] = before[key]
            if seen is None:
                gathered.vanished.add(key)
                self.come.subtract(was.kept if was is not None else ())
                continue
            alive.add(key)
            self.looked_at[key] = seen
            its = gathered.blocks_now[key] = blocks(seen, was)
            self.meeting.enter(key, its)
            if was is None:
                self.come.update(its.kept)
        return alive

    def _now(self, key: WordingKey, known: Known, before: Seen | None) -> Seen | None:
        """A wording as it is with the batch."""
        fresh = self.batch.sightings.get(key, ())
        if before is None:
            wording = self.batch.wordings.get(key) or known.wordings.get(key)
            if wording is None or not fresh:
                return None
            return Seen(wording, tuple(fresh))
        again = {sighting.capture.key for sighting in fresh}
        kept = [
            sighting
            for sighting in before.sightings
            if sighting.capture.key not in again and (key, sighting.capture.key) not in self.batch.unseen
        ]
        if not fresh and len(kept) == len(before.sightings):
            return before
        if not kept and not fresh:
            return None
        if kept and fresh and sighting_order(fresh[0]) < sighting_order(kept[-1]):
            return Seen(before.wording, tuple(sorted((*kept, *fresh), key=sighting_order)))
        return Seen(before.wording, (*kept, *fresh))

    def _siblings(self, keys: Iterable[WordingKey]) -> set[WordingKey]:
        """The other wordings of the stories that these belonged to."""
        homes = {home for key in keys if (home := self.gathered.homes.get(key)) is not None}
        wordings = archive.wordings_of(self.connection, homes) if homes else set()
        self._load(wordings)
        return {key for key in wordings if key in self.looked_at and key not in self.gathered.members}

    def _judge(self, keys: AbstractSet[WordingKey]) -> set[WordingKey]:
        """Find out which of the blocks are crowded by which these wordings and others may meet.

        Says whom it concerns that a block has become so, or is so no more: they may have met there, or may meet now.
        """
        gated = {pair for its in self._blocks_of(keys) for pair in its.gated}
        self._ask(block for block, gate in gated if block != gate)
        gates = {
            gate for block, gate in gated if block == gate or self.known_under.get(block) or self.meeting.has(block)
        } - self.judged
        self.judged |= gates
        counts = archive.count_under(self.connection, gates)
        turned: list[int] = []
        for gate in gates:
            before, now = counts.get(gate, 0), counts.get(gate, 0) + self.come[gate]
            if now > CROWD:
                self.meeting.crowded.add(gate)
            if (before > CROWD) != (now > CROWD):
                turned += seekers(gate)
        self._ask(gates - self.meeting.crowded)
        self._ask(turned)
        return {key for block in turned for key in self.known_under.get(block, ())}

    def _blocks_of(self, keys: AbstractSet[WordingKey]) -> list[Blocks]:
        """The blocks of wordings as they are, and as they were."""
        gathered = self.gathered
        its = [gathered.blocks_now[key] for key in keys if key in gathered.blocks_now]
        return its + [gathered.blocks_before[key] for key in keys if key in self.was]

    def _ask(self, blocks: Iterable[int]) -> None:
        """Have at hand whom the store has under these blocks."""
        self.known_under.update(archive.found_under(self.connection, set(blocks) - self.known_under.keys()))

    def _found(self, keys: AbstractSet[WordingKey]) -> set[WordingKey]:
        """The candidates that the store has for these wordings."""
        its = self._blocks_of(keys)
        self._ask(block for found in its for block in (*found.sought, *found.alike))
        candidates: set[WordingKey] = set()
        known, crowded = self.known_under, self.meeting.crowded
        if not known:
            return candidates
        for key in self.gathered.touched & self.gathered.blocks_now.keys() & keys:
            candidates.update(*(known.get(block, ()) for block in self.gathered.blocks_now[key].alike))
        for blocks_of in its:
            for block in blocks_of.sought:
                candidates.update(known.get(block, ()))
            for block, gate in blocks_of.gated:
                if gate not in crowded:
                    candidates.update(known.get(block, ()))
            candidates |= often(key for block in blocks_of.alike for key in known.get(block, ()))
        return candidates

    def _compare(self, keys: AbstractSet[WordingKey]) -> None:
        """Find the close reports of these wordings."""
        for key in keys & self.looked_at.keys():
            wording = self.looked_at[key].wording
            for other in self.meeting.nearby(key, self.gathered.blocks_now[key]):
                if (other > key or other not in keys) and close(wording, self.looked_at[other].wording):
                    self.gathered.close.add((key, other) if key < other else (other, key))

    def _link(self, keys: Iterable[WordingKey]) -> set[WordingKey]:
        """Link these wordings with all that they are one story with; says with which."""
        linked: set[WordingKey] = set()
        looked_at, gathered = self.looked_at, self.gathered
        for key in sorted(keys):
            if key in self.was and (key not in looked_at or self.was[key].evidence != looked_at[key].evidence):
                was, its = self.was[key], gathered.blocks_before[key]
                linked.update(
                    other
                    for other in self.meeting.candidates(key, its)
                    if link(was, self.was.get(other, looked_at[other]))
                )
            if key not in looked_at:
                continue
            for other in self.meeting.candidates(key, gathered.blocks_now[key]):
                pair = (key, other) if key < other else (other, key)
                if pair not in gathered.links:
                    strength = link(looked_at[key], looked_at[other])
                    if strength:
                        gathered.links[pair] = strength
                        linked.add(other)
        return linked
