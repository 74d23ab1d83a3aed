"""Reports on one event link to each other, whichever came first, and nothing else is written again for them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from feeds.build import Pace, build
from feeds.build.withdrawing import restore, withdraw
from feeds.config import Config, Flags, Source, load_config
from feeds.render.settings import TOMBSTONES
from feeds.store import shelf
from feeds.store.engine import Store, open_store

SEEDS = Path(__file__).parents[2] / "seeds"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"

CRASH = (
    "Brug dicht na aanvaring",
    (
        "GOES/MIDDELBURG (DPA) - Een vrachtschip heeft dinsdagochtend de brug over het kanaal bij Goes geraakt. "
        "De brug blijft zeker een week dicht, zegt de provincie."
    ),
)
"""Of a place and an agency of its own, whose feeds nothing but this makes stale."""
SKIPPER = (
    "Schipper aangehouden in Goes",
    (
        "GOES (ANP) - De politie houdt de schipper aan die dinsdagochtend de brug over het kanaal bij Goes raakte. "
        "De brug blijft zeker een week dicht."
    ),
)
WATER = ("Peil omlaag", "GOES (ANP) - Het waterschap verlaagt het peil omdat er veel meer regen valt dan verwacht.")
HELD, LED = "Schipper aangehouden in Goes", "Brug dicht na aanvaring"


@dataclass
class Home:
    """A folder with a store, an `out/` and dumps that arrive."""

    path: Path
    entries: int = 20
    stores: list[Store] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The configuration; feeds may be so short that archives take part."""
        found = load_config(None, {}, Flags(), self.path).config
        selection = replace(found.selection, entries=self.entries)
        return replace(found, selection=selection, sources=(Source(self.path / "dumps", "zeelandnet"),))

    @property
    def store(self) -> Store:
        """The store, open for writing."""
        if not self.stores:
            self.stores.append(open_store(self.config.store, write=True, wait=1))
        return self.stores[0]

    def drop(self, at: str, *items: tuple[str, str], age: str = "1 uur geleden") -> None:
        """A page captured at that time arrives; all its items are teasers."""
        (self.path / "dumps").mkdir(exist_ok=True)
        page = f"Kop {at}\n\nKop {at}\n\nOver {at} valt niets te zeggen.\n\nMeer uit Zeeland\n\n"
        page += "".join(f"{headline}\n\n{text}\n\n{age}\n" for headline, text in items)
        (self.path / "dumps" / f"{at}.txt").write_text(page, "utf-8")

    def build(self, pace: Pace | None = None) -> tuple[str, ...]:
        """Take in what arrived; the documents that were written."""
        return build(self.store, self.config, lambda _what, _done, _total: None, pace).documents

    def documents(self) -> dict[str, bytes]:
        """Every published file."""
        out = self.path / "out"
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def clean(self) -> dict[str, bytes]:
        """What a build from scratch publishes."""
        other = Home(self.path / "clean", self.entries)
        shutil.rmtree(other.path, ignore_errors=True)
        other.path.mkdir()
        shutil.copytree(self.path / "dumps", other.path / "dumps")
        for path in (self.path / "dumps").iterdir():
            os.utime(other.path / "dumps" / path.name, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        with closing(other.store):
            other.build()
        return other.documents()

    def related(self, folder: str = "all") -> dict[str, list[str]]:
        """The titles of close reports by the title of the entry, the same in all formats and with one address."""
        out = self.path / "out" / folder
        items: list[dict[str, Any]] = json.loads((out / "feed.json").read_bytes())["items"]
        found = {
            item["title"]: [(one["url"], one["title"]) for one in item["_dateline"].get("related", [])]
            for item in items
        }
        for name, title in (("atom.xml", f"{ATOM}title"), ("rss.xml", "title")):
            root = etree.parse(out / name).getroot()
            told = {}
            for entry in (*root.iter(f"{ATOM}entry"), *root.iter("item")):
                links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]
                told[entry.findtext(title)] = [(link.get("href"), link.get("title")) for link in links]
            assert told == found
        own = {item["title"]: item["url"] for item in items}
        assert all(own.get(title, url) == url for links in found.values() for url, title in links)
        return {title: [other for _, other in links] for title, links in found.items() if links}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty one."""
    found = Home(tmp_path)
    yield found
    for store in found.stores:
        store.close()


def test_the_seeds_have_one_pair(home: Home) -> None:
    """Both reports on Clinton's testimony say the same in a third of their words; those on the tram do not."""
    home.entries = 50
    (home.path / "dumps").symlink_to(SEEDS)
    home.build()
    first = "Clinton: als ik wist wat Epstein deed, had ik hem zelf aangegeven"
    second = "Oud-president Clinton getuigt over Epstein-banden"
    assert home.related() == {first: [second], second: [first]}
    assert feedparser.parse((home.path / "out/all/atom.xml").read_bytes()).bozo is False


