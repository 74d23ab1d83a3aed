"""What the daemon remembers: its jobs, arrivals of dumps, and what was amiss."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the daemon's tables."""
    op.create_table(
        "runs",
        sa.Column("job", Text, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("next", sa.BigInteger(), nullable=True),
        sa.Column("said", Text, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )
    op.create_table(
        "arrivals",
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "conditions",
        sa.Column("kind", Text, nullable=False),
        sa.Column("subject", Text, nullable=False),
        sa.Column("begun", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("reason", Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "begun"),
    )
