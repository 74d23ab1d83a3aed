"""What was asked of the process that holds the store, and how many entries feeds show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make their tables. Feeds are rendered again by this version: see `RENDER_VERSION`."""
    op.create_table(
        "wishes",
        sa.Column("story", Text, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", Text, nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("story"),
    )
    op.create_table(
        "shown",
        sa.Column("channel", Text, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
