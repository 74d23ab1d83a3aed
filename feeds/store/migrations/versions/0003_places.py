"""What the datelines of stories mean, and how places are printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; the next build derives what stands in them."""
    op.add_column("stories", sa.Column("places", Text, server_default="[]", nullable=False))
    op.add_column("memberships", sa.Column("printed", Text, nullable=True))
