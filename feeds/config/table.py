"""What every table of a configuration file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of a configuration file: no key but these, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
