"""Laws of pieces: whatever a series prints from day to day and town to town, what was cut off goes where it fits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from houses import Dump, drop, workshop
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.canon import fold, micros
from feeds.capture import capture_of, times_of
from feeds.model import Age, Capture, CaptureKey, ContentHash, Dateline, Page, Teaser, Told, WordingKey
from feeds.stories.candidates import Meeting, Seen, blocks, sighting_order
from feeds.stories.evidence import span_of
from feeds.stories.identity import BEGINNING, clusters, groups, link
from feeds.stories.wordings import appearances, is_fragment, sighted

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEM = "Het is in het hele land wisselend bewolkt met in het noorden kans op een enkele bui. "
ENDS = ("Het wordt tien graden.", "Later draait de wind naar het zuiden.", "In de nacht is er mist.")
TOWNS = ("GOES", "VEERE")
HEADLINES = ("Weer", "Bui", "")
CUTS = (30, 62, 75, len(STEM) + 9)


@st.composite
def reports(draw: st.DrawFn) -> tuple[int, datetime, str, str]:
    """One of a series: how it ends, when it was published, from where, and under which headline."""
    born = NOON + draw(st.sampled_from([0, 3, 13, 24, 40])) * HOUR
    return draw(st.integers(0, 2)), born, draw(st.sampled_from(TOWNS)), draw(st.sampled_from(HEADLINES))


Shown = tuple[datetime, list[tuple[tuple[int, datetime, str, str], int | None]]]
"""When a page was captured, and the reports in its list, each with the letter at which it is cut off."""


@st.composite
def crawls(draw: st.DrawFn) -> list[Shown]:
    """Pages in the order of capture, each with reports that were published by then; its end may cut the last one."""
    series = draw(st.lists(reports(), min_size=1, max_size=4, unique_by=lambda one: one[:1]))
    found: list[Shown] = []
    at = NOON
    for _ in range(draw(st.integers(2, 8))):
        at += timedelta(minutes=draw(st.sampled_from([10, 50, 130, 600])))
        known = [one for one in series if one[1] < at]
        listed = draw(st.permutations(known))[: draw(st.integers(0, 3))]
        cut = draw(st.sampled_from([None, *CUTS]))
        found.append((at, [(one, cut if one is listed[-1] else None) for one in listed]))
    return found


def age_of(at: datetime, born: datetime) -> int:
    """A report's age in whole hours."""
    return int((at - born) / HOUR)


def wordings(crawl: Iterable[Shown], *, untold: int) -> dict[WordingKey, Seen]:
    """What the pages show; of the page of one number nothing tells when it was captured."""
    found: dict[WordingKey, Seen] = {}
    for number, (at, listed) in enumerate(crawl):
        items = []
        for position, ((end, born, town, headline), cut) in enumerate(listed):
            hours = age_of(at, born)
            age = Age("", hours * 3600, (hours + 1) * 3600) if cut is None else None
            text, dateline = STEM + ENDS[end], Dateline(town, (town,), ())
            items.append(Teaser(position, headline or None, dateline, text[:cut], age, None if cut is None else "text"))
        page = Page("s", "article", "Zeeland", None, tuple(items), (), (), None, overfull=False)
        for shown in appearances(page):
            one = sighted(captured(number, at, told=number != untold), shown)
            before = found[one.wording].sightings if one.wording in found else ()
            found[one.wording] = Seen(shown.wording, tuple(sorted((*before, one), key=sighting_order)))
    return found


def captured(number: int, at: datetime, *, told: bool) -> Capture:
    """The capture of a page, told to the instant or not at all."""
    span = Told(at, at, "sidecar") if told else Told(None, None, "unknown")
    content = ContentHash(f"{number:032x}")
    return capture_of(CaptureKey(number), content, "s", None, times_of(span), micros(at), ("x.txt",))


