"""Laws of rows: however a file was written and read, its rows are the same, and they are pages like any other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from houses import Dump, House, drop, workshop
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.dumps.jsonl import Bad, Place, Row, rows

ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LIMIT = 60
PIECES = (
    b'{"text": "a"}', b'{"text": "\xc3\xab", "date": "2026-03-03"}', b'{"text": "\xff"}', b'{"text": 1}', b"{}", b"[1]",
    b"\n", b"\r\n", b"\n\n", b" ", b"x", b"\xef\xbb\xbf", b'{"text": "', b'"}', b"}", b"\xc3", b"\x00",
    b'{"a": "' + b"y" * 55, b" " * 61,
)  # fmt: skip
FILES = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)
HEADLINES = ("Brug dicht", "Peil omlaag", "Schip raakt brug")
LEADS = ("De brug over het kanaal blijft tot na de zomer dicht.", "Het waterpeil gaat omlaag door de droogte.")


def found_in(data: bytes, place: Place) -> tuple[list[Row | Bad], Place]:
    """What stands in a file from a place on, and where that ends."""
    file = BytesIO(data)
    file.seek(place.offset)
    found = []
    for behind, one in rows(file.readline, place, ZONE, LIMIT):
        place = behind
        if one is not None:
            found.append(one)
    return found, place


@given(FILES, st.data())
def test_how_a_file_grew_does_not_show(data: bytes, draw: st.DataObject) -> None:
    """Appended to in any pieces, and read after each, it gives what it gives when read at once."""
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(data)), max_size=8)) | {len(data)})
    place, grown = Place(), list[Row | Bad]()
    for cut in cuts:
        some, place = found_in(data[:cut], place)
        grown += some
    assert (grown, place) == found_in(data, Place())


@given(FILES)
def test_reading_can_be_left_off_behind_any_row(data: bytes) -> None:
    """From every place that reading comes by, the rest is read as it would have been."""
    steps = list(rows(BytesIO(data).readline, Place(), ZONE, LIMIT))
    for number, (place, _) in enumerate(steps):
        rest = [one for _, one in steps[number + 1 :] if one is not None]
        assert found_in(data, place)[0] == rest
    assert all(before.offset <= after.offset for (before, _), (after, _) in pairwise(steps))


@st.composite
def captured(draw: st.DrawFn) -> list[Dump]:
    """A few pages that say when and perhaps where they were captured, some of them captured again."""
    found: list[Dump] = []
    for number in range(draw(st.integers(1, 4))):
        headline, lead = draw(st.sampled_from(HEADLINES)), draw(st.sampled_from(LEADS))
        age = draw(
            st.sampled_from(["", f"\n\nMeer uit Zeeland\n\n{headline}\n\nGOES (ANP) - Ander bericht.\n\n1 uur geleden"])
        )
        again = st.sampled_from([one.text for one in found]) if found else st.nothing()
        text = draw(st.just(f"{headline}\n\n{headline}\n\nGOES (ANP) - {lead}{age}\n") | again)
        hour = NOON + timedelta(hours=draw(st.integers(0, 5)))
        width = timedelta(hours=draw(st.sampled_from([0, 2])))
        url = draw(st.sampled_from([None, "https://www.zeelandnet.nl/nieuws/brug-dicht"]))
        # A file's time shows nowhere if a sidecar tells the time, but in `derived`: a row has that of its capture.
        found.append(Dump(f"{number}.txt", text, None, hour, hour, width, url))
    return found


def line(dump: Dump) -> str:
    """The dump as a row."""
    assert dump.beside is not None
    told: dict[str, object] = {"date": dump.beside.isoformat()}
    if dump.width:
        told = {"captured_between": [dump.beside.isoformat(), (dump.beside + dump.width).isoformat()]}
    return json.dumps({"text": dump.text, "url": dump.url, **told}) + "\n"


def without_names(house: House) -> list[object]:
    """The stories without the names of their dumps, and what was published."""
    stories = house.stories()
    for story in stories:
        for sighting in story["sightings"]:
            del sighting["dump"], sighting["dumps"], sighting["record"]
    return [stories, house.out()]


@settings(max_examples=8, deadline=None)
@given(dumps=captured(), shuffle=st.randoms(use_true_random=False))
def test_rows_are_pages_like_any_other(empty_store: Path, dumps: list[Dump], shuffle: Random) -> None:
    """In files of rows, in any order, some twice, appended or at once: what the same pages give beside sidecars."""
    with workshop(empty_store) as (inbox, house):
        single, grown, whole, mixed = house("single"), house("grown"), house("whole"), house("mixed")
        for dump in dumps:
            drop(inbox, dump)
        single.build(inbox)
        files = [inbox.parent / "a.jsonl", inbox.parent / "B.JSONL"]
        for dump in sorted(dumps, key=lambda dump: dump.order):
            file, text = shuffle.choice(files), line(dump)
            half = shuffle.randrange(len(text))
            for part in (text[:half], text[half:]):
                with file.open("a", encoding="utf-8") as appended:
                    appended.write(part)
                grown.build(file)
        whole.build(*(file for file in files if file.exists()))
        assert grown.stories() == whole.stories()
        assert grown.derived() == whole.derived()
        again = dumps + dumps[::2]
        shuffle.shuffle(again)
        files[0].write_text("".join(map(line, again)), "utf-8")
        mixed.build(files[0])
        assert without_names(grown) == without_names(mixed) == without_names(single)


@settings(max_examples=6, deadline=None)
@given(dumps=captured(), shuffle=st.randoms(use_true_random=False))
def test_rows_that_nothing_dates_are_the_same_however_they_came(
    empty_store: Path, dumps: list[Dump], shuffle: Random
) -> None:
    """A row that does not say when counts as captured after the one before it that does, never by the file's time."""
    with workshop(empty_store) as (inbox, house):
        grown, whole = house("grown"), house("whole")
        file = inbox / "a.jsonl"
        for dump in dumps:
            told = {"date": str(dump.beside)} if dump is dumps[0] or shuffle.random() < 0.5 else {}
            with file.open("a", encoding="utf-8") as appended:
                appended.write(json.dumps({"text": dump.text, **told}) + "\n")
            grown.build(file)
        whole.build(file)
        # What was published under an id first may keep it: nothing else may differ.
        assert grown.nameless() == whole.nameless()
        assert grown.derived()["captures"] == whole.derived()["captures"]
