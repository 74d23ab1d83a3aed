"""The topics of the portal: how much each publishes, from where, by whom."""

from __future__ import annotations

from random import Random

from .vocabulary import HOME_CITIES, REGIONS, WORLD_CITIES

SHARES: dict[str, float] = {
    "Binnenland": 0.22,
    "Buitenland": 0.26,
    "Sport": 0.11,
    "Voetbal": 0.07,
    "Financieel": 0.10,
    "Politiek": 0.09,
    "Wetenschap": 0.003,
} | dict.fromkeys(REGIONS, 0.03)
"""Each topic's share of the stories. Wetenschap is so quiet that its list reaches back for months."""
ALSO = {
    "Binnenland": "Politiek",
    "Politiek": "Binnenland",
    "Voetbal": "Sport",
    "Sport": "Voetbal",
    "Financieel": "Buitenland",
}
_WORLD = (
    *("Washington", "Moskou", "Jeruzalem", "Kiev", "Brussel", "Teheran", "Londen", "Parijs", "Berlijn", "Gaza"),
    *WORLD_CITIES,
)
"""The capitals of the news first: the nearer the front, the oftener."""
CITIES: dict[str, tuple[str, ...]] = {
    "Politiek": ("Den Haag",) * 12 + ("Brussel", "Utrecht", "Rotterdam"),
    "Financieel": ("Amsterdam",) * 8
    + ("New York",) * 4
    + ("Londen", "Londen", "Frankfurt", "Parijs", "Tokio", "Rotterdam", "Eindhoven"),
    "Binnenland": HOME_CITIES,
    "Wetenschap": HOME_CITIES + WORLD_CITIES,
    "Voetbal": HOME_CITIES + WORLD_CITIES[::4],
}


def kind_of(chance: Random, topic: str) -> str:
    """The kind of event that a topic reports."""
    if topic in ("Sport", "Voetbal"):
        return "s" if chance.random() < 0.8 else ""
    return (
        "i"
        if chance.random() < {"Binnenland": 0.3, "Buitenland": 0.2}.get(topic, 0.25 if topic in REGIONS else 0.0)
        else ""
    )


def city_of(chance: Random, topic: str) -> str:
    """Where something happens; some cities are far oftener in the news than others."""
    if topic in REGIONS:
        return REGIONS[topic][int(len(REGIONS[topic]) * chance.random() ** 1.5)]
    cities = CITIES.get(topic, _WORLD)
    return cities[int(len(cities) * (chance.random() ** (1.8 if topic in ("Buitenland", "Binnenland") else 1)))]


def agencies_of(chance: Random, topic: str) -> tuple[str, ...]:
    """Who reports it: ANP and up to three more, nobody for a region."""
    if topic in REGIONS:
        return ()
    more = (0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3)[int(chance.random() * 11)]
    return ("ANP", *chance.sample(("RTR", "AFP", "DPA", "BLOOMBERG", "BELGA"), more))
