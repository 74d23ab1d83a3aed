"""Which file system a folder is on, and whether the kernel hears of all changes there."""

from __future__ import annotations

import os
import re
from pathlib import Path

_SHARED = re.compile(
    r"nfs|cifs|smb|9p|fuse|afs|ceph|gluster|lustre|virtiofs|vboxsf|vmhgfs|prl_fs|ncp|coda|ocfs2|gfs2|beegfs|drvfs"
)
"""File systems that other machines write to, or the host of a container: its writes are not heard of here."""


def is_shared(path: Path) -> bool:
    """Whether others may change files there without the kernel hearing of it; False where that cannot be told."""
    kind = file_system(path)
    return kind is not None and _SHARED.search(kind) is not None


def file_system(path: Path) -> str | None:
    """The type of the file system that an existing path is on, as `/proc/self/mountinfo` names it."""
    try:
        device = path.stat().st_dev
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in lines:
        mount, _, source = line.partition(" - ")
        if mount.split()[2] == wanted:
            return source.split()[0]
    return None
