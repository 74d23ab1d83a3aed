"""What a capture tells of its time and address: name, sidecar, modification time."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from feeds.canon import instant

from .portal import local, micros_of
from .settings import DAY, HOUR, SECOND, Settings
from .truth import Span, Telling

Sidecar = dict[str, object]


class Witness(NamedTuple):
    """What there is to tell: name, address if any, true instant, the crawler's clock, the instant of copying."""

    name: str
    url: str | None
    captured: int
    clock: int
    copied: int


class Told(NamedTuple):
    """What was told."""

    name: str
    sidecar: Sidecar | None
    mtime: int
    span: Span
    """What name and sidecar say; no bounds where they say nothing."""
    telling: Telling


def name_of(settings: Settings, number: int) -> str:
    """A dump's name that gives nothing away."""
    return f"{blake2b(f'{settings.seed}/{number}'.encode(), digest_size=8).hexdigest()}.txt"


def tell(settings: Settings, chance: Random, witness: Witness) -> Told:
    """What one capture tells, by the shares of the settings."""
    telling = _telling(settings, chance)
    clock, name = witness.clock, witness.name
    sidecar: Sidecar = {} if witness.url is None else {"url": witness.url}
    span: Span = (None, None)
    mtime = witness.copied
    if telling == "exact":
        span, mtime, how = (clock, clock), clock + int(chance.random() * 5) * SECOND, chance.random()
        if how < 0.5:
            name = f"{instant(clock):%Y%m%d%H%M%S}-{name}"
        if how > 0.25:
            sidecar["captured_at"] = (local(clock) if chance.random() < 0.5 else instant(clock)).isoformat()
    elif telling == "day":
        midnight = local(clock).replace(hour=0, minute=0, second=0)
        span = (micros_of(midnight), micros_of(midnight + timedelta(days=1)))
        if chance.random() < 0.5:
            sidecar["captured_at"] = midnight.date().isoformat()
        else:
            sidecar["captured_between"] = [midnight.isoformat(), (midnight + timedelta(days=1)).isoformat()]
    elif telling == "mtime":
        late = int(chance.random() * 5 * SECOND) if chance.random() < 0.8 else int(chance.expovariate(1 / (8 * HOUR)))
        mtime = witness.captured + late
    return Told(name, sidecar or None, mtime, span, telling)


def wrong(chance: Random) -> int:
    """How wrong a clock is: a mistaken zone or hours to days, either way; or it was reset, or set by hand."""
    if chance.random() < 0.15:
        return chance.choice((-1, 1)) * chance.choice((11, 40, 365, 9_000)) * DAY + int(chance.random() * DAY)
    if chance.random() < 0.3:
        return chance.choice((-2, -1, 1, 2)) * HOUR
    return chance.choice((-1, 1)) * int(chance.uniform(2 * HOUR, 4 * DAY) // SECOND) * SECOND


def _telling(settings: Settings, chance: Random) -> Telling:
    mark = chance.random()
    if mark < settings.exact:
        return "exact"
    if mark < settings.exact + settings.day:
        return "day"
    return "mtime" if mark < settings.exact + settings.day + settings.mtime else "none"
