"""Published ids whose wordings vanished, as their page is read otherwise or to its end, go to those in their place.

This needs all that is kept to be derived: until then nobody can say what has vanished for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from feeds.build.batch import Batch
from feeds.build.decide import decide
from feeds.config import Config
from feeds.model import CaptureKey, WordingKey
from feeds.places.resolve import Locate
from feeds.store import archive, heirs, ledger, tombs
from feeds.store.engine import Store
from feeds.store.heirs import PublishedId
from feeds.store.shelf import story_key
from feeds.stories import inheritance
from feeds.stories.candidates import CROWD, Seen, blocks, often

_AT_ONCE, _PAGES = 2000, 3
"""So many wordings are seen to in one transaction, and on so many pages of each is looked who stands in its place."""


def bequeath(store: Store, config: Config, stop: Callable[[], bool], locate: Locate) -> None:
    """Find for each published id whose wording vanished the one that stands in its place: its story has the id now.

    An id for which there is none gets its tombstone. What is interrupted is taken up by the next build.
    """
    with store.reading() as connection:
        if not heirs.any_ghosts(connection) or ledger.underived(connection, 1):
            return
    with store.writing() as connection:
        back = heirs.ghosts_that_came_back(connection)
        ids = heirs.ids_on(connection, back)
        heirs.forget_ghosts(connection, back)
        _bury(connection, ids)
    while not stop():
        with store.writing() as connection:
            ghosts = heirs.some_ghosts(connection, _AT_ONCE)
            if not ghosts:
                return
            _pass_on(connection, config, ghosts, locate)


def _pass_on(connection: Connection, config: Config, ghosts: Sequence[Seen], locate: Locate) -> None:
    """Give the ids that hang on wordings which vanished to their heirs, and decide the stories of these anew."""
    keys = [ghost.wording.key for ghost in ghosts]
    ids = heirs.ids_on(connection, keys)
    found = _heirs_of(connection, [ghost for ghost in ghosts if ghost.wording.key in ids])
    heirs.put_heirs(connection, {one.wording: heir for ghost, heir in found.items() for one in ids[ghost]})
    heirs.forget_heirs(connection, [one.wording for ghost in ids if ghost not in found for one in ids[ghost]])
    heirs.forget_ghosts(connection, keys)
    if found:
        decide(connection, config, Batch({}, {}, frozenset(), frozenset(found.values())), locate)
    _bury(connection, ids)


def _bury(connection: Connection, ids: Mapping[WordingKey, Sequence[PublishedId]]) -> None:
    tombs.bury_lost(connection, sorted(story_key(one.wording) for its in ids.values() for one in its))


def _heirs_of(connection: Connection, ghosts: Sequence[Seen]) -> dict[WordingKey, WordingKey]:
    """The heirs of wordings that vanished; who has none is not in it."""
    sought = _alike(connection, ghosts)
    known = _in_stories(connection, {key for keys in sought.values() for key in keys})
    displaced = [
        ghost
        for ghost in ghosts
        if not any(key in known and inheritance.stands_there(ghost, known[key]) for key in sought[ghost.wording.key])
    ]
    beside = _beside(connection, displaced)
    known.update(_in_stories(connection, {key for keys in beside.values() for key in keys} - known.keys()))
    candidates = [
        (ghost, [known[key] for key in sorted(sought[name] | beside.get(name, set())) if key in known])
        for ghost in ghosts
        for name in [ghost.wording.key]
    ]
    return inheritance.heirs(candidates, heirs.ids_on(connection, known.keys()).keys())


def _in_stories(connection: Connection, wordings: set[WordingKey]) -> dict[WordingKey, Seen]:
    """Those of the wordings that belong to a story."""
    known = archive.known(connection, wordings)
    return {key: seen for key, seen in archive.seen_of(known).items() if known.homes[key] is not None}


def _alike(connection: Connection, ghosts: Sequence[Seen]) -> dict[WordingKey, set[WordingKey]]:
    """The wordings that are found under the blocks of each, but for those that too many share."""
    its = {ghost.wording.key: blocks(ghost) for ghost in ghosts}
    exact = {key: {*one.kept, *one.sought, *(block for block, _ in one.gated)} for key, one in its.items()}
    under = archive.found_under(connection, set().union(*exact.values(), *(one.alike for one in its.values())))
    found: dict[WordingKey, set[WordingKey]] = {}
    for key, one in its.items():
        at = [under[block] for block in exact[key] if block in under]
        found[key] = {other for some in at if len(some) <= CROWD for other in some}
        found[key] |= often(other for block in one.alike for other in under.get(block, ()))
    return found


def _beside(connection: Connection, ghosts: Sequence[Seen]) -> dict[WordingKey, set[WordingKey]]:
    """The wordings that stand now on the first pages that showed each."""
    first: dict[WordingKey, tuple[CaptureKey, ...]] = {ghost.wording.key: ghost.pages[:_PAGES] for ghost in ghosts}
    shown = heirs.shown_on(connection, {page for pages in first.values() for page in pages})
    return {key: {other for page in pages for other in shown.get(page, ())} for key, pages in first.items()}
