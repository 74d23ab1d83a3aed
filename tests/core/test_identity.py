"""Which wordings are one story, by what pages show: every page is a list of (headline, lead) or an article with one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from feeds.canon import micros
from feeds.capture import capture_of
from feeds.model import (
    Age,
    Article,
    Block,
    Capture,
    CaptureKey,
    ContentHash,
    Cut,
    Dateline,
    Page,
    Teaser,
    WordingKey,
)
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile
from feeds.stories.candidates import Meeting, Seen, blocks, sighting_order
from feeds.stories.identity import clusters, groups, link
from feeds.stories.wordings import appearances, sighted

LEAD = "De brug over het kanaal blijft tot na de zomer dicht omdat een schip er de pijlers van heeft geraakt."
OTHER = "Het bestuur van de polder verlaagt het waterpeil omdat er deze week veel meer regen valt dan was verwacht."
START = LEAD[:60]
"""Just enough to be known by."""
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """What a page shows of one story."""

    lead: str
    headline: str | None = None
    cut: Cut | None = None
    dateline: Dateline | None = None
    age: Age | None = None


def teasers(*items: Item, article: Item | None = None) -> Page:
    """A page with an article, or none, and a list."""
    shown = tuple(Teaser(n, i.headline, i.dateline, i.lead, i.age, i.cut) for n, i in enumerate(items))
    main = None
    if article is not None:
        body = (Block("paragraph", article.lead),)
        main = Article(article.headline, article.dateline, article.lead, body, None, None, article.cut)
    return Page("zeelandnet", "article", "Zeeland", main, shown, (), (), None, overfull=False)


def capture(number: int, url: str | None = None) -> Capture:
    """The capture of a page at its own hour, perhaps at an address that is told."""
    at = NOON + timedelta(hours=number)
    content = ContentHash(f"{number:032x}")
    return capture_of(
        CaptureKey(number), content, "zeelandnet", url, (micros(at), micros(at), "sidecar"), micros(at), ("x.txt",)
    )


def stories(*pages: Page, url: str | None = None) -> list[list[tuple[int, int]]]:
    """The stories of some pages, each as the (page, position) pairs at which it was seen; -1 is the article.

    The pages were all captured at one address, if it is told.
    """
    found: dict[WordingKey, Seen] = {}
    for number, page in enumerate(pages):
        for shown in appearances(page):
            wording, sighting = shown.wording, sighted(capture(number, url), shown)
            before = found[wording.key].sightings if wording.key in found else ()
            found[wording.key] = Seen(wording, tuple(sorted((*before, sighting), key=sighting_order)))
    meeting = Meeting()
    for key, seen in found.items():
        meeting.enter(key, blocks(seen))
    links = {
        (key, other): strength
        for key, seen in found.items()
        for other in meeting.candidates(key, blocks(seen))
        if key < other and (strength := link(seen, found[other]))
    }
    decided = [cluster for group in groups(found, links) for cluster in clusters(group, links)]
    return sorted(sorted((int(s.capture.key), s.position) for seen in one for s in seen.sightings) for one in decided)


TOGETHER = [[(0, 0), (1, 0)]]
APART = [[(0, 0)], [(1, 0)]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEAD, LEAD),
        (LEAD, LEAD.upper()),
        ("De 'oude' brug", "De ‘oude’ brug"),
        ('De "oude" brug', "De ”oude„ brug"),
        ("De oude brug", "De  oude\u00a0brug "),
        ("De financiën van Müller", unicodedata.normalize("NFD", "De financiën van Müller")),
        ("De ﬁnale van de brug", "De finale van de brug"),
    ],
)
def test_equal_leads_are_one_story(one: str, other: str) -> None:
    """Leads that differ in case, quotes, blanks or Unicode form are equal, and one story whatever the headlines."""
    assert stories(teasers(Item(one, "Brug")), teasers(Item(other, "Kanaal"))) == TOGETHER
    assert stories(teasers(Item(one)), teasers(Item(other))) == TOGETHER


def test_a_known_defect_is_no_other_story(zeelandnet: SiteProfile) -> None:
    """`ƫ` on one page and `ë` on another are one letter, and the pages show one story."""
    text = "Kop\nKop\n\nMIDDELBURG (ANP) - De financiën van de provincie zijn op orde.\n\nMeer uit Politiek\n\n"
    pages = [read_page(text.replace("ë", letter), zeelandnet) for letter in "ëƫ"]
    assert stories(*pages) == [[(0, -1), (1, -1)]]


def test_other_leads_are_other_stories() -> None:
    """Look-alikes are not one story: equal headlines with other leads, leads that differ in one number."""
    assert stories(teasers(Item(LEAD, "Het weer")), teasers(Item(OTHER, "Het weer"))) == APART
    assert stories(teasers(Item("Morgen 10 graden", "Weer")), teasers(Item("Morgen 11 graden", "Weer"))) == APART


def test_a_word_of_a_short_lead_may_be_corrected() -> None:
    """Under its headline and of its time, half of a short lead is enough; not if a number or the headline differs."""
    short, hours = "Een fietser is in 2 straten gewond geraakt door een auto.", Age("2 uur geleden", 7200, 14_400)

    def item(lead: str, headline: str = "Fietser gewond", age: Age | None = hours) -> Page:
        return teasers(Item(lead, headline, age=age))

    corrected, counted = short.replace("gewond", "lichtgewond"), short.replace("2", "3")
    assert stories(item(short), item(corrected)) == TOGETHER
    assert stories(item(short), item(counted)) == APART
    assert stories(item(short), item(corrected, "Ongeluk")) == APART
    assert stories(item(short), item(corrected, age=None)) == APART


def test_a_truncated_lead_joins_the_one_that_it_begins() -> None:
    """From 60 folded characters on, the beginning of exactly one other lead is that story."""
    whole = teasers(Item(LEAD, "Brug"))
    assert stories(whole, teasers(Item(START, cut="text"))) == TOGETHER
    assert stories(teasers(Item(START.upper(), "Iets anders", cut="text")), whole) == TOGETHER


def test_less_than_sixty_characters_prove_nothing() -> None:
    """A beginning of 59 folded characters links to nothing without a headline, and is no story."""
    assert stories(teasers(Item(LEAD, "Brug")), teasers(Item(START[:59], cut="text"))) == [[(0, 0)]]
    padded = START[:58].replace(" ", "  ") + "''"
    assert stories(teasers(Item(LEAD, "Brug")), teasers(Item(padded, cut="text"))) == [[(0, 0)]]


def test_a_whole_lead_that_is_short_is_a_story() -> None:
    """The bound holds for what was cut off alone."""
    assert stories(teasers(Item("Kort bericht."))) == [[(0, 0)]]


def test_the_beginning_of_several_is_that_of_none() -> None:
    """A truncated lead that could be either of two stories stands alone."""
    two = teasers(Item(START + " en zo.", "Een"), Item(START + " en anders.", "Twee"))
    assert stories(two, teasers(Item(START, cut="text"))) == [[(0, 0)], [(0, 1)], [(1, 0)]]


def test_a_headline_tells_which_of_several_it_begins() -> None:
    """Of several leads that a truncated one begins, the one under its own whole headline is it."""
    two = teasers(Item(START + " en zo.", "Een"), Item(START + " en anders.", "Twee"))
    assert stories(two, teasers(Item(START, "‘TWEE’", cut="text"))) == [[(0, 0)], [(0, 1), (1, 0)]]


def test_equal_truncated_leads_are_one_story() -> None:
    """Equal leads link when both were cut off, also where they could begin several whole ones."""
    cut, quoted = Item(START, cut="text"), Item(f"'{START}'", cut="text")
    assert stories(teasers(cut), teasers(quoted)) == TOGETHER
    two = teasers(Item(START + " en zo.", "Een"), Item(START + " en anders.", "Twee"))
    assert stories(two, teasers(cut), teasers(quoted)) == [[(0, 0)], [(0, 1)], [(1, 0), (2, 0)]]


def test_a_shorter_fragment_joins_a_longer_one() -> None:
    """Of two beginnings of one lead that was never seen whole, the shorter is a beginning of the longer."""
    assert stories(teasers(Item(START, cut="text")), teasers(Item(LEAD[:80], cut="text"))) == TOGETHER


@pytest.mark.parametrize("lead", ["", "De", LEAD[:30]])
def test_a_short_fragment_links_under_an_equal_headline(lead: str) -> None:
    """Whatever is left of a lead joins the story with an equal whole headline that begins like it."""
    short = Item(lead, "brug 'dicht'", cut="text")
    assert stories(teasers(Item(LEAD, "Brug dicht")), teasers(short)) == TOGETHER
    assert stories(teasers(short), teasers(Item(START + " en", "Brug dicht", cut="text"))) == TOGETHER


def test_a_short_fragment_without_its_headline_is_no_story() -> None:
    """Under another headline, under one that is cut off itself, or over another text it links to nothing."""
    whole = teasers(Item(LEAD, "Brug dicht"))
    assert stories(whole, teasers(Item(LEAD[:30], "Brug", cut="text"))) == [[(0, 0)]]
    assert stories(whole, teasers(Item("", "Brug dicht", cut="headline"))) == [[(0, 0)]]
    assert stories(whole, teasers(Item("Het", "Brug dicht", cut="text"))) == [[(0, 0)]]


def test_a_short_fragment_of_several_is_of_none() -> None:
    """A daily column has many leads under one headline: a scrap that begins two of them is no story."""
    days = [teasers(Item(f"Vandaag {n} graden.", "Het weer")) for n in (10, 11)]
    assert stories(*days, teasers(Item("Vandaag 1", "Het weer", cut="text"))) == [[(0, 0)], [(1, 0)]]


def test_a_page_that_ends_in_a_dateline_still_tells_its_story() -> None:
    """`DEN HAAG (ANP` under an equal headline is the beginning of the story's printed text."""
    whole = Item(LEAD, "Brug dicht", dateline=Dateline("DEN HAAG (ANP/RTR)", ("DEN HAAG",), ("ANP", "RTR")))
    assert stories(teasers(whole), teasers(Item("DEN HAAG (ANP", "Brug dicht", cut="text"))) == TOGETHER
    assert stories(teasers(whole), teasers(Item("DEN BOSCH (ANP", "Brug dicht", cut="text"))) == [[(0, 0)]]


