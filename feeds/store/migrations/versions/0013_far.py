"""Captures know how many stories came at quite another time than they tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_ODD = sa.text("(doubts > 1 OR far > 1 OR (not_before = not_after AND (low IS NOT NULL OR high IS NOT NULL)))")


def upgrade() -> None:
    """Make its column. What it should hold is derived anew: see `STORIES_VERSION`."""
    op.add_column("captures", sa.Column("far", sa.Integer(), server_default="0", nullable=False))
    op.drop_index("captures_odd", "captures")
    op.create_index("captures_odd", "captures", ["capture"], sqlite_where=_ODD)