@pytest.mark.parametrize("entries", [20, 1])
@pytest.mark.parametrize("first", [0, 1])
def test_either_may_come_first(home: Home, entries: int, first: int) -> None:
    """Hours apart, in feeds or archives: the bytes are those of a clean build, and building again writes nothing."""
    home.entries = entries
    pages = [("20260303120000", CRASH), ("20260303160000", SKIPPER)]
    for at, item in (pages[first], pages[1 - first]):
        home.drop(at, item)
        home.build()
        home.drop(at.replace("0000", "3000"), WATER)
        home.build()
    archives = [path for path in home.documents() if "/archive/" in path]
    assert bool(archives) == (entries == 1)
    if entries == 20:
        assert home.related() == home.related("dateline/goes") == {HELD: [LED], LED: [HELD]}
    else:
        told = b"".join(home.documents()[path] for path in archives if path.startswith("all/"))
        assert f'title="{HELD}"'.encode() in told
    assert home.documents() == home.clean()
    assert home.build() == ()


@pytest.mark.parametrize("entries", [20, 1])
def test_a_new_headline_is_the_links_title(home: Home, entries: int) -> None:
    """When one of the stories is told under another headline, the entry of the other says so."""
    home.entries = entries
    home.drop("20260303120000", CRASH, SKIPPER)
    home.build()
    home.drop("20260303130000", ("Schipper weer vrij", SKIPPER[1]), age="2 uur geleden")
    home.build()
    if entries == 20:
        assert home.related() == {"Schipper weer vrij": [LED], LED: ["Schipper weer vrij"]}
    assert home.documents() == home.clean()


def test_a_headline_that_comes_back_is_the_links_title(home: Home) -> None:
    """The last page decides, although it shows nothing that was not known."""
    free = ("Schipper weer vrij", SKIPPER[1])
    for at, item, age in (("12", CRASH, "1"), ("13", SKIPPER, "1"), ("14", free, "2"), ("15", SKIPPER, "3")):
        home.drop(f"20260303{at}0000", item, age=f"{age} uur geleden")
        home.build()
    assert home.related() == {HELD: [LED], LED: [HELD]}
    assert home.documents() == home.clean()


def test_a_report_that_is_published_again_is_close_from_then_on(home: Home) -> None:
    """What was known from weeks before is a report on an event of the day on which it is shown again."""
    home.drop("20260203120000", SKIPPER)
    home.drop("20260303110000", CRASH)
    home.build()
    assert home.related() == {}
    home.drop("20260303120000", SKIPPER)
    home.build()
    assert home.related() == {HELD: [LED], LED: [HELD]}
    assert home.documents() == home.clean()