def test_an_article_is_the_story_of_its_teasers_elsewhere() -> None:
    """The lead of an article is the text of its teaser on another page, with or without a headline there."""
    article = teasers(Item(OTHER), article=Item(LEAD, "Brug dicht"))
    expected = [[(0, -1), (1, 1), (2, 0)], [(0, 0), (1, 0)]]
    assert stories(article, teasers(Item(OTHER), Item(LEAD, "Brug dicht")), teasers(Item(LEAD))) == expected


def test_two_items_of_one_list_are_two_stories() -> None:
    """Two headlines over one lead in a list are two stories, and so they stay on the pages that show one of them."""
    both = teasers(Item(LEAD, "Een"), Item(LEAD, "Twee"))
    apart = [[(0, 0), (1, 0)], [(0, 1), (2, 0)]]
    assert stories(both, teasers(Item(LEAD, "Een")), teasers(Item(LEAD, "Twee"))) == apart
    fragment = teasers(Item(START + " en zo.", "Een"), Item(START, "Twee", cut="text"))
    assert stories(fragment) == [[(0, 0)], [(0, 1)]]


def test_no_third_wording_joins_two_items_of_one_list() -> None:
    """What is like both of two stories in one list goes to at most one of them."""
    both = teasers(Item(LEAD, "Een"), Item(LEAD, "Twee"))
    found = stories(both, teasers(Item(LEAD, "Drie")), teasers(Item(LEAD)))
    assert sorted(sighting for story in found for sighting in story) == [(0, 0), (0, 1), (1, 0), (2, 0)]
    assert all(len({page for page, _ in story}) == len(story) for story in found)


