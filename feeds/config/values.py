"""The configuration as the program uses it: checked, complete and frozen. Tables carry their defaults."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from feeds.channels.rules import Every
from feeds.model import Family
from feeds.parse.profile import SiteProfile
from feeds.places.overrides import Overrides

Mtime = Literal["trust", "ignore"]
HubMode = Literal["none", "self", "external"]
Watching = Literal["auto", "events", "poll"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder of dumps, the site they were captured from, and whether file times say when."""

    path: Path
    site: str
    mtime: Mtime = "trust"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one dump may cost. What is beyond them is a problem of that dump, never of the build."""

    max_dump_bytes: int = 10_000_000
    max_parse_seconds: float = 10.0
    """Of the processor's time."""
    max_teasers: int = 500
    lock_seconds: int = 10
    """How long a command waits for a store that another process holds."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories a feed shows, and how well a date must be known to be shown."""

    entries: int = 50
    date_within_hours: int = 48
    """An entry shows its date only if the two bounds are at most this far apart."""
    minimum_stories: int = 1
    """A topic, place, country or agency with fewer stories has no feed."""
    max_age: str | None = None
    """How much older than the newest capture an entry may be: `30 days`."""


@dataclass(frozen=True, slots=True)
class Families:
    """Which families of channels have feeds. A story stands in the others too, so queries may refer to them."""

    topic: bool = True
    dateline: bool = True
    country: bool = True
    agency: bool = True

    @property
    def on(self) -> frozenset[str]:
        """The names of those that are on."""
        return frozenset(field.name for field in fields(self) if getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class FeedSetting:
    """A feed by query, as the file says it; `channels` makes a rule of it."""

    key: str
    title: str
    description: str = ""
    query: str | None = None
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    entries: int | None = None
    max_age: str | None = None


@dataclass(frozen=True, slots=True)
class DigestSetting:
    """A digest, as the file says it."""

    key: str
    title: str
    every: Every
    description: str = ""
    query: str | None = None
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    entries: int = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often feeds are brought up to date, which they tell their readers."""

    refresh_minutes: int = 60
    """A reader that asks more often than this will mostly ask in vain."""


@dataclass(frozen=True, slots=True)
class Text:
    """Title and description of a family of feeds: templates with `{site}`, and `{name}` where there is one."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class PlaceText(Text):
    """Of the feeds of places, also what their description says of other names: a template with `{printed}`."""

    printed: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What feeds are called, in the language of the site."""

    all: Text = Text("{site}", "Al het nieuws van {site}.")
    topic: Text = Text("{site} {name}", "Nieuws uit de rubriek {name} van {site}.")
    dateline: PlaceText = PlaceText(
        "{site}: nieuws uit {name}", "Berichten van {site} uit {name}.", "In de berichten staat: {printed}."
    )
    country: Text = Text("{site}: nieuws uit {name} (land)", "Berichten van {site} met een dagtekening in {name}.")
    agency: Text = Text("{site}: nieuws van {name}", "Berichten van {site} door persbureau {name}.")
    empty: str = "Op dit moment staan er geen berichten in deze feed."
    """What the description of an empty feed says besides."""
    index: str = "Feeds van {site}"
    """Title of the page that lists the feeds; with `{site}`."""


@dataclass(frozen=True, slots=True)
class Hub:
    """WebSub: no hub, this server's own, or somebody else's at `url` and `urls`."""

    mode: HubMode = "none"
    url: str | None = None
    topics: tuple[str, ...] = ()
    """Prefixes of the addresses elsewhere for which this server is a hub too."""
    allow_private: bool = False
    """Whether requests may go to loopback and private addresses."""
    urls: tuple[str, ...] = ()
    """Further external hubs."""

    def addresses(self, base_url: str) -> tuple[str, ...]:
        """The hubs that feeds name, each once."""
        if self.mode == "external":
            return tuple(dict.fromkeys(([self.url] if self.url else []) + list(self.urls)))
        return (f"{base_url}/hub",) if self.mode == "self" else ()


@dataclass(frozen=True, slots=True)
class Daemon:
    """How `feeds run` watches and when it works. All times are in seconds unless they say otherwise."""

    quiet: float = 0.5
    """A file that has not changed for so long, and that nobody is writing, is complete."""
    unsure: float = 10.0
    """The same of a file of which nothing tells whether somebody is writing it: another user's, or on a network."""
    ceiling: float = 10.0
    """Where dumps never cease to arrive, those that are complete are taken in after so long all the same."""
    rescan: float = 600.0
    """Every so often everything is looked at, whatever was heard of changes."""
    watch: Watching = "auto"
    """Whether the kernel tells of changes or folders are polled; `auto` polls what networks and containers mount."""
    poll: float = 2.0
    """How often a polled folder is looked at."""
    housekeeping: str = "30 4 * * *"
    """When the store is tidied: a schedule."""
    retention_days: int = 0
    """Days after which a dump that was taken in is removed from its folder; 0: never."""
    silent_hours: float = 24.0
    """A source without a new dump for so long has gone silent."""
    schedules: tuple[tuple[Family, str], ...] = ()
    """Families of feeds that are refreshed on a schedule of their own instead of at once."""


@dataclass(frozen=True, slots=True)
class Serve:
    """HTTP: who may ask, how often, and how long an answer may be kept."""

    token: str | None = None
    """What clients must show, as `?token=` or as a password; None lets everybody in."""
    proxies: tuple[str, ...] = ()
    """Networks of the proxies whose X-Forwarded-For is believed."""
    max_age: int = 60
    """Seconds for which a client may keep a document without asking again."""
    requests_per_second: int = 50
    """What one client may ask for in the long run; 0 for no bound."""
    burst: int = 2000
    """What it may ask for at once besides: a reader with every feed there is."""
    costly_per_minute: int = 60
    """Searches and subscriptions of one client; 0 for no bound."""
    exempt: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks whose requests are not counted."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. All paths are absolute."""

    root: Path
    """The folder that paths in the file are relative to."""
    file: Path | None
    """The file that was read; None for the packaged default."""
    base_url: str
    """Where `out/` is served, without a slash at its end."""
    out: Path
    store: str
    """An SQLAlchemy URL; the path of an SQLite store is absolute."""
    listen: str
    """`HOST:PORT`."""
    log_level: LogLevel
    tag: str
    """The tagging entity of every id, `authority,date` (RFC 4151 section 2.1)."""
    sources: tuple[Source, ...]
    sites: tuple[SiteProfile, ...]
    """Every profile there is, by name."""
    limits: Limits
    selection: Selection
    texts: Texts
    hub: Hub
    schedule: Schedule
    places: Overrides
    daemon: Daemon = Daemon()
    families: Families = Families()
    feed: tuple[FeedSetting, ...] = ()
    digest: tuple[DigestSetting, ...] = ()
    serve: Serve = Serve()

    @property
    def main_site(self) -> SiteProfile:
        """The site that gives the feeds their name and language: that of the first source."""
        return self.site(self.sources[0].site) if self.sources else self.sites[0]

    def site(self, name: str) -> SiteProfile:
        """The profile of that name; every source's `site` has one."""
        return next(site for site in self.sites if site.name == name)
