"""Pages with a list of one's own choice, and what `feeds` says of the stories on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from feeds.cli import feeds

ROOT = Path(__file__).parents[3]
BOILERPLATE = (
    "Webmail\n\nKies je webmail\n\n"
    "Omdat ZeelandNet ook DELTA webmail aanbiedt, vragen we je eenmalig je voorkeur op te geven.\n\n"
)

Teaser = tuple[str, str, str, str]
"""Headline, place, lead and age of an item in a list; without an age it is where the page was cut off."""


def write_bare_page(folder: Path, name: str, captured: str, *teasers: Teaser) -> None:
    """The same page as far as it shows no headlines of its list, and each age begins the next line."""
    subject = f"Verslaggever nummer {name} bezoekt het dorp"
    lead = f"Verslaggever {name} schreef over zijn bezoek een verhaal dat met geen ander te verwisselen is: {name}."
    listed = "".join(f"{place} (ANP) - {teaser}\n{age}" for _, place, teaser, age in teasers)
    put(folder, name, f"03-{captured}", f"\n{subject}\nUTRECHT (ANP) - {lead}\nMeer uit Binnenland\n{listed}")


def write_page(folder: Path, name: str, captured: str, *teasers: Teaser) -> None:
    """A page with an article of its own and these teasers, captured at an instant."""
    subject = f"Verslaggever nummer {name} bezoekt het dorp"
    lead = f"Verslaggever {name} schreef over zijn bezoek een verhaal dat met geen ander te verwisselen is: {name}."
    text = f"{BOILERPLATE}{subject}\n\n{subject}\n\nUTRECHT (ANP) - {lead}\n\nMeer uit Binnenland\n\n"
    for headline, place, teaser, age in teasers:
        text += f"{headline}\n\n{place} (ANP) - {teaser}"
        text += f"\n\n{age}\n" if age else ""
    put(folder, name, f"03-{captured}", text)


def put(folder: Path, name: str, captured: str, text: str) -> None:
    """A dump captured at an instant."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text)
    (folder / f"{name}.txt.meta.json").write_text(json.dumps({"captured_at": f"2026-{captured}:00Z"}))


def feeds_in(home: Path, *words: str) -> Result:
    """Runs `feeds` with store and `out/` in a folder."""
    own = {
        "FEEDS_CONFIG": str(ROOT / "config" / "feeds.toml"),
        "FEEDS_OUT": str(home / "out"),
        "FEEDS_STORE": f"sqlite:///{home}/feeds.sqlite",
    }
    return CliRunner().invoke(feeds, words, env=own, prog_name="feeds")


def keys_of(home: Path) -> dict[str, str]:
    """The key of each story by its headline."""
    lines = feeds_in(home, "stories", "--json").stdout.splitlines()
    return {one["headline"]: one["id"].rpartition("/")[2] for one in map(json.loads, lines)}


def explained(home: Path, key: str) -> dict[str, Any]:
    """What `explain --json` says of a story."""
    done = feeds_in(home, "explain", key, "--json")
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(home: Path, key: str) -> str:
    """What `explain` says of a story, with single blanks."""
    done = feeds_in(home, "explain", key)
    assert done.exit_code == 0
    return " ".join(done.stdout.split())