def test_an_article_is_no_story_of_its_own_list() -> None:
    """The article of a page and the teasers below it are different stories, however alike."""
    assert stories(teasers(Item(LEAD, "Twee"), article=Item(LEAD, "Een"))) == [[(0, -1)], [(0, 0)]]
    cut = teasers(Item(START, cut="text"), article=Item(LEAD, "Een"))
    assert stories(cut) == [[(0, -1)], [(0, 0)]]


def test_a_wording_twice_in_one_list_is_one_sighting() -> None:
    """The same headline and lead again, after folding, is the first of them."""
    assert stories(teasers(Item(LEAD, "Brug"), Item(OTHER), Item(LEAD.upper(), "‘Brug’"))) == [[(0, 0)], [(0, 1)]]


SLUG = "https://www.zeelandnet.nl/nieuws/brug-bij-sluiskil-gestremd"
NUMBERED = "https://www.zeelandnet.nl/nieuws/schip-ramt-een-brug-anp280126033"
FRONT = "https://www.zeelandnet.nl/nieuws/regio/terneuzen"
SLUISKIL, GOES = Dateline("SLUISKIL (ANP)", ("SLUISKIL",), ("ANP",)), Dateline("GOES", ("GOES",), ())


def article(lead: str, headline: str, dateline: Dateline | None = SLUISKIL) -> Page:
    """A page with an article alone, which nothing dates."""
    return teasers(article=Item(lead, headline, dateline=dateline))


