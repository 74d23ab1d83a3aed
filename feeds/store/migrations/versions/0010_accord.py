"""What the sightings of a wording say together stands beside them; stories that were edited are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make its column. A wording that is written again gets it; until then its sightings are read."""
    op.add_column("wordings", sa.Column("accord", Text))
    op.create_index("stories_edited", "stories", ["updated"], sqlite_where=sa.text("edits <> '[]'"))
