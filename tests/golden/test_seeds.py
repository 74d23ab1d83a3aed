"""The five dumps in `seeds/`, as a person reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from feeds.model import Article, Page, Teaser
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class Expected:
    """What one seed shows. Datelines are as printed; a block is a sub-heading or how a paragraph begins."""

    headline: str
    dateline: str
    blocks: tuple[str, ...]
    headings: tuple[str, ...]
    teasers: tuple[tuple[str, str, str, str], ...]
    """Headline, place, agencies with `/`, age."""


EXPECTED = {
    "000_96b1f3e1a80901d2": Expected(
        headline="Rusland verwacht snel akkoord over defensiesamenwerking met Iran",
        dateline="MOSKOU (ANP/RTR)",
        blocks=(
            "In een overeenkomst tussen Iran en Rusland",
            "Lavrov zei dat het niet lang meer",
            "In juni sloot de Russische president",
            "Drones en raketten",
            "Iran wordt ervan beticht",
            "Iran speelt bovendien een rol",
        ),
        headings=("Drones en raketten",),
        teasers=(
            (
                "Nieuwe beelden van ICE-agent tonen schietpartij Minneapolis",
                "MINNEAPOLIS",
                "ANP",
                "41 minuten geleden",
            ),
            ("Trump wil deal Groenland op 'makkelijke of moeilijke manier'", "WASHINGTON", "ANP", "45 minuten geleden"),
            ("Interim-leider Venezuela: bestrijden agressie VS met diplomatie", "CARACAS", "ANP/AFP", "2 uur geleden"),
            ("Iraniërs blijven demonstreren, Teheran geeft VS de schuld", "TEHERAN", "ANP/AFP/RTR", "2 uur geleden"),
            ("Amnesty: internetblokkade Iran is ernstige mensenrechtenschending", "LONDEN", "ANP", "6 uur geleden"),
            ("Oppositieleider Venezuela wil erkenning als verkiezingswinnaar", "CARACAS", "ANP/AFP", "6 uur geleden"),
            ("Rubio bespreekt 'belang arctische veiligheid' met NAVO-chef Rutte", "WASHINGTON", "ANP", "7 uur geleden"),
        ),
    ),
    "001_87e4aa978735ea6f": Expected(
        headline="Russische defensieminister Sjoigoe op bezoek in Minsk",
        dateline="MINSK (ANP/DPA/RTR)",
        blocks=(
            "De Russische minister van Defensie Sergei Sjoigoe",
            "Volgens staatspersbureau Belta",
            "Loekasjenko bevestigde bovendien",
            "Minsk heeft gezegd niet actief",
        ),
        headings=(),
        teasers=(
            ("Zweden: neergehaalde drone was inderdaad van Rusland", "MALMÖ", "ANP", "1 uur geleden"),
            ("Noorwegen arresteert tiener om aanslagplannen op NAVO-basis", "STAVANGER", "ANP/AFP", "1 uur geleden"),
            ("Trump oppert 'vriendelijke overname' van Cuba", "WASHINGTON", "ANP/RTR", "2 uur geleden"),
            ("Doden en tientallen gewonden door tramontsporing Milaan", "MILAAN", "ANP/DPA/AFP", "2 uur geleden"),
            ("Clinton: als ik wist wat Epstein deed, had ik hem zelf aangegeven", "CHAPPAQUA", "ANP", "3 uur geleden"),
            ("Oud-president Clinton getuigt over Epstein-banden", "CHAPPAQUA", "ANP", "4 uur geleden"),
            ("Dode en gewonden na ontsporing tram in Milaan", "MILAAN", "ANP/AFP", "4 uur geleden"),
        ),
    ),
    "002_a5cab632ecde00b7": Expected(
        headline="Koreaanse leider Kim al in Rusland voor ontmoeting met Poetin",
        dateline="MOSKOU (ANP/RTR)",
        blocks=(
            "De zwaar gepantserde trein",
            '"Het wordt een volwaardig bezoek"',
            "Ook Poetin wordt dinsdag",
            "Onderhandelingen",
            "Volgens Amerikaanse functionarissen",
            "Volgens het Noord-Koreaanse staatspersbureau",
            "De Noord-Koreaanse leider verlaat",
        ),
        headings=("Onderhandelingen",),
        teasers=(
            ("Trump erkent krapte in Amerikaanse munitievoorraden", "WASHINGTON", "ANP", "25 minuten geleden"),
            (
                "Kremlin verwacht door Iran-oorlog geen gesprekken in Abu Dhabi",
                "MOSKOU",
                "ANP/AFP/RTR",
                "27 minuten geleden",
            ),
            ("Israël meldt grote aanval op hoofdkwartier Iraans regime", "JERUZALEM", "ANP", "48 minuten geleden"),
            (
                "VS trekken overheidspersoneel in Bahrein, Irak en Jordanië terug",
                "WASHINGTON",
                "ANP/RTR",
                "1 uur geleden",
            ),
            ("Iran claimt zware Amerikaanse verliezen", "TEHERAN", "ANP", "1 uur geleden"),
            ("Rode Halve Maan: 787 doden gemeld in Iran sinds begin oorlog", "TEHERAN", "ANP/RTR/AFP", "1 uur geleden"),
            ("Brandstofopslag in haven Oman geraakt door drones", "DUQM", "ANP/RTR", "2 uur geleden"),
        ),
    ),
    "003_c8fd73f6a1146569": Expected(
        headline="Kim en Poetin tekenen 'alomvattend' samenwerkingsverband",
        dateline="PYONGYANG (ANP/RTR/AFP)",
        blocks=(
            "De Russische president Vladimir Poetin",
            "De president haalde ook uit",
            "Kim prees de 71-jarige president",
            "Zeldzaam bezoek",
            "Het Kremlin had al aangekondigd",
            "Poetin is in Pyongyang",
            "Banden aangehaald",
            "Poetin heeft Kim volgens",
            "De twee gezworen vijanden",
            "Het Zuid-Koreaanse persbureau",
        ),
        headings=("Zeldzaam bezoek", "Banden aangehaald"),
        teasers=(
            ("Italië onderzoekt sabotage van douches in olympisch dorp", "MILAAN", "ANP/DPA", "4 minuten geleden"),
            (
                "Britten gaan samenwerken met Microsoft om deepfakes op te sporen",
                "LONDEN",
                "ANP/RTR",
                "14 minuten geleden",
            ),
            (
                "Kremlin: tijdverspilling om te reageren op claims over Epstein",
                "MOSKOU",
                "ANP/RTR",
                "46 minuten geleden",
            ),
            (
                "Hof: EU-parlement had immuniteit Puigdemont niet mogen intrekken",
                "LUXEMBURG",
                "ANP/AFP",
                "49 minuten geleden",
            ),
            ("Na aanpak topgeneraal ook meerdere Chinese politici weg", "BEIJING", "ANP/RTR", "1 uur geleden"),
            (
                "China wil niet meedoen aan gesprekken over nieuw kernwapenverdrag",
                "BEIJING",
                "ANP/RTR/AFP",
                "2 uur geleden",
            ),
            (
                "Oekraïne, Rusland en VS zetten vredesoverleg voort in Abu Dhabi",
                "ABU DHABI",
                "ANP/AFP",
                "2 uur geleden",
            ),
        ),
    ),
    "004_769992bf73c223b6": Expected(
        headline="NAVO roept Rusland op tot de-escalatie maar wil ook verder praten",
        dateline="BRUSSEL (ANP)",
        blocks=(
            "De NAVO roept Rusland op onmiddellijk",
            "De dertig NAVO-landen",
            "Stoltenberg zei dat de geschillen",
            "Volgens de Noorse NAVO-chef",
            "Het was, na een periode",
        ),
        headings=(),
        teasers=(
            ("Iran roept bevolking op om naar veilige steden te gaan", "TEHERAN", "ANP", "9 minuten geleden"),
            ("Israël roept 20.000 reservisten op", "JERUZALEM", "ANP", "22 minuten geleden"),
            (
                "Luchtalarm en explosies in Bahrein, waar Amerikaanse basis is",
                "MANAMA",
                "ANP/AFP/RTR",
                "31 minuten geleden",
            ),
            ("Iraniërs proberen Teheran te ontvluchten om aanvallen", "TEHERAN", "ANP/DPA", "34 minuten geleden"),
            ("Qatar onderschept Iraanse raket", "DOHA", "ANP", "1 uur geleden"),
            ("Iraanse Revolutionaire Garde bevestigt raketaanval op Israël", "TEHERAN", "ANP/RTR", "1 uur geleden"),
            (
                "Premier Netanyahu: aanval is voor Iraniërs kans macht te pakken",
                "JERUZALEM",
                "ANP/AFP/RTR",
                "1 uur geleden",
            ),
        ),
    ),
}

SPANS = {"minuten": 60, "uur": 3600}
"""Seconds in the units of age that the seeds print."""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_seed_is_an_article_above_a_list(name: str, zeelandnet: SiteProfile) -> None:
    """Each seed is an article with seven teasers from abroad, and no line of it is left over."""
    page = _read(name, zeelandnet)
    assert (page.kind, page.topic, len(page.teasers)) == ("article", "Buitenland", 7)
    assert page.residue == ()
    assert page.latest == ()
    assert page.printed_date is None
    assert not page.overfull


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_seed_shows_its_article(name: str, zeelandnet: SiteProfile) -> None:
    """Headline, dateline, lead and every block of the body are the printed ones."""
    article, expected = _read(name, zeelandnet).article, EXPECTED[name]
    assert article is not None
    assert article.headline == expected.headline
    assert article.dateline is not None
    place, agencies = expected.dateline.removesuffix(")").split(" (")
    assert article.dateline.raw == expected.dateline
    assert article.dateline.places == (place,)
    assert article.dateline.agencies == tuple(agencies.split("/"))
    assert article.lead == article.body[0].text
    assert (article.byline, article.published, article.cut) == (None, None, None)
    assert tuple(block.text for block in article.body if block.kind == "heading") == expected.headings
    assert len(article.body) == len(expected.blocks)
    for block, beginning in zip(article.body, expected.blocks, strict=True):
        assert block.text.startswith(beginning)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_seed_shows_its_teasers(name: str, zeelandnet: SiteProfile) -> None:
    """Headline, place, agencies and age of every teaser are the printed ones, in the printed order."""
    for position, (teaser, expected) in enumerate(
        zip(_read(name, zeelandnet).teasers, EXPECTED[name].teasers, strict=True)
    ):
        headline, place, agencies, age = expected
        assert (teaser.position, teaser.headline, teaser.cut) == (position, headline, None)
        assert teaser.dateline is not None
        assert teaser.dateline.raw == f"{place} ({agencies})"
        assert teaser.dateline.places == (place,)
        assert teaser.dateline.agencies == tuple(agencies.split("/"))
        assert teaser.age is not None
        number, unit, _ = age.split()
        assert teaser.age.raw == age
        assert teaser.age.lo == int(number) * SPANS[unit]
        assert teaser.age.hi == (int(number) + 1) * SPANS[unit]
        assert teaser.text.endswith((".", '."'))
        assert not teaser.text.startswith((place, " ", "- "))


def test_every_seed_is_read() -> None:
    """The table covers exactly the dumps that stand in `seeds/`."""
    assert sorted(path.stem for path in SEEDS.glob("*.txt")) == sorted(EXPECTED)


def test_the_seeds_name_twenty_places(zeelandnet: SiteProfile) -> None:
    """Forty stories of the seeds come from twenty places, and no two of them share headline or text."""
    pages = [_read(name, zeelandnet) for name in sorted(EXPECTED)]
    articles = [page.article for page in pages if page.article is not None]
    teasers = [teaser for page in pages for teaser in page.teasers]
    stories: list[Article | Teaser] = [*articles, *teasers]
    places = {place for story in stories if story.dateline is not None for place in story.dateline.places}
    assert (len(articles), len(teasers), len(places)) == (5, 35, 20)
    assert len({story.headline for story in stories}) == 40
    assert len({*(article.lead for article in articles), *(teaser.text for teaser in teasers)}) == 40


def _read(name: str, profile: SiteProfile) -> Page:
    sidecar = json.loads((SEEDS / f"{name}.txt.meta.json").read_text(encoding="utf-8"))
    return read_page((SEEDS / f"{name}.txt").read_bytes().decode(), profile, sidecar["url"])
