"""Feeds from the configuration, as a user sets them up: real processes, real files, and readers that take them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
import pytest

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"

SOURCE = '[[sources]]\npath = "dumps"\nsite = "zeelandnet"\nmtime = "ignore"\n'
MILAN = """
[[feed]]
key = "milaan"
title = "De tram van Milaan"
description = "Over het ongeluk."
query = "tram* place:milaan"
"""
MORE = """
[[feed]]
key = "wereld"
title = "Wereld"
any_of = ["feed/milaan", "dateline/minsk"]
none_of = ["feed/niets"]

[[feed]]
key = "niets"
title = "Niets"
query = "xyzzy"
"""


@dataclass(frozen=True)
class Home:
    """A folder with a configuration and its dumps, and `feeds` run in it."""

    path: Path
    run: Callable[..., subprocess.CompletedProcess[str]]

    def configure(self, text: str) -> None:
        """Have this configuration from now on."""
        (self.path / "config").mkdir(exist_ok=True)
        (self.path / "config" / "feeds.toml").write_text(SOURCE + text, "utf-8")

    def drop(self, name: str, *items: tuple[str, str], topic: str = "Zeeland", age: str = "2 uur geleden") -> None:
        """A page of that name arrives; all its items are teasers but the first."""
        (self.path / "dumps").mkdir(exist_ok=True)
        (headline, text), *teasers = items
        page = f"{headline}\n\n{headline}\n\n{text}\n\nMeer uit {topic}\n\n"
        page += "".join(f"{headline}\n\n{text}\n\n{age}\n" for headline, text in teasers)
        (self.path / "dumps" / name).write_text(page, "utf-8")

    def build(self) -> str:
        """Build; what the summary says of feeds."""
        done = self.run("build")
        assert done.returncode == 0, done.stderr
        found = re.search(r"feeds: (.+?);", done.stderr)
        assert found is not None
        return found[1]

    def clean(self) -> None:
        """Build from scratch."""
        (self.path / "feeds.sqlite").unlink()
        shutil.rmtree(self.path / "out")
        self.build()

    def feed(self, key: str) -> Any:
        """A feed as a reader takes it."""
        found = feedparser.parse((self.path / "out" / key / "atom.xml").read_bytes())
        assert not found.bozo, found.get("bozo_exception")
        return found

    def titles(self, key: str) -> list[str]:
        """The titles of a feed's entries, in its order; the same in both formats."""
        rss = feedparser.parse((self.path / "out" / key / "rss.xml").read_bytes())
        found = [entry.title for entry in self.feed(key).entries]
        assert [entry.title for entry in rss.entries] == found
        return found

    def out(self) -> dict[str, bytes]:
        """Every published file."""
        out = self.path / "out"
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture
def home(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> Home:
    """An empty folder of one's own."""
    return Home(tmp_path, run)


@pytest.fixture
def seeded(home: Home) -> Home:
    """A folder whose dumps are the seeds."""
    (home.path / "dumps").symlink_to(SEEDS)
    return home


def test_a_query_is_a_feed(seeded: Home) -> None:
    """The stories that it finds, under the title that it was given; and it is listed for people and scripts."""
    seeded.configure(MILAN + MORE)
    seeded.build()
    assert seeded.titles("feed/milaan") == [
        "Doden en tientallen gewonden door tramontsporing Milaan",
        "Dode en gewonden na ontsporing tram in Milaan",
    ]
    assert seeded.feed("feed/milaan").feed.title == "De tram van Milaan"
    assert seeded.feed("feed/milaan").feed.subtitle == "Over het ongeluk."
    listed = {found["key"]: found for found in map(json.loads, seeded.run("list", "--json").stdout.splitlines())}
    assert (listed["feed/milaan"]["title"], listed["feed/milaan"]["entries"]) == ("De tram van Milaan", 2)
    page = (seeded.path / "out" / "index.html").read_text("utf-8")
    assert page.index("Selecties") < page.index("De tram van Milaan") < page.index("Onderwerpen")


def test_feeds_are_merged_and_left_out(seeded: Home) -> None:
    """`any_of` merges feeds, configured ones and others, in whatever order they stand in the file."""
    seeded.configure(MORE + MILAN)
    seeded.build()
    assert len(seeded.titles("feed/wereld")) == 3
    seeded.configure(MORE.replace("feed/niets", "topic/buitenland") + MILAN)
    seeded.build()
    assert seeded.titles("feed/wereld") == []


def test_an_empty_feed_exists_and_says_so(seeded: Home) -> None:
    """A query that finds nothing has a valid feed, whose description says that it is empty; nothing moves in it."""
    seeded.configure(MILAN + MORE)
    seeded.build()
    feed = seeded.feed("feed/niets").feed
    assert feed.title == "Niets"
    assert feed.subtitle == "Op dit moment staan er geen berichten in deze feed."
    (listed,) = [one for one in map(json.loads, seeded.run("list", "--json").stdout.splitlines()) if not one["entries"]]
    assert (listed["key"], listed["newest"]) == ("feed/niets", None)
    assert seeded.build() == "0 written, 47 unchanged"


LISTS = {"index.html", "feeds.opml", "tombstones.atom.xml"}


def test_another_configuration_is_as_if_it_had_always_been(seeded: Home) -> None:
    """Adding, changing and taking away feeds gives, byte for byte, what one clean build gives; what is gone is gone."""
    for text in ("", MILAN, MILAN.replace("tram*", "clinton"), MORE + MILAN + "\n[families]\ntopic = false\n"):
        seeded.configure(text)
        seeded.build()
        built = seeded.out()
        seeded.clean()
        assert seeded.out() == built
        seeded.configure("[families]\ndateline = false\ncountry = false\nagency = false\n")
        seeded.build()
        assert {path.split("/")[0] for path in seeded.out()} == {"all", "topic", *LISTS}


def test_full_texts_are_searched_also_for_a_feed_that_comes_later(home: Home) -> None:
    """A word that stands only in the body of an article finds it, whether the feed or the dump was there first."""
    body = "Een lange tekst over het water.\n\nPas hier staat het woord zandsuppletie."
    text = '\n[[feed]]\nkey = "zand"\ntitle = "Zand"\nquery = "zandsuppletie"\n'
    home.configure(text)
    home.drop("20260303090000-1.txt", ("Strand hersteld", f"DOMBURG - {body}"))
    home.build()
    assert home.titles("feed/zand") == ["Strand hersteld"]
    home.configure("")
    home.build()
    home.configure(text)
    home.build()
    assert home.titles("feed/zand") == ["Strand hersteld"]


def test_a_story_that_is_seen_again_comes_in(home: Home) -> None:
    """A feed of stories that were seen often has a story as soon as it was, though nothing in the story changed."""
    home.configure('\n[[feed]]\nkey = "vaak"\ntitle = "Vaak"\nquery = "sightings:>=2"\n')
    item = ("Brug dicht", "GOES (ANP) - De brug over het kanaal blijft tot na de zomer dicht.")
    home.drop("20260303090000-1.txt", ("Een", "THOLEN - Het eerste bericht van de dag."), item)
    home.build()
    assert home.titles("feed/vaak") == []
    home.drop("20260303100000-1.txt", ("Twee", "VEERE - Het tweede bericht van de dag."), item, age="3 uur geleden")
    home.build()
    assert home.titles("feed/vaak") == ["Brug dicht"]


def test_a_window_is_as_old_as_the_newest_capture_says(home: Home) -> None:
    """`max_age` counts from the newest capture: a story leaves when a later page comes, whatever that page shows."""
    home.configure(
        '\n[[feed]]\nkey = "vers"\ntitle = "Vers"\nany_of = ["topic/zeeland"]\nmax_age = "12 hours"\n'
        '\n[[feed]]\nkey = "een"\ntitle = "Een"\nany_of = ["topic/zeeland"]\nentries = 1\n'
    )
    home.drop(
        "20260303090000-1.txt", ("Ochtend", "THOLEN - Het eerste bericht."), ("Nacht", "GOES - Een vroeg bericht.")
    )
    home.build()
    assert home.titles("feed/vers") == ["Ochtend", "Nacht"]
    assert home.titles("feed/een") == ["Ochtend"]
    home.drop("20260303200000-1.txt", ("Sport", "VEERE - Een uitslag."), topic="Sport")
    assert home.build() == "5 written, 4 unchanged"
    assert home.titles("feed/vers") == ["Ochtend"]
    home.drop("20260304200000-1.txt", ("Uitslag", "VEERE - Nog een uitslag."), topic="Sport")
    home.build()
    feed = home.feed("feed/vers").feed
    assert home.titles("feed/vers") == []
    assert feed.subtitle.startswith("Op dit moment")
    assert feed.updated == "2026-03-03T09:00:00+00:00"


def test_a_window_may_hold_for_every_feed(home: Home) -> None:
    """`selection.max_age` holds for families too; a topic whose stories are all too old stays as an empty feed."""
    home.configure('\n[selection]\nmax_age = "1 day"\n')
    home.drop("20260303090000-1.txt", ("Ochtend", "THOLEN - Het eerste bericht."))
    home.build()
    home.drop("20260305090000-1.txt", ("Sport", "VEERE - Een uitslag."), topic="Sport")
    home.build()
    assert (home.titles("all"), home.titles("topic/zeeland")) == (["Sport"], [])


def test_a_digest_lists_whole_days(home: Home) -> None:
    """A day's entry appears with the first capture from after it, lists its stories, and keeps its id."""
    home.configure('\n[[digest]]\nkey = "dag"\ntitle = "De dag"\nevery = "day"\n')
    home.drop(
        "20260303090000-1.txt", ("Een", "THOLEN - Het eerste bericht."), ("Twee", "GOES (ANP) - Nog een bericht.")
    )
    home.build()
    assert home.titles("digest/dag") == []
    home.drop("20260303225959-1.txt", ("Drie", "VEERE - Het laatste bericht van de dag."))
    home.build()
    assert home.titles("digest/dag") == []
    home.drop("20260303230000-1.txt", ("Vier", "VEERE - Het eerste bericht van de volgende dag."))
    home.build()
    assert home.titles("digest/dag") == ["De dag: dinsdag 3 maart 2026"]
    (entry,) = home.feed("digest/dag").entries
    assert entry.id == "tag:dateline.example,2026:digest/dag/2026-03-03"
    assert entry.published == "2026-03-03T23:00:00+00:00"
    assert re.findall(r">([^<>]+)</a>", entry.content[0].value) == ["Drie (VEERE)", "Een (THOLEN)", "Twee (GOES)"]
    assert home.build() == "0 written, 8 unchanged"


def test_a_wrong_clock_moves_no_window(home: Home) -> None:
    """A page whose told time other pages contradict ends no day, and makes no story old."""
    home.configure('\n[[digest]]\nkey = "dag"\ntitle = "De dag"\nevery = "day"\n')
    items = [(name, f"GOES (ANP) - Het bericht dat {name} heet.") for name in ("Een", "Twee", "Drie")]
    home.drop("20260303090000-1.txt", ("Artikel", "THOLEN - Het eerste bericht."), *items)
    home.drop("20260303093000-1.txt", ("Ander", "VEERE - Het tweede bericht."), *items)
    home.drop("20260308000000-1.txt", ("Later", "HULST - Het derde bericht."), *items)
    home.build()
    assert '"kind": "clock"' in home.run("problems", "--json").stdout
    assert home.titles("digest/dag") == []


def test_a_digest_of_weeks_with_a_query(home: Home) -> None:
    """A week's entry lists what the query finds in it; a week without any has no entry."""
    home.configure('\n[[digest]]\nkey = "sport"\ntitle = "Sport"\nevery = "week"\nquery = "topic:sport"\n')
    home.drop("20260303090000-1.txt", ("Een", "THOLEN - Een eerste uitslag."), topic="Sport")
    home.drop("20260311090000-1.txt", ("Ander", "GOES - Geen uitslag."))
    home.drop("20260318090000-1.txt", ("Twee", "VEERE - De tweede uitslag."), topic="Sport")
    home.build()
    assert home.titles("digest/sport") == ["Sport: week 10, 2 maart tot en met 8 maart 2026"]


@pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
def test_a_place_that_lost_its_stories_stays(home: Home, order: tuple[str, str]) -> None:
    """A corrected dateline leaves an empty feed for its readers, whichever came first; it is offered to nobody else."""
    home.configure("")
    lead = "De president spreekt vandaag in het Congres over de begroting van het volgende jaar en de jaren daarna."
    for hour in order:
        place = {"1": "WASHINGTN", "2": "WASHINGTON"}[hour]
        home.drop(f"2026030309000{hour}-1.txt", ("Toespraak", f"{place} (ANP/RTR) - {lead}"))
        home.build()
    assert (home.titles("dateline/washingtn"), home.titles("dateline/washington")) == ([], ["Toespraak"])
    assert home.feed("dateline/washingtn").feed.title == "ZeelandNet: nieuws uit WASHINGTN"
    assert "washingtn" not in (home.path / "out" / "index.html").read_text("utf-8")
    built = home.out()
    home.clean()
    assert home.out().keys() == built.keys()  # the id of the story may tell which of them was published first
    assert home.out()["dateline/washingtn/atom.xml"] == built["dateline/washingtn/atom.xml"]


def test_stories_are_searched_from_the_command_line(seeded: Home) -> None:
    """`--query` lists what a query finds, newest first, together with other filters and the limit."""
    seeded.configure(MILAN)
    seeded.build()

    def found(*words: str) -> list[str]:
        lines = seeded.run("stories", "--json", *words).stdout.splitlines()
        return [json.loads(line)["headline"] for line in lines]

    assert len(found("--query", "epstein")) == 3
    assert found("--query", "epstein -clinton") == ["Kremlin: tijdverspilling om te reageren op claims over Epstein"]
    assert found("--query", "epstein", "--dateline", "moskou") == found("--query", "epstein -clinton")
    assert found("--query", "in:feed/milaan", "--limit", "1") == seeded.titles("feed/milaan")[:1]
    assert sorted(found("--query", "has:text")) == sorted(found("--query", "has:text sightings:>=1"))
    assert len(found("--query", "has:text")) == 5
