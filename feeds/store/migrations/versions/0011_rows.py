"""Rows of one file are facts and problems of their own, and how far a file was read is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feeds.store.columns import Text

revision = "0011"
down_revision = "0010"

FACTS = "path, content, said, mtime, site, policy, url, not_before, not_after, source, record"


def upgrade() -> None:
    """Make the table of tails, and those of facts and problems anew with longer keys: so far, a file had one page."""
    op.create_table(
        "tails",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.Column("mark", Text, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
    op.drop_index("facts_by_content", "facts")
    op.rename_table("facts", "old_facts")
    op.create_table(
        "facts",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("content", Text, nullable=False),
        sa.Column("said", Text, nullable=False),
        sa.Column("mtime", sa.BigInteger(), nullable=False),
        sa.Column("site", Text, nullable=False),
        sa.Column("policy", Text, nullable=False),
        sa.Column("url", Text),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("not_after", sa.BigInteger()),
        sa.Column("source", Text, nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", "content", "said"),
    )
    op.execute(
        f"INSERT INTO facts ({FACTS}) SELECT path, content, '', mtime, site, policy, url, not_before, not_after, "  # noqa: S608 -- names of the schema
        "'sidecar', 0 FROM old_facts"
    )
    op.drop_table("old_facts")
    op.create_index("facts_by_content", "facts", ["content"])
    op.rename_table("problems", "old_problems")
    op.create_table(
        "problems",
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("kind", Text, nullable=False),
        sa.Column("record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", Text, nullable=False),
        sa.PrimaryKeyConstraint("path", "kind", "record"),
    )
    op.execute("INSERT INTO problems (path, kind, record, reason) SELECT path, kind, 0, reason FROM old_problems")
    op.drop_table("old_problems")
