"""The tables of what was read: files, how far, the facts that they told, their contents, and what was wrong with them.

They cannot be derived from anything else, and are kept for ever.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, event, text

from feeds.store.columns import Text

metadata = MetaData()
"""All tables of the store, those of `schema` too."""

files = Table(
    "files",
    metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("signature", Text, nullable=False),
    Column("sidecar", Text),
    Column("policy", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("content", Text),
)
"""The ledger: what every path looked like when it was last read, and the content it had, if it was one page."""

tails = Table(
    "tails",
    metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("within", Integer, nullable=False),
    Column("mark", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("bad", BigInteger, nullable=False),
)
"""How far files of rows were read: offset, line and place in it, a hash of what stands before the offset, when the last
row was captured that told it (else 0), and how many rows were pages and how many bad."""

facts = Table(
    "facts",
    metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("content", Text, primary_key=True),
    Column("said", Text, primary_key=True),
    Column("mtime", BigInteger, nullable=False),
    Column("site", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("url", Text),
    Column("not_before", BigInteger),
    Column("not_after", BigInteger),
    Column("source", Text, nullable=False),
    Column("record", BigInteger, nullable=False),
    Index("facts_by_content", "content"),
)
"""File facts: content seen at a path, with the earliest mtime, and address and time that `source` told of it: a
sidecar, or the row (`record`) itself. `said` is a hash of what the row says, empty if that is nothing and for other
files: a row that comes again with another time is another fact."""

contents = Table(
    "contents",
    metadata,
    Column("content", Text, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    Column("derived", Boolean, nullable=False),
    Index("contents_underived", "content", sqlite_where=text("NOT derived")).ddl_if(dialect="sqlite"),
)
"""The dumps themselves, deflated. `derived`: captures and stories have been derived from it."""

# An argument `postgresql_where` would have SQLAlchemy import that dialect wherever this module is.
_underived = DDL("CREATE INDEX contents_underived ON contents (content) WHERE NOT derived")  # type: ignore[no-untyped-call]
event.listen(contents, "after_create", _underived.execute_if(dialect="postgresql"))

problems = Table(
    "problems",
    metadata,
    Column("path", LargeBinary, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
)
"""Why a dump, or part of it, could not be taken in; `record` is the row of its file, 0 for the file."""
