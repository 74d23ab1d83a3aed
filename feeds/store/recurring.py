"""Wordings that are seen again: what the store has of them beside their sightings, and how it gets more of these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from feeds.model import Sighting, WordingKey
from feeds.store import schema
from feeds.store.engine import bulk
from feeds.store.rows import NO_VERDICT, VERDICTS, Verdict, accord_in, accord_out, sightings_in
from feeds.store.statements import among
from feeds.stories.accord import Accord
from feeds.stories.contests import Doubt


def borne_out(sighting: Sighting) -> Verdict:
    """What dating makes of a sighting that agrees with all others of its story."""
    return NO_VERDICT if sighting.age is None else VERDICTS[Doubt.NONE, False]


def homes_of(connection: Connection, wordings: Iterable[WordingKey]) -> dict[WordingKey, str]:
    """The stories that wordings belong to, of those that belong to one."""
    table = schema.wordings
    rows = among(connection, (table.c.wording, table.c.story), table.c.wording, sorted(wordings))
    return {WordingKey(key): str(story) for key, story in rows if story is not None}


def accords_of(connection: Connection, stories: Iterable[str]) -> dict[str, dict[WordingKey, Accord | None]]:
    """What the sightings of each wording of these stories say together."""
    table, found = schema.wordings, dict[str, dict[WordingKey, Accord | None]]()
    columns = table.c.story, table.c.wording, table.c.accord
    for story, key, column in among(connection, columns, table.c.story, sorted(stories)):
        found.setdefault(story, {})[WordingKey(key)] = accord_out(column)
    return found


def put_more_sightings(connection: Connection, more: Iterable[tuple[WordingKey, Sequence[Sighting], Accord]]) -> None:
    """Keep further sightings of wordings, which agree with all others, and what these say together now."""
    statement = text(
        "UPDATE wordings SET sightings = substr(sightings, 1, length(sightings) - 1) || :more, accord = :accord"
        " WHERE wording = :wording"
    )
    rows = []
    for key, sightings, together in more:
        column = sightings_in(sightings, [borne_out(one) for one in sightings])
        rows.append((f",{column[1:]}", accord_in(together), key))
    bulk(connection, statement, rows)
