"""The stories of a portal: who publishes what, when, and what is like what.

Stories arrive per topic with the rhythm of a day; behind them lies an archive that reaches back five years, so that
lists of quiet topics and deep listings print weeks, months and years. The look-alikes are made here: second reports
on one event, twins, dossiers, series. No two stories ever begin with the same lead, because nothing on a page could
tell such two apart.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from . import prose
from .edits import Wording, edit
from .grammar import fill, sentence
from .portal import local, micros_of
from .series import SERIES, Series
from .settings import DAY, HOUR, MINUTE, SECOND, Settings
from .topics import ALSO, SHARES, agencies_of, city_of, kind_of
from .truth import Spoiling, Story
from .vocabulary import DAYS, REGIONS, WORLD_CITIES

ARCHIVE = 60
"""Stories of each topic that are older than the simulation."""
_RHYTHM = (1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 6, 6, 6, 6, 6, 6, 5, 5, 4, 4, 3, 3, 2)
_FAMOUS = 0.35
"""Share of stories about somebody known."""
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass
class _Dossier:
    """A continuing affair: who and where, and the paragraphs that its articles repeat."""

    known: prose.Figure
    agencies: tuple[str, ...]
    background: tuple[str, ...]


@dataclass
class _Writer:
    """What the writing of stories remembers: the next index, leads and addresses in use, running dossiers."""

    settings: Settings
    chance: Random
    end: int
    figures: tuple[prose.Figure, ...]
    leads: set[tuple[str, ...]] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)
    dossiers: dict[str, list[_Dossier]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Draft:
    """A story before anything happens to it."""

    topic: str
    published: int
    what: prose.Event
    headline: str
    agencies: tuple[str, ...]
    sentences: tuple[str, ...]
    dossier: _Dossier | None
    live: bool


def arrive(settings: Settings) -> tuple[Story, ...]:
    """All stories of a simulation, by index; the index says nothing of time."""
    chance = Random(settings.seed)
    start = micros_of(settings.start)
    days = math.ceil(settings.pages / settings.pages_per_day)
    figures = tuple(prose.figure(chance, chance.choice(WORLD_CITIES)) for _ in range(80))
    writer = _Writer(settings, chance, start + days * DAY, figures)
    stories: list[Story] = []
    for topic, share in SHARES.items():
        for _ in range(ARCHIVE):
            age = math.exp(chance.uniform(math.log(0.3 * DAY), math.log(5.5 * 365 * DAY)))
            _report(writer, stories, topic, start - int(age), live=False)
        for _ in range(_about(chance, days * settings.stories_per_day * share)):
            _report(writer, stories, topic, start + _moment(chance, days), live=True)
    if settings.hard and settings.series:
        for day in range(days):
            for series in SERIES:
                stories.extend(_series(writer, series, settings.start + timedelta(days=day)))
    return tuple(replace(story, index=index) for index, story in enumerate(stories))


def _report(writer: _Writer, stories: list[Story], topic: str, published: int, *, live: bool) -> None:
    """Adds a story, and by chance a second report on its event and a twin."""
    chance, settings = writer.chance, writer.settings
    dossier = _dossier(writer, topic) if settings.hard else None
    city = dossier.known.city if dossier and chance.random() < 0.7 and topic not in REGIONS else city_of(chance, topic)
    known = dossier.known if dossier else _known(writer)
    what = prose.event(chance, kind_of(chance, topic), city, known)
    agencies = dossier.agencies if dossier else agencies_of(chance, topic)
    draft = _Draft(
        topic, published, what, prose.headline(what, chance), agencies, prose.lead(what, chance), dossier, live
    )
    first = len(stories)
    base = _story(writer, draft)
    stories.append(base)
    if not settings.hard:
        return
    if chance.random() < settings.second_reports:
        later = published + int(math.exp(chance.uniform(math.log(8 * MINUTE), math.log(6 * HOUR))))
        headline = prose.other_headline(what, chance, draft.headline)
        report = replace(
            draft, published=later, headline=headline, sentences=_second_lead(what, draft.sentences, chance)
        )
        stories.append(replace(_story(writer, report), kin="second", relative=first, places=base.places))
    if chance.random() < settings.twins:
        beside = published + 1 + int(chance.random() * 40 * SECOND)
        other = prose.event(chance, kind_of(chance, topic), city, known if chance.random() < 0.3 else None)
        twin = _Draft(
            topic, beside, other, prose.headline(other, chance), agencies, prose.lead(other, chance), None, live
        )
        stories.append(replace(_story(writer, twin), kin="twin", relative=first, places=base.places))


def _second_lead(what: prose.Event, first: tuple[str, ...], chance: Random) -> tuple[str, ...]:
    """The lead of a second report: it begins otherwise, and repeats up to two sentences of the first but never all."""
    repeated = tuple(text for text in first if chance.random() < 0.4)[: min(2, len(first) - 1)]
    while True:
        sentences = prose.lead(what, chance, repeated)
        if sentences[0] not in first:
            return sentences


def _known(writer: _Writer) -> prose.Figure | None:
    """A figure of whom much or little is heard, or nobody known."""
    if writer.chance.random() >= _FAMOUS:
        return None
    return writer.figures[int(len(writer.figures) * writer.chance.random() ** 2.5)]


def _story(writer: _Writer, draft: _Draft) -> Story:
    """The story of a draft, with its edits, its second publication and its defects."""
    chance, settings, topic = writer.chance, writer.settings, draft.topic
    sentences, published = draft.sentences, draft.published
    while sentences in writer.leads:
        sentences = (*sentences, prose.follow_up(draft.what, chance))
    writer.leads.add(sentences)
    wordings: tuple[Wording, ...] = (Wording(draft.headline, sentences, draft.agencies, published, None),)
    instants: tuple[int, ...] = (published,)
    if draft.live and chance.random() < settings.edited:
        at = published
        for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3))):
            at += 3 * MINUTE + int(chance.expovariate(1 / (2 * HOUR)))
            wordings = edit(wordings, draft.what, at, chance)
    again = published + int(chance.uniform(10, 40) * DAY)
    if draft.live and chance.random() < settings.republished and again < writer.end:
        instants = (published, again)
    city = draft.what.bound["C"]
    return Story(
        index=-1,
        topic=topic,
        also=ALSO.get(topic, "") if chance.random() < 0.08 else "",
        region=topic in REGIONS,
        city=city,
        places=(city,) if chance.random() > 0.03 or topic in REGIONS else (city, chance.choice(WORLD_CITIES)),
        spoiling=_spoiling(chance, settings, city, topic),
        published=instants,
        wordings=wordings,
        kin="",
        relative=None,
        background=draft.dossier.background if draft.dossier else (),
        slug=_slug(writer, draft.headline),
    )


def _series(writer: _Writer, series: Series, day: datetime) -> Iterator[Story]:
    """The stories of a series on one day, each town's within the hour."""
    chance = writer.chance
    midnight = micros_of(day)
    scale = writer.settings.stories_per_day / 110
    for region in (series.topic,) if series.topic else tuple(REGIONS):
        if chance.random() >= series.chance * min(1.0, scale):
            continue
        towns = chance.sample(REGIONS[region], series.towns) if not series.city else [series.city]
        for town in towns:
            published = midnight + int((series.hour - 1 + chance.random() * 0.6) * HOUR)
            bound = {"town": town, "weekday": DAYS[local(published).weekday()]}
            sentences = tuple(fill(text, chance, bound) for text in series.sentences)
            while sentences in writer.leads:
                sentences = tuple(fill(text, chance, bound) for text in series.sentences)
            writer.leads.add(sentences)
            wording = Wording(series.headline, sentences, series.agencies, published, None)
            yield Story(
                index=-1,
                topic=region,
                also="",
                region=region in REGIONS,
                city=town,
                places=(town,),
                spoiling="",
                published=(published,),
                wordings=(wording,),
                kin=f"series:{series.name}",
                relative=None,
                background=(),
                slug=_slug(writer, series.headline),
            )


