from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.canon import clean
from feeds.model import Article, Dateline, Page, Teaser
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

SEEDS = tuple(path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "seeds").glob("*.txt")))
FRAGMENTS = (
    *("", "\n", "\n\n", "\r\n", " ", "\ufeff", "\x00", "\ud800", "ƫ", "(", " - ", "/", "4", "Nu", "'"),
    *("Webmail", "Kies je webmail", "Meer uit Buitenland", "Meer ui", "Meer uit de regio", "Net binnen"),
    *("maandag 3 november 2025", "zondag 31 februari 2025", "Editie: NL & Wereld | Zeeland", "ANP Kop", "ANP"),
    *(
        "- Sport 9:05 Kop",
        "- Sport 9:",
        "Kop",
        "PSV - Ajax",
        "Een zin.",
        "JAN JANSEN",
        "Zoals 24 jaar geleden voor het",
    ),
    *("MOSKOU (ANP/RTR) - Tekst.", "DEN HAAG (ANP", "GAZA/TEL-AVIV(ANP) - Tekst.", "GOES - Tekst.", "Borsele - Tekst."),
    *("2 uur geleden", "43 minut", "gisteren", "2 uur geledenSÃO PAULO (ANP/AFP) - Tekst.", "99999 jaar geleden"),
)
HEADS = (
    *("", "Kop\n\nKop\n\nMOSKOU (ANP) - Lead.\n\nTussenkop\n\nMeer.\n\nMeer uit Buitenland\n\n"),
    *("Kop\nMOSKOU (ANP) - Lead.\nMeer.\nMeer uit Buitenland\n", "Net binnen\n- Sport 9:05 Kop\n"),
    "maandag 3 november 2025\n\nEditie: NL & Wereld | Zeeland\n\nBuitenland\n\n",
)
PARTS = st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(("\n", "\n\n", ""))), max_size=25)
PAGES = st.builds(
    lambda head, parts: head + "".join(fragment + gap for fragment, gap in parts), st.sampled_from(HEADS), PARTS
)
TEXTS = st.text(max_size=200) | PAGES


def _printed(dateline: Dateline | None, text: str) -> str:
    return f"{dateline.raw} - {text}" if dateline else text


def _stripped(text: str) -> str:
    """A page as form B prints it: no boilerplate, single line breaks, no headlines in the list, ages glued."""
    lines = [line for line in text.split("\n") if line][3:]
    section = lines.index("Meer uit Buitenland")
    items = "".join(
        f"{lead}\n{age}" for lead, age in zip(lines[section + 2 :: 3], lines[section + 3 :: 3], strict=True)
    )
    return "\n".join(["", *lines[1 : section + 1], items])


BOTH_FORMS = (*SEEDS, *map(_stripped, SEEDS))


@given(TEXTS, st.none() | st.text(max_size=40) | st.just("https://example.org/nieuws/regio/goes"), st.integers(0, 3))
def test_never_raises_and_stays_in_bounds(zeelandnet: SiteProfile, text: str, url: str | None, limit: int) -> None:
    """Any text becomes a page, with at most as many teasers as asked for, in their order."""
    page = read_page(text, zeelandnet, url, limit)
    assert len(page.teasers) <= limit
    assert [teaser.position for teaser in page.teasers] == list(range(len(page.teasers)))
    assert page == read_page(text, zeelandnet, url, limit)


@given(TEXTS)
def test_each_kind_holds_what_it_may(zeelandnet: SiteProfile, text: str) -> None:
    """Only an article page has an article, only a listing a ticker and a date; of another page nothing is made."""
    page = read_page(text, zeelandnet)
    assert (page.article is not None) == (page.kind == "article")
    if page.kind != "listing":
        assert (page.latest, page.printed_date) == ((), None)
    if page.kind == "other":
        assert (page.topic, page.teasers, page.overfull) == (None, (), False)
        assert page.residue == tuple(_lines(text, zeelandnet))


@given(TEXTS)
def test_only_the_end_of_a_page_cuts(zeelandnet: SiteProfile, text: str) -> None:
    """No teaser but the last is cut off, and one that is has no age."""
    page = read_page(text, zeelandnet)
    assert not any(teaser.truncated for teaser in page.teasers[:-1])
    assert not any(teaser.truncated and teaser.age for teaser in page.teasers)


@given(TEXTS)
def test_nothing_is_lost(zeelandnet: SiteProfile, text: str) -> None:
    """Every line that says something is residue or stands in what was found; residue and findings are never empty."""
    page = read_page(text, zeelandnet)
    pieces = _pieces(page)
    lines = _lines(text, zeelandnet)
    for line in lines:
        claimed = line in page.residue or any(line.endswith(piece) for piece in pieces if piece)
        assert claimed or _is_mark(line), line
    assert all(line in "\n".join(lines) for line in page.residue)
    assert "" not in page.residue
    assert not set(page.residue) & set(zeelandnet.boilerplate)


