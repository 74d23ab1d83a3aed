"""The nouns. Frozen values only; instants are aware and in UTC, collections are tuples.

A Capture is parsed into a Page; what a Page shows of a story is a Sighting; Sightings share a Wording; Wordings that
are one news item fold into a Story; a Channel chooses Stories for a Feed; a Feed is rendered into Documents.
What comes by the ten thousand is a NamedTuple: that is made in a third of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple, NewType

from feeds.canon import fold, instant

ContentHash = NewType("ContentHash", str)
"""Hex digest of a dump's bytes."""
CaptureKey = NewType("CaptureKey", int)
"""63 bits of the hash of content, address and told time: the identity of a capture."""
WordingKey = NewType("WordingKey", int)
"""63 bits of the hash of headline, dateline and lead as printed: the identity of a wording."""
StoryId = NewType("StoryId", str)
"""A `tag:` URI (RFC 4151): the Atom id and the RSS guid of a story."""
ChannelKey = NewType("ChannelKey", str)
"""The folder of a feed below `out/`: `all`, `topic/buitenland`, `dateline/moskou`, `feed/zeeland`."""
CaptureOrder = NewType("CaptureOrder", str)
"""Sort key of captures: a text, because nothing compares faster."""
Evidence = Literal["record", "sidecar", "name", "page", "mtime", "unknown"]
Kind = Literal["article", "listing", "other"]
Role = Literal["article", "teaser", "listing"]
Cut = Literal["headline", "text", "age"]
LinkKind = Literal["captured", "derived"]
Family = Literal["all", "topic", "dateline", "country", "agency", "feed", "digest"]


class Edit(NamedTuple):
    """When the first capture began that shows something else; the headline and printed places before, if others."""

    at: datetime
    headline: str = ""
    datelines: tuple[str, ...] = ()


class Dateline(NamedTuple):
    """`MOSKOU (ANP/RTR)`: as printed (without the closing ` - `), its places and its agencies."""

    raw: str
    places: tuple[str, ...]
    agencies: tuple[str, ...]


class Age(NamedTuple):
    """A printed age and the half-open span `[lo, hi)` of seconds that it covers.

    "2 uur geleden" covers `[7200, 10800)`. Weeks, months and years are the widest the calendar allows.
    """

    raw: str
    lo: int
    hi: int


class Block(NamedTuple):
    """A piece of an article's body."""

    kind: Literal["paragraph", "heading"]
    text: str
    link: str | None = None
    """Where it leads, in a digest's list of stories."""


class Article(NamedTuple):
    """The one article of a page. `lead` and `body` stand without the dateline; `body` begins with the lead."""

    headline: str | None
    dateline: Dateline | None
    lead: str | None
    body: tuple[Block, ...]
    byline: str | None
    published: datetime | None
    cut: Cut | None
    """Where the page's end cut it off (`text`: inside the lead), None when headline and lead are whole."""


class Teaser(NamedTuple):
    """One item of a list: position from 0 in the list, text without the dateline."""

    position: int
    headline: str | None
    dateline: Dateline | None
    text: str
    age: Age | None
    cut: Cut | None
    """Where the page's end cut it off; None when it is whole. `age`: headline and text are whole."""

    @property
    def truncated(self) -> bool:
        """Whether the end of the page cut this teaser off anywhere."""
        return self.cut is not None


class Latest(NamedTuple):
    """A line of a regional listing's ticker: `- Topic H:MM Headline`."""

    topic: str
    clock: str
    headline: str


class Page(NamedTuple):
    """What the parser found in a text of so many `lines`. A function of text, address and site profile alone."""

    site: str
    kind: Kind
    topic: str | None
    article: Article | None
    teasers: tuple[Teaser, ...]
    latest: tuple[Latest, ...]
    residue: tuple[str, ...]
    """The lines that no rule claimed, in order."""
    printed_date: date | None
    """The day of capture that a listing prints, None elsewhere."""
    overfull: bool
    """More teasers than `max_teasers`; the rest was not read."""
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """When a page was captured, as far as something says so: a closed span in UTC, and what says it.

    `source` `mtime` is weak evidence, trusted only by a source's setting; `unknown` has no bounds.
    """

    not_before: datetime | None
    not_after: datetime | None
    source: Evidence


