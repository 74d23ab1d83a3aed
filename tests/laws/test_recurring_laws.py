"""Stories that only recur are told without a look at what was seen of them before: as if all were looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from houses import Dump, drop, workshop
from hypothesis import event, given, settings
from hypothesis import strategies as st

from feeds.capture import capture_of
from feeds.model import Age, CaptureKey, ContentHash, Sighting, WordingKey
from feeds.stories.accord import accord, joined
from feeds.stories.dating import solve
from feeds.stories.evidence import publications

NIGHT = datetime(2026, 3, 3, 23, 10, tzinfo=UTC)
"""In Zeeland it is ten past midnight; spans are told in UTC, and so days begin 50 minutes later."""
STORIES = (
    ("Brug dicht", "GOES (ANP) - De brug over het kanaal blijft tot na de zomer dicht omdat een schip haar raakte."),
    ("Peil omlaag", "Het waterpeil van de plassen gaat omlaag, zodat er aan de oevers gewerkt kan worden."),
    ("Veer vaart weer", "MALMÖ (RTR) - Het veer over de zeestraat vaart weer nu de storm van gisteren is gaan liggen."),
)
EDITED = ("Brug nog dicht", "MALMÖ (RTR) - Het veer over de zeestraat vaart weer nu de storm is gaan liggen.")
TEXTS = ("Dat zegt de beheerder.", "Dat zegt de beheerder. Het wordt nog onderzocht.")


@dataclass(frozen=True)
class Seen:
    """How a page shows one of the stories: mostly as the others do."""

    story: int
    slip: int
    """Minutes by which its age is not what it should be."""
    headline: str | None
    lead: str | None
    """If they are others than usual."""


@st.composite
def shown(draw: st.DrawFn) -> Seen:
    """A story on a page."""
    slip = draw(st.sampled_from([0] * 12 + [7, -240]))
    headline = draw(st.sampled_from([None] * 8 + ["", EDITED[0]]))
    return Seen(draw(st.integers(0, 2)), slip, headline, draw(st.sampled_from([None] * 10 + [EDITED[1]])))


@st.composite
def crawls(draw: st.DrawFn) -> list[Dump]:
    """Many pages in the order of their capture that show few stories again and again, some of them in other ways."""
    found: list[Dump] = []
    at = NIGHT
    for number in range(draw(st.integers(4, 9))):
        at += timedelta(minutes=draw(st.sampled_from([1, 11, 50, 200])))
        article = draw(st.sampled_from([None, *range(3)]))
        listed = draw(st.lists(shown(), max_size=3, unique_by=lambda one: one.story))
        topic = draw(st.sampled_from(["Zeeland"] * 6 + ["Politiek", ""]))
        text = draw(st.sampled_from([*TEXTS, TEXTS[0], TEXTS[0]]))
        page = filler(number) if article is None else _article(article, text)
        page += f"Meer uit {topic}\n\n" if topic else ""
        page += "".join(_teaser(one, at) for one in listed if one.story != article)
        beside = at if draw(st.sampled_from([False] * 3 + [True])) else None
        width = timedelta(minutes=draw(st.sampled_from([0] * 5 + [30]))) if beside else timedelta()
        found.append(Dump(f"{at:%Y%m%d%H%M%S}-{number}.txt", page, at, beside, at, width))
    return found


def filler(number: int) -> str:
    """An article of its own: without one it would be no page."""
    return f"Bericht {number}\n\nBericht {number}\n\nYERSEKE - Er staan vandaag {number} kotters op de helling.\n\n"


def _article(story: int, text: str) -> str:
    headline, lead = STORIES[story]
    return f"{headline}\n\n{headline}\n\n{lead}\n\n{text}\n\n"


def _teaser(one: Seen, at: datetime) -> str:
    usual, lead = STORIES[one.story]
    headline = usual if one.headline is None else one.headline
    minutes = int((at - NIGHT).total_seconds()) // 60 + 20 * one.story + one.slip
    age = f"{minutes} minuten" if 1 < minutes < 60 else f"{max(minutes, 60) // 60} uur"
    return (f"{headline}\n\n" if headline else "") + f"{one.lead or lead}\n\n{age} geleden\n\n"


def page(minute: int, *listed: str, article: str = "", topic: str = "Zeeland", url: str | None = None) -> Dump:
    """What was captured at a minute after ten: perhaps an article, and a list with ages, of which each is a text."""
    at = NIGHT + timedelta(minutes=minute)
    text = f"{article}\n\n" if article else filler(minute)
    text += (f"Meer uit {topic}\n\n" if topic else "") + "".join(f"{one} geleden\n\n" for one in listed)
    return Dump(f"{at:%Y%m%d%H%M%S}.txt", text, at, None, at, url=url)


HEAD, LEAD = STORIES[0]
NAMED, BARE = f"{HEAD}\n\n{LEAD}\n\n", f"{LEAD}\n\n"
OTHER, THIRD = (f"{headline}\n\n{lead}\n\n" for headline, lead in STORIES[1:])
WHOLE = f"{HEAD}\n\n{HEAD}\n\n{LEAD}\n\n{TEXTS[0]}"
NEWS = "https://www.zeelandnet.nl/nieuws"
HOUR = "1 uur"
BASE = [
    page(110, article=WHOLE, url=f"{NEWS}/brug"),
    *(page(minute, f"{NAMED}{HOUR}", f"{OTHER}{HOUR}", f"{THIRD}{HOUR}") for minute in (115, 120, 130)),
]
"""Three stories of about midnight, on which three lists agree: from ten to to five past."""


@pytest.mark.parametrize(
    "more",
    [
        [page(140, f"{NAMED}{HOUR}"), page(144, f"{NAMED}{HOUR}")],
        [page(140, f"{NAMED}{HOUR}", topic="Politiek"), page(141, f"{NAMED}{HOUR}")],
        [page(140, f"{BARE}{HOUR}"), page(141, f"{NAMED}{HOUR}"), page(142, f"{BARE}{HOUR}")],
        [page(145, f"{NAMED}2 uur", f"{OTHER}{HOUR}"), page(146, f"{OTHER}{HOUR}")],
        [page(168, f"{NAMED}{HOUR}"), page(169, f"{NAMED}{HOUR}")],
        [page(125, f"{NAMED}{HOUR}"), page(140, f"{NAMED}{HOUR}")],
        [page(112, f"{NAMED}{HOUR}"), page(140, f"{NAMED}{HOUR}")],
        [page(140, article=WHOLE), page(141, f"{NAMED}{HOUR}"), page(142, article=WHOLE, topic="")],
        [page(140, article=f"{WHOLE} {TEXTS[1]}"), page(141, article=WHOLE)],
        [page(140, article=f"{WHOLE} {TEXTS[1]}", topic=""), page(141, article=WHOLE, url=f"{NEWS}/x")],
        [page(130, f"{NAMED}{HOUR}", f"{OTHER}{HOUR}", f"{THIRD}{HOUR}", url=f"{NEWS}/y"), page(140, f"{NAMED}{HOUR}")],
        [
            *(page(140, f"{BARE}{HOUR}"), page(141, f"{NAMED}{HOUR}")),
            *(page(140, f"{BARE}{HOUR}", url=f"{NEWS}/z"), page(142, f"{NAMED}{HOUR}")),
        ],
        [page(140, article=WHOLE.replace("beheerder", "‘beheerder’")), page(141, f"{NAMED}{HOUR}")],
        [page(140, f"{HEAD}\n\n{HOUR}"), page(141, f"{HEAD}\n\n{HOUR}"), page(142, f"{NAMED}{HOUR}")],
        [page(140, f"{NAMED}{HOUR}", f"{LEAD[:70]}\n\n{HOUR}"), page(141, f"{NAMED}{HOUR}")],
        [page(140, f"{HEAD}\n\n{LEAD[:70]}"), page(141, f"{NAMED}{HOUR}"), page(150, f"{HEAD}\n\n{LEAD[:70]}")],
        [page(140, f"{HEAD} nu\n\n{LEAD} Dat duurt.\n\n{HOUR}"), page(141, f"{NAMED}{HOUR}")],
        [page(140, f"{NAMED}5 uur", f"{OTHER}{HOUR}"), page(141, f"{NAMED}5 uur"), page(142, f"{NAMED}{HOUR}")],
        [page(150, f"{NAMED}2 uur", f"{OTHER}5 uur", f"{THIRD}5 uur"), page(151, f"{NAMED}2 uur")],
    ],
    ids=[
        "nothing new", "another topic", "another wording", "one day the less", "best moves",
        "captured before the last", "captured before the first", "its text again", "another text",
        "a text without a topic", "a sidecar that comes later", "one of another wording", "other quotes",
        "a headline alone", "a fragment on its page", "a fragment elsewhere", "an edit",
        "an age that contradicts", "a wrong clock",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2])
def test_what_comes_with_a_recurring_story_is_told(empty_store: Path, more: list[Dump], size: int) -> None:
    """Whatever another page says of a story that is well known counts as if all its pages were looked at again."""
    with workshop(empty_store) as (inbox, house):
        step, clean = house("step"), house("clean")
        dumps = BASE + more
        for first in range(0, len(dumps), size):
            step.build(*[drop(inbox, dump) for dump in dumps[first : first + size]])
        clean.build(inbox)
        assert step.nameless() == clean.nameless()
        if sorted(dumps, key=lambda dump: dump.order) == dumps:
            assert step.derived() == clean.derived()
            assert step.out() == clean.out()


@settings(max_examples=20, deadline=None)
@given(dumps=crawls())
def test_recurring_stories_are_told_as_if_all_were_seen_at_once(empty_store: Path, dumps: list[Dump]) -> None:
    """One dump after the other, and published after each: the same stories, ids and bytes as of one clean build."""
    with workshop(empty_store) as (inbox, house):
        step, clean = house("step"), house("clean")
        for dump in dumps:
            step.build(drop(inbox, dump))
        clean.build(inbox)
        assert step.derived() == clean.derived()
        assert step.out() == clean.out()


def sighting(minute: int, age: int | None, width: int = 0) -> Sighting:
    """A story seen at a minute, so many minutes old."""
    at = minute * 60_000_000
    key = CaptureKey(minute)
    page = capture_of(key, ContentHash("c"), "s", None, (at, at + width, "name"), at, ())
    return Sighting(
        page, "teaser", 0, WordingKey(1), None, None if age is None else Age("", age * 60, age * 60 + 60), None
    )


@st.composite
def sightings(draw: st.DrawFn) -> list[Sighting]:
    """Of one story, in the order of capture, most of them of one mind."""
    minutes = sorted(draw(st.sets(st.integers(0, 20_000), min_size=1, max_size=6)))
    slips = st.sampled_from([0] * 6 + [1, 300])
    return [
        sighting(minute, draw(st.sampled_from([None, minute + 40 + draw(slips)])), draw(st.sampled_from([0] * 9 + [5])))
        for minute in minutes
    ]


@given(found=sightings(), cut=st.integers(1, 5))
def test_an_accord_is_what_its_sightings_say(found: Sequence[Sighting], cut: int) -> None:
    """It has the span by which its story is dated and published; of two parts it is that of the whole."""
    whole = accord(found)
    event(f"agree: {whole is not None}")
    if len(found) > cut:
        assert joined([accord(found[:cut]), accord(found[cut:])]) == whole
    if whole is not None:
        assert solve({"one": found}).stories == {"one": whole.span}
        assert publications(found) == (((whole.after, whole.until),) if whole.dated else ())
