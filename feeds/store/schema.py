"""The tables of what is derived and published, as SQLAlchemy Core sees them; what was read stands in `holdings`.

Migrations make them; a test keeps the two equal. Instants are microseconds since 1970 in UTC, tuples of text are JSON
arrays, keys are 63-bit hashes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, text

from feeds.store import holdings
from feeds.store.columns import Key, Text

VERSIONS = tuple(f"{number:04}" for number in range(1, 14))
"""The versions of the store that this program can read or bring up to date, oldest first; it writes the last."""

metadata = holdings.metadata


EDITED = text("edits <> '[]'")
ODD = text("(doubts > 1 OR far > 1 OR (not_before = not_after AND (low IS NOT NULL OR high IS NOT NULL)))")
"""Stories that were edited, and captures that two stories doubt or whose exact time was set aside: few."""

captures = Table(
    "captures",
    metadata,
    Column("capture", Key, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("url", Text),
    Column("not_before", BigInteger),
    Column("not_after", BigInteger),
    Column("source", Text, nullable=False),
    Column("mtime", BigInteger, nullable=False),
    Column("dumps", Text, nullable=False),
    Column("record", Integer, nullable=False),
    Column("shown", Text, nullable=False),
    Column("dated", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("far", Integer, nullable=False, server_default="0"),
    Column("low", BigInteger),
    Column("high", BigInteger),
    Index("captures_by_content", "content"),
    Index("captures_odd", "capture", sqlite_where=ODD),
)
"""Captures. `shown`: the wordings on it, a JSON array; `dated`: stories that other captures date too; `doubts`: those
of them that others of about its time contradict; `far`: those that came at quite another time; `low` and `high`: when
it was, as its stories tell, if it is not told exactly."""


def _seen() -> tuple[Column[Any], ...]:
    """The columns of a wording with its sightings: what `rows.printed_out` and `sightings_out` read."""
    return (
        Column("wording", Key, primary_key=True, autoincrement=False),
        Column("headline", Text),
        Column("dateline", Text),
        Column("places", Text),
        Column("agencies", Text),
        Column("lead", Text, nullable=False),
        Column("cut", Text),
        Column("sightings", Text, nullable=False),
    )


wordings = Table(
    "wordings",
    metadata,
    *_seen(),
    Column("aside", Boolean, nullable=False),
    Column("story", Text),
    Column("accord", Text),
    Index("wordings_by_story", "story"),
)
"""Wordings as printed; `story` is the key of the story they belong to, null for fragments of none.
`sightings` is a JSON array of `[capture, content, site, url, not_before, not_after, source, mtime, role, position,
topic, age, least, most, body, doubt, aside]`: they are read and written all together, and a row for each, or a look at
its capture's, would take most of the time of a build. `doubt`: whether the story contradicts the told time of the
capture, null where nothing else dates it; `aside`: what it says of the story's date contradicts the rest and was set
aside. The column `aside` says whether that holds for any of them; `accord` is their `Accord`, a JSON array, or null."""

blocks = Table(
    "blocks",
    metadata,
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("wording", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Under which keys a wording is found as a candidate."""

