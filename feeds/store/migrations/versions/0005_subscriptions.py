"""The hub's subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the hub's table."""
    op.create_table(
        "subscriptions",
        sa.Column("topic", Text, nullable=False),
        sa.Column("callback", Text, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("delivered", Text, nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "callback"),
    )