def test_an_article_that_was_rewritten_at_its_address_is_one_story() -> None:
    """Headline and lead may both be others if the address spells a headline that was shown there, or has a number."""
    before, after = article(LEAD, "Brug bij Sluiskil gestremd"), article(OTHER, "Schipper gewond")
    assert stories(before, after, url=SLUG) == stories(after, before, url=f"{SLUG}/#top") == [[(0, -1), (1, -1)]]
    assert stories(article(LEAD, "Gewonde"), after, url=NUMBERED) == [[(0, -1), (1, -1)]]
    assert stories(before, after) == [[(0, -1)], [(1, -1)]]


def test_an_edit_at_an_address_that_names_nothing_must_be_alike() -> None:
    """Elsewhere a good part of the lead must have stayed, with its numbers."""
    edited = LEAD.replace("een schip er de pijlers van heeft geraakt", "de pijlers scheef staan")
    before = article(LEAD, "Brug dicht")
    assert stories(before, article(edited, "Brug nog weken dicht"), url=FRONT) == [[(0, -1), (1, -1)]]
    assert stories(before, article(edited, "Brug nog weken dicht")) == [[(0, -1)], [(1, -1)]]
    assert stories(before, article(f"{edited} In 2027.", "Brug nog weken dicht"), url=FRONT) == [[(0, -1)], [(1, -1)]]


def test_an_address_that_shows_many_articles_makes_none_of_them_one() -> None:
    """A front shows one article after another, and a series has one headline and so one address."""
    apart = [[(0, -1)], [(1, -1)]]
    one, other = article(LEAD, "Brug bij Sluiskil gestremd"), article(OTHER, "Peil van de polder omlaag")
    for url in (FRONT, "https://www.zeelandnet.nl/nieuws", "https://www.zeelandnet.nl/nieuws/2026-03-03"):
        assert stories(one, other, url=url) == apart
    assert stories(article(LEAD, "Terneuzen"), article(OTHER, "Peil omlaag"), url=FRONT) == apart
    series = [article(lead, "Brug bij Sluiskil gestremd") for lead in (LEAD, OTHER)]
    assert stories(*series, url=SLUG) == apart
    assert stories(one, article(OTHER, "Peil van de polder omlaag", GOES), url=SLUG) == apart
    assert stories(teasers(Item(LEAD, "Brug bij Sluiskil gestremd")), other, url=SLUG) == [[(0, 0)], [(1, -1)]]
