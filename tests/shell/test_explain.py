"""`feeds explain` and `feeds problems` over real dumps: edits, a wrong clock, beginnings, look-alikes."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from asking import explained, feeds_in, keys_of, told, write_page

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SEEDS = Path(__file__).parents[2] / "seeds"
HARD_TO_TELL = tomllib.loads((Path(__file__).parent / "hard_to_tell.toml").read_text(encoding="utf-8"))
LEADS: dict[str, str] = HARD_TO_TELL["leads"]
BRIDGE, LIBRARY = LEADS["bridge"], LEADS["library"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pages about a few stories that are hard to tell, and what a build made of them."""
    home = tmp_path_factory.mktemp("explain")
    inbox = home / "inbox"
    for name, page in HARD_TO_TELL["pages"].items():
        teasers = ((headline, place, LEADS[lead], age) for headline, place, lead, age in page["teasers"])
        write_page(inbox, name, page["captured"], *teasers)
    assert feeds_in(home, "build", str(inbox)).exit_code == 0
    return home


@pytest.fixture(scope="module")
def keys(home: Path) -> dict[str, str]:
    """The key of each story by its headline."""
    return keys_of(home)


# -- why it is one story --------------------------------------------------------------------------


def test_every_wording_says_why_it_is_the_same_story(home: Path, keys: dict[str, str]) -> None:
    """An edited headline over an equal lead, an edited lead, and a beginning: each names its evidence."""
    key = keys["Brug bij Vlissingen weer open"]
    found = explained(home, key)
    ties = [one["same_as"] for one in found["wordings"]]
    assert ties[0] is None
    assert [(tie["wording"], tie["because"]) for tie in ties[1:]] == [(0, "lead"), (1, "alike"), (2, "beginning")]
    assert 0.7 < ties[2]["lead_shared"] < 1
    text = told(home, key)
    assert "the same story as 1: the lead is equal" in text
    assert "of their word triples in common, from the same place, at times that agree" in text
    assert "one is cut off, and the beginning of the other" in text


def test_revisions_are_told_word_by_word(home: Path, keys: dict[str, str]) -> None:
    """Each wording with the time in which it stood, and what it changed; a beginning that was cut off is none."""
    key = keys["Brug bij Vlissingen weer open"]
    found = explained(home, key)
    assert found["revisions"] == len(found["history"]) - 1 == 2
    first, second, third = found["history"]
    assert first["since"]["not_before"] == "2026-03-03T09:00:00Z"
    assert first["until"] == second["since"]
    assert (second["until"], third["until"]) == (third["since"], None)
    assert second["headline_changes"] == [
        {"kind": "kept", "text": "Brug bij Vlissingen"},
        {"kind": "removed", "text": "urenlang dicht"},
        {"kind": "added", "text": "weer open"},
    ]
    assert [piece["kind"] for piece in second["lead_changes"]] == ["kept"]
    text = told(home, key)
    assert "Brug bij Vlissingen [-urenlang dicht-] {+weer open+}" in text
    assert "{+5+} mensen" in text


# -- how its date was found -----------------------------------------------------------------------


def test_a_story_that_was_published_again_says_so(home: Path, keys: dict[str, str]) -> None:
    """The first publication stands; the later ages are marked and tell of the second."""
    key = keys["Struiken op de zeedijk"]
    found = explained(home, key)
    assert found["published"]["not_after"] == "2026-03-03T08:55:00Z"
    assert [one["set_aside"] for one in found["dating"]] == ["clock", None, None, "age", "age"]
    assert found["published_again"] == {"not_before": "2026-03-24T08:39:00Z", "not_after": "2026-03-24T08:40:00Z"}
    text = told(home, key)
    assert "* 4, 5: set aside: contradicts the rest, published again" in text
    assert "published again: 2026-03-24 09:39 .. 09:40" in text


