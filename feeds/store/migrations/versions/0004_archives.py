"""Archives, tombstones, and the edits and sightings that entries tell of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Key, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables and columns. Stories are derived anew, for edits and sightings cannot be had from what is kept."""
    op.create_table(
        "entries",
        sa.Column("story", Text, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story"),
    )
    op.create_table(
        "tombstones",
        sa.Column("wording", Key, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.PrimaryKeyConstraint("wording"),
    )
    op.add_column("documents", sa.Column("mark", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("stories", sa.Column("edits", Text, server_default="[]", nullable=False))
    op.add_column("stories", sa.Column("sightings", sa.Integer(), server_default="0", nullable=False))
    op.create_index("stories_by_updated", "stories", ["updated"], unique=False)
    op.execute("DELETE FROM meta WHERE name = 'derived with'")
