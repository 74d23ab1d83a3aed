"""What stands in a source: every dump of a file or folder, in one order, without opening any.

A scan looks and never waits: FIFOs, sockets and devices are named as trouble from their `stat` alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import ELOOP, ENOTDIR
from itertools import product
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from feeds.canon import micros
from feeds.errors import UsageError

SIDECAR = b".meta.json"
"""What a sidecar's name adds to its dump's."""

ROWS = b".jsonl"
"""How the name of a file of rows ends, in any case."""

_ENDINGS = tuple(bytes(letters) for letters in product(b".", b"tT", b"xX", b"tT"))
_HIDDEN = ord(".")
_SLASH = ord("/")
UNLISTED = "a folder that cannot be listed"
"""What the trouble of a folder begins with."""
_CIRCULAR = "a circular link"
_FIRST = itemgetter(0)
_LATEST = micros(datetime(9999, 1, 1, tzinfo=UTC))
"""File systems hold years that a datetime does not."""

_Names = list[tuple[bytes, os.DirEntry[bytes]]]


class Found(NamedTuple):
    """A dump as a scan saw it. Equal signatures mean an unchanged file."""

    path: bytes
    """Absolute, as it was reached: links are not resolved."""
    signature: str
    """`size:mtime_ns:ctime_ns:ino` of the file; of the link itself where that leads nowhere; empty if hidden."""
    mtime: int
    """Modification time in microseconds since 1970, held within 1970 to 9999."""
    size: int
    sidecar: str | None
    """The signature of the sidecar beside it, None if there is none."""
    trouble: str | None
    """Why it cannot be read, None for a file that may be opened."""
    changed_ns: int = 0
    """When its bytes, its name or its links last changed, in nanoseconds since 1970: it may still be written."""


@dataclass(frozen=True, slots=True)
class _Folder:
    path: bytes
    parent: _Folder | None
    identity: tuple[int, int] | None = None
    """Device and inode, once it has been entered."""

    def is_inside(self, identity: tuple[int, int]) -> bool:
        folder = self.parent
        while folder is not None:
            if folder.identity == identity:
                return True
            folder = folder.parent
        return False


def scan(root: Path, limit: int) -> Iterator[Found]:
    """The dumps of a file or folder, recursively, in the order of the bytes of their paths.

    In a folder, dumps are the names that end in `.txt` or `.jsonl` in any case; hidden names and hidden folders are
    left alone, and so is what has another ending (`x.part`, `x.tmp`, `x~`). A file that is named itself is a dump
    whatever its ending, unless it is hidden, unfinished or a sidecar: those belong to their dumps. Links are
    followed, a folder that several links reach is read once. What cannot be read, or is over `limit` bytes unless it
    is a file of rows, has its `trouble` said; what vanishes meanwhile is left out. Raises UsageError at once if there
    is nothing at `root`.
    """
    try:
        path = os.fsencode(root.absolute())
        os.lstat(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{root}: cannot be read: {reason}. Name a file or a folder that exists.") from None
    return _walk(path, limit)


def _walk(root: bytes, limit: int) -> Iterator[Found]:
    if not os.path.isdir(root):
        if not _is_left_alone(os.path.basename(root)):
            found = _found(root, limit, _sidecar(root + SIDECAR))
            if found is not None:
                yield found
        return
    entered: set[tuple[int, int]] = set()
    open_folders = [_enter(_Folder(root, None), entered, limit)]
    while open_folders:
        for item in open_folders[-1]:
            if isinstance(item, _Folder):
                open_folders.append(_enter(item, entered, limit))
                break
            yield item
        else:
            open_folders.pop()


def holds_rows(path: bytes) -> bool:
    """Whether a file holds rows, one captured page in each line, by its name; any other dump is one page."""
    return path[-6:].lower() == ROWS


def _is_left_alone(name: bytes) -> bool:
    """Whether a file is no dump although it was named: a sidecar, or one that is hidden or not finished."""
    return name.startswith(b".") or name.endswith((SIDECAR, b".part", b".tmp", b"~"))


def _enter(folder: _Folder, entered: set[tuple[int, int]], limit: int) -> Iterator[Found | _Folder]:
    """What stands in a folder, in order; its own trouble if it cannot be listed."""
    try:
        status = os.stat(folder.path)
        identity = (status.st_dev, status.st_ino)
        if identity in entered:
            return iter([_trouble(folder.path, _CIRCULAR)] if folder.is_inside(identity) else [])
        entered.add(identity)
        names, sidecars = _names(folder.path)
    except (FileNotFoundError, NotADirectoryError):
        return iter([])
    except OSError as error:
        return iter([_trouble(folder.path, f"{UNLISTED}: {error.strerror}")])
    return _look(_Folder(folder.path, folder.parent, identity), names, sidecars, limit)


def _names(folder: bytes) -> tuple[_Names, frozenset[bytes]]:
    """The dumps and folders in a folder, and its sidecars. A folder sorts by its name and a slash, so that paths do."""
    names: _Names = []
    sidecars: set[bytes] = set()
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == _HIDDEN:
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:
                is_folder = False
            if is_folder:
                names.append((name + b"/", entry))
            elif name.endswith(_ENDINGS) or holds_rows(name):
                names.append((name, entry))
            elif name.endswith(SIDECAR):
                sidecars.add(name)
            elif entry.is_symlink() and _is_circular(entry.path):
                names.append((name, entry))
    names.sort(key=_FIRST)
    return names, frozenset(sidecars)


def _look(folder: _Folder, names: _Names, sidecars: frozenset[bytes], limit: int) -> Iterator[Found | _Folder]:
    names.reverse()
    while names:  # an entry keeps what was asked of it: each is let go at once
        name, entry = names.pop()
        if name[-1] == _SLASH:
            yield _Folder(entry.path, folder)
        else:
            sidecar = _sidecar(entry.path + SIDECAR) if sidecars and name + SIDECAR in sidecars else None
            found = _found(entry.path, limit, sidecar, entry)
            if found is not None:
                yield found


def _found(path: bytes, limit: int, sidecar: str | None, entry: os.DirEntry[bytes] | None = None) -> Found | None:
    """The dump at a path, None if it has vanished."""
    try:
        status = os.stat(path) if entry is None else entry.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not os.path.lexists(path):
            return None
        return _trouble(path, _why(error), sidecar)
    size, modified, changed = status.st_size, status.st_mtime_ns, status.st_ctime_ns
    trouble = None
    if not stat.S_ISREG(status.st_mode):
        trouble = kind(status.st_mode)
    elif size > limit and not holds_rows(path):
        trouble = f"too large: {size} bytes, the bound is {limit}"
    signature, latest = f"{size}:{modified}:{changed}:{status.st_ino}", max(modified, changed)
    mtime = modified // 1000
    held = mtime if 0 <= mtime <= _LATEST else _held(mtime)
    return Found(path, signature, held, size, sidecar, trouble, latest)


def _trouble(path: bytes, reason: str, sidecar: str | None = None) -> Found:
    try:
        status = os.lstat(path)
    except OSError:
        return Found(path, "", 0, 0, sidecar, reason)
    return Found(path, _signature(status), _held(status.st_mtime_ns // 1000), status.st_size, sidecar, reason)


def _sidecar(path: bytes) -> str | None:
    """The signature of a sidecar, or of its link where that leads nowhere: reading it then says what is wrong."""
    try:
        status = os.stat(path)
    except OSError:
        try:
            status = os.lstat(path)
        except OSError:
            return None
    return None if stat.S_ISDIR(status.st_mode) else _signature(status)


def _why(error: OSError) -> str:
    if error.errno == ELOOP:
        return _CIRCULAR
    if isinstance(error, FileNotFoundError) or error.errno == ENOTDIR:
        return "a dangling link"
    return f"cannot be read: {error.strerror}"


def _is_circular(path: bytes) -> bool:
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == ELOOP
    return False


def kind(mode: int) -> str:
    """What a file is that is no regular file, by its `st_mode`, in words."""
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a FIFO, never opened"
    if stat.S_ISSOCK(mode):
        return "a socket, never opened"
    return "a device, never opened"


def _held(mtime: int) -> int:
    return max(0, min(mtime, _LATEST))


def _signature(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
