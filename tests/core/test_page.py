from __future__ import annotations

from datetime import date

import pytest

from feeds.model import Page, Teaser
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

ARTICLE = "Kop\n\nKop\n\nMOSKOU (ANP) - Lead.\n\nMeer.\n\n"
STRIPPED = "Kop\nMOSKOU (ANP) - Lead.\nMeer uit Sport\n"


def _rows(page: Page) -> list[tuple[str | None, str, str | None, str | None]]:
    def row(teaser: Teaser) -> tuple[str | None, str, str | None, str | None]:
        return teaser.headline, teaser.text, teaser.age.raw if teaser.age else None, teaser.cut

    return [row(teaser) for teaser in page.teasers]


def test_a_missing_age_shifts_no_other(zeelandnet: SiteProfile) -> None:
    """A dateline tells a teaser from the one before it whose age is missing; each age stays with its own."""
    headed = read_page(
        ARTICLE + "Meer uit Sport\n\nEen\n\nGOES (ANP) - A.\n\nTwee\n\nAXEL (ANP) - B.\n\n1 uur geleden\n", zeelandnet
    )
    assert _rows(headed) == [("Een", "A.", None, None), ("Twee", "B.", "1 uur geleden", None)]
    glued = read_page(STRIPPED + "GOES (ANP) - A.\nAXEL (ANP) - B.\n1 uur geledenHULST (ANP) - C", zeelandnet)
    assert _rows(glued) == [
        (None, "A.", None, None),
        (None, "B.", "1 uur geleden", None),
        (None, "C", None, "text"),
    ]


def test_further_lines_of_an_item_are_residue(zeelandnet: SiteProfile) -> None:
    """An item is a headline and one text; what else stands before its age is left alone."""
    page = read_page(ARTICLE + "Meer uit Sport\n\nEen\n\nGOES (ANP) - A.\n\nFoto: X.\n\n1 uur geleden\n", zeelandnet)
    assert _rows(page) == [("Een", "A.", "1 uur geleden", None)]
    assert page.residue == ("Foto: X.",)


def test_a_score_above_a_dateline_is_a_headline(zeelandnet: SiteProfile) -> None:
    """A headline that looks like a regional dateline is told by the dateline below it."""
    page = read_page(ARTICLE + "Meer uit Sport\n\nPSV - AZ 2-1\n\nEINDHOVEN (ANP) - A.\n\n1 uur geleden\n", zeelandnet)
    assert _rows(page) == [("PSV - AZ 2-1", "A.", "1 uur geleden", None)]


def test_a_second_section_ends_the_list(zeelandnet: SiteProfile) -> None:
    """A second section line and all below it is residue, and the teaser before it is not cut."""
    page = read_page(
        ARTICLE + "Meer uit Sport\n\nEen\n\nGOES (ANP) - A.\n\nMeer uit Binnenland\n\nTwee\n\n1 uur geleden", zeelandnet
    )
    assert (page.topic, _rows(page)) == ("Sport", [("Een", "A.", None, None)])
    assert page.residue == ("Meer uit Binnenland", "Twee", "1 uur geleden")


def test_more_teasers_than_asked_for(zeelandnet: SiteProfile) -> None:
    """Only so many teasers are read, and the page says that there were more."""
    text = ARTICLE + "Meer uit Sport\n\n" + "Een\n\nGOES (ANP) - A.\n\n1 uur geleden\n" * 3
    assert read_page(text, zeelandnet, max_teasers=3).overfull is False
    page = read_page(text, zeelandnet, max_teasers=2)
    assert (len(page.teasers), page.overfull) == (2, True)


def test_no_teasers_asked_for(zeelandnet: SiteProfile) -> None:
    """Without teasers a page has the same article; its list is left unread, so it is neither residue nor overfull."""
    text = ARTICLE + "Meer uit Sport\n\nEen\n\nGOES (ANP) - A.\n\nFoto: X.\n\n1 uur geleden\n"
    page = read_page(text, zeelandnet, max_teasers=0)
    assert page == read_page(text, zeelandnet)._replace(teasers=(), residue=())
    assert page.article is not None


