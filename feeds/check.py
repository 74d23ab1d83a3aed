"""`feeds check`: what is wrong with sources, store and `out/`, and how to mend it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from sqlalchemy import text

from feeds.config import Config
from feeds.config.channels import gazette, queries, rules
from feeds.errors import StoreError
from feeds.publish import UNFINISHED
from feeds.standing import found_by
from feeds.store import counts, documents, shelf
from feeds.store.engine import Store, open_store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: fine if `wrong` is None, else what is wrong and what to do."""

    what: str
    wrong: str | None
    odd: str | None = None
    """What is right, but perhaps not what was meant."""


def check(config: Config, *, configured: bool = True) -> Iterator[Finding]:
    """Look at everything that a build needs or has made; changes nothing.

    Not `configured` says that the sources are those of the packaged configuration, which need not be there.
    """
    for source in config.sources:
        missing = None if source.path.exists() else "does not exist; create it, or name another path in [[sources]]"
        yield Finding(f"source {source.path}", missing if configured else None, None if configured else missing)
    try:
        store = open_store(config.store, write=False, wait=config.limits.lock_seconds)
    except StoreError as error:
        yield Finding("store", str(error))
        return
    try:
        yield from _store(store)
        yield from _channels(store, config)
        yield from _documents(store, config.out)
    finally:
        store.close()


def _store(store: Store) -> Iterator[Finding]:
    try:
        with store.reading() as connection:
            said = "ok"
            if connection.dialect.name == "sqlite":
                said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
    except StoreError as error:
        said = str(error)
    yield Finding(
        "store", None if said == "ok" else f"damaged ({said}); put back a copy, or move it away and build anew"
    )


def _channels(store: Store, config: Config) -> Iterator[Finding]:
    """The configured feeds: each is published, even if it is empty, and shows what its rule says now."""
    configured = rules(config)
    note, now = found_by(config)
    with store.reading() as connection:
        as_configured = shelf.notes(connection).get(note) == now
        published = {row.channel for row in documents.all_documents(connection).values()}
    for key in configured.keys:
        wrong = None if key in published else "is configured but not published yet; run `feeds build`"
        if wrong is None and not as_configured:
            wrong = "was published before [[feed]] and [[digest]] were changed; run `feeds build`"
        yield Finding(key, wrong)
    with store.reading() as connection:
        known = {one.channel for one in counts.channel_counts(connection)}
    for key, query in queries(config):
        for name in gazette(config).unknown(query):
            if f"dateline/{name}" not in known:
                yield Finding(key, None, f"place:{name} is no place that the gazetteer or any report knows; see README")


def _documents(store: Store, out: Path) -> Iterator[Finding]:
    with store.reading() as connection:
        known = documents.all_documents(connection)
        stale = shelf.stale_channels(connection)
    if stale:
        yield Finding("feeds", f"{len(stale)} are out of date, a build was interrupted; run `feeds build`")
    for path, row in sorted(known.items()):
        yield Finding(f"out/{path}", _document(out / path, row.size, row.mtime_ns))
    for path in _strays(out, set(known)):
        yield Finding(f"out/{path}", "was not published by this store; move it away if nothing needs it")


def _document(path: Path, size: int, mtime_ns: int) -> str | None:
    try:
        status = path.stat()
        if (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
            return "was changed by something else; run `feeds build` to put it right"
        if path.suffix == ".xml":
            etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    except OSError as error:
        return f"cannot be read ({error.strerror}); run `feeds build` to put it right"
    except etree.XMLSyntaxError as error:
        return f"is not well-formed ({error}); remove it and run `feeds build`"
    return None


def _strays(out: Path, known: set[str]) -> Iterator[str]:
    for folder, folders, names in os.walk(out):
        folders.sort()
        for name in sorted(names):
            path = (Path(folder) / name).relative_to(out).as_posix()
            if path not in known and not path.startswith(f"{UNFINISHED}/"):
                yield path
