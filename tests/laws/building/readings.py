"""Pages that profiles read in more ways than one, and what a house says of their stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from houses import Dump, House

from feeds.reading import explain
from feeds.store.tombs import all_tombs

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STEM = "De brug over het kanaal blijft tot na de zomer dicht omdat eeŋ"
BRIDGE, LOCK = f"{STEM} schip de pijlers raakte.", f"{STEM} ander schip vastliep in de sluis."
LEVEL = "Het waterpeil van de plassen gaat omlaag, zodat er aan de oevers gewerkt kan worden."
LEADS = (BRIDGE, BRIDGE.replace("raakte", "zaterdag raakte"), LOCK, LEVEL)
HEADLINES = ("Brug dicht", "Schip raakt brug", "Peil omlaag")
REPAIRS = ((), (("ŋ", "n"),), (("ŋ", "m"),))
"""What profiles make of a letter: they read it as three."""


def page(*items: tuple[str, str], article: tuple[str, str] = ("Markt", "Er is morgen markt.")) -> str:
    """An article, and a list in which the first item is an hour old, the next two, and so on."""
    headline, lead = article
    text = f"{headline}\n\n{headline}\n\nGOES (ANP) - {lead}\n\nMeer uit Zeeland\n\n"
    return text + "".join(
        f"{head}\n\nGOES (ANP) - {body}\n\n{number} uur geleden\n\n" for number, (head, body) in enumerate(items, 1)
    )


def dump(number: int, text: str) -> Dump:
    """A page as it was captured at an hour."""
    at = NOON + timedelta(hours=number)
    return Dump(f"{at:%Y%m%d%H%M%S}-{number}.txt", text, at, None, at)


def under(house: House, repairs: tuple[tuple[str, str], ...]) -> House:
    """The house with a profile that makes these repairs."""
    sites = tuple(replace(site, repairs=repairs) for site in house.config.sites)
    return replace(house, config=replace(house.config, sites=sites))


def ids(house: House) -> dict[str, str]:
    """The id of each story, by its headline and lead. No two stories have one."""
    stories = house.stories()
    assert len({story["id"] for story in stories}) == len(stories)
    return {f"{story['headline']}: {story['summary']}": story["id"] for story in stories}


def seen(house: House) -> dict[frozenset[tuple[str, int]], str]:
    """The id of each story, by the dumps and positions at which it was seen."""
    return {
        frozenset((dump, one["position"]) for one in story["sightings"] for dump in one["dumps"]): story["id"]
        for story in house.stories()
    }


def tombs(house: House) -> set[str]:
    """The ids that have tombstones, by their last 16 digits."""
    with house.store.reading() as connection:
        return {f"{tomb.wording:016x}" for tomb in all_tombs(connection)}


def found(house: House, name: str) -> str:
    """The id of the story that is found under an id."""
    return explain(house.store, house.config, name).story.id