def test_a_cleaned_text_reads_the_same(zeelandnet: SiteProfile) -> None:
    """The promise that a text is clean changes nothing for a text that is."""
    assert read_page(ARTICLE, zeelandnet, cleaned=True) == read_page(ARTICLE, zeelandnet)


@pytest.mark.parametrize(
    ("topic", "opening", "raw"),
    [
        ("Sport", "AZ - PSV eindigde in 1-0.", None),
        ("Voetbal", "PSV - AZ werd gestaakt.", None),
        ("Binnenland", "KLUNDERT - Een brand.", None),
        ("Binnenland", "DEN HAAG - Een brand.", "DEN HAAG"),
        ("Binnenland", "GOES - Een brand.", "GOES"),
        ("Binnenland", "KLUNDERT (ANP) - Een brand.", "KLUNDERT (ANP)"),
        ("Tholen", "KLUNDERT - Een brand.", "KLUNDERT"),
        ("West-Brabant", "KLUNDERT - Een brand.", "KLUNDERT"),
        ("Tholen", "Goes - Kloetinge 2-0 was de stand.", None),
    ],
)
def test_capitals_count_on_regional_pages(zeelandnet: SiteProfile, topic: str, opening: str, raw: str | None) -> None:
    """Capitals that no list names are a dateline under a region's topic and prose under a national one."""
    page = read_page(f"Kop\n\nKop\n\n{opening}\n\nMeer uit {topic}\n\nEen\n\n{opening}\n\n1 uur geleden\n", zeelandnet)
    assert page.article is not None
    text = opening.partition(" - ")[2] if raw else opening
    found = [(page.article.dateline, page.article.lead), *((teaser.dateline, teaser.text) for teaser in page.teasers)]
    assert [(dateline and dateline.raw, rest) for dateline, rest in found] == [(raw, text)] * 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kop\n\nKop\n\nKLUNDERT - Een brand.\n\nMeer.\n", "article"),
        ("Kop\n\nKLUNDERT - Een brand.\n\nMeer.\n", "other"),
        ("Kop\n\nKop\n\nAZ - PSV eindigde in 1-0.\n\nMeer.\n", "other"),
    ],
)
def test_capitals_on_a_page_without_a_topic(zeelandnet: SiteProfile, text: str, kind: str) -> None:
    """Without a topic only a long place in capitals below a headline that is printed twice proves an article."""
    assert read_page(text, zeelandnet).kind == kind


def test_capitals_on_a_regional_listing(zeelandnet: SiteProfile) -> None:
    """The teasers of a regional listing have their places in capitals, known or not."""
    page = read_page("Net binnen\n- Sport 9:05 Kop\nKLUNDERT - A.\n1 uur geleden", zeelandnet)
    assert [teaser.dateline and teaser.dateline.raw for teaser in page.teasers] == ["KLUNDERT"]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("Ee", ("Ee", "", None, "headline")),
        ("Een\n", ("Een", "", None, "text")),
        ("Een\n\nGOES (AN", ("Een", "GOES (AN", None, "text")),
        ("Een\n\nGOES (ANP) - T", ("Een", "T", None, "text")),
        ("Een\n\nGOES (ANP) - Tekst.\n\n", ("Een", "Tekst.", None, "text")),
        ("Een\n\nGOES (ANP) - Tekst.\n\n4", ("Een", "Tekst.", None, "age")),
        ("Een\n\nGOES (ANP) - Tekst.\n\n4 uur geleden", ("Een", "Tekst.", "4 uur geleden", None)),
        ("Een\n\nNu", ("Een", "Nu", None, "text")),
        ("Nu", ("Nu", "", None, "headline")),
    ],
)
def test_the_end_of_a_page_cuts(
    zeelandnet: SiteProfile, end: str, expected: tuple[str | None, str, str | None, str | None]
) -> None:
    """The last teaser says where the end of the page cut it; a fragment that reads like an age is none."""
    assert _rows(read_page(ARTICLE + "Meer uit Sport\n\n" + end, zeelandnet)) == [expected]


