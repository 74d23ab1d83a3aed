"""Wordings that are close reports on one event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make their table. What it should hold is derived anew: see `STORIES_VERSION`."""
    op.create_table(
        "related",
        sa.Column("wording", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("wording", "other"),
        sqlite_with_rowid=False,
    )
