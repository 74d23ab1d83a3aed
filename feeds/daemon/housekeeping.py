"""The daily round: the store is tidied, and dumps that have outlived their retention leave their folders."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from feeds.config import Config
from feeds.daemon.looking import root_of
from feeds.daemon.settling import is_being_written
from feeds.dumps.inbox import SIDECAR
from feeds.store import journal
from feeds.store.engine import Store

_log = logging.getLogger("feeds.housekeeping")

_DAY_NS = 86_400 * 10**9
_AT_ONCE = 5000


def tidy(store: Store, config: Config, now: int, stop: Callable[[], bool]) -> None:
    """Tidy the store, and remove what may go. `now` is in nanoseconds since 1970."""
    with store.writing() as connection:
        journal.optimise(connection)
    if config.daemon.retention_days:
        removed = _remove(store, config, now - config.daemon.retention_days * _DAY_NS, stop)
        _log.info("dumps were removed after their retention", extra={"removed": removed})


def _remove(store: Store, config: Config, before: int, stop: Callable[[], bool]) -> int:
    """Remove dumps that have stood unchanged since before then; the store keeps what they hold."""
    roots = [root_of(source) for source in config.sources]
    removed, after = 0, b""
    while not stop():
        with store.reading() as connection:
            kept = journal.removable(connection, after, _AT_ONCE)
        if not kept:
            break
        for path, signature, offset in kept:
            below = any(path.startswith(root.rstrip(b"/") + b"/") for root in roots)
            if below and _outlived(path, signature, offset, before):
                removed += _unlink(path)
                _unlink(path + SIDECAR)
        after = kept[-1][0]
    return removed


def _outlived(path: bytes, signature: str, offset: int | None, before: int) -> bool:
    """Whether a file is as it was taken in, to its end, and older than that."""
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    if is_being_written(path):  # whoever has it open would go on writing into nothing
        return False
    same = signature == f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
    whole = offset is None or offset == status.st_size
    return same and whole and max(status.st_mtime_ns, status.st_ctime_ns) < before


def _unlink(path: bytes) -> bool:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        said = {"dump": os.fsdecode(path), "why": error.strerror}
        _log.warning("a dump that has outlived its retention cannot be removed", extra=said)
        return False
    return True