def test_a_topic_at_the_very_end_may_be_cut(zeelandnet: SiteProfile) -> None:
    """A topic in which the page ends is not named; with a line break after it, it is whole."""
    assert read_page(ARTICLE + "Meer uit Buiten", zeelandnet).topic is None
    assert read_page(ARTICLE + "Meer uit Buiten\n", zeelandnet).topic == "Buiten"
    assert read_page(ARTICLE + "Meer ui", zeelandnet).residue == ("Meer ui",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Webmail\n\nKies je webmail\n",
        "Voorwaarden\n\nVoorwaarden\n\nDit is de tekst.\n",
        "Kop\n\nEmmen - Heerenveen eindigde in 2-1.\n\nMeer tekst.\n",
        "Kop\n\nMeer uit de regio komt later.\n",
        "Meer uit Sport\n\nEen\n\nGOES (ANP) - A.\n\n1 uur geleden\n",
        "Een\n\nGOES (ANP) - A.\n\n1 uur geleden\nTwee\n\nGOES (ANP) - B.\n\n2 uur geleden\n",
        "maandag 3 november 2025\n\nBuitenland\n",
        "Editie: NL & Wereld | Zeeland\n\nBuitenland\n",
    ],
)
def test_what_proves_nothing(zeelandnet: SiteProfile, text: str) -> None:
    """A page without proof of an article or a listing is `other`, and nothing is made of its lines."""
    page = read_page(text, zeelandnet)
    assert (page.kind, page.topic, page.article, page.teasers) == ("other", None, None, ())


def test_a_listing_without_its_topic(zeelandnet: SiteProfile) -> None:
    """A short headline below the editions is no topic if it has its text and age; any weekday is accepted."""
    text = (
        "vrijdag 3 november 2025\n\nEditie: NL & Wereld | Zeeland\n\nKorte kop\n\nGOES (ANP) - A.\n\n5 jaar geleden\n"
    )
    page = read_page(text, zeelandnet)
    assert (page.kind, page.topic, page.printed_date) == ("listing", None, date(2025, 11, 3))
    assert _rows(page) == [("Korte kop", "A.", "5 jaar geleden", None)]


@pytest.mark.parametrize(
    ("url", "topic"),
    [
        ("https://www.zeelandnet.nl/nieuws/regio/middelburg", "Middelburg"),
        ("https://www.zeelandnet.nl/nieuws/regio/schouwen-duiveland/?page=2#top", "Schouwen-Duiveland"),
        ("https://www.zeelandnet.nl/nieuws/regio/s-heerenhoek", "'s-Heerenhoek"),
        ("https://www.zeelandnet.nl/nieuws/regio/walcheren-noord", "Walcheren-Noord"),
        ("https://www.zeelandnet.nl/nieuws/regio/", None),
        ("https://www.zeelandnet.nl/nieuws/kop", None),
        ("regio", None),
        (None, None),
    ],
)
def test_the_topic_of_a_regional_listing(zeelandnet: SiteProfile, url: str | None, topic: str | None) -> None:
    """A regional listing has its topic from its address, spelt as the profile spells the town."""
    page = read_page("Net binnen\n- Sport 9:05 Kop\nGOES - A.\n1 uur geleden", zeelandnet, url)
    assert (page.kind, page.topic) == ("listing", topic)


def test_sub_headings_and_byline(zeelandnet: SiteProfile) -> None:
    """Sub-headings are short, unpunctuated and between blocks; a short sentence and a byline are none."""
    text = (
        "Kop\n\nKop\n\nTHOLEN - Lead.\n\n'Heel bijzonder'\n\nHet kan.\n\n112\n\nSlot\n\nJAN JANSEN\n\nMeer uit Tholen\n"
    )
    article = read_page(text, zeelandnet).article
    assert article is not None
    assert [block.kind for block in article.body] == ["paragraph", "heading", "paragraph", "heading", "paragraph"]
    assert (article.byline, article.lead, article.cut) == ("JAN JANSEN", "Lead.", None)
