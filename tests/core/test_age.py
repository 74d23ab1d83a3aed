from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_timedelta

from feeds.model import Age
from feeds.parse.age import AgeMatcher, age_matcher, span
from feeds.parse.profile import SiteProfile

LANGUAGES = (
    *("af", "ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "fy", "ga"),
    *("gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "nn"),
    *("pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh"),
)
BABEL_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}
DAY = 86_400


@pytest.fixture(scope="module")
def dutch(zeelandnet: SiteProfile) -> AgeMatcher:
    return age_matcher(zeelandnet.language, zeelandnet.ages)


@pytest.mark.parametrize(
    ("line", "lo", "hi"),
    [
        ("0 minuten geleden", 0, 60),
        ("1 minuut geleden", 60, 120),
        ("43 minuten geleden", 2580, 2640),
        ("1 uur geleden", 3600, 7200),
        ("2 uur geleden", 7200, 10_800),
        ("30 seconden geleden", 30, 31),
        ("1 dag geleden", DAY, 2 * DAY),
        ("6 dagen geleden", 6 * DAY, 7 * DAY),
        ("1 week geleden", 7 * DAY, 14 * DAY),
        ("3 weken geleden", 21 * DAY, 28 * DAY),
        ("1 maand geleden", 28 * DAY, 62 * DAY),
        ("2 maanden geleden", 59 * DAY, 92 * DAY),
        ("1 jaar geleden", 365 * DAY, 731 * DAY),
        ("5 jaar geleden", 1825 * DAY, 2192 * DAY),
        ("een uur geleden", 3600, 7200),
        ("Zojuist", 0, 60),
        ("nu", 0, 60),
        ("gisteren", 0, 2 * DAY),
        ("Eergisteren", DAY, 3 * DAY),
        ("2\u00a0uur  geleden", 7200, 10_800),
    ],
)
def test_whole_line(dutch: AgeMatcher, line: str, lo: int, hi: int) -> None:
    """A line that is an age covers the half-open span of all ages that are printed so."""
    assert dutch.whole(line) == Age(line, lo, hi)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "geleden",
        "uur geleden",
        "43 minut",
        "24 jaar geleden voor het laatst",
        "Dat was 2 uur geleden",
        "over 2 uur",
        "-2 uur geleden",
        "2,5 uur geleden",
        "² uur geleden",
        "٢ uur geleden",
        "10000 minuten geleden",
        "99999999999999999999 minuten geleden",
        "201 jaar geleden",
        "2413 maanden geleden",
        "9999 jaar geleden",
    ],
)
def test_no_age(dutch: AgeMatcher, line: str) -> None:
    """Prose, cut-off ages, numbers over four digits and ages over 200 years are no ages."""
    assert dutch.whole(line) is None


@pytest.mark.parametrize(
    ("line", "raw", "rest"),
    [
        ("2 uur geledenSÃO PAULO (ANP/AFP) - Tekst.", "2 uur geleden", "SÃO PAULO (ANP/AFP) - Tekst."),
        ("1 minuut geleden‘S-HEER ARENDSKERKE - Tekst.", "1 minuut geleden", "‘S-HEER ARENDSKERKE - Tekst."),
        ("15 minuten geleden2 doden", "15 minuten geleden", "2 doden"),
        ("gisterenGOES - Tekst.", "gisteren", "GOES - Tekst."),
        ("2 uur geledenden haag (ANP) - Tekst.", "2 uur geleden", "den haag (ANP) - Tekst."),
    ],
)
def test_glued(dutch: AgeMatcher, line: str, raw: str, rest: str) -> None:
    """An age at the start of a line comes off what follows it without a blank."""
    found = dutch.glued(line)
    assert found is not None
    assert (found[0].raw, found[1]) == (raw, rest)


@pytest.mark.parametrize(
    "line",
    [
        "2 uur geleden",
        "2 uur geleden SÃO PAULO (ANP) - Tekst.",
        "24 jaar geleden voor het laatst",
        "NUENEN (ANP) - Tekst.",
        "Nunspeet (ANP) - Tekst.",
        "201 jaar geledenGOES",
        "GOES - 2 uur geleden",
    ],
)
def test_not_glued(dutch: AgeMatcher, line: str) -> None:
    """A whole age, an age before a blank, and a name that begins like an age are not glued."""
    assert dutch.glued(line) is None


@pytest.mark.parametrize("age", ["43 minuten geleden", "2 uur geleden", "1 maand geleden", "zojuist", "gisteren"])
def test_every_proper_prefix_of_an_age_is_cut(dutch: AgeMatcher, age: str) -> None:
    """Whatever is left of an age that the end of the page cut is known for that; the whole age is not cut."""
    assert all(dutch.is_cut(age[:end].rstrip()) for end in range(1, len(age)))
    assert not dutch.is_cut(age)


@pytest.mark.parametrize(
    "line", ["", "12345", "43 minutx", "x", "2 uur geleden.", "43  minuten geledenx", "MOSKOU (ANP"]
)
def test_what_is_no_beginning_of_an_age(dutch: AgeMatcher, line: str) -> None:
    """A line that no age begins with is not a cut-off age."""
    assert not dutch.is_cut(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_round_trip(language: str) -> None:
    """What Babel prints as an age is read back as the same number of the same unit, in every language tried."""
    matcher = age_matcher(language)
    for unit, seconds in BABEL_SECONDS.items():
        for number in (1, 2, 3, 7, 11, 21, 100):
            printed = format_timedelta(
                -number * seconds,
                granularity=unit,  # type: ignore[arg-type]
                threshold=1e9,
                add_direction=True,
                locale=language,
            )
            age = matcher.whole(printed)
            assert age is not None, printed
            assert (age.lo, age.hi) == span(unit, number), printed  # type: ignore[arg-type]


def test_number_in_the_middle() -> None:
    """A language that puts words before the number is read, glued and cut off as well."""
    german = age_matcher("de-AT")
    assert german.whole("Vor 2 Stunden") == Age("Vor 2 Stunden", 7200, 10_800)
    assert german.glued("vor 2 StundenWIEN (APA) - Text.") == (Age("vor 2 Stunden", 7200, 10_800), "WIEN (APA) - Text.")
    assert german.is_cut("vor 2 Stu")
    assert german.is_cut("vor")


def test_spans_are_what_the_calendar_allows() -> None:
    """The span of N months or years holds the age of every pair of days that many whole months or years apart."""
    starts = [date(year, month, 1) for year in range(1896, 1912) for month in range(1, 13)]
    for months in (1, 2, 3, 11, 12, 13, 24):
        found = span("month", months)
        assert found is not None
        ages = [(_later(start, whole) - start).days * DAY for start in starts for whole in (months, months + 1)]
        assert found[0] == min(ages)
        assert found[1] == max(ages)


def _later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def test_same_language_same_matcher(zeelandnet: SiteProfile) -> None:
    """A matcher is made once for each language and set of phrases."""
    assert age_matcher("nl", zeelandnet.ages) is age_matcher("nl", zeelandnet.ages)
