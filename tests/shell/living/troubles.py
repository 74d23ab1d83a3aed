"""What goes wrong around a program: a disk that is small and fills, a store that somebody else holds."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A file system of that size at `folder`, for as long as the block lasts."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if mounted is None or mounted.returncode:
        reason = "a small disk can only be mounted by root" + (f": {mounted.stderr}" if mounted else "")
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def full(disk: Path, room: int) -> Iterator[None]:
    """There is only so much room on the disk until the block ends."""
    filler = disk / "filler"
    handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        for _ in range(100):  # somebody else may take some of it meanwhile
            free = os.fstatvfs(handle).f_bavail * os.fstatvfs(handle).f_frsize
            with suppress(OSError):
                os.posix_fallocate(handle, 0, free - room)
                break
        yield
    finally:
        os.close(handle)
        filler.unlink()


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Somebody else is writing to the store until the block ends."""
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
