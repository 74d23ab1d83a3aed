"""Problems that are over, though no file changed that would say so: what they are about is gone, or can be listed."""

from __future__ import annotations

import os

from feeds.build.outcome import DUMP, FAILED, MORE, ROW, SIDECAR
from feeds.config import Config
from feeds.dumps import inbox
from feeds.store import ledger
from feeds.store.engine import Store

_OF_FILES = {DUMP, SIDECAR, ROW, MORE, FAILED}
"""The problems that end when their file is gone. What the page of a story lacks, it lacks still: that was kept."""


def forget_mended(store: Store, config: Config) -> None:
    """Forget such problems; to be called when everything is looked at.

    Files count as gone only below a source that can be listed. Whatever is forgotten is tried again as if it were new,
    should it come back as it was: a disk may have been away.
    """
    with store.reading() as connection:
        troubled = ledger.paths_with(connection, _OF_FILES)
        shut = ledger.paths_with(connection, {DUMP}, inbox.UNLISTED)
        beside = ledger.paths_with(connection, {SIDECAR})
    roots = [os.fsencode(source.path.absolute()) for source in config.sources]
    listed = tuple(root.rstrip(b"/") + b"/" for root in roots if _can_be_listed(root))
    over = [path for path in troubled if path.startswith(listed) and _is_gone(path)]
    over += [path for path in shut if _can_be_listed(path)]
    bare = [path for path in beside if _is_gone(path + inbox.SIDECAR) and not _is_gone(path)]
    if over or bare:
        with store.writing() as connection:
            ledger.forget_files(connection, over)
            ledger.forget_sidecars(connection, bare)
            ledger.clear_problems(connection, over, _OF_FILES)
            ledger.clear_problems(connection, bare, {SIDECAR})


def _can_be_listed(folder: bytes) -> bool:
    try:
        with os.scandir(folder):
            return True
    except OSError:
        return False


def _is_gone(path: bytes) -> bool:
    """Whether there is nothing at a path; not if nobody may say."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
