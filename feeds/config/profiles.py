"""Site profiles: what `sites/NAME.toml` may say, and the profile it makes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from feeds.config import checks
from feeds.config.channel_tables import Country
from feeds.config.schema import WebAddress
from feeds.config.table import Table
from feeds.parse.profile import AgePhrase, SiteProfile


def _time_zone(value: str) -> str:
    """A zone of the IANA database."""
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # no such zone; a folder of zones; a path out of the database
        near = get_close_matches(value, sorted(available_timezones()), 1)
        hint = f"; perhaps {near[0]}" if near else "; write it like Europe/Amsterdam"
        raise ValueError(f"must be a time zone of the IANA database, not {checks.shown(value)}{hint}") from error
    return value


def _language(value: str) -> str:
    """A language whose words CLDR has: ages are read by them."""
    try:
        Locale.parse(value, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise ValueError(
            f"must be a language that CLDR knows, not {checks.shown(value)}; write it like nl or nl-BE"
        ) from error
    return value


def _link(value: str) -> str:
    """An address with `{slug}`, or nothing."""
    if value:
        checks.template("slug")(value)
        if "{slug}" not in value:
            raise ValueError(f"must hold {{slug}}, where the headline goes, and {checks.shown(value)} does not")
        checks.web_address(value.replace("{slug}", "slug"))
    return value


SomeText = Annotated[str, AfterValidator(checks.some_text)]
"""An empty one would stand everywhere."""
SomeTexts = list[SomeText]


class AgeTable(Table):
    """A printed age that CLDR lacks: `lo <= age < hi` in seconds."""

    text: SomeText
    lo: int = Field(ge=0)
    hi: int = Field(ge=1, le=10**10)

    @field_validator("hi")
    @classmethod
    def _above_lo(cls, value: int, info: ValidationInfo) -> int:
        if value <= info.data.get("lo", -1):
            raise ValueError(f"must be above lo = {info.data['lo']}, not {value}")
        return value


class ProfileTable(Table):
    """The whole of `sites/NAME.toml`. The fields mean what SiteProfile says; those with a default may be left out."""

    title: SomeText
    language: Annotated[str, AfterValidator(_language)]
    timezone: Annotated[str, AfterValidator(_time_zone)]
    home: WebAddress
    link: Annotated[str, AfterValidator(_link)] = ""
    boilerplate: SomeTexts = []
    section: str = ""
    edition: str = ""
    ticker: str = ""
    topic_path: str = ""
    credits: SomeTexts = []
    towns: SomeTexts = []
    keywords: SomeTexts = []
    datelines: SomeTexts = []
    repairs: dict[SomeText, str] = {}
    ages: list[AgeTable] = []
    newest_first: bool = True
    topics: SomeTexts = []
    country: Country | None = None

    def value(self, name: str) -> SiteProfile:
        """The profile of the site of that name."""
        return SiteProfile(
            name=name,
            title=self.title,
            language=self.language,
            timezone=self.timezone,
            home=self.home,
            link=self.link,
            boilerplate=tuple(self.boilerplate),
            section=self.section,
            edition=self.edition,
            ticker=self.ticker,
            topic_path=self.topic_path,
            credits=tuple(self.credits),
            towns=tuple(self.towns),
            keywords=tuple(self.keywords),
            datelines=tuple(self.datelines),
            repairs=tuple(self.repairs.items()),
            ages=tuple(AgePhrase(age.text, age.lo, age.hi) for age in self.ages),
            newest_first=self.newest_first,
            topics=tuple(self.topics),
            country=self.country,
        )