def test_a_wrong_clock_is_shown_with_what_it_said(home: Path, keys: dict[str, str]) -> None:
    """The time of its page is what the stories on it tell; what the clock said is named beside."""
    (wrong,) = [one for one in explained(home, keys["Bibliotheek ook op zondag open"])["dating"] if one["set_aside"]]
    assert (wrong["dump"], wrong["set_aside"], wrong["told_not_before"]) == (
        "wrong.txt",
        "clock",
        "2026-03-01T13:00:00Z",
    )
    assert "2026-03-03T12:39" < wrong["captured_not_before"] < wrong["captured_not_after"] < "2026-03-03T14:00"
    text = told(home, keys["Bibliotheek ook op zondag open"])
    assert "wrong clock: sidecar says 2026-03-01 14:00" in text
    assert "its stories" in text


def test_spans_are_drawn_on_one_scale(home: Path, keys: dict[str, str]) -> None:
    """A bar for each sighting and one for the story below, none wider than 48 columns, without colours."""
    plain = feeds_in(home, "explain", keys["Struiken op de zeedijk"]).stdout
    assert "\x1b" not in plain
    lines = plain.splitlines()
    bars = lines[lines.index("Published") + 1 : lines.index("Published") + 8]
    assert [line[0] for line in bars] == ["1", "2", "3", "4", "5", "=", " "]
    assert [line[2:50].split()[0][0] for line in bars] == ["├", "│", "├", "»", "»", "●", "2"]
    assert all(len(line.removesuffix(" set aside")) <= 50 for line in bars)
    assert bars[6].split() == ["2026-03-03", "08:54", "2026-03-03", "10:40"]


# -- what it is not -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headline", "other", "because", "said"),
    [
        ("Weekmarkt trekt meer bezoekers", "Weekmarkt trekt meer bezoekers", "place", "from another place: "),
        (
            "Waarschuwing voor windstoten",
            "Mijd de bruggen",
            "several",
            "one is cut off, and could begin several stories",
        ),
        (
            "Hoogwater en wind",
            "Hoogwater en wind van morgen",
            "time",
            "published at other times: this 2026-03-05 08:00",
        ),
        ("Dijk wordt verhoogd", "Verhoging van de dijk begint", "words", "of the lead 70 % would have to be the same"),
    ],
)
def test_a_look_alike_is_named_with_what_keeps_it_apart(
    home: Path, keys: dict[str, str], headline: str, other: str, because: str, said: str
) -> None:
    """Another place, another time, too few words in common, a beginning of several: each is a reason of its own."""
    found = explained(home, keys[headline])["look_alikes"]
    assert len(found) <= 5
    assert (other, because) in [(one["headline"], one["because"]) for one in found]
    assert said in told(home, keys[headline])


@pytest.mark.parametrize(
    ("headline", "other"),
    [
        ("Dode en gewonden na ontsporing tram in Milaan", "Doden en tientallen gewonden door tramontsporing Milaan"),
        (
            "Oud-president Clinton getuigt over Epstein-banden",
            "Clinton: als ik wist wat Epstein deed, had ik hem zelf aangegeven",
        ),
    ],
)
def test_reports_in_one_list_name_each_other(tmp_path: Path, headline: str, other: str) -> None:
    """Two reports on one event that stand in one list are look-alikes, and the list keeps them apart."""
    assert feeds_in(tmp_path, "build", str(SEEDS)).exit_code == 0
    keys = keys_of(tmp_path)
    for mine, theirs in ((headline, other), (other, headline)):
        first = explained(tmp_path, keys[mine])["look_alikes"][0]
        assert (first["headline"], first["because"]) == (theirs, "page")
        assert first["page"] == "001_87e4aa978735ea6f.txt"
        assert "both stand on one page: 001_87e4aa978735ea6f.txt" in told(tmp_path, keys[mine])


# -- ids ------------------------------------------------------------------------------------------


