"""What a page that is made on request says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes and what they are. Never kept by caches."""

    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    status: int = 200
