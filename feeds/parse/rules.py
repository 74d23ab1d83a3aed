"""A site's profile made ready for reading: sets to look lines up in, matchers for its language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel import Locale
from babel.dates import get_day_names, get_month_names

from feeds.canon import slug
from feeds.model import Dateline
from feeds.parse.age import AgeMatcher, age_matcher
from feeds.parse.dateline import Capitals, DatelineReader
from feeds.parse.profile import SiteProfile

LONGEST_TITLE: Final = 100
"""Characters that `is_title` allows."""
_MEMO: Final = 32
_FINAL: Final = (".", "?", "!", ":", ";", ",", "…")
_CLOSING: Final = "\"'’”»)"


def ends_sentence(line: str) -> bool:
    """Whether a line ends in punctuation; closing quotes and brackets after it do not count."""
    return line.rstrip(_CLOSING).endswith(_FINAL)


def is_title(line: str, words: int) -> bool:
    """Whether a line has at most so many words and no final punctuation, as names and sub-headings do."""
    return len(line) <= LONGEST_TITLE and len(line.split()) <= words and not ends_sentence(line)


KnownItem = tuple[str, str | None, Dateline | None, str]
"""The line of an item's text, and what came of it: headline, dateline and text."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to read one site. Make it with `compiled`."""

    profile: SiteProfile
    boilerplate: frozenset[str]
    longest_boilerplate: int
    marks: tuple[str, ...]
    """What a line begins with that may be a section, edition or ticker line."""
    section_prefix: str
    initials: str
    """What the marks begin with."""
    credits: tuple[str, ...]
    """Longest first."""
    ages: AgeMatcher
    datelines: DatelineReader
    items: dict[tuple[bool, Capitals], dict[str, KnownItem]]
    """A memo of items by their headline, for lists with or without credits and each meaning of capitals."""
    towns_by_slug: dict[str, str]
    days: frozenset[str]
    months: dict[str, int]

    def section(self, lines: Sequence[str], marked: Iterable[int]) -> tuple[int, str] | None:
        """The first section line of those that are `marked`, by its index, and its topic; None if there is none."""
        for index in marked:
            topic = self.section_topic(lines[index])
            if topic is not None:
                return index, topic
        return None

    def section_topic(self, line: str) -> str | None:
        """The topic of a line such as `Meer uit Buitenland`; None for any other line, prose included."""
        prefix = self.section_prefix
        if not prefix or not line.startswith(prefix):
            return None
        topic = line[len(prefix) :].strip()
        return topic if topic and not topic[0].islower() and is_title(topic, 5) else None

    def begins_section(self, line: str) -> bool:
        """Whether a line may be the beginning of a section line, its first word at least: `Meer ui`."""
        section = self.profile.section
        return bool(section) and section.startswith(line) and len(line) >= len(section.split()[0])

    def capitals(self, topic: str | None) -> Capitals:
        """Which places in capitals need no agency on a page of a topic: any, if it is a town or another region."""
        if topic is None or (topic in self.profile.topics and topic not in self.profile.towns):
            return "known"
        return "any"

    def without_credit(self, headline: str) -> str | None:
        """A listing's headline without the one credit before it; None if nothing else stands there."""
        for credit in self.credits:
            if headline.startswith(credit):
                if len(headline) == len(credit):
                    return None
                if headline[len(credit)].isspace():
                    return headline[len(credit) :].lstrip()
        return headline

    def printed_date(self, line: str) -> date | None:
        """The day that a line such as `maandag 3 november 2025` names, in the site's language.

        Day and month may stand in either order. Whether the weekday is right does not matter.
        """
        words = [word.strip(".,").casefold() for word in line.split()] if len(line) <= 60 else []
        if len(words) != 4 or words[0] not in self.days:
            return None
        day, month = (words[1], words[2]) if words[2] in self.months else (words[2], words[1])
        if month not in self.months or not all(number.isascii() and number.isdigit() for number in (day, words[3])):
            return None
        if len(day) > 2 or not 1990 <= int(words[3][:5]) < 3000:
            return None
        try:
            return date(int(words[3][:5]), self.months[month], int(day))
        except ValueError:
            return None

    def topic_of_address(self, url: str | None) -> str | None:
        """The topic that an address names after the profile's `topic_path`, as a town of the profile spells it.

        Another name gets capitals: `schouwen-duiveland` is `Schouwen-Duiveland`.
        """
        path = self.profile.topic_path
        if not url or not path:
            return None
        before_query = url.partition("#")[0].partition("?")[0]
        segment = before_query.partition(path)[2].rstrip("/").rpartition("/")[2]
        if not 0 < len(segment) <= 60 or not all(part.isalnum() for part in segment.split("-")):
            return None
        named = segment.lower()
        return self.towns_by_slug.get(named) or "-".join(part.capitalize() for part in named.split("-"))


def _compile(profile: SiteProfile) -> Rules:
    locale = Locale.parse(profile.language, sep="-")
    months = {
        name.casefold(): number
        for context in ("stand-alone", "format")
        for number, name in get_month_names("wide", context=context, locale=locale).items()
    }
    days = get_day_names("wide", locale=locale).values()
    marks = tuple(mark for mark in (profile.section, profile.edition, profile.ticker) if mark)
    return Rules(
        profile=profile,
        boilerplate=frozenset(profile.boilerplate),
        longest_boilerplate=max(map(len, profile.boilerplate), default=0),
        marks=marks,
        initials="".join(mark[0] for mark in marks),
        credits=tuple(sorted(profile.credits, key=lambda credit: (-len(credit), credit))),
        section_prefix=f"{profile.section} " if profile.section else "",
        ages=age_matcher(profile.language, profile.ages),
        datelines=DatelineReader(profile),
        items={},
        towns_by_slug={slug(town): town for town in reversed(profile.towns)},
        days=frozenset(name.casefold() for name in days),
        months=months,
    )


_compiled: Final[dict[int, Rules]] = {}


def compiled(profile: SiteProfile) -> Rules:
    """The rules of a profile, remembered by its identity: hashing a profile costs more than parsing half a page.

    Raises babel.UnknownLocaleError or ValueError for a language that CLDR lacks.
    """
    rules = _compiled.get(id(profile))
    # The rules keep their profile alive, so no other can come by its id.
    if rules is None or rules.profile is not profile:
        if len(_compiled) >= _MEMO:
            _compiled.clear()
        rules = _compiled[id(profile)] = _compile(profile)
    return rules
