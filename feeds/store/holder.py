"""Who holds a file that is locked: for the message to the one who waits."""

from __future__ import annotations

import os
from pathlib import Path


def holders(*paths: Path) -> str:
    """The processes that hold a lock on any of the files, as `PID 123 (feeds run)`; "another process" if unknown.

    Reads Linux's `/proc/locks`, which names the lock's owner and the file's device and inode.
    """
    inodes = set()
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        inodes.add(f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}")
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return "another process"
    numbers = [inode.rsplit(":", 1)[1] for inode in inodes]
    found = set()
    for line in lines:
        words = line.split()
        # Overlay file systems report another device than stat does, so the inode alone must serve as a last resort.
        if "->" not in words and len(words) > 5 and (words[5] in inodes or words[5].rsplit(":", 1)[1] in numbers):
            found.add(int(words[4]))
    named = [_name(pid) for pid in sorted(found) if pid > 0 and pid != os.getpid()]
    return ", ".join(named) or "another process"


def _name(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        command = ""
    return f"process {pid} ({command[:80]})" if command else f"process {pid}"
