"""What a batch touches: its wordings, the stories they belong to, and all that may be one story with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import Connection

from feeds.build.batch import Batch
from feeds.build.recurring import Recurrence, recurrences
from feeds.model import WordingKey
from feeds.store import archive
from feeds.store.archive import Known, SightingName
from feeds.store.rows import Verdict
from feeds.stories.candidates import CROWD, Blocks, Meeting, Seen, blocks, often, seekers, sighting_order
from feeds.stories.identity import close, link
from feeds.stories.steady import is_steady


@dataclass(slots=True)
class Gathered:
    """Whole groups of linked wordings as they are with the batch, and what the store has of them."""

    members: dict[WordingKey, Seen] = field(default_factory=dict)
    links: dict[tuple[WordingKey, WordingKey], float] = field(default_factory=dict)
    touched: set[WordingKey] = field(default_factory=set)
    """The wordings that the batch brings, changes or takes away, without those of stories that recur or are steady."""
    steady: dict[str, tuple[Seen, ...]] = field(default_factory=dict)
    """The stories that only were seen again, and so stay as they were, by key; their wordings are members too."""
    close: set[tuple[WordingKey, WordingKey]] = field(default_factory=set)
    """All pairs of close reports in which one of these is, the lesser key first, whether or not they are one story."""
    homes: dict[WordingKey, str | None] = field(default_factory=dict)
    """The stories that wordings belonged to; those that the store does not have are not in it."""
    again: dict[str, Recurrence] = field(default_factory=dict)
    """The stories that only recur, by key: of these nothing else is here."""
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
        self.read: dict[WordingKey, tuple[Seen | None, Seen | None]] = {}
        """Wordings as the store has them, and as they are with the batch."""
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
        again = recurrences(self.connection, batch)
        gathered.touched = batch.wordings.keys() - {one.wording for one in again.values()}
        gathered.touched |= {key for key, _ in batch.unseen}
        steady = self._steady()
        gathered.touched = gathered.touched.difference(*steady.values())
        joined = self._load(gathered.touched | self._anew())
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
        gathered.again = {key: one for key, one in again.items() if gathered.members.keys().isdisjoint(one.wordings)}
        for story, keys in steady.items():
            if gathered.members.keys().isdisjoint(keys):  # else something new has found them, and all are decided anew
                members = {key: seen for key in keys if (seen := self.read[key][1]) is not None}
                gathered.steady[story] = tuple(sorted(members.values(), key=lambda seen: seen.order))
                gathered.members.update(members)
        for key in [key for key in gathered.homes if key not in gathered.members and key not in gathered.vanished]:
            del gathered.homes[key]
        return gathered

    def _anew(self) -> set[WordingKey]:
        """The wordings that the batch names, as far as there are any."""
        self._read(self.batch.anew)
        return {key for key in self.batch.anew if self.read[key][1] is not None}

    def _steady(self) -> dict[str, set[WordingKey]]:
        """The stories, with all their wordings, of which the batch only shows again what the store has."""
        homes, lost = self.gathered.homes, {key for key, _ in self.batch.unseen}
        self._read(self.gathered.touched)
        again: dict[str, set[WordingKey]] = {}
        for key in self.gathered.touched - lost:
            if (home := homes.get(key)) is not None:
                again.setdefault(home, set()).add(key)
        for home in {home for key in lost if (home := homes.get(key)) is not None}:
            again.pop(home, None)
        self._read(archive.wordings_of(self.connection, again))
        whole: dict[str, list[tuple[Seen, Seen]]] = {}
        for key, (was, now) in self.read.items():
            home = homes.get(key)
            if home in again and was is not None and now is not None:
                whole.setdefault(home, []).append((was, now))
        return {
            home: {now.wording.key for _, now in pairs}
            for home, pairs in sorted(whole.items())
            if is_steady([now for _, now in pairs], [(was, now) for was, now in pairs if was is not now])
        }

    def _read(self, keys: Iterable[WordingKey]) -> None:
        """Know wordings as the store has them, and as they are with the batch."""
        keys = {key for key in keys if key not in self.read}
        known = archive.known(self.connection, keys)
        self.gathered.homes.update(known.homes)
        self.gathered.verdicts.update(known.verdicts)
        before = archive.seen_of(known)
        for key in keys:
            was = before.get(key)
            self.read[key] = was, self._now(key, known, was)

    def _load(self, keys: Iterable[WordingKey]) -> set[WordingKey]:
        """Look at wordings that have not been looked at; those that pages still show come back."""
        keys = {key for key in keys if key not in self.looked_at and key not in self.gathered.vanished}
        self._read(keys)
        gathered = self.gathered
        alive = set()
        for key in sorted(keys, key=self._text):
            before, seen = self.read[key]
            was = None
            if before is not None:
                was = gathered.blocks_before[key] = blocks(before)
                if seen is not before:
                    self.was[key] = before
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

    def _text(self, key: WordingKey) -> tuple[str, WordingKey]:
        """Sort key: wordings of one text after each other are hashed once."""
        before, now = self.read[key]
        seen = now or before
        return ("" if seen is None else seen.wording.lead), key

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
        for blocks_of in its:
            gated = (block for block, gate in blocks_of.gated if gate not in crowded)
            candidates.update(*[known[block] for block in (*blocks_of.sought, *gated) if block in known])
            met = [key for block in blocks_of.alike if block in known for key in known[block]]
            if met:
                candidates |= often(met)
        for key in keys & self.gathered.touched & self.gathered.blocks_now.keys():  # of these the close reports too
            candidates.update(*[known[block] for block in self.gathered.blocks_now[key].alike if block in known])
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
