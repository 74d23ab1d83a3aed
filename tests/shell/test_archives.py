"""Archives as a subscriber meets them: built by real commands, crawled from the feed's last link to the first month."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

Run = Callable[..., "object"]
ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
BASE = "https://feeds.example.org"
ENTRIES = 3
"""What a feed shows here."""
FIRST = datetime(2026, 1, 10, 12, tzinfo=UTC)
LEADS = "De brug blijft dicht.|Het peil gaat omlaag.|De markt verhuist.|De school krijgt een dak.|De trein rijdt weer."


def page(*stories: tuple[str, str]) -> str:
    """A page with these headlines and leads as teasers, all two hours old."""
    article = "Over deze pagina\n\nOver deze pagina\n\nVEERE (ANP) - Hier staat wat er is.\n\nMeer uit Zeeland\n\n"
    return article + "".join(f"{headline}\n\nGOES (ANP) - {lead}\n\n2 uur geleden\n" for headline, lead in stories)


class Site:
    """Dumps and what is built from them."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self.run = folder, run
        (folder / "config").mkdir()
        (folder / "inbox").mkdir()
        lines = f'base_url = "{BASE}"', "[selection]", f"entries = {ENTRIES}"
        source = "[[sources]]", 'path = "inbox"', 'site = "zeelandnet"'
        (folder / "config/feeds.toml").write_text("\n".join((*lines, *source)), "utf-8")

    def drop(self, at: datetime, *stories: tuple[str, str]) -> None:
        """A dump that was captured then."""
        (self.folder / f"inbox/{at:%Y%m%d%H%M%S}-0.txt").write_text(page(*stories), "utf-8")

    def build(self) -> dict[str, bytes]:
        """Every published file after a build."""
        self.feeds("build")
        out = self.folder / "out"
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def feeds(self, *words: str) -> str:
        """What a command says that must go well."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]
        return str(done.stdout)  # type: ignore[attr-defined]

    def ids(self) -> dict[str, str]:
        """The ids of the stories by their headlines."""
        found = map(json.loads, self.feeds("stories", "--json").splitlines())
        return {one["headline"]: one["id"] for one in found}


@pytest.fixture
def site(run: Run, tmp_path: Path) -> Site:
    """Two stories a month for five months, each with a headline of its own."""
    home = Site(tmp_path, run)
    for number, lead in enumerate(LEADS.split("|")):
        at = FIRST + timedelta(days=30 * number)
        for hour in (0, 1):
            home.drop(at + timedelta(hours=hour), (f"Bericht {number} {hour}", f"{lead} Zo is het op uur {hour}."))
    return home


def crawl(out: dict[str, bytes], channel: str) -> dict[str, tuple[str, str]]:
    """Every entry of a feed and its archive, as RFC 5005 says to put them together: by id its title and `updated`.

    Of an entry in several documents the last updated counts. Links are followed in both directions.
    """
    found: dict[str, tuple[str, str]] = {}
    address: str | None = f"{BASE}/{channel}/atom.xml"
    visited: list[str] = []
    while address is not None:
        document = etree.fromstring(out[address.removeprefix(f"{BASE}/")])
        links = {link.get("rel"): link.get("href") for link in document.findall(f"{ATOM}link")}
        assert links["self"] == address
        if visited[1:]:
            assert links["next-archive"] == visited[-1]
        visited.append(address)
        for entry in document.iter(f"{ATOM}entry"):
            title, updated = entry.findtext(f"{ATOM}title") or "", entry.findtext(f"{ATOM}updated") or ""
            key = entry.findtext(f"{ATOM}id") or ""
            if key not in found or found[key][1] < updated:
                found[key] = title, updated
        address = links.get("prev-archive")
    archive = {path for path in out if path.startswith(f"{channel}/archive/")}
    assert archive == {one.removeprefix(f"{BASE}/") for one in visited[1:]}
    return found


def assert_listed(site: Site, out: dict[str, bytes]) -> None:
    """`feeds list` tells of every feed how many entries its document holds."""
    listed = {one["key"]: one["entries"] for one in map(json.loads, site.feeds("list", "--json").splitlines())}
    assert listed == {key: len(titles(out[f"{key}/atom.xml"])) for key in listed}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The documents of archives that came, went or changed."""
    both = before.keys() | after.keys()
    return {path for path in both if "/archive/" in path and before.get(path) != after.get(path)}


CHANNELS = ("all", "topic/zeeland", "dateline/goes", "country/nederland", "agency/anp")
"""Where the reports from GOES stand."""


def titles(document: bytes) -> list[str | None]:
    """The titles of its entries, in order."""
    return [entry.findtext(f"{ATOM}title") for entry in etree.fromstring(document).iter(f"{ATOM}entry")]