def test_an_old_id_finds_the_story_it_is_part_of(tmp_path: Path) -> None:
    """Stories that turn out to be one keep the id that was published first; the other leads there."""
    first, end = BRIDGE.split(". ")
    start, middle = f"{first}.", BRIDGE
    inbox = tmp_path / "inbox"
    write_page(inbox, "a", "03T09:00", ("Brug dicht", "VLISSINGEN", start, "1 uur geleden"))
    write_page(inbox, "b", "03T09:10", ("Drie gewonden", "VLISSINGEN", end, "1 uur geleden"))
    assert feeds_in(tmp_path, "build", str(inbox)).exit_code == 0
    before = keys_of(tmp_path)
    write_page(inbox, "c", "03T09:20", ("Brug en gewonden", "VLISSINGEN", middle, "1 uur geleden"))
    assert feeds_in(tmp_path, "build", str(inbox)).exit_code == 0
    after = keys_of(tmp_path)
    key = after["Brug en gewonden"]
    (old,) = {before["Brug dicht"], before["Drie gewonden"]} - {key}
    assert old not in after.values()
    found = explained(tmp_path, f"tag:dateline.example,2026:story/{old}")
    assert found["id"].endswith(key)
    assert found["asked"].endswith(old)
    assert f"story/{old} is now part of {found['id']}" in told(tmp_path, old)
    assert "is now part of" not in told(tmp_path, key)


def test_a_withdrawn_id_is_told_from_an_unknown_one(run: Run, tmp_path: Path) -> None:
    """An id whose text is read no more, as less of a page is read, is withdrawn; both leave with 2."""
    inbox, config = tmp_path / "inbox", tmp_path / "feeds.toml"
    last = ("Bibliotheek open", "GOES", LIBRARY, "2 uur geleden")
    write_page(inbox, "a", "03T09:00", ("Brug dicht", "TERNEUZEN", BRIDGE, "1 uur geleden"), last)
    assert feeds_in(tmp_path, "build", str(inbox)).exit_code == 0
    old = keys_of(tmp_path)["Bibliotheek open"]
    config.write_text("[limits]\nmax_teasers = 1\n")
    assert run("build", str(inbox), "--config", str(config)).returncode == 1
    withdrawn, unknown = run("explain", old), run("explain", "0123456789abcdef")
    assert (withdrawn.returncode, withdrawn.stdout) == (unknown.returncode, unknown.stdout) == (2, "")
    assert f"{old}: withdrawn" in withdrawn.stderr
    assert "0123456789abcdef: no story has this id" in unknown.stderr


# -- problems -------------------------------------------------------------------------------------


def test_contradictions_are_problems_but_no_failures(home: Path) -> None:
    """Wrong clocks and contradictory ages are listed with their dumps; a build that meets them leaves with 0."""
    found = [json.loads(line) for line in feeds_in(home, "problems", "--json").stdout.splitlines()]
    clocks = [one for one in found if one["kind"] == "clock"]
    assert [(one["dump"], one["path"], one["story"]) for one in clocks] == [
        ("wrong.txt", str(home / "inbox" / "wrong.txt"), None)
    ]
    assert (
        "2026-03-01T13:00:00Z by sidecar) contradicts 2 of the 2 stories that other pages date" in clocks[0]["reason"]
    )
    (dike,) = [one for one in found if one["kind"] == "age"]
    assert dike["dump"] == "again.txt"
    assert dike["reason"] == (
        "Struiken op de zeedijk: ages that contradict the others: 2 of 5; "
        "published again between 2026-03-24T08:39:00Z and 2026-03-24T08:40:00Z"
    )
    assert dike["story"] == explained(home, keys_of(home)["Struiken op de zeedijk"])["id"]
    table = feeds_in(home, "problems").stdout
    assert "wrong.txt" in table
    assert "Struiken op de zeedijk" in table


def test_a_page_too_early_is_a_problem_of_no_age(tmp_path: Path) -> None:
    """A listing of a day before a story was published prints no age that could contradict the others."""
    write_page(tmp_path, "b", "03T09:00", ("Bibliotheek open", "GOES", LIBRARY, "1 uur geleden"))
    head = "zondag 1 maart 2026\n\nEditie: Zeeland\n\nZeeland\n\nBibliotheek open\n\n"
    (tmp_path / "a.txt").write_text(f"{head}GOES (ANP) - {LIBRARY}\n", "utf-8")
    assert feeds_in(tmp_path, "build", str(tmp_path)).exit_code == 0
    (found,) = feeds_in(tmp_path, "problems", "--json").stdout.splitlines()
    assert json.loads(found)["reason"] == "Bibliotheek open: on a page of a time before it was published"
