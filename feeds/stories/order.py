"""The order of captures: what was seen first, and what is newest."""

from __future__ import annotations

from datetime import datetime

from feeds.model import Capture, Sighting

CaptureOrder = tuple[bool, datetime, datetime, str, int]


def is_told(capture: Capture) -> bool:
    """Whether something better than a modification time says when it was captured."""
    return capture.told.source not in {"mtime", "unknown"}


def began(capture: Capture) -> datetime:
    """The start of the told span, else the modification time: what `first_seen` and `updated` are made of."""
    if is_told(capture) and capture.told.not_before is not None:
        return capture.told.not_before
    return capture.mtime


def capture_order(capture: Capture) -> CaptureOrder:
    """Sort key, earliest first: told captures by their span, then the others by modification time.

    A capture that nothing dates comes after all told ones, so it is the earliest of a story only
    when there is no other.
    """
    told = capture.told
    if is_told(capture) and told.not_before is not None and told.not_after is not None:
        return False, told.not_before, told.not_after, capture.content, capture.key
    return True, capture.mtime, capture.mtime, capture.content, capture.key


def sighting_order(sighting: Sighting) -> tuple[CaptureOrder, int, int]:
    """Sort key of sightings: by capture, then by position (the article is -1), then by wording."""
    return capture_order(sighting.capture), sighting.position, sighting.wording
