"""What `feeds.toml` may say: every key with its type, bounds, meaning and default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from feeds.config import checks
from feeds.config.channel_tables import (
    AgeText,
    DigestTable,
    FamiliesTable,
    FeedTable,
    PlacesTable,
    TextsTable,
)
from feeds.config.daemon import DaemonTable
from feeds.config.table import Table
from feeds.config.values import (
    Hub,
    HubMode,
    Limits,
    LogLevel,
    Mtime,
    Schedule,
    Selection,
    Serve,
)

_LIMITS, _SELECTION, _HUB, _SERVE, _SCHEDULE = Limits(), Selection(), Hub(), Serve(), Schedule()

PathText = Annotated[str, AfterValidator(checks.path)]
Network = Annotated[str, AfterValidator(checks.network)]
WebAddress = Annotated[str, AfterValidator(checks.web_address)]


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class SourceTable(Table):
    """One place where dumps arrive."""

    path: PathText = Field(description="File or folder of dumps; a folder is searched with all below it.")
    site: str = Field(description="The site's profile: sites/NAME.toml beside this file, or a packaged one.")
    mtime: Mtime = Field(
        default="trust",
        description="Whether a file's modification time says when its page was captured, if nothing else does.",
    )


class LimitsTable(Table):
    """Bounds on what one dump may cost."""

    max_dump_bytes: int = Field(
        default=_LIMITS.max_dump_bytes, ge=1, le=10**10, description="A larger dump, or row of one, is a problem."
    )
    max_parse_seconds: float = Field(
        default=_LIMITS.max_parse_seconds,
        gt=0,
        le=3600,
        description="Seconds of the processor's time; a dump that takes longer to read is a problem.",
    )
    max_teasers: int = Field(
        default=_LIMITS.max_teasers, ge=1, le=100_000, description="Teasers that are read of one page."
    )
    lock_seconds: int = Field(
        default=_LIMITS.lock_seconds, ge=0, le=3600, description="Seconds to wait for a locked store."
    )


class SelectionTable(Table):
    """Which stories a feed shows."""

    entries: int = Field(default=_SELECTION.entries, ge=1, le=10_000, description="Entries of a feed, newest first.")
    date_within_hours: int = Field(
        default=_SELECTION.date_within_hours,
        ge=0,
        le=87_600,
        description="An entry shows its date only if the bounds known for it are at most so many hours apart.",
    )
    minimum_stories: int = Field(
        default=_SELECTION.minimum_stories,
        ge=1,
        le=1_000_000,
        description="A topic, place, country or agency with fewer has no feed.",
    )
    max_age: AgeText | None = Field(
        default=None,
        description="Entries that are older than the newest capture by more leave a feed: 30 days; left out: none do.",
    )


class ScheduleTable(Table):
    """How often feeds are brought up to date."""

    refresh_minutes: int = Field(
        default=_SCHEDULE.refresh_minutes,
        ge=1,
        le=10_080,
        description="What feeds tell readers of how often to ask: ttl, sy:updatePeriod and sy:updateFrequency.",
    )


class HubTable(Table):
    """WebSub: who tells subscribers of news."""

    url: WebAddress | None = Field(default=None, description="The external hub.")
    urls: list[WebAddress] = Field(default=list(_HUB.urls), description="Further external hubs.")
    mode: HubMode | None = Field(
        default=None,
        description="none, this server itself, or an external one; left out: external with url, self with topics.",
    )
    topics: list[WebAddress] = Field(
        default=list(_HUB.topics), description="Prefixes of addresses elsewhere for which this server is a hub too."
    )
    allow_private: bool = Field(default=_HUB.allow_private, description="Whether requests may go to private addresses.")

    @field_validator("mode")
    @classmethod
    def _external_is_somewhere(cls, value: HubMode | None, info: ValidationInfo) -> HubMode | None:
        if value == "external" and info.data.get("url", "faulty") is None and not info.data.get("urls", ["faulty"]):
            raise ValueError('is "external" and needs a url beside it')
        return value

    def value(self) -> Hub:
        """The hub that these keys ask for."""
        mode = self.mode or ("external" if self.url or self.urls else "self" if self.topics else "none")
        return Hub(mode, self.url, tuple(self.topics), self.allow_private, tuple(self.urls))


class ServeTable(Table):
    """HTTP: who may ask, how often, and how long an answer may be kept."""

    token: Annotated[str, AfterValidator(checks.token)] | None = Field(
        default=None, description="What clients must show, as ?token= or as a password; left out: nothing."
    )
    proxies: list[Network] = Field(
        default=list(_SERVE.proxies), description="Addresses or networks of proxies whose X-Forwarded-For is believed."
    )
    max_age: int = Field(
        default=_SERVE.max_age, ge=0, le=86_400, description="Seconds for which clients may keep a document."
    )
    requests_per_second: int = Field(
        default=_SERVE.requests_per_second, ge=0, le=100_000, description="Of one client in the long run; 0: no bound."
    )
    burst: int = Field(default=_SERVE.burst, ge=1, le=1_000_000, description="What one client may ask at once besides.")
    costly_per_minute: int = Field(
        default=_SERVE.costly_per_minute,
        ge=0,
        le=100_000,
        description="Searches and subscriptions of one client; 0: no bound.",
    )
    exempt: list[Network] = Field(
        default=list(_SERVE.exempt), description="Addresses or networks whose requests are not counted."
    )


class FileTable(Table):
    """The whole of `feeds.toml`."""

    base_url: Annotated[str, AfterValidator(checks.base_url)] = Field(
        default="http://127.0.0.1:8080",
        description="Address under which out/ is served; every feed names itself by it.",
    )
    out: PathText = Field(default="out", description="Folder of the published site.")
    store: Annotated[str, AfterValidator(checks.store)] | None = Field(
        default=None, description="SQLAlchemy URL of the store; left out: sqlite:/// and feeds.sqlite beside out/."
    )
    listen: Annotated[str, AfterValidator(checks.listen)] = Field(
        default="127.0.0.1:8080", description="HOST:PORT that feeds are served on."
    )
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = Field(
        default="info", description="The least that is logged."
    )
    tag: Annotated[str, AfterValidator(checks.tag)] = Field(
        default="dateline.example,2026",
        description="Domain and date that every entry's id is made from (RFC 4151). Never change it once published.",
    )
    sources: list[SourceTable] = Field(default=[], description="Where dumps arrive.")
    limits: LimitsTable = LimitsTable()
    selection: SelectionTable = SelectionTable()
    families: FamiliesTable = FamiliesTable()
    feed: list[FeedTable] = Field(default=[], description="Feeds of one's own, by query.")
    digest: list[DigestTable] = Field(default=[], description="Digests of days or weeks.")
    texts: TextsTable = TextsTable()
    places: PlacesTable = PlacesTable()
    hub: HubTable = HubTable()
    schedule: ScheduleTable = ScheduleTable()
    daemon: DaemonTable = DaemonTable()
    serve: ServeTable = ServeTable()


def json_schema() -> Mapping[str, object]:
    """The JSON Schema (draft 2020-12) of `feeds.toml`, with descriptions and defaults."""
    schema = FileTable.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "feeds.toml"}
