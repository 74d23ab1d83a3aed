"""Incremental is from scratch: however dumps come in, the store and `out/` end as one clean build leaves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from houses import DIGESTS, FEEDS, Dump, House, drop, workshop
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.config import FeedSetting

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STEM = "De brug over het kanaal blijft tot na de zomer dicht omdat een"
LEADS = (
    STEM + " schip de pijlers raakte.",
    STEM + " schip zaterdag de pijlers raakte.",
    STEM + " ander schip vastliep in de sluis.",
    "Het waterpeil gaat omlaag.",
)
HEADLINES = ("Brug dicht", "‘Brug’ dicht", "Peil omlaag", "Schip raakt brug")
PLACES = ("GOES (ANP) - ", "DEN HAAG/MALMÖ (ANP/RTR) - ", "")
ADDRESSES = (None, *(f"https://www.zeelandnet.nl/nieuws/{name}" for name in ("schip-raakt-brug", "front")))
HOUR = timedelta(hours=1)
LISTED = f"Brug dicht\n\nBrug dicht\n\nGOES (ANP) - {LEADS[2]}\n\nMeer uit Zeeland\n\nSchip raakt brug\n"
BARE = f"Schip raakt brug\n\nSchip raakt brug\n\nGOES (ANP) - {LEADS[0]}\n\nMeer uit Zeeland\n"
"""A later capture of the first at the second's address takes this away from the headline that the first lists."""
COPIED = f"Brug dicht\n\nBrug dicht\n\nGOES (ANP) - {LEADS[0]}\n\nMeer uit Zeeland\n"
AGES = ("zojuist", "2 uur geleden", "3 uur geleden", "1 dag geleden")


Sightings = frozenset[tuple[str, int]]
"""Dumps, by each of their names, and positions on their pages."""