related = Table(
    "related",
    metadata,
    Column("wording", BigInteger, primary_key=True, autoincrement=False),
    Column("other", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Wordings that are close reports on one event, each pair both ways, whether or not they are one story."""

stories = Table(
    "stories",
    metadata,
    Column("story", Text, primary_key=True),
    Column("headline", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("link", Text),
    Column("link_kind", Text),
    Column("topics", Text, nullable=False),
    Column("datelines", Text, nullable=False),
    Column("agencies", Text, nullable=False),
    Column("not_before", BigInteger),
    Column("not_after", BigInteger),
    Column("best", BigInteger),
    Column("first_seen", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("revisions", Integer, nullable=False),
    Column("site", Text, nullable=False),
    Column("text_from", BigInteger),
    Column("sort", BigInteger, nullable=False),
    Column("places", Text, nullable=False, server_default="[]"),
    Column("edits", Text, nullable=False, server_default="[]"),
    Column("sightings", Integer, nullable=False, server_default="0"),
    Index("stories_by_sort", "sort", "story"),
    Index("stories_by_updated", "updated"),
    Index("stories_edited", "updated", sqlite_where=EDITED),
    sqlite_with_rowid=False,
)
"""Stories. `places` has for each of the datelines name, country, GeoNames id, degrees and slug; `edits` for each
edit the time when it was first shown, and the headline and datelines before it, as JSON arrays."""

entries = Table(
    "entries",
    metadata,
    Column("story", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("mark", BigInteger, nullable=False),
)
"""How many bytes a story's entry takes in an archive, and a hash of them: what archives are cut and compared by. A
story that changed has none until it is written again."""

memberships = Table(
    "memberships",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("sort", BigInteger, primary_key=True, autoincrement=False),
    Column("story", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("printed", Text),
    sqlite_with_rowid=False,
)
"""Which stories a channel has, newest last, and the name under which the story puts it there; `printed` are the names
that the story prints for a place."""

former = Table(
    "former",
    metadata,
    Column("story", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("name", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Channels that a story stood in by an earlier wording, and stands in no more: their feeds stay, perhaps empty."""

stale = Table("stale", metadata, Column("channel", Text, primary_key=True))
"""Channels, months of their archives (`CHANNEL/archive/YYYY-MM`) and pages of stories (`story/KEY`) whose documents
may not show what the store says."""

documents = Table(
    "documents",
    metadata,
    Column("path", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("mark", BigInteger, nullable=False, server_default="0"),
    Index("documents_by_channel", "channel"),
)
"""What was published at which path, so that a change from outside is noticed and what is gone is removed.

`mark`: what a document of an archive was made from, as a hash; 0 if that is not known.
"""

shown = Table("shown", metadata, Column("channel", Text, primary_key=True), Column("entries", Integer, nullable=False))
"""How many entries the document of each channel's feed holds."""

published = Table(
    "published",
    metadata,
    Column("wording", Key, primary_key=True, autoincrement=False),
    Column("rank", BigInteger, nullable=False),
)
"""Published ids, each by the wording it was made from, in the order of publication. Never deleted.

An id whose wording, or its heir, now belongs to another story is an alias of that; one whose wording belongs to none is
withdrawn.
"""

heirs = Table(
    "heirs",
    metadata,
    Column("wording", Key, primary_key=True, autoincrement=False),
    Column("heir", BigInteger, nullable=False),
    Index("heirs_by_heir", "heir"),
)
"""For published ids whose wording no page shows any more the wording that stands in its place: where that belongs, the
id belongs. No wording that is shown has an heir."""

ghosts = Table(
    "ghosts",
    metadata,
    *_seen(),
)
"""Wordings that vanished though a published id hangs on them, as they were: their heirs are still to be found."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("wording", Key, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text),
)
"""Published ids under which no story is to be found any more, each by the wording that it was made from.

`reason`: what the user said who withdrew it; null for an id that no page bears out, or that is part of another story.
The user's are never forgotten unless restored: they keep the story out of every feed.
"""

wishes = Table(
    "wishes",
    metadata,
    Column("story", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text),
    Column("kept", Boolean, nullable=False),
)
"""What was asked of who holds the store: to withdraw a story, or restore it if there is no reason. `kept`: the store
says so, `out/` may not yet."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("callback", Text, primary_key=True),
    Column("secret", LargeBinary),
    Column("expires", BigInteger, nullable=False),
    Column("delivered", Text, nullable=False),
    Column("due", Boolean, nullable=False),
)
"""Who asked the hub to be told of which topic, the digest of the document each has, and who is to be told still."""

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""What the derived tables were derived with."""

runs = Table(
    "runs",
    metadata,
    Column("job", Text, primary_key=True),
    Column("last", BigInteger),
    Column("next", BigInteger),
    Column("said", Text, nullable=False, server_default=""),
)
"""The daemon's jobs: when each last ran, when it is to run next, and what came of it."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("source", LargeBinary, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""When the daemon last took in a new dump of each source."""

conditions = Table(
    "conditions",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("begun", BigInteger, primary_key=True, autoincrement=False),
    Column("ended", BigInteger),
    Column("reason", Text, nullable=False),
)
"""What was amiss, of what, from when until when; null while it is."""