def test_a_crawler_finds_every_story(site: Site) -> None:
    """All stories of a feed are found by following links, and what stands in one document stands in no other."""
    out, ids = site.build(), site.ids()
    assert {one: title for one, (title, _) in crawl(out, "all").items()} == {one: title for title, one in ids.items()}
    assert len(crawl(out, "topic/zeeland")) == 11
    assert len(crawl(out, "dateline/goes")) == 10
    assert crawl(out, "dateline/veere") == {ids["Over deze pagina"]: crawl(out, "all")[ids["Over deze pagina"]]}
    shown = [one for path, body in out.items() if path.startswith("all/") and "atom" in path for one in titles(body)]
    assert len(shown) == len(set(shown)) == 11


def test_a_new_story_changes_the_months_that_stories_come_to(site: Site) -> None:
    """One leaves the feed for the document of its own month, and no other document of an archive changes."""
    before = site.build()
    site.drop(FIRST + timedelta(days=121), ("Nieuw bericht", "De haven gaat open voor iedereen."))
    after = site.build()
    assert titles(after["all/atom.xml"])[0] == "Nieuw bericht"
    assert changed(before, after) == {f"{key}/archive/2026-04.atom.xml" for key in CHANNELS}
    assert len(crawl(after, "all")) == 12


def test_a_late_old_dump_disturbs_its_own_month(site: Site) -> None:
    """A story of a month long past is added to that month's documents; no other document of an archive changes."""
    before = site.build()
    site.drop(FIRST + timedelta(days=33), ("Laat bericht", "De kermis begint toch een dag later."))
    after = site.build()
    assert changed(before, after) == {f"{key}/archive/2026-02.atom.xml" for key in CHANNELS}
    assert "Laat bericht" in titles(after["all/archive/2026-02.atom.xml"])


def test_a_correction_is_published_again(site: Site) -> None:
    """An archived story that is corrected stands in the feed too, and only the document that holds it changes."""
    before = site.build()
    told = "De brug blijft dicht. Zo is het op uur 0."
    at = FIRST + timedelta(days=121)
    text = page(("Bericht 0 nul", told)).replace("2 uur geleden", "4 maanden geleden")
    (site.folder / f"inbox/{at:%Y%m%d%H%M%S}-0.txt").write_text(text, "utf-8")
    after = site.build()
    assert len(crawl(after, "all")) == 11
    assert titles(after["all/atom.xml"])[-1] == "Bericht 0 nul"
    assert "Bericht 0 nul" in titles(after["all/archive/2026-01.atom.xml"])
    assert changed(before, after) == {f"{key}/archive/2026-01.atom.xml" for key in CHANNELS}
    assert b"Gewijzigd op" in after["all/atom.xml"]
    assert_listed(site, after)


def test_a_corrected_dateline_is_published_again(site: Site) -> None:
    """What stands in the foot of an entry is a correction, also where headline and lead stayed as they were."""
    site.build()
    at = FIRST + timedelta(days=121)
    text = page(("Bericht 0 0", "De brug blijft dicht. Zo is het op uur 0.")).replace("GOES (", "VEERE (")
    (site.folder / f"inbox/{at:%Y%m%d%H%M%S}-0.txt").write_text(text.replace("2 uur", "4 maanden"), "utf-8")
    after = site.build()
    assert titles(after["all/atom.xml"])[-1] == "Bericht 0 0"
    assert len(crawl(after, "all")) == 11
    assert b"Gewijzigd op" in after["all/atom.xml"]


def test_withdrawn_and_restored(site: Site) -> None:
    """A withdrawn story stands nowhere but among the tombstones, with the reason; restored, only these differ."""
    before, key = site.build(), site.ids()["Bericht 0 0"]
    site.feeds("withdraw", key, "--reason", "Op verzoek")
    gone = site.build()
    assert not [path for path, body in gone.items() if b"Bericht 0 0" in body]
    assert "Bericht 0 0" not in site.ids()
    stones = list(etree.fromstring(gone["tombstones.atom.xml"]).iter(DELETED))
    assert [(one.get("ref"), one[0].text) for one in stones] == [(key, "Op verzoek")]
    site.drop(FIRST + timedelta(hours=2), ("Bericht 0 0", "De brug blijft dicht. Zo is het op uur 0."))
    assert not [path for path, body in site.build().items() if b"Bericht 0 0" in body]
    (site.folder / f"inbox/{FIRST + timedelta(hours=2):%Y%m%d%H%M%S}-0.txt").unlink()
    site.feeds("restore", key)
    after = site.build()
    assert site.ids()["Bericht 0 0"] == key
    before_it, while_it, after_it = (etree.fromstring(one["tombstones.atom.xml"]) for one in (before, gone, after))
    assert after_it.find(DELETED) is None
    assert after_it.findtext(f"{ATOM}updated") == while_it.findtext(f"{ATOM}updated")
    assert before_it.findtext(f"{ATOM}updated") == "2026-01-01T00:00:00+00:00"
    assert crawl(after, "all") == crawl(before, "all")


