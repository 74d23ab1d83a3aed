"""What `[daemon]` in `feeds.toml` may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from feeds.config.crontab import schedule
from feeds.config.table import Table
from feeds.config.values import Daemon, Watching
from feeds.model import Family

_DAEMON = Daemon()

Schedule = Annotated[str, AfterValidator(schedule)]


class DaemonTable(Table):
    """How `feeds run` watches, and when it works."""

    quiet: float = Field(
        default=_DAEMON.quiet, ge=0, le=3600, description="Seconds without a change after which a dump is complete."
    )
    unsure: float = Field(
        default=_DAEMON.unsure,
        ge=0,
        le=3600,
        description="Seconds without a change after which a dump is complete of which the system tells nothing.",
    )
    ceiling: float = Field(
        default=_DAEMON.ceiling, ge=0, le=86_400, description="Seconds that complete dumps wait for others at most."
    )
    rescan: float = Field(
        default=_DAEMON.rescan, ge=1, le=86_400, description="Seconds from one look at everything to the next."
    )
    watch: Watching = Field(
        default=_DAEMON.watch, description="auto, by the kernel's events, or by polling (network and container mounts)."
    )
    poll: float = Field(default=_DAEMON.poll, ge=0.1, le=3600, description="Seconds between looks at a polled folder.")
    housekeeping: Schedule = Field(
        default=_DAEMON.housekeeping,
        description='When the store is tidied: like "6h", or five fields as cron has them.',
    )
    retention_days: int = Field(
        default=_DAEMON.retention_days,
        ge=0,
        le=36_500,
        description="Days after which a dump that was taken in is removed from its folder; 0: never.",
    )
    silent_hours: float = Field(
        default=_DAEMON.silent_hours, ge=0, le=87_600, description="Hours without a new dump that make a source silent."
    )
    schedules: dict[Family, Schedule] = Field(
        default={},
        description="Families of feeds that have a schedule of their own instead of being refreshed at once.",
    )

    @field_validator("ceiling")
    @classmethod
    def _ceiling_is_above(cls, value: float, info: ValidationInfo) -> float:
        if value < (quiet := info.data.get("quiet", 0)):
            raise ValueError(f"must be at least as long as quiet ({quiet:g}), not {value:g}")
        return value

    def value(self) -> Daemon:
        """The same, frozen."""
        return Daemon(**{**self.model_dump(), "schedules": tuple(sorted(self.schedules.items()))})