def test_stories_that_part_are_linked_each(home: Home) -> None:
    """Two wordings were taken for one story until a page shows both: the third report links to either."""
    longer = ("Schipper vast", f"{SKIPPER[1]} Hij is dronken.")
    home.drop("20260303110000", CRASH)
    home.drop("20260303120000", SKIPPER)
    home.drop("20260303130000", longer, age="2 uur geleden")
    home.build()
    assert home.related() == {LED: ["Schipper vast"], "Schipper vast": [LED]}
    home.drop("20260303140000", SKIPPER, longer, age="3 uur geleden")
    home.build()
    assert {title: set(links) for title, links in home.related().items()} == {
        LED: {HELD, "Schipper vast"},
        HELD: {LED, "Schipper vast"},
        "Schipper vast": {LED, HELD},
    }
    assert home.documents() == home.clean()


def test_three_of_many_are_named(home: Home) -> None:
    """The newest three; and each format names the same."""
    reports = [(f"Bericht {name}", f"{SKIPPER[1]} {name}") for name in ("een", "twee", "drie", "vier", "vijf")]
    home.drop("20260303120000", *reports)
    home.drop("20260303130000", CRASH)
    home.drop("20260303180000", SKIPPER)
    home.build()
    found = home.related()
    assert len(found) == 7
    assert {len(links) for links in found.values()} == {3}
    assert all(links[0] == (HELD if title != HELD else LED) for title, links in found.items())
    assert all(title not in links for title, links in found.items())


@pytest.mark.parametrize("first", [0, 1])
def test_a_third_of_the_words_is_enough(home: Home, first: int) -> None:
    """Both reports on Clinton's testimony of the seeds, on pages of their own, hours apart, one after the other."""
    lines = (SEEDS / "001_87e4aa978735ea6f.txt").read_text("utf-8").splitlines()
    pages = [(f"2026030314{n}000", (lines[at], lines[at + 2])) for n, at in enumerate((40, 45))]
    for at, item in (pages[first], pages[1 - first]):
        home.drop(at, item)
        home.build()
    assert len(home.related()) == 2
    assert home.documents() == home.clean()


def test_other_days_and_places_are_other_events(home: Home) -> None:
    """The same words of another place, or of a day later, are no report on the same event."""
    elsewhere = SKIPPER[0], SKIPPER[1].replace("GOES", "SLUIS")
    home.drop("20260303120000", CRASH, elsewhere, WATER)
    home.drop("20260304160000", SKIPPER)
    home.build()
    assert home.related() == {}


def test_a_report_that_is_gone_is_not_linked(home: Home) -> None:
    """When its story is withdrawn the other's link goes, and it comes back with the story."""
    home.drop("20260303120000", CRASH)
    home.drop("20260303160000", SKIPPER)
    home.build()
    both = home.documents()
    key = next(item["id"] for item in json.loads(both["all/feed.json"])["items"] if item["title"] == SKIPPER[0])
    withdraw(home.store, home.config, key, "Op verzoek", NOON)
    assert home.related() == home.related("dateline/middelburg") == {}
    restore(home.store, home.config, key)
    assert home.documents() | {TOMBSTONES: b""} == both | {TOMBSTONES: b""}
    assert home.related("dateline/middelburg") == {LED: [HELD]}


def test_only_those_concerned_are_written_again(home: Home) -> None:
    """A story without close reports makes nothing stale but its own feeds; one with them also those of the others."""
    undue = Pace(due=lambda _: False)

    def stale() -> set[str]:
        with home.store.reading() as connection:
            found = {str(key) for key in shelf.stale_channels(connection)}
        return {key for key in found if "/archive/" in key and key.startswith(("dateline/", "agency/"))}

    home.drop("20260303120000", CRASH)
    home.build()
    home.drop("20260303130000", WATER)
    home.build(undue)
    own = {"dateline/goes/archive/2026-03", "agency/anp/archive/2026-03"}
    assert stale() == own
    home.build()
    assert stale() == set()
    home.drop("20260303140000", SKIPPER)
    home.build(undue)
    assert stale() == own | {"dateline/middelburg/archive/2026-03", "agency/dpa/archive/2026-03"}