def test_a_withdrawn_story_leaves_its_feeds_empty(site: Site) -> None:
    """The feeds of a place and an agency that have no other story stay for their readers, and are offered to nobody."""
    text = "Brug dicht\n\nBrug dicht\n\nMIDDELBURG (DPA) - De brug van Middelburg is dicht.\n\nMeer uit Zeeland\n\n"
    (site.folder / f"inbox/{FIRST:%Y%m%d%H%M%S}-7.txt").write_text(text, "utf-8")
    before, key = site.build(), site.ids()["Brug dicht"]
    assert titles(before["dateline/middelburg/atom.xml"]) == ["Brug dicht"]
    site.feeds("withdraw", key, "--reason", "Op verzoek")
    gone = site.build()
    assert gone.keys() == before.keys()
    for channel in ("dateline/middelburg", "agency/dpa"):
        assert titles(gone[f"{channel}/atom.xml"]) == []
        assert channel.encode() in before["index.html"]
        assert channel.encode() not in gone["index.html"]
        assert channel.encode() not in gone["feeds.opml"]
    site.feeds("restore", key)
    after = site.build()
    assert {path for path in after if after[path] != before[path]} == {"tombstones.atom.xml"}


def test_what_cannot_be_withdrawn(site: Site) -> None:
    """A story that there is none of, that was not withdrawn, or no reason, is an error that says what to do."""
    site.build()
    for words in (("withdraw", "0123456789abcdef", "--reason", "x"), ("restore", "niets")):
        done = site.run(*words)
        assert (done.returncode, "feeds stories" in done.stderr) == (2, True)  # type: ignore[attr-defined]
    done = site.run("restore", site.ids()["Bericht 0 0"])
    assert (done.returncode, "was not withdrawn" in done.stderr) == (2, True)  # type: ignore[attr-defined]
    done = site.run("withdraw", site.ids()["Bericht 0 0"], "--reason", " ")
    assert (done.returncode, "say why" in done.stderr) == (2, True)  # type: ignore[attr-defined]


def test_a_merged_entry_leaves_a_tombstone(site: Site) -> None:
    """An id that became part of another story is told, with the story that has it now; ids that stand are not."""
    words = "de dijk bij het oude dorp wordt na jaren van overleg komend voorjaar over een lengte van twaalf kilometer"
    words += " met een meter verhoogd en daarna ook nog flink verbreed zegt het waterschap dat ervoor betaalt"
    first, middle, last = (" ".join(words.split()[start : start + 24]) for start in (0, 4, 8))
    at = FIRST + timedelta(days=140)
    for number, lead in enumerate((first, last)):
        site.drop(at + timedelta(minutes=20 * number), (f"Dijk {number}", f"{lead}."))
    assert etree.fromstring(site.build()["tombstones.atom.xml"]).find(DELETED) is None
    apart = {
        one["id"] for one in map(json.loads, site.feeds("stories", "--json", "--since", "2026-05-20").splitlines())
    }
    site.drop(at + timedelta(minutes=10), ("Dijk", f"{middle}."))
    (stone,) = etree.fromstring(site.build()["tombstones.atom.xml"]).iter(DELETED)
    (kept,) = apart & set(site.ids().values())
    assert {stone.get("ref"), kept} == apart
    assert stone[0].text == f"Opgegaan in {kept}"


def test_no_document_is_over_a_megabyte(site: Site) -> None:
    """Long articles fall out of the feed into as many documents as their month needs, and all of them are found."""
    config = site.folder / "config/feeds.toml"
    config.write_text(config.read_text("utf-8").replace(f"entries = {ENTRIES}", "entries = 50"), "utf-8")
    sentence = "Het water staat & stijgt <nog> steeds. "
    for number in range(60):
        at = FIRST + timedelta(days=140, minutes=number)
        lead = f"Verslag {number} van de lange reeks over het water."
        body = "\n\n".join(f"{sentence * 25}{number} {part}" for part in range(30))
        text = f"Verslag {number}\n\nVerslag {number}\n\nGOES (ANP) - {lead}\n\n{body}\n\nMeer uit Zeeland\n\n"
        (site.folder / f"inbox/{at:%Y%m%d%H%M%S}-9.txt").write_text(text, "utf-8")
    out = site.build()
    assert max(map(len, out.values())) <= 1_000_000
    assert 5 < len(titles(out["all/atom.xml"])) < 50
    assert len(json.loads(out["all/feed.json"])["items"]) == len(titles(out["all/atom.xml"]))
    assert len(crawl(out, "all")) == 71
    assert sum(path.startswith("all/archive/2026-05-30T") for path in out) > 0
    assert_listed(site, out)