def sightings_of(house: House) -> dict[str, Sightings]:
    """Where each story was seen, by its id."""
    return {
        one["id"]: Sightings((dump, seen["position"]) for seen in one["sightings"] for dump in seen["dumps"])
        for one in house.stories()
    }


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A page with an article and a list, perhaps cut off; its items are so few that they often meet."""

    def item() -> tuple[str, str]:
        headline, lead = draw(st.sampled_from(HEADLINES)), draw(st.sampled_from(LEADS))
        return headline, draw(st.sampled_from(PLACES)) + lead

    headline, text = item()
    page = f"{headline}\n\n{headline}\n\n{text}\n\nMeer uit {draw(st.sampled_from(['Zeeland', 'Politiek']))}\n\n"
    for _ in range(draw(st.integers(0, 3))):
        headline, text = item()
        page += f"{headline}\n\n{text}\n\n{draw(st.sampled_from(AGES))}\n"
    return page if draw(st.booleans()) else page[: draw(st.integers(len(page) // 3, len(page)))]


@st.composite
def inboxes(draw: st.DrawFn) -> list[Dump]:
    """A few dumps, some of them with one content, some told by name or sidecar, some by nothing."""
    found: list[Dump] = []
    for number in range(draw(st.integers(1, 5))):
        again = st.sampled_from([one.text for one in found]) if found else texts()
        text = draw(texts() | again)
        hour = NOON + timedelta(hours=draw(st.sampled_from([0, 1, 2, 3, 5, 12, 30])))
        how = draw(st.sampled_from(["name", "sidecar", "both", "nothing"]))
        named = hour if how in {"name", "both"} else None
        beside = hour + timedelta(hours=draw(st.integers(0, 2))) if how in {"sidecar", "both"} else None
        name = f"{draw(st.integers(0, 9))}-{number}.txt" if named is None else f"{named:%Y%m%d%H%M%S}-{number}.txt"
        width = timedelta(hours=draw(st.sampled_from([0, 0, 2])))
        found.append(Dump(name, text, named, beside, hour - timedelta(days=1), width, draw(st.sampled_from(ADDRESSES))))
    return found


@settings(max_examples=15, deadline=None)
@given(dumps=inboxes(), shuffle=st.randoms(use_true_random=False))
def test_order_and_batches_do_not_show(empty_store: Path, dumps: list[Dump], shuffle: Random) -> None:
    """One dump a transaction, in any order and some of them twice: the same stories and bytes as one batch."""
    with workshop(empty_store) as (inbox, house):
        paths = [drop(inbox, dump) for dump in dumps]
        clean, batched = house("clean"), house("batched")
        clean.build(inbox)
        again = paths + paths[::2]
        shuffle.shuffle(again)
        batched.build(*again)
        assert batched.stories() == clean.stories()
        assert batched.out() == clean.out()


@settings(max_examples=15, deadline=None)
@given(dumps=inboxes())
@example(dumps=[Dump("1.txt", COPIED, None, None, NOON), Dump("0.txt", COPIED, None, None, NOON)])
@example(
    dumps=[
        Dump("20260303120000.txt", LISTED, NOON, None, NOON),
        Dump("1.txt", BARE, None, NOON + HOUR, NOON, url=ADDRESSES[2]),
        Dump("0.txt", LISTED, None, NOON + HOUR, NOON, 2 * HOUR, ADDRESSES[2]),
    ]
)
def test_dumps_in_the_order_of_capture_change_no_id(empty_store: Path, dumps: list[Dump]) -> None:
    """After every dump an id is there still, or gave way to one that was; the end is a clean build's to the byte.

    A sighting is known again by any name of its capture: the least may be that of a copy that came later. An id is a
    clean build's too, unless sightings went over from one published story to another, which keeps its id: a build that
    sees all dumps at once does not see that they stood elsewhere when it was published.
    """
    with workshop(empty_store) as (inbox, house):
        clean, living, before, moved = house("clean"), house("living"), dict[str, Sightings](), Sightings()
        for path in [drop(inbox, dump) for dump in sorted(dumps, key=lambda dump: dump.order)]:
            living.build(path)
            now = sightings_of(living)
            for name, sightings in before.items():
                heirs = {other for other, others in now.items() if sightings & others}
                assert name in heirs or (heirs and heirs <= before.keys())
                if name in heirs:
                    moved |= sightings - now[name]
            before = now
        clean.build(inbox)
        assert living.nameless() == clean.nameless()
        names = {sightings: name for name, sightings in sightings_of(clean).items()}
        assert all(sightings & moved for name, sightings in before.items() if names[sightings] != name)
        if living.stories() == clean.stories():
            assert living.out() == clean.out()


def test_a_story_keeps_its_id_when_an_earlier_wording_comes_to_it(empty_store: Path) -> None:
    """A wording that an address joined to one story goes over to another: both keep their ids, and only these tell."""
    address = ADDRESSES[1]

    def dump(hour: int, text: str, url: str | None = None) -> Dump:
        at = NOON + timedelta(hours=hour)
        return Dump(f"{hour}.txt", f"Brug dicht\n\nBrug dicht\n\n{text}", None, at, at, url=url)

    far, near = PLACES[1], PLACES[0]
    teaser = f"Brug dicht\n\n{near}{LEADS[2]}\n\nzojuist\n"
    dumps = [
        dump(0, f"{far}{LEADS[2]}\n\nMeer uit Zeeland\n", address),
        dump(1, f"{far}{LEADS[0]}\n\nMeer uit Zeeland\n", address),
        dump(2, f"{near}{LEADS[1]}\n\nMeer uit Zeeland\n"),
        dump(3, f"{near}{LEADS[0]}\n\nMeer uit Zeeland\n\n{teaser}"),
    ]
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        paths = [drop(inbox, one) for one in dumps]
        living.build(*paths[:2])
        living.build(paths[2])
        before = sightings_of(living)
        lock, bridge = sorted(before, key=lambda name: sorted(before[name]))
        assert before == {lock: {("0.txt", -1), ("1.txt", -1)}, bridge: {("2.txt", -1)}}
        living.build(paths[3])
        now = sightings_of(living)
        assert now == {lock: {("0.txt", -1), ("3.txt", 0)}, bridge: {("1.txt", -1), ("2.txt", -1), ("3.txt", -1)}}
        clean.build(inbox)
        assert living.nameless() == clean.nameless()


def test_a_scrap_that_came_first_names_no_story(empty_store: Path) -> None:
    """A fragment that is no story by itself gives a story no id, though it is the earliest that is known of it."""

    def dump(number: int, headline: str, lead: str) -> Dump:
        at = NOON + timedelta(hours=number)
        text = f"{headline}\n\n{headline}\n\nGOES (ANP) - {lead}"
        return Dump(f"{at:%Y%m%d%H%M%S}-{number}.txt", text, at, None, at)

    dumps = [dump(0, "Peil omlaag", STEM[:9]), dump(1, "Brug dicht", STEM), dump(2, "Peil omlaag", LEADS[0])]
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        for one in dumps:
            living.build(
                drop(inbox, replace(one, text=one.text + ("\n\nMeer uit Zeeland\n" if one is dumps[2] else "")))
            )
        clean.build(inbox)
        assert [len(story["sightings"]) for story in clean.stories()] == [3]
        assert living.stories() == clean.stories()


def test_what_was_set_aside_is_weighed_again(empty_store: Path) -> None:
    """A page of vague time fits all that is known, and yet bears out what contradicted it: as in one clean build."""
    ages = [(10, 9, 0), (11, 7, 0), (12, 8, 0), (30, 24, 0), (31, 24, 1)]
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        for hour, age, width in ages:
            at = NOON + timedelta(hours=hour)
            printed = "1 dag geleden" if age == 24 else f"{age} uur geleden"
            text = f"Peil {hour}\n\nPeil {hour}\n\nGOES (ANP) - Het peil zakt tot {hour}.\n\nMeer uit Zeeland\n\n"
            text += f"Brug dicht\n\nGOES (ANP) - {LEADS[0]}\n\n{printed}\n"
            living.build(drop(inbox, Dump(f"{hour}.txt", text, None, at, at, timedelta(hours=width))))
        clean.build(inbox)
        assert max(len(story["sightings"]) for story in clean.stories()) == len(ages)
        assert living.nameless() == clean.nameless()


@settings(max_examples=15, deadline=None)
@given(dumps=inboxes(), data=st.data())
def test_history_does_not_show(empty_store: Path, dumps: list[Dump], data: st.DataObject) -> None:
    """Dumps in any order, seen half-written, with sidecars that come later: only ids may tell, and only some."""
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        for dump in data.draw(st.permutations(dumps)):
            size = data.draw(st.none() | st.integers(1, len(dump.text)))
            if size is not None:
                living.build(drop(inbox, dump, size, beside=data.draw(st.booleans())))
            if data.draw(st.booleans()):
                living.build(drop(inbox, dump, beside=False))
            living.build(drop(inbox, dump))
        clean.build(inbox)
        assert living.nameless() == clean.nameless()
        if living.stories() == clean.stories():
            assert living.out() == clean.out()


@settings(max_examples=10, deadline=None)
@given(dumps=inboxes(), data=st.data())
def test_the_past_of_a_configuration_does_not_show(empty_store: Path, dumps: list[Dump], data: st.DataObject) -> None:
    """Feeds that come and go while dumps arrive end as one clean build with the last configuration makes them."""
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        for path in [drop(inbox, dump) for dump in sorted(dumps, key=lambda dump: dump.order)]:
            some = [FeedSetting("vaak", "Vaak", query="schip"), *FEEDS[2:]]
            feeds, digests = data.draw(st.sampled_from([(FEEDS, DIGESTS), (tuple(some), ()), ((), DIGESTS[:1])]))
            replace(living, config=replace(living.config, feed=feeds, digest=digests)).build(path)
        living.build()
        clean.build(inbox)
        assert living.nameless() == clean.nameless()
        if living.stories() == clean.stories():  # an id may tell of history
            assert living.out() == clean.out()


@settings(max_examples=10, deadline=None)
@given(dumps=inboxes())
def test_building_again_writes_nothing(empty_store: Path, dumps: list[Dump]) -> None:
    """With nothing new no file is written, and no story changes."""
    with workshop(empty_store) as (inbox, house):
        for dump in dumps:
            drop(inbox, dump)
        home = house("home")
        home.build(inbox)
        before = {path: path.stat().st_mtime_ns for path in home.config.out.rglob("*")}, home.stories()
        home.build(inbox, inbox)
        assert ({path: path.stat().st_mtime_ns for path in home.config.out.rglob("*")}, home.stories()) == before
