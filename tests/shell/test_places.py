"""Places, as a user meets them: `feeds places`, feeds that unite, overrides, a gazetteer that is never written."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feeds.places.gazetteer import FILE, PackagedGazetteer

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def write_report(inbox: Path, number: int, dateline: str, lead: str) -> None:
    """A page with one article, captured at a time of its own."""
    inbox.mkdir(exist_ok=True)
    headline = f"Bericht nummer {number} van deze dag"
    text = (
        f"{headline}\n\n{headline}\n\n{dateline} (ANP/RTR) - {lead} Dit is bericht {number}.\n\nMeer uit Buitenland\n"
    )
    (inbox / f"2026030309050{number}-0001.txt").write_text(f"Webmail\n\nKies je webmail\n\n{text}")


def lines(found: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """JSON Lines of a command that went well."""
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def description(out: Path, key: str) -> str:
    """What a feed says of itself, alike in both formats."""
    atom, rss = (feedparser.parse((out / key / name).read_bytes()) for name in ("atom.xml", "rss.xml"))
    assert atom.feed.subtitle == rss.feed.subtitle
    return str(atom.feed.subtitle)


def test_peking_and_beijing_are_one_feed(run: Run, tmp_path: Path) -> None:
    """Reports from both are in `dateline/peking`, which tells both names; what is printed stays in the stories."""
    inbox = tmp_path / "inbox"
    write_report(inbox, 1, "BEIJING", "De president sprak het congres toe.")
    write_report(inbox, 2, "PEKING", "In de hoofdstad is sneeuw gevallen.")
    run("build", str(inbox))
    found = {path.parent.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("atom.xml")}
    assert found == {"all", "topic/buitenland", "dateline/peking", "country/china", "agency/anp", "agency/rtr"}
    assert description(tmp_path / "out", "dateline/peking") == (
        "Berichten van ZeelandNet uit Peking. In de berichten staat: BEIJING, PEKING."
    )
    stories = lines(run("stories", "--json", "--dateline", "Beijing"))
    assert {tuple(story["datelines"]) for story in stories} == {("BEIJING",), ("PEKING",)}
    assert [story["places"] for story in stories] == 2 * [
        [{"name": "Peking", "country": "CN", "geonames": 1816670, "lat": 39.9075, "lon": 116.3972}]
    ]
    assert len(lines(run("stories", "--json", "--dateline", "peking"))) == 2


def test_places_do_not_depend_on_the_order_of_dumps(run: Run, tmp_path: Path) -> None:
    """One by one in either order, or at once: the same feeds, byte for byte."""
    reports = [
        ("BERGEN", "In Noorwegen valt regen."),
        ("BERGEN", "Er valt regen."),
        ("KYIV", "Het is stil."),
        ("KIEV", "Het is nacht."),
        ("DEN HAAG/KRALENDIJK", "De eilanden vragen geld."),
        ("'S-GRAVENHAGE", "Er is overleg."),
        ("AIR FORCE ONE", "De president is op weg."),
    ]
    trees = []
    for name, order in (("at once", None), ("forth", 1), ("back", -1)):
        own = {"FEEDS_OUT": str(tmp_path / name / "out"), "FEEDS_STORE": f"sqlite:///{tmp_path}/{name}/feeds.sqlite"}
        inbox = tmp_path / name
        inbox.mkdir()
        for number, report in list(enumerate(reports))[:: order or 1]:
            write_report(inbox / "inbox", number, *report)
            if order is not None:
                assert run("build", str(inbox / "inbox"), **own).returncode == 0
        assert run("build", str(inbox / "inbox"), **own).returncode == 0
        trees.append(tree(inbox / "out"))
    assert trees[0] == trees[1] == trees[2]
    folders = {path.split("/")[1] for path in trees[0] if path.startswith("dateline/")}
    assert folders == {"bergen", "bergen-no", "kiev", "den-haag", "kralendijk", "air-force-one"}
    assert {path.split("/")[1] for path in trees[0] if path.startswith("country/")} == {
        "noorwegen", "oekraine", "nederland", "caribisch-nederland",
    }  # fmt: skip


def test_the_places_of_the_seeds(run: Run) -> None:
    """All twenty are known."""
    run("build", str(SEEDS))
    places = {place["name"]: place for story in lines(run("stories", "--json")) for place in story["places"]}
    assert {name: place["country"] for name, place in places.items()} == {
        "Moskou": "RU", "Minneapolis": "US", "Washington": "US", "Caracas": "VE", "Teheran": "IR", "Londen": "GB",
        "Minsk": "BY", "Malmö": "SE", "Stavanger": "NO", "Milaan": "IT", "Chappaqua": "US", "Jeruzalem": "IL",
        "Duqm": "OM", "Pyongyang": "KP", "Luxemburg": "LU", "Peking": "CN", "Abu Dhabi": "AE", "Brussel": "BE",
        "Manama": "BH", "Doha": "QA",
    }  # fmt: skip


def test_names_are_explained(run: Run) -> None:
    """Each with what it means, where its feed is, and what else it could mean; a slash pair counts as one dateline."""
    found = lines(run("places", "KYIV", "Valencia/Madrid", "AIR FORCE ONE", "BERGEN", "--json"))
    assert [(one["printed"], one["outcome"], one["feed"]) for one in found] == [
        ("KYIV", "resolved", "dateline/kiev"),
        ("Valencia", "resolved", "dateline/valencia-es"),
        ("Madrid", "resolved", "dateline/madrid"),
        ("AIR FORCE ONE", "no place", "dateline/air-force-one"),
        ("BERGEN", "ambiguous", "dateline/bergen"),
    ]
    assert found[0]["place"] == {"name": "Kiev", "country": "UA", "geonames": 703448, "lat": 50.4547, "lon": 30.5238}
    assert found[1]["told"] == ["ES"]
    assert found[3]["place"] is None
    assert [one["country"] for one in found[4]["candidates"][:3]] == ["NL", "NO", "BE"]
    scores = [one["score"] for one in found[4]["candidates"]]
    assert scores == sorted(scores, reverse=True)
    (told,) = lines(run("places", "BERGEN", "--text", "Noodweer in Noorwegen", "--json"))
    assert (told["place"]["country"], told["feed"]) == ("NO", "dateline/bergen-no")
    names = ("EU", "HAMAS", "MEI", "AJAX", "OBAMA")
    assert {one["outcome"] for one in lines(run("places", *names, "--json"))} == {"no place"}
    (spanish,) = lines(run("places", "GERONA", "--json"))
    assert (spanish["place"]["name"], spanish["place"]["country"]) == ("Girona", "ES")
    table = run("places", "KYIV", "BERGEN").stdout
    assert "Oekraïne" in table
    assert "(ambiguous)" in table
    assert "Bergen NO" in table


def test_an_unknown_site_is_said(run: Run) -> None:
    """A site that has no profile is a usage error, which names those that there are."""
    found = run("places", "KYIV", "--site", "nowhere")
    assert (found.returncode, found.stdout) == (2, "")
    assert "zeelandnet" in found.stderr


def test_overrides_hold_for_what_is_in_the_store(run: Run, tmp_path: Path) -> None:
    """A new configuration of places moves the stories of earlier builds, and a build from scratch is the same."""
    inbox = tmp_path / "inbox"
    write_report(inbox, 1, "BERGEN", "Er valt regen.")
    write_report(inbox, 2, "MOSKOU", "Er valt sneeuw.")
    write_report(inbox, 3, "OUDE-TONGE", "De haven is vol.")
    run("build", str(inbox))
    config = tmp_path / "feeds.toml"
    config.write_text("""
        sources = [{ path = "inbox", site = "zeelandnet" }]
        [places]
        names = { "BERGEN" = 2790869 }
        unresolved = ["Moskou"]
        added = [{ name = "Oude-Tonge", country = "NL", lat = 51.69, lon = 4.21 }]
    """)
    assert run("build", "--config", str(config)).returncode == 0
    out = tmp_path / "out"
    assert {path.name for path in (out / "dateline").iterdir()} == {"mons", "moskou", "oude-tonge"}
    assert {path.name for path in (out / "country").iterdir()} == {"belgie", "nederland"}
    assert "In de berichten staat: BERGEN." in description(out, "dateline/mons")
    clean = {"FEEDS_OUT": str(tmp_path / "clean"), "FEEDS_STORE": f"sqlite:///{tmp_path}/clean.sqlite"}
    run("build", "--config", str(config), **clean)
    assert tree(tmp_path / "clean") == tree(out)


def test_mistakes_in_overrides_are_named(run: Run, tmp_path: Path) -> None:
    """Each with its line, and what to do."""
    config = tmp_path / "feeds.toml"
    config.write_text(
        '[places]\nnames = { "BERGEN" = 999999999 }\nadded = [{ name = "X", country = "XX", lat = 91.0, lon = 0 }]\n'
    )
    found = run("build", "--config", str(config))
    assert found.returncode == 2
    beginnings = (
        "feeds: feeds.toml:2: places.names.BERGEN is no place of the gazetteer: 999999999; write the place",
        "feeds: feeds.toml:3: places.added[0].country must be a country of ISO 3166-1, not",
        "feeds: feeds.toml:3: places.added[0].lat must be at most 90",
    )
    for line, beginning in zip(found.stderr.splitlines(), beginnings, strict=True):
        assert line.startswith(beginning)


def test_the_gazetteer_is_only_read(tmp_path: Path) -> None:
    """It can stand where nobody may write; no journal or lock appears beside it, and nothing is opened unasked."""
    file = tmp_path / "read only" / FILE
    file.parent.mkdir()
    file.write_bytes((ROOT / "feeds" / "places" / FILE).read_bytes())
    file.chmod(0o444)
    file.parent.chmod(0o555)
    gazetteer = PackagedGazetteer(file)
    assert gazetteer._opened is None
    entry = gazetteer.entry(524901)
    assert entry is not None
    assert entry.name == "Moskou"
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer._connection.execute("DELETE FROM places")
    assert [path.name for path in file.parent.iterdir()] == [FILE]
    gazetteer.close()
    file.parent.chmod(0o755)
