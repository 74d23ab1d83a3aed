"""The channels that stories stood in by an earlier wording."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make their table. What it should hold is derived anew: see `STORIES_VERSION`."""
    op.create_table(
        "former",
        sa.Column("story", Text, nullable=False),
        sa.Column("channel", Text, nullable=False),
        sa.Column("name", Text, nullable=False),
        sa.PrimaryKeyConstraint("story", "channel"),
        sqlite_with_rowid=False,
    )
