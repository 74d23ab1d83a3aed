"""Simulated pages as files: the text, its sidecar, its modification time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from .crawler import SimulatedPage


def write_dumps(folder: Path, pages: Iterable[SimulatedPage]) -> int:
    """Writes each page as a dump with its sidecar and modification time; returns how many.

    The folder is made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for page in pages:
        path = folder / page.name
        path.write_bytes(page.text.encode())
        if page.sidecar is not None:
            path.with_name(f"{page.name}.meta.json").write_text(json.dumps(page.sidecar))
        seconds = page.mtime.timestamp()
        os.utime(path, (seconds, seconds))
        count += 1
    return count
