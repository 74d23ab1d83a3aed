"""The crawler: which page it captures when, and what it tells of that.

Pages come in the order of their true capture, at whole seconds. A crawler's clock may be wrong for a while; a capture
may tell its time exactly (a sidecar, a 14-digit name, or both), its day, or nothing, and a modification time may be
near the truth or that of a later copying. Nothing in an untold page's name or modification time of copying gives its
place in the order away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from random import Random

from feeds.canon import fold, instant

from . import pages, prose
from .arrivals import arrive
from .grammar import expand
from .portal import Item, Portal, micros_of, printed_age
from .settings import DAY, SECOND, Settings
from .telling import Sidecar, Witness, name_of, tell, wrong
from .topics import SHARES
from .truth import BARE, Form, Role, TruePage, TrueSighting, Truth
from .vocabulary import REGIONS

_WEIGHTS = tuple(accumulate(share**0.8 for share in SHARES.values()))
_TOPICS = tuple(SHARES)
_NATIONAL = tuple(topic for topic in SHARES if topic not in REGIONS)
_HOME = "https://www.zeelandnet.nl/nieuws"
_TRIES = 8


@dataclass(frozen=True, slots=True)
class SimulatedPage:
    """A dump as it would lie in the inbox, and the truth about it."""

    name: str
    text: str
    sidecar: Sidecar | None
    mtime: datetime
    captured: datetime
    true: TruePage

    @property
    def form(self) -> Form:
        """Its form by FIELD: A to E, or G for no news. A truncated page keeps the form it was cut from."""
        return self.true.form

    @property
    def sightings(self) -> tuple[TrueSighting, ...]:
        """The stories that stand on it, the article first, then by position."""
        return self.true.sightings

    @property
    def url(self) -> str | None:
        """The address that its sidecar gives."""
        return str(self.sidecar["url"]) if self.sidecar and "url" in self.sidecar else None


@dataclass(frozen=True, slots=True)
class _Draft:
    form: Form
    rendered: pages.Rendered
    shown: tuple[pages.Shown, ...]
    url: str
    needs_url: bool


class Simulation(Iterator[SimulatedPage]):
    """An iterator of the pages in capture order. `truth` speaks of the pages handed out so far."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stories = arrive(settings)
        self._portal = Portal(self.stories)
        self._handed: list[TruePage] = []
        headlines = Counter(
            fold(headline) for story in self.stories for headline in {wording.headline for wording in story.wordings}
        )
        self._common = frozenset(headline for headline, count in headlines.items() if count > 1)
        self._series: dict[str, list[int]] = {}
        for story in self.stories:
            if story.kin.startswith("series"):
                self._series.setdefault(story.kin, []).append(story.index)
        self._seen = [0] * len(self.stories)
        self._text = lru_cache(maxsize=4096)(self._text_of)
        self._body = lru_cache(maxsize=1024)(self._body_of)
        self._pages = self._capture()

    def __next__(self) -> SimulatedPage:
        page = next(self._pages)
        self._handed.append(page.true)
        return page

    @property
    def truth(self) -> Truth:
        """Everything true of the pages handed out so far."""
        return Truth(self.stories, tuple(self._handed))

    # -- what is on a page ------------------------------------------------------------------------

    def _text_of(self, story: int, wording: int) -> tuple[str, int]:
        told = self.stories[story]
        dateline = told.dateline(told.wordings[wording])
        return dateline + told.wordings[wording].lead, len(dateline)

    def _body_of(self, story: int) -> tuple[tuple[prose.Paragraph, ...], str]:
        chance = Random(self.settings.seed * 1_000_003 + story)
        byline = f"{expand('first', chance)} {expand('last', chance)}".upper() if chance.random() < 0.3 else ""
        return prose.body(chance, self.stories[story].background), byline

    def _shown(self, item: Item, at: int, role: Role, position: int) -> pages.Shown:
        story = self.stories[item.story]
        wording = story.wording_at(at) if len(story.wordings) > 1 else 0
        text, dateline = self._text(item.story, wording)
        age = "" if role == "article" else printed_age(item.published, at)
        return pages.Shown(role, position, item.story, wording, story.wordings[wording].headline, text, dateline, age)

    def _list(
        self, topic: str, at: int, count: int, role: Role, skip: int = 0, without: int = -1
    ) -> tuple[pages.Shown, ...]:
        """The list of a topic, ended before the first story that has been seen often enough."""
        found: list[pages.Shown] = []
        for item in self._portal.newest(topic, at, count, skip, without):
            if self._seen[item.story] >= self.settings.most_seen:
                break
            found.append(self._shown(item, at, role, len(found)))
        return tuple(found)

    def _draft(self, chance: Random, at: int) -> _Draft:
        settings = self.settings
        if chance.random() < settings.other:
            text = pages.OTHER[int(chance.random() * len(pages.OTHER))]
            return _Draft("G", pages.Rendered(text, ()), (), "https://www.zeelandnet.nl/voorwaarden", needs_url=False)
        for attempt in range(_TRIES):
            draft = (
                self._listing(chance, at)
                if chance.random() < settings.listings
                else self._article(chance, at, whole=attempt < _TRIES - 1)
            )
            if draft is not None:
                return draft
        return _Draft("G", pages.Rendered(pages.OTHER[1], ()), (), "https://www.zeelandnet.nl/weg", needs_url=False)

    def _listing(self, chance: Random, at: int) -> _Draft | None:
        if chance.random() < 0.4:
            region = _TOPICS[-1 - int(chance.random() * len(REGIONS))]
            shown = self._list(region, at, 5 + int(chance.random() * 8), "listing")
            if not shown:
                return None
            newest = sorted(
                (
                    (item.published, topic, item.story)
                    for topic in _NATIONAL
                    for item in self._portal.newest(topic, at, 2)
                ),
                reverse=True,
            )
            ticker = [
                (topic, published, self._shown(Item(story, published), at, "listing", 0).headline)
                for published, topic, story in newest[:6]
            ]
            return _Draft(
                "D", pages.regional_listing(ticker, shown), shown, f"{_HOME}/regio/{region.lower()}", needs_url=True
            )
        topic = chance.choice(_NATIONAL)
        skip = int(chance.random() * 90) if chance.random() < 0.25 else 0
        shown = self._list(topic, at, 10 + int(chance.random() * 15), "listing", skip)
        if not shown:
            return None
        return _Draft("C", pages.section_listing(at, topic, shown), shown, f"{_HOME}/{topic.lower()}", needs_url=False)

    def _article(self, chance: Random, at: int, *, whole: bool) -> _Draft | None:
        topic = chance.choices(_TOPICS, cum_weights=_WEIGHTS)[0]
        published = self._portal.published_by(topic, at)
        kind = chance.random()
        reach = 25 if kind < 0.55 else 300 if kind < 0.8 else published
        item = self._portal.at_rank(topic, at, int(chance.random() * min(reach, published)))
        if self._seen[item.story] >= self.settings.most_seen:
            return None
        shown = self._shown(item, at, "article", -1)
        count = 7 if chance.random() < 0.9 else 1 + int(chance.random() * 6)
        teasers = self._list(topic, at, count, "teaser", without=item.story)
        if whole and not teasers:
            return None
        story = self.stories[item.story]
        form: Form = "E" if story.region else "A"
        stripped = chance.random() < self.settings.stripped
        body, byline = self._body(item.story)
        rendered = pages.article("E" if story.region else "A", shown, body, byline, topic, teasers, stripped=stripped)
        if stripped and form == "A":
            form = "B"
        return _Draft(form, rendered, (shown, *teasers), f"{_HOME}/{story.slug}", needs_url=False)

    # -- what is told of it -----------------------------------------------------------------------

    def _capture(self) -> Iterator[SimulatedPage]:
        settings, chance = self.settings, Random(self.settings.seed * 7919 + 1)
        at = micros_of(settings.start)
        copied = at + int(settings.pages / settings.pages_per_day * DAY) + 5 * DAY
        gap = DAY / settings.pages_per_day / 0.86
        clock_error = 0
        for number in range(settings.pages):
            at += (
                max(1, round(chance.expovariate(1 / gap) / SECOND)) * SECOND
                if chance.random() < 0.85
                else int(chance.random() * 90) * SECOND
            )
            if clock_error and chance.random() < 0.25:
                clock_error = 0
            elif not clock_error and chance.random() < settings.wrong_clock / 4:
                clock_error = wrong(chance)
            draft = self._draft(chance, at)
            for shown in draft.shown:
                self._seen[shown.story] += 1
            yield self._page(draft, at, clock_error, copied, chance, number)

    def _page(
        self, draft: _Draft, at: int, clock_error: int, copied: int, chance: Random, number: int
    ) -> SimulatedPage:
        settings = self.settings
        text = _spoilt(draft.rendered.text, chance, settings.defects)
        truncated = bool(draft.shown) and chance.random() < settings.truncated
        end = 1 + int(chance.random() * (len(text) - 1)) if truncated else len(text)
        url = draft.url if draft.needs_url or chance.random() < 0.7 else None
        witness = Witness(name_of(settings, number), url, at, at + clock_error, copied)
        told = tell(settings, chance, witness)
        visible = [pair for pair in zip(draft.shown, draft.rendered.marks, strict=True) if pair[1].start < end]
        sightings = tuple(self._sighting(shown, mark, end, alone=len(visible) == 1) for shown, mark in visible)
        wrong = clock_error if told.telling in ("exact", "day") else 0
        true = TruePage(told.name, draft.form, at, told.telling, told.span, wrong, truncated, sightings)
        return SimulatedPage(told.name, text[:end], told.sidecar, instant(told.mtime), instant(at), true)

    def _sighting(self, shown: pages.Shown, mark: pages.Mark, end: int, *, alone: bool) -> TrueSighting:
        cut = pages.cut(mark, end)
        age = shown.age if cut is None and shown.age else None
        lead = max(0, len(shown.text) - shown.dateline - max(0, mark.lead - end))
        bare = shown.role == "article" and alone and (not shown.dateline or not lead)
        if cut in {"headline", "text"} and not bare:
            named = mark.headline > mark.start and end > mark.headline and fold(shown.headline) not in self._common
            bare = not named and (lead < BARE + 5 or self._ambiguous(shown, lead))
        return TrueSighting(shown.role, shown.position, shown.story, age, shown.wording, cut, bare)

    def _ambiguous(self, shown: pages.Shown, lead: int) -> bool:
        """Whether what is left of a report of a series begins another report of it as well."""
        story = self.stories[shown.story]
        left = story.wordings[shown.wording].lead[:lead]
        others = self._series.get(story.kin, ())
        return any(other != shown.story and self.stories[other].wordings[0].lead.startswith(left) for other in others)


def simulate(settings: Settings) -> Simulation:
    """The pages of a simulation in the order of their true capture; its `truth` is whole once all were taken."""
    return Simulation(settings)


def _spoilt(text: str, chance: Random, rate: float) -> str:
    """The text as a capture with a broken character set or curly quotes has it; its length never changes."""
    mark = chance.random()
    if mark < rate / 2:
        return text.replace("ë", "ƫ")
    if mark < rate:
        return text.replace(' "', " “").replace('"', "”").replace(" '", " ‘").replace("'", "’")
    return text
