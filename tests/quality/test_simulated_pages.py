from __future__ import annotations

import pytest
from simulator import SimulatedPage, Truth

from feeds.canon import fold
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile

Read = tuple[str, int, str | None, str, str | None]
"""Role, position, headline, lead and age of a story on a page."""


@pytest.mark.parametrize("form", ["A", "B", "C", "D", "E"])
def test_whole_pages_are_read_as_they_are(
    form: str, pages: tuple[SimulatedPage, ...], truth: Truth, zeelandnet: SiteProfile
) -> None:
    """The parser finds on every whole page exactly the stories that stand there, in order, with ages and wordings."""
    whole = [page for page in pages if page.form == form and not page.true.truncated]
    assert len(whole) > 20
    for page in whole:
        assert _found(page, zeelandnet) == _expected(page, truth, zeelandnet, headed=_headed(page)), page.name


def test_cut_pages_keep_what_is_whole(pages: tuple[SimulatedPage, ...], truth: Truth, zeelandnet: SiteProfile) -> None:
    """On a cut page every sighting before the cut is read whole, and the cut one is read if it is no bare fragment."""
    cut = [page for page in pages if page.true.truncated]
    assert len(cut) > 50
    for page in cut:
        found = {item[1]: item for item in _found(page, zeelandnet)}
        expected = {item[1]: item for item in _expected(page, truth, zeelandnet, headed=_headed(page))}
        assert set(found) <= set(expected), page.name
        for sighting in page.sightings:
            if sighting.cut is None and not sighting.bare:
                assert found[sighting.position] == expected[sighting.position], page.name
            elif not sighting.bare:
                assert sighting.position in found, page.name


def test_other_pages_are_no_news(pages: tuple[SimulatedPage, ...], zeelandnet: SiteProfile) -> None:
    """Pages of form G hold no story, for the truth and for the parser."""
    others = [page for page in pages if page.form == "G"]
    assert others
    assert all(not page.sightings and read_page(page.text, zeelandnet).kind == "other" for page in others)


def _headed(page: SimulatedPage) -> bool:
    """Whether its list prints headlines."""
    return page.form != "D" and page.text.startswith("Webmail")


def _found(page: SimulatedPage, profile: SiteProfile) -> list[Read]:
    read = read_page(page.text, profile, page.url)
    role = "listing" if read.kind == "listing" else "teaser"
    found: list[Read] = []
    if read.article:
        headline, lead = _plain(read.article.headline, profile), _plain(read.article.lead, profile)
        found.append(("article", -1, headline, lead or "", None))
    for teaser in read.teasers:
        age = teaser.age.raw if teaser.age else None
        headline = _plain(teaser.headline, profile)
        found.append((role, teaser.position, headline, _plain(teaser.text, profile) or "", age))
    return found


def _expected(page: SimulatedPage, truth: Truth, profile: SiteProfile, *, headed: bool) -> list[Read]:
    expected: list[Read] = []
    for sighting in page.sightings:
        wording = truth.stories[sighting.story].wordings[sighting.wording]
        headline = _plain(wording.headline, profile) if headed or sighting.role == "article" else None
        lead = _plain(wording.lead, profile) or ""
        expected.append((sighting.role, sighting.position, headline, lead, sighting.age))
    return expected


def _plain(text: str | None, profile: SiteProfile) -> str | None:
    if text is None:
        return None
    for wrong, right in profile.repairs:
        text = text.replace(wrong, right)
    return fold(text)
