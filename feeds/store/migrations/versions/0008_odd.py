"""Captures that some story contradicts are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ODD = sa.text("(doubts > 0 OR (not_before = not_after AND (low IS NOT NULL OR high IS NOT NULL)))")


def upgrade() -> None:
    """Make their index. What sightings say of their captures is derived anew: see `STORIES_VERSION`."""
    op.create_index("captures_odd", "captures", ["capture"], sqlite_where=_ODD)