def _dossier(writer: _Writer, topic: str) -> _Dossier | None:
    """A running affair of the topic or a new one, for the share of stories that belong to one."""
    chance = writer.chance
    if chance.random() >= writer.settings.dossiers:
        return None
    running = writer.dossiers.setdefault(topic, [])
    if running and chance.random() < 0.85:
        return running[-1 - int(len(running[-6:]) * chance.random())]
    known = writer.figures[int(80 * chance.random())]
    background = tuple(
        prose.paragraph(chance) + " " + sentence("s", chance) for _ in range(1 + (chance.random() < 0.4))
    )
    running.append(_Dossier(known, agencies_of(chance, topic), background))
    return running[-1]


def _spoiling(chance: Random, settings: Settings, city: str, topic: str) -> Spoiling:
    if chance.random() >= settings.defects:
        return ""
    if topic in REGIONS:
        return "mixed" if city == "Borsele" else "missing"
    if city == "Washington":
        return "glued"
    return "tight" if chance.random() < 0.4 else "missing"


def _slug(writer: _Writer, headline: str) -> str:
    """The address of a headline; one that is taken gets the number of a wire report, and so do a few others."""
    plain = unicodedata.normalize("NFKD", headline.lower()).encode("ascii", "ignore").decode()
    found = _NOT_SLUG.sub("-", plain.replace("'", "").replace('"', "").replace(".", "")).strip("-")
    while found in writer.slugs or writer.chance.random() < 0.02:
        found = f"{found.rsplit('-anp', 1)[0]}-ANP{writer.chance.randrange(10**8, 10**9)}"
    writer.slugs.add(found)
    return found


def _moment(chance: Random, days: int) -> int:
    """An instant of the simulated days, by the rhythm of the day."""
    hour = chance.choices(range(24), _RHYTHM)[0]
    return int(chance.random() * days) * DAY + hour * HOUR + int(chance.random() * HOUR)


def _about(chance: Random, expected: float) -> int:
    """A whole number whose mean is `expected`."""
    return int(expected) + (chance.random() < expected % 1)