class Capture(NamedTuple):
    """One page as it was seen, however many dumps hold it; its times in microseconds since 1970. See `capture_of`."""

    key: CaptureKey
    content: ContentHash
    site: str
    url: str | None
    earliest: int | None
    latest: int | None
    """The bounds of the told span."""
    source: Evidence
    mtime: int
    """The earliest modification time of its dumps: the order of captures that nothing dates."""
    dumps: tuple[str, ...]
    """Base names of the dumps that hold it, least first."""
    record: int  # the row of the first of these dumps, 0 in a file of one page
    is_told: bool
    """Whether something better than a modification time says when it was captured."""
    order: CaptureOrder
    """Sort key, earliest first: all told captures by their span, after them the others by modification time."""

    @property
    def told(self) -> Told:
        """When it was captured, as far as something says so."""
        first = None if self.earliest is None else instant(self.earliest)
        return Told(first, None if self.latest is None else instant(self.latest), self.source)

    @property
    def began(self) -> datetime:
        """The start of the told span, else the modification time: what `first_seen` and `updated` are made of."""
        return instant(self.earliest if self.is_told and self.earliest is not None else self.mtime)


@dataclass(frozen=True)
class Wording:
    """A distinct headline and lead, to the letter: what forty sightings share."""

    key: WordingKey
    headline: str | None
    dateline: Dateline | None
    lead: str
    cut: Cut | None

    @cached_property
    def head(self) -> str:
        """The headline, folded."""
        return fold(self.headline) if self.headline else ""

    @cached_property
    def body(self) -> str:
        """The lead, folded."""
        return fold(self.lead)


class Sighting(NamedTuple):
    """One appearance of a wording in one capture."""

    capture: Capture
    role: Role
    position: int  # -1 for the article
    wording: WordingKey
    topic: str | None
    age: Age | None
    body: str | None  # hash of the article's folded body; None for a teaser


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its name, that in addresses, and where it is if known (ISO 3166 country, GeoNames id, degrees)."""

    name: str
    country: str | None = None
    geonames: int | None = None
    lat: float | None = None
    lon: float | None = None
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """When a story was published: after `not_before`, no later than `not_after`; `best` needs both."""

    not_before: datetime | None
    not_after: datetime | None
    best: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """Wordings that are one news item, folded into what is known of it now."""

    id: StoryId
    headline: str
    summary: str
    link: str | None
    link_kind: LinkKind | None
    topics: tuple[str, ...]
    datelines: tuple[str, ...]
    agencies: tuple[str, ...]
    places: tuple[Place, ...]
    published: Published
    first_seen: datetime
    updated: datetime
    body: tuple[Block, ...]
    """The full text; empty when only teasers were seen, or when the text was not asked for."""
    byline: str | None
    revisions: int
    site: str
    text_from: CaptureKey | None = None
    """The capture whose article is the full text."""
    edits: tuple[Edit, ...] = ()
    sightings: int = 0

    @property
    def sort_key(self) -> datetime:
        """What feeds are sorted by: `best`, else `first_seen`."""
        return self.published.best or self.first_seen


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed is about: everything, a topic, place, country or agency, a query. `key` is its folder in `out/`."""

    key: ChannelKey
    family: Family
    name: str
    """As it is printed or known: `Buitenland`, `Moskou`; the site's title for `all`, else the configured title."""
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as a feed shows it, and close reports. `published` is None when it is not known well enough."""

    story: Story
    published: datetime | None
    related: tuple[Story, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A channel with its chosen entries, newest first."""

    channel: Channel
    entries: tuple[Entry, ...]
    updated: datetime
    """The latest `updated` of its entries; of an empty one, since when it is: never the time of building."""
    language: str
    archive: str | None = None
    """The path of the newest document of its archive, if it has one (RFC 5005 section 4)."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to publish at `path`, relative to `out/`, with forward slashes."""

    path: str
    body: bytes
    media_type: str