@given(TEXTS)
def test_line_ends_and_blanks_do_not_count(zeelandnet: SiteProfile, text: str) -> None:
    """A byte order mark, other line ends, blanks around lines and empty lines at the start change nothing."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    page = read_page(plain, zeelandnet)
    assert read_page("\ufeff" + plain, zeelandnet) == page
    assert read_page(plain.replace("\n", "\r\n"), zeelandnet) == page
    assert read_page("\n\n" + plain.replace("\n", "  \n\t"), zeelandnet) == page


@pytest.mark.parametrize("seed", SEEDS)
def test_stripped_pages_say_the_same(zeelandnet: SiteProfile, seed: str) -> None:
    """A page stripped of markup has the article, texts, datelines and ages of the full page, without its headlines."""
    full, stripped = read_page(seed, zeelandnet), read_page(_stripped(seed), zeelandnet)
    assert stripped.article == full.article
    assert (stripped.topic, stripped.residue) == ("Buitenland", ())
    assert [(t.dateline, t.text, t.age, t.cut) for t in stripped.teasers] == [
        (t.dateline, t.text, t.age, t.cut) for t in full.teasers
    ]
    assert {t.headline for t in stripped.teasers} == {None}


@settings(max_examples=400)
@given(st.data())
def test_a_cut_page_says_nothing_else(zeelandnet: SiteProfile, data: st.DataObject) -> None:
    """A page cut off anywhere says a part of what the whole page says, and marks the teaser in which it was cut."""
    whole_text = data.draw(st.sampled_from(BOTH_FORMS))
    page = read_page(whole_text[: data.draw(st.integers(0, len(whole_text)))], zeelandnet)
    whole = read_page(whole_text, zeelandnet)
    assert whole.article is not None
    assert page.topic in {None, whole.topic}
    assert page.kind in {"other", "article"}
    if page.article is not None:
        _is_part(page.article, whole.article)
    for teaser, full in zip(page.teasers, whole.teasers[: len(page.teasers)], strict=True):
        assert _printed(full.dateline, full.text).startswith(_printed(teaser.dateline, teaser.text))
        assert (full.headline or "").startswith(teaser.headline or "")
        assert teaser.age in {None, full.age}
        assert teaser.truncated == (_without_position(teaser) != _without_position(full))


def _is_part(article: Article, whole: Article) -> None:
    assert article.headline == whole.headline
    assert article.dateline in {None, whole.dateline}
    assert (whole.lead or "").startswith(article.lead or "")
    assert article.cut == "text" or article.lead == whole.lead
    for block, full in zip(article.body, whole.body, strict=False):
        assert full.text.startswith(block.text)


def _without_position(teaser: Teaser) -> tuple[object, ...]:
    return teaser.headline, teaser.dateline, teaser.text, teaser.age


def _lines(text: str, profile: SiteProfile) -> list[str]:
    text = clean(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    for wrong, right in profile.repairs:
        text = text.replace(wrong, right)
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and line not in profile.boilerplate]


def _pieces(page: Page) -> list[str | None]:
    article = page.article
    pieces: list[str | None] = []
    if article is not None:
        pieces += [article.headline, article.byline, *(block.text for block in article.body)]
        pieces += [f"{article.dateline.raw} -"] if article.dateline and not article.lead else []
    for teaser in page.teasers:
        pieces += [teaser.headline, teaser.text, teaser.age.raw if teaser.age else None]
        pieces += [f"{teaser.dateline.raw} -"] if teaser.dateline and not teaser.text else []
    return [*pieces, *(item.headline for item in page.latest), page.topic]


def _is_mark(line: str) -> bool:
    """Whether a line tells the form of a page, or is the credit of a headline that the end of the page cut off."""
    return line.startswith(("Editie:", "Meer uit ")) or line in {"Net binnen", "maandag 3 november 2025", "ANP"}


class _Enough(Exception):
    """Whoever waits has waited long enough."""


@pytest.mark.parametrize("head", HEADS[1:])
@pytest.mark.parametrize("line", ["1", "Een\n\nGOES (ANP) - Twee.", "- Sport 9:05 Kop", "GOES - Tekst.", "Tussenkop"])
def test_a_long_page_can_be_given_up(zeelandnet: SiteProfile, head: str, line: str) -> None:
    """Every thousand lines it is asked whether to go on, as often as it goes through them; that changes no page."""
    text = head + f"{line}\n" * 20_000
    asked: list[int] = []
    page = read_page(text, zeelandnet, check=lambda: asked.append(1))
    assert page == read_page(text, zeelandnet)
    lines = len(_lines(text, zeelandnet)) // 1000
    assert lines <= len(asked) <= 5 * lines
    left = iter(range(len(asked) - 1))

    def check() -> None:
        if next(left, None) is None:
            raise _Enough

    with pytest.raises(_Enough):
        read_page(text, zeelandnet, check=check)
