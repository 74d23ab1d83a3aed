"""Feeds from the configuration, as a user sets them up: real processes, real files, and readers that take them."""

from __future__ import annotations

import json
import re
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
    assert seeded.build() == "0 written, 25 unchanged"


def test_another_configuration_is_as_if_it_had_always_been(seeded: Home, tmp_path: Path) -> None:
    """Adding, changing and taking away feeds gives, byte for byte, what one clean build gives; what is gone is gone."""
    for text in ("", MILAN, MILAN.replace("tram*", "clinton"), MORE + MILAN + "\n[families]\ntopic = false\n"):
        seeded.configure(text)
        seeded.build()
        built = seeded.out()
        (tmp_path / "feeds.sqlite").unlink()
        for path in sorted((tmp_path / "out").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        seeded.build()
        assert seeded.out() == built
        seeded.configure("[families]\ndateline = false\n")
        seeded.build()
        assert {path.split("/")[0] for path in seeded.out()} == {"all", "topic", "index.html"}


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
    assert home.build() == "4 written, 4 unchanged"
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
    assert home.build() == "0 written, 6 unchanged"


def test_a_digest_of_weeks_with_a_query(home: Home) -> None:
    """A week's entry lists what the query finds in it; a week without any has no entry."""
    home.configure('\n[[digest]]\nkey = "sport"\ntitle = "Sport"\nevery = "week"\nquery = "topic:sport"\n')
    home.drop("20260303090000-1.txt", ("Een", "THOLEN - Een eerste uitslag."), topic="Sport")
    home.drop("20260311090000-1.txt", ("Ander", "GOES - Geen uitslag."))
    home.drop("20260318090000-1.txt", ("Twee", "VEERE - De tweede uitslag."), topic="Sport")
    home.build()
    assert home.titles("digest/sport") == ["Sport: week 10, 2 maart tot en met 8 maart 2026"]


def test_a_place_that_lost_its_stories_stays(home: Home) -> None:
    """A corrected dateline leaves an empty feed for its readers, also in a clean build; it is offered to nobody."""
    home.configure("")
    lead = "De president spreekt vandaag in het Congres over de begroting van het volgende jaar en de jaren daarna."
    home.drop("20260303090000-1.txt", ("Toespraak", f"WASHINGTN (ANP/RTR) - {lead}"))
    home.build()
    assert home.titles("dateline/washingtn") == ["Toespraak"]
    home.drop("20260303100000-1.txt", ("Toespraak", f"WASHINGTON (ANP/RTR) - {lead}"))
    home.build()
    assert (home.titles("dateline/washingtn"), home.titles("dateline/washington")) == ([], ["Toespraak"])
    assert home.feed("dateline/washingtn").feed.title == "ZeelandNet: nieuws uit WASHINGTN"
    assert "washingtn" not in (home.path / "out" / "index.html").read_text("utf-8")
    built = home.out()
    (home.path / "feeds.sqlite").unlink()
    home.build()
    assert home.out() == built


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


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("brand OF", "--query ends where a word, a phrase or a name like topic:sport should follow (at 9)"),
        ("in:feed/milan", '--query refers to "feed/milan"; did you mean feed/milaan? (at 4)'),
    ],
)
def test_a_search_that_cannot_be_understood_is_shown(seeded: Home, query: str, message: str) -> None:
    """Usage error: the place in the query, and what would be right."""
    seeded.configure(MILAN)
    seeded.build()
    done = seeded.run("stories", "--query", query)
    assert done.returncode == 2
    first, above, below = done.stderr.splitlines()
    assert first == f"feeds: {message}"
    assert (above.strip(), below.strip()) == (query, "^")


def test_all_mistakes_are_told_at_once(home: Home) -> None:
    """Each with its line, and those in a query with the place in it; nothing is built."""
    home.configure(
        "[families]\ntopics = true\n"
        '[[feed]]\nkey = "Zeeland"\ntitle = ""\nquery = "topic: sport"\n'
        '[[feed]]\nkey = "a"\ntitle = "A"\n'
        '[[feed]]\nkey = "a"\ntitle = "A"\nquery = "brand in:feed/bb"\nmax_age = "soon"\n'
        '[[feed]]\nkey = "b"\ntitle = "B"\nany_of = ["feed/c", "topic"]\n'
        '[[feed]]\nkey = "c"\ntitle = "C"\nquery = "-in:feed/b"\n'
        '[[digest]]\nkey = "dag"\ntitle = "Dag"\nevery = "month"\nnone_of = ["digest/dag"]\n'
    )
    done = home.run("build")
    assert done.returncode == 2
    assert not (home.path / "out").exists()
    assert [line.removeprefix("feeds: config/feeds.toml:") for line in done.stderr.splitlines()] == [
        '6: unknown key families.topics; did you mean "topic"?',
        (
            '8: feed[0].key must be lower-case letters, digits and single hyphens, at most 80, not "Zeeland"; '
            "it stands in the feed's address"
        ),
        "9: feed[0].title must not be empty",
        "10: feed[0].query needs a word right behind topic:, in quotes if it has blanks (at 7)",
        "    topic: sport",
        "          ^",
        "11: feed[1] says not which stories it has; give it a query, any_of or none_of",
        "15: feed[2].key is that of feed[1] again; name it otherwise",
        '17: feed[2].query refers to "feed/bb"; did you mean feed/b? (at 10)',
        "    brand in:feed/bb",
        "             ^",
        '18: feed[2].max_age must be a number of hours, days or weeks like 30 days, not "soon"',
        "19: feed[3] leads back to itself: feed/b -> feed/c -> feed/b; take one of these references away",
        '22: feed[3].any_of[1] needs a feed\'s key like topic/sport, not "topic"; `feeds list` shows them',
        "23: feed[4] leads back to itself: feed/c -> feed/b -> feed/c; take one of these references away",
        "30: digest[0].every must be 'day' or 'week', not \"month\"",
        '31: digest[0].none_of[0] knows no feeds like "digest/dag"; known: topic/, dateline/, feed/',
    ]


def test_check_tells_of_feeds_that_are_not_built_yet(seeded: Home) -> None:
    """A feed that is configured and not published, or was configured otherwise, is named with what to do."""
    seeded.configure(MILAN)
    seeded.build()
    assert seeded.run("check").returncode == 0
    seeded.configure(MILAN.replace("tram*", "clinton") + MORE)
    done = seeded.run("check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "feed/milaan: was published before [[feed]] and [[digest]] were changed; run `feeds build`",
        "feed/niets: is configured but not published yet; run `feeds build`",
        "feed/wereld: is configured but not published yet; run `feeds build`",
    ]


def test_the_examples_of_the_configuration_work(seeded: Home) -> None:
    """Every example in the packaged configuration can be taken out of its comment as it is, and gives its feed."""
    text = (ROOT / "config" / "feeds.toml").read_text("utf-8")
    (example,) = re.findall(r"^# -- feeds of your own.*?\n(.*?)^# -- ", text, re.MULTILINE | re.DOTALL)
    settings = "\n".join(line.removeprefix("#") for line in example.splitlines() if line.startswith("#   "))
    seeded.configure(settings)
    seeded.build()
    keys = re.findall(r'^ *key = "([^"]+)"', settings, re.MULTILINE)
    assert len(keys) >= 4
    built = {path.parent.name for path in (seeded.path / "out").glob("*/*/atom.xml")}
    assert set(keys) <= built
