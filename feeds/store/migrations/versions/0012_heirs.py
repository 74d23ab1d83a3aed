"""Published ids outlive the wordings they were made from: those that vanished, and those that bear their ids now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Key, Text

revision = "0012"
down_revision = "0011"

_ODD = sa.text("(doubts > 1 OR (not_before = not_after AND (low IS NOT NULL OR high IS NOT NULL)))")


def upgrade() -> None:
    """Make their tables. Of wordings that vanished before nothing is known, so their ids stay withdrawn.

    And list no capture that one story alone contradicts: that may have been published again.
    """
    op.drop_index("captures_odd", "captures")
    op.create_index("captures_odd", "captures", ["capture"], sqlite_where=_ODD)
    op.create_table(
        "heirs",
        sa.Column("wording", Key, autoincrement=False, nullable=False),
        sa.Column("heir", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("wording"),
    )
    op.create_index("heirs_by_heir", "heirs", ["heir"])
    op.create_table(
        "ghosts",
        sa.Column("wording", Key, autoincrement=False, nullable=False),
        sa.Column("headline", Text),
        sa.Column("dateline", Text),
        sa.Column("places", Text),
        sa.Column("agencies", Text),
        sa.Column("lead", Text, nullable=False),
        sa.Column("cut", Text),
        sa.Column("sightings", Text, nullable=False),
        sa.PrimaryKeyConstraint("wording"),
    )
