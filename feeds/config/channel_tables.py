"""What `feeds.toml` may say of feeds: which there are, what they are called, and what the places in them mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from feeds.channels.rules import Every
from feeds.config import checks
from feeds.config.table import Table
from feeds.config.values import DigestSetting, Families, FeedSetting, Texts
from feeds.places.overrides import AddedPlace, Overrides

_TEXTS, _FAMILIES = Texts(), Families()

SiteText = Annotated[str, AfterValidator(checks.template("site"))]
SomeText = Annotated[str, AfterValidator(checks.some_text)]
ChannelName = Annotated[str, AfterValidator(checks.channel_name)]
ChannelKeyText = Annotated[str, AfterValidator(checks.channel_key)]
QueryText = Annotated[str, AfterValidator(checks.query)]
AgeText = Annotated[str, AfterValidator(checks.age)]
NameText = Annotated[str, AfterValidator(checks.template("site", "name"))]
PrintedText = Annotated[str, AfterValidator(checks.template("printed"))]
Name = Annotated[str, AfterValidator(checks.some_text)]
Country = Annotated[str, AfterValidator(checks.country)]


class FamiliesTable(Table):
    """Which families of feeds there are besides that of everything."""

    topic: bool = Field(default=_FAMILIES.topic, description="A feed for each topic.")
    dateline: bool = Field(default=_FAMILIES.dateline, description="A feed for each place.")
    country: bool = Field(default=_FAMILIES.country, description="A feed for each country of a place.")
    agency: bool = Field(default=_FAMILIES.agency, description="A feed for each news agency.")


class FeedTable(Table):
    """A feed of one's own. Its stories are those that the query finds, in any of `any_of`, and in none of `none_of`."""

    key: ChannelName = Field(description="Its name in addresses: zeeland is published as feed/zeeland/.")
    title: SomeText = Field(description="Title, as it is.")
    description: str = Field(default="", description="Description, as it is.")
    query: QueryText | None = Field(default=None, description="What its stories are, in the language of queries.")
    any_of: list[ChannelKeyText] = Field(default=[], description="Feeds that it merges: topic/sport, feed/zeeland.")
    none_of: list[ChannelKeyText] = Field(default=[], description="Feeds whose stories it leaves out.")
    entries: int | None = Field(
        default=None, ge=1, le=10_000, description="Entries, newest first; left out: selection.entries."
    )
    max_age: AgeText | None = Field(
        default=None, description="How much older than the newest capture entries may be; left out: selection.max_age."
    )

    def value(self) -> FeedSetting:
        """The feed that these keys ask for."""
        said = self.model_dump(exclude={"any_of", "none_of"})
        return FeedSetting(**said, any_of=tuple(self.any_of), none_of=tuple(self.none_of))


class DigestTable(Table):
    """A digest: an entry for each day or week, listing its stories: all, unless the keys below say which."""

    key: ChannelName = Field(description="Its name in addresses: vandaag is published as digest/vandaag/.")
    title: SomeText = Field(description="Title, as it is; each entry's begins with it.")
    every: Every = Field(description="Whether an entry covers a day or a week from Monday, in the site's time zone.")
    description: str = Field(default="", description="Description, as it is.")
    query: QueryText | None = Field(default=None, description="What its stories are, in the language of queries.")
    any_of: list[ChannelKeyText] = Field(default=[], description="Feeds whose stories it lists.")
    none_of: list[ChannelKeyText] = Field(default=[], description="Feeds whose stories it leaves out.")
    entries: int = Field(default=10, ge=1, le=1000, description="Days or weeks, newest first.")

    def value(self) -> DigestSetting:
        """The digest that these keys ask for."""
        said = self.model_dump(exclude={"any_of", "none_of"})
        return DigestSetting(**said, any_of=tuple(self.any_of), none_of=tuple(self.none_of))


class AllText(Table):
    """The feed of everything."""

    title: SiteText = Field(default=_TEXTS.all.title, description="Title, with {site}.")
    description: SiteText = Field(default=_TEXTS.all.description, description="Description, with {site}.")


class TopicText(Table):
    """The feed of one topic."""

    title: NameText = Field(default=_TEXTS.topic.title, description="Title, with {site} and {name}.")
    description: NameText = Field(default=_TEXTS.topic.description, description="Description, with {site} and {name}.")


class DatelineText(Table):
    """The feed of one place."""

    title: NameText = Field(default=_TEXTS.dateline.title, description="Title, with {site} and {name}.")
    description: NameText = Field(
        default=_TEXTS.dateline.description, description="Description, with {site} and {name}."
    )
    printed: PrintedText = Field(
        default=_TEXTS.dateline.printed,
        description="Added to the description where reports print other names of the place: with {printed}.",
    )


class CountryText(Table):
    """The feed of one country."""

    title: NameText = Field(default=_TEXTS.country.title, description="Title, with {site} and {name}.")
    description: NameText = Field(
        default=_TEXTS.country.description, description="Description, with {site} and {name}."
    )


class AgencyText(Table):
    """The feed of one agency."""

    title: NameText = Field(default=_TEXTS.agency.title, description="Title, with {site} and {name}.")
    description: NameText = Field(default=_TEXTS.agency.description, description="Description, with {site} and {name}.")


class TextsTable(Table):
    """What feeds are called, in the language of the site."""

    all: AllText = AllText()
    topic: TopicText = TopicText()
    dateline: DatelineText = DatelineText()
    country: CountryText = CountryText()
    agency: AgencyText = AgencyText()
    empty: str = Field(default=_TEXTS.empty, description="What the description of an empty feed says besides.")
    index: SiteText = Field(default=_TEXTS.index, description="Title of the page that lists the feeds, with {site}.")


class AddedTable(Table):
    """A place that the gazetteer lacks."""

    name: Name = Field(description="What feeds call it.")
    country: Country = Field(description="Its country, ISO 3166-1: NL.")
    lat: float = Field(ge=-90, le=90, strict=False, description="Degrees north.")
    lon: float = Field(ge=-180, le=180, strict=False, description="Degrees east.")
    geonames: int | None = Field(default=None, ge=1, description="Its GeoNames id, if it has one.")
    printed: list[Name] = Field(default=[], description="Other names of it in print.")


class PlacesTable(Table):
    """What the gazetteer does not know of places, or not well enough."""

    names: dict[str, int] = Field(default={}, description="Printed names, each with the GeoNames id that it means.")
    unresolved: list[Name] = Field(default=[], description="Printed names that are no place, or no certain one.")
    added: list[AddedTable] = Field(default=[], description="Places that the gazetteer lacks.")

    def value(self) -> Overrides:
        """The overrides that these keys ask for."""
        added = (
            AddedPlace(one.name, one.country, one.lat, one.lon, one.geonames, tuple(one.printed)) for one in self.added
        )
        return Overrides(tuple(sorted(self.names.items())), tuple(self.unresolved), tuple(added))
