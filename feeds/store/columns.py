"""Kinds of columns that are not the same in every database."""

from __future__ import annotations

import sqlalchemy as sa

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A key of 63 bits; SQLite's rows have one of their own if it is called so."""

Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A text that is compared by its bytes, as SQLite does, whatever a server's collation is."""
