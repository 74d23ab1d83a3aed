"""Series: reports that come back under the same headline with nearly the same text, on other days or for other towns.

Each occurrence is a story of its own. Their texts differ in numbers, weekdays and towns alone, which is also how an edited
number looks: only time, place and the lists they stand in tell the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """One series: where and when it appears and what it says. `town` and `weekday` are bound in its texts."""

    name: str
    topic: str
    """A topic, or `` for every region."""
    city: str
    """Where it is reported from; `` for a town of the region."""
    agencies: tuple[str, ...]
    hour: float
    """Local hour of the day around which it appears."""
    chance: float
    """Share of days on which it appears."""
    towns: int
    """How many towns get one on the same day."""
    headline: str
    sentences: tuple[str, ...]


SERIES: tuple[Series, ...] = (
    Series(
        "opening", "Financieel", "Amsterdam", ("ANP",), 8.2, 0.71, 1,
        "Damrak begint de dag met kleine uitslagen",
        (
            "De graadmeter van de Amsterdamse effectenbeurs stond {weekday} kort na de opening {pct} procent hoger op {n2},{n0} punten.",
            "De index voor middelgrote fondsen won {pct} procent tot {n2},{n0} punten.",
            "Ook in Londen, Parijs en Frankfurt gingen de koersen tot {pct} procent omhoog.",
        ),
    ),
    Series(
        "closing", "Financieel", "New York", ("ANP", "BLOOMBERG"), 21.2, 0.71, 1,
        "Beurzen in New York sluiten met winst",
        (
            "De aandelenbeurzen in New York zijn {weekday} met winst de handel uitgegaan.",
            "De leidende index eindigde {pct} procent in de plus op {n4},{n0} punten en de technologiebeurs klom {pct} procent tot {n4},{n0} punten.",
        ),
    ),
    Series(
        "oil", "Financieel", "Londen", ("ANP", "RTR"), 17.5, 0.5, 1,
        "Olieprijs beweegt nauwelijks",
        ("Een vat ruwe olie kostte {weekday} op de termijnmarkt in Londen {n2},{n2} dollar, {pct} procent meer dan een dag eerder.",),
    ),
    Series(
        "traffic", "Binnenland", "Den Haag", ("ANP",), 17.1, 0.65, 1,
        "Avondspits drukker dan gemiddeld",
        (
            "Op de Nederlandse wegen stond {weekday} rond 17.00 uur {n2} kilometer file.",
            "Dat is {n1} procent meer dan gemiddeld op dit tijdstip, meldt de verkeersdienst.",
            "De langste file van {n1} kilometer stond op de A{n1}.",
        ),
    ),
    Series(
        "weather", "Binnenland", "De Bilt", ("ANP",), 6.1, 0.9, 1,
        "Weerbericht voor vandaag",
        (
            "Het is {weekday} wisselend bewolkt met in het noorden kans op een bui.",
            "Het wordt {n1} graden aan zee en {n1} graden in het zuidoosten. De wind is matig, kracht {n0}, en draait naar het westen.",
        ),
    ),
    Series(
        "lottery", "Binnenland", "Utrecht", ("ANP",), 20.0, 0.3, 1,
        "Winnende getallen van de trekking",
        ("Bij de trekking van {weekday} zijn de getallen {n1}, {n1}, {n1}, {n1} en {n1} gevallen. Het reservegetal is {n1} en de jackpot staat op {n0},{n0} miljoen euro.",),
    ),
    Series(
        "league", "Voetbal", "Zeist", ("ANP",), 22.5, 0.4, 1,
        "Uitslagen en stand in de eerste divisie",
        ("In de eerste divisie zijn {weekday} drie duels gespeeld: Emmen - Sneek {n0}-{n0}, Hoorn - Oss {n0}-{n0} en Tiel - Weert {n0}-{n0}. Hoorn gaat aan kop met {n1} punten uit {n1} duels.",),
    ),
    Series(
        "medals", "Sport", "Lausanne", ("ANP", "DPA"), 19.0, 0.5, 1,
        "Medaillespiegel na vandaag",
        ("Noorwegen voert na de finales van {weekday} de medaillespiegel aan met {n1} keer goud, {n1} keer zilver en {n1} keer brons. Nederland volgt met {n0} gouden plakken.",),
    ),
    Series(
        "tide", "", "", (), 6.5, 0.25, 3,
        "Waterstanden en wind voor vandaag",
        (
            "Bij {town} is het {weekday} om {clock} uur en om {clock} uur hoogwater.",
            "Het water komt tot {n2} centimeter boven NAP en de wind is kracht {n0}.",
        ),
    ),
    Series(
        "evening", "", "", (), 13.0, 0.05, 4,
        "Inloopavond over nieuwe woningen",
        (
            "Inwoners van {town} kunnen {weekday} vanaf {clock} uur in het dorpshuis de plannen bekijken voor {n1} nieuwe woningen.",
            "Na de inloopavond beslist de gemeenteraad over het bestemmingsplan. Aanmelden is niet nodig.",
        ),
    ),
    Series(
        "tunnel", "Beveland", "Borsele", (), 15.5, 0.35, 1,
        "Tunnel vannacht afgesloten voor onderhoud",
        ("De tunnel onder de Westerschelde is in de nacht van {weekday} van {clock} tot {clock} uur dicht voor onderhoud. Automobilisten rijden {n2} kilometer om via Antwerpen.",),
    ),
)  # fmt: skip
