"""Reports that begin alike, or read alike, as pages arrive one after another: each keeps its id and its own entry."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from asking import put

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Item = tuple[str, str, str]
"""Headline, dateline with lead, and age; without an age the page ends there."""
Ids = dict[str, str]

SKY = "Het is in het hele land wisselend bewolkt met in het noorden kans op een bui. "
TUESDAY = f"DE BILT (ANP) - {SKY}Het wordt tien graden aan zee, bij een matige wind uit het westen."
WEDNESDAY = f"DE BILT (ANP) - {SKY}De temperatuur loopt op tot zestien graden, en in de nacht ontstaat mist."
PLANS = "Inwoners kunnen dinsdag vanaf 19.30 uur in het dorpshuis de plannen bekijken voor nieuwe woningen. "
IN_GOES = f"GOES - {PLANS}Na de inloopavond beslist de gemeenteraad. Aanmelden is niet nodig."
IN_VLISSINGEN = f"VLISSINGEN - {PLANS}De wethouder is er om vragen te beantwoorden over de bouw."
SIRENS = "Maandag om 12.00 uur gaat in de hele gemeente het luchtalarm af. Het is een test van de sirenes in het land."


class Crawl:
    """Pages that are captured and built one after another."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder, self.number = run, folder, 0

    def page(self, captured: str, *items: Item, headlines: bool = True) -> Ids:
        """Capture a page with a list and build; the ids by headline, places and number of sightings."""
        self.number += 1
        subject = f"Verslag nummer {self.number}"
        text = (
            f"{subject}\n\n{subject}\n\nUTRECHT (ANP) - Dit is {subject}, dat niemand verwisselt.\n\nMeer uit Zeeland\n"
        )
        for headline, lead, age in items:
            text += f"\n{headline}\n\n{lead}" if headlines else f"\n{lead}"
            text += f"\n\n{age}\n" if age else ""
        put(self.folder, str(self.number), captured, text)
        done = self.run("build", str(self.folder / f"{self.number}.txt"))
        assert done.returncode == 0, done.stderr
        found = map(json.loads, self.run("stories", "--json").stdout.splitlines())
        return {
            f"{one['headline']} {one['datelines']} {len(one['sightings'])}": one["id"]
            for one in found
            if one["datelines"] != ["UTRECHT"]
        }

    def entries(self) -> list[str]:
        """The ids of the entries in the feed of everything."""
        return re.findall("<entry><id>([^<]+)", (self.folder.parent / "out/all/atom.xml").read_text("utf-8"))


@pytest.fixture
def crawl(run: Run, tmp_path: Path) -> Crawl:
    """An empty inbox."""
    (tmp_path / "inbox").mkdir()
    return Crawl(run, tmp_path / "inbox")


def test_tomorrows_report_takes_no_piece_of_todays(crawl: Crawl) -> None:
    """A cut teaser with its whole keeps its id when the next report of the series begins alike, and that is told."""
    crawl.page("03-03T07:30", ("Weerbericht", TUESDAY[: 16 + 72], ""))
    first = crawl.page("03-03T08:30", ("Weerbericht", TUESDAY, "2 uur geleden"))
    ((name, key),) = first.items()
    assert name == "Weerbericht ['DE BILT'] 2"
    both = crawl.page("03-04T07:30", ("Weerbericht", WEDNESDAY, "1 uur geleden"))
    assert set(both) == {name, "Weerbericht ['DE BILT'] 1"}
    assert both[name] == key
    assert sorted(set(both.values()) & set(crawl.entries())) == sorted(both.values())
    assert "published at other times" in " ".join(crawl.run("explain", key).stdout.split())


def test_another_towns_report_takes_no_piece(crawl: Crawl) -> None:
    """The same within a day: the places differ."""
    crawl.page("03-03T07:30", ("Inloopavond Goes", IN_GOES[:90], ""))
    first = crawl.page("03-03T08:30", ("Inloopavond in Goes", IN_GOES, "2 uur geleden"))
    both = crawl.page("03-03T08:40", ("Inloopavond Vlissingen", IN_VLISSINGEN, "1 uur geleden"))
    assert set(both) == {"Inloopavond in Goes ['GOES'] 2", "Inloopavond Vlissingen ['VLISSINGEN'] 1"}
    assert both.items() >= first.items()


def test_a_piece_from_another_town_renames_nothing(crawl: Crawl) -> None:
    """Months later a cut teaser begins like an old story from elsewhere: it is its own story, and gets its whole."""
    first = crawl.page("03-03T08:30", ("Inloopavond in Goes", IN_GOES, "2 uur geleden"))
    cut = crawl.page("06-10T07:30", ("Inloopavond Vlissingen", IN_VLISSINGEN[:95], ""))
    assert cut.items() > first.items()
    (key,) = set(cut.values()) - set(first.values())
    assert "from another place" in " ".join(crawl.run("explain", key).stdout.split())
    end = crawl.page("06-10T08:30", ("Inloopavond Vlissingen", IN_VLISSINGEN, "2 uur geleden"))
    assert end == first | {"Inloopavond Vlissingen ['VLISSINGEN'] 2": key}


@pytest.mark.parametrize("headlines", [True, False])
def test_one_text_from_two_towns_is_two_entries(crawl: Crawl, *, headlines: bool) -> None:
    """A list shows it twice, under one headline or under none; and keeps both when a page shows them again."""
    items = [("Luchtalarm", f"{town} - {SIRENS}", "1 uur geleden") for town in ("VLISSINGEN", "GOES")]
    found = crawl.page("03-03T10:30", *items, headlines=headlines)
    assert sorted(name.split("[")[1] for name in found) == ["'GOES'] 1", "'VLISSINGEN'] 1"]
    assert set(found.values()) <= set(crawl.entries())
    again = crawl.page("03-03T10:40", *reversed(items), headlines=headlines)
    assert {name.replace("] 2", "] 1"): key for name, key in again.items()} == found


def test_a_list_without_headlines_shows_the_town_that_it_names(crawl: Crawl) -> None:
    """Two stories have one text: the one with the very same dateline is meant."""
    towns = ("VLISSINGEN", "GOES")
    items = [(f"Luchtalarm in {town.title()}", f"{town} - {SIRENS}", "1 uur geleden") for town in towns]
    found = crawl.page("03-03T10:30", *items)
    assert len(found) == 2
    goes = found["Luchtalarm in Goes ['GOES'] 1"]
    again = crawl.page("03-03T10:40", items[1], headlines=False)
    assert again["Luchtalarm in Goes ['GOES'] 2"] == goes
    assert again["Luchtalarm in Vlissingen ['VLISSINGEN'] 1"] == found["Luchtalarm in Vlissingen ['VLISSINGEN'] 1"]
