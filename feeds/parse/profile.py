"""What is known of a site: data, read from `config/sites/NAME.toml`, never code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgePhrase:
    """A printed age that CLDR's patterns lack, with its half-open span of seconds."""

    text: str
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """How one site prints its pages. Lines are compared whole, after stripping blanks at both ends."""

    name: str
    """The profile's file name without its ending: `zeelandnet`."""
    title: str
    """The site's name for people: `ZeelandNet`."""
    language: str
    """BCP 47 and CLDR: `nl`. Ages are read in it."""
    timezone: str
    """IANA name: times without offset and whole days are in it."""
    home: str
    """The address of the site's news pages."""
    link: str
    """Address of an article by its headline, with `{slug}`; empty where no rule holds."""
    boilerplate: tuple[str, ...]
    """Lines that say nothing; they prove nothing either."""
    section: str
    """What stands before the topic above a list of teasers: `Meer uit`."""
    edition: str
    """How the line of editions on a section listing begins: `Editie:`."""
    ticker: str
    """The line above the ticker of a regional listing: `Net binnen`."""
    topic_path: str
    """Part of an address before a topic that stands nowhere else: `/nieuws/regio/`."""
    credits: tuple[str, ...]
    """What a listing prints before a headline: `ANP`. A dateline with one of them may be printed in any case."""
    towns: tuple[str, ...]
    """Places whose dateline may be printed in mixed case and without an agency: `Borsele`."""
    keywords: tuple[str, ...]
    """Wire keywords that may be glued onto a place: `TRUMP` in TRUMPWASHINGTON."""
    datelines: tuple[str, ...]
    """Places whose dateline in capitals may stand without an agency anywhere: `WASHINGTON`."""
    repairs: tuple[tuple[str, str], ...]
    """Wrong letters and what they stand for: `ƫ` for `ë`."""
    ages: tuple[AgePhrase, ...]
    newest_first: bool
    """Whether the site's lists run from the newest to the oldest."""
    topics: tuple[str, ...] = ()
    """Topics that are no region: `Sport`. In their lists capitals alone make no dateline: `AZ - PSV`."""
    country: str | None = None
    """The country where the site is at home (ISO 3166-1), which a place's name means first."""