@given(crawls(), st.integers(-1, 7))
def test_a_piece_fits_what_it_is_linked_with(crawl: list[Shown], untold: int) -> None:
    """Links are mutual and found; the other is from its place, and there was one when a page last showed the piece."""
    found = wordings(crawl, untold=untold)
    meeting = Meeting()
    for key, seen in found.items():
        meeting.enter(key, blocks(seen))
    for one, other in combinations(found.values(), 2):
        strength = link(one, other)
        assert strength == link(other, one)
        if strength != BEGINNING:
            continue
        assert other.wording.key in set(meeting.candidates(one.wording.key, blocks(one)))
        assert one.wording.dateline == other.wording.dateline
        for piece, whole in ((one, other), (other, one)):
            if is_fragment(piece.wording) and (span := span_of(whole.sightings[0])) is not None:
                times = [sighting.capture.latest for sighting in piece.sightings]
                assert any(at is None or at > span[0] for at in times)


@given(crawls(), st.integers(-1, 7))
def test_a_story_is_from_one_place(crawl: list[Shown], untold: int) -> None:
    """Where all print a dateline, and no text is printed from two places, no piece leads from one to another."""
    found = wordings(crawl, untold=untold)
    pairs = combinations(sorted(found), 2)
    links = {(one, other): strength for one, other in pairs if (strength := link(found[one], found[other]))}
    for group in groups(found, links):
        for story in clusters(group, links):
            datelines = {fold(seen.wording.dateline.raw) for seen in story if seen.wording.dateline}
            assert len(datelines) == 1


def dumps(crawl: Iterable[Shown]) -> list[Dump]:
    """The pages as files, each with an article of its own."""
    found = []
    for number, (at, listed) in enumerate(crawl):
        text = f"Verslag {number}\n\nVerslag {number}\n\nUTRECHT - Dit is {number}.\n\nMeer uit Zeeland\n\n"
        for (end, born, town, headline), cut in listed:
            text += f"{headline}\n\n" if headline else ""
            text += f"{town} - {(STEM + ENDS[end])[:cut]}"
            text += f"\n\n{age_of(at, born)} uur geleden\n\n" if cut is None else ""
        found.append(Dump(f"{number}.txt", text, None, at, at))
    return found


@settings(max_examples=15, deadline=None)
@given(crawl=crawls())
def test_pages_as_they_come_are_one_build(empty_store: Path, crawl: list[Shown]) -> None:
    """Stories that recur are not decided anew, and yet each piece ends where a build of all pages at once puts it.

    An id is there still, or gave way to others that were.
    """
    with workshop(empty_store) as (inbox, house):
        clean, living, before = house("clean"), house("living"), dict[str, set[str]]()
        for dump in dumps(crawl):
            living.build(drop(inbox, dump))
            now = {
                story["id"]: {f"{one['dump']} {one['position']}" for one in story["sightings"]}
                for story in living.stories()
            }
            for name, seen in before.items():
                heirs = {other for other, others in now.items() if seen & others}
                assert name in heirs or (heirs and heirs <= before.keys())
            before = now
        clean.build(inbox)
        assert living.nameless() == clean.nameless()


@settings(max_examples=10, deadline=None)
@given(crawl=crawls(), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_pages_moves_no_piece(empty_store: Path, crawl: list[Shown], shuffle: Random) -> None:
    """Pages that come one by one in any order end as one build of all."""
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        paths = [drop(inbox, dump) for dump in dumps(crawl)]
        shuffle.shuffle(paths)
        for path in paths:
            living.build(path)
        clean.build(inbox)
        assert living.nameless() == clean.nameless()


def test_what_narrows_a_date_moves_no_piece(empty_store: Path) -> None:
    """A report recurs until its ages say that it is younger than a piece, which stays where it was, in any build."""
    report = 1, NOON + timedelta(minutes=125), "GOES", "Weer"
    minutes = ((120, 75), (190, None), (195, None), (242, None))
    crawl: list[Shown] = [(NOON + timedelta(minutes=at), [(report, cut)]) for at, cut in minutes]
    with workshop(empty_store) as (inbox, house):
        clean, living = house("clean"), house("living")
        for dump in dumps(crawl):
            living.build(drop(inbox, dump))
        clean.build(inbox)
        assert living.stories() == clean.stories()
        assert max(len(story["sightings"]) for story in living.stories()) == len(crawl)
