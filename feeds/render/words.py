"""What pages and entries say to people in their own words: Dutch for a Dutch site, else English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from feeds.render.settings import Publisher


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    intro: str
    families: tuple[tuple[str, str], ...]
    """The headings of the families of feeds, in the order of the index."""
    one: str
    many: str
    newest: str
    none: str
    moment: str
    """A date and a time of day: with `{day}`, `{month}`, `{year}` and `{clock}`."""
    changed: str
    """With `{moment}`."""
    was: str
    """With `{headline}`, behind `changed`."""
    stood: str
    """With `{places}`, behind `changed`."""
    shortened: str
    """Below an article that is longer than an entry carries."""
    subscribe: str
    older: str
    all_feeds: str
    seen: str
    """With `{day}`: when a story without a date was first seen."""
    updated: str
    withdrawn: tuple[str, str]
    """Title and description of the feed of withdrawn entries."""
    merged: str
    """With `{id}`: what is said of an entry that became part of another."""


_DUTCH = Words(
    language="nl",
    intro="Kopieer het adres van een feed naar uw feedlezer om hem te volgen.",
    families=(
        ("all", "Alles"),
        ("feed", "Selecties"),
        ("digest", "Overzichten"),
        ("topic", "Onderwerpen"),
        ("dateline", "Plaatsen"),
        ("country", "Landen"),
        ("agency", "Persbureaus"),
    ),
    one="1 bericht",
    many="{} berichten",
    newest="nieuwste van",
    none="Er zijn nog geen feeds.",
    moment="{day} {month} {year} om {clock} uur",
    changed="Gewijzigd op {moment}",
    was="; de kop was: “{headline}”",
    stood="; de plaats was: {places}",
    shortened="Dit bericht is hier ingekort. Lees verder op de site.",
    subscribe="Volgen met een feedlezer:",
    older="Oudere berichten",
    all_feeds="Alle feeds",
    seen="gezien op {day}",
    updated="bijgewerkt op {moment}",
    withdrawn=("Ingetrokken berichten", "Berichten die zijn ingetrokken, of in een ander bericht zijn opgegaan."),
    merged="Opgegaan in {id}",
)
_ENGLISH = Words(
    language="en",
    intro="Copy the address of a feed into your feed reader to follow it.",
    families=(
        ("all", "Everything"),
        ("feed", "Selections"),
        ("digest", "Digests"),
        ("topic", "Topics"),
        ("dateline", "Places"),
        ("country", "Countries"),
        ("agency", "Agencies"),
    ),
    one="1 entry",
    many="{} entries",
    newest="newest of",
    none="There are no feeds yet.",
    moment="{day} {month} {year}, {clock}",
    changed="Changed on {moment}",
    was="; the headline was: “{headline}”",
    stood="; the place was: {places}",
    shortened="This article is shortened here. Read on at its site.",
    subscribe="Follow it with a feed reader:",
    older="Older entries",
    all_feeds="All feeds",
    seen="seen on {day}",
    updated="updated on {moment}",
    withdrawn=("Withdrawn entries", "Entries that were withdrawn, or became part of another."),
    merged="Became part of {id}",
)


def words(publisher: Publisher) -> Words:
    """The words of the publisher's language."""
    return _DUTCH if publisher.dutch else _ENGLISH


@lru_cache(maxsize=4096)
def moment(instant: datetime, publisher: Publisher) -> str:
    """An instant as people say it, in the publisher's time zone."""
    said, local = words(publisher), instant.astimezone(ZoneInfo(publisher.timezone))
    return said.moment.format(
        day=local.day, month=_months(said.language)[local.month], year=local.year, clock=f"{local:%H:%M}"
    )


def day(instant: datetime, publisher: Publisher) -> str:
    """The day of an instant, in the publisher's time zone."""
    local = instant.astimezone(ZoneInfo(publisher.timezone))
    return f"{local.day} {_months(words(publisher).language)[local.month]} {local.year}"


@cache
def _months(language: str) -> dict[int, str]:
    return dict(get_month_names("wide", locale=language))
