"""What is published keeps every rule that validators of feeds know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conformance import RULES, Document, Rule, read
from simulator.crawler import simulate
from simulator.settings import EXACT

from feeds.render.status import Note, status_feed

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CONFIG = """
tag = "example.org,2026"
base_url = "https://feeds.example.org"

[selection]
entries = 5

[hub]
mode = "self"

[[sources]]
path = "inbox"
site = "zeelandnet"

[[feed]]
key = "nergens"
title = "Nergens"
query = "ditwoordstaatnergens"

[[digest]]
key = "vandaag"
title = "Het nieuws van de dag"
every = "day"
"""
MARKUP = (
    "De tag </b> sluit vet",
    "Gebruik <?import x?> niet",
    "<b en <a href='/x'>hier",
    "Van H&M tot </title> en </script>",
)
"""Texts that a validator takes for HTML wherever they stand as text: they come out as they went in all the same."""
TAKEN_FOR_HTML = {"no_end_tags", "outlines_are_html"}
HOSTILE = (
    "]]> en <![CDATA[ en -->",
    "Kies <script>alert(1)</script x",
    "H&M, V&D2, Q&A1, &amp; &copy &#0; &#x26; &nu",
    "x <b en y <a href='/x'>hier",
    "z <?import x?> <!DOCTYPE x>",
    "\x00\x08\x0b\x1f\x7f\u0085\x93dicht\x94",
    "\ud7ff\ue000\ufdd0\ufffe\uffff\U0001fffe\U0010ffff",
    "\u202eommekeer\u202c 👩‍🚒🇳🇱",
    "FinanciÃ«le crisis",
    "verloren \ufffd letter",
    "een\u2028twee\u2029drie\u00a0vier\u00ad",
    "{site} %s %(x)s {0} \\u0041",
    "kilo" * 3_000,
    " \u200b\u2060 ",
)
URLS = (
    "https://www.zeelandnet.nl/nieuws/een twee",
    "https://www.zeelandnet.nl/nieuws/ë?q=<b>&r=\"'#é",
    "http://[::1]/nieuws",
    "http://a[b]/",
    "//www.zeelandnet.nl/nieuws",
    "javascript:alert(1)",
    "https://bücher.example/é",
    "HTTPS://WWW.ZEELANDNET.NL:443/Nieuws/%zz",
    "https://u:p@www.zeelandnet.nl/a|b^c`{d}",
)


def built(home: Path) -> Iterator[tuple[str, bytes]]:
    """The feeds and outlines of a build of `inbox` below a folder, by path."""
    (home / "config").mkdir()
    (home / "config/feeds.toml").write_text(CONFIG, "utf-8")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "feeds", "build"]
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    for path in sorted((home / "out").rglob("*")):
        if path.name.endswith((".xml", ".opml")):
            yield str(path.relative_to(home / "out")), path.read_bytes()


def page(headline: str, text: str, topic: str = "") -> str:
    """An article with a list of teasers, with a text at every place where a page has one."""
    others = "".join(
        f"Nog een kop {number} {text}\n\n{text[:9].upper()} (ANP/{text[:3].upper()}) - Bericht {number}: {text}\n\n"
        f"{number} uur geleden\n"
        for number in (1, 2)
    )
    lead = f"GOES (ANP) - Lang genoeg om een bericht te zijn: {text}"
    return f"{headline}\n\n{headline}\n\n{lead}\n\nEn verder: {text}\n\nMeer uit {topic or text[:25]}\n\n{others}"


def hostile(inbox: Path) -> None:
    """Dumps with everything in them that could break a document."""
    for number, text in enumerate(HOSTILE):
        file = inbox / f"202603030905{number:02}-kop.txt"
        said = page(f"Kop {number} {text}", f"{text} {number}", text[:25].translate({ord("<"): "", ord("&"): "en"}))
        file.write_bytes(said.encode("utf-8", "surrogatepass"))
    for number, url in enumerate(URLS):
        file = inbox / f"202603030906{number:02}-adres.txt"
        file.write_text(
            page(f"Adres {number} van de {'pqrstuvwxy'[number] * 9}", f"{'pqrstuvwxy'[number] * 9} heeft een adres"),
            "utf-8",
        )
        file.with_name(f"{file.name}.meta.json").write_text(json.dumps({"url": url}), "utf-8")
    (inbox / "20260303090700-latin.txt").write_bytes(page("Café à Zürich", "“Nee”, zei hij").encode("cp1252"))


def markup(inbox: Path) -> None:
    """Dumps whose texts look like HTML."""
    for number, text in enumerate(MARKUP):
        (inbox / f"202603030905{number:02}-kop.txt").write_text(page(f"{number} {text}", f"{text} {number}"), "utf-8")


def simulated(inbox: Path) -> None:
    """The dumps of a portal."""
    for number, one in enumerate(simulate(replace(EXACT, pages=150))):
        (inbox / f"{one.captured:%Y%m%d%H%M%S}-{number:06}.txt").write_text(one.text, "utf-8")


def seeds(inbox: Path) -> None:
    """The dumps that come with the project."""
    for file in sorted((ROOT / "seeds").iterdir()):
        (inbox / file.name).write_bytes(file.read_bytes())


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """Everything that is published of seeds, of a portal, of hostile dumps and of nothing; and a status feed."""
    found = []
    for name, fill in (
        ("seeds", seeds),
        ("portal", simulated),
        ("hostile", hostile),
        ("markup", markup),
        ("nothing", None),
    ):
        home = tmp_path_factory.mktemp(name)
        (home / "inbox").mkdir()
        if fill is not None:
            fill(home / "inbox")
        found += [read(f"{name}/{path}", body) for path, body in built(home)]
    notes = [Note("a/1/begun", "A &amp; <b & \x00c", "why <x> &nu", NOON), Note("b/1/begun", "B", "b", NOON)]
    for some in ([], notes):
        body = status_feed(some, "Status", "example.org,2026", "https://feeds.example.org")
        found.append(read("status", body))
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_document_keeps_the_rule(rule: Rule, documents: list[Document]) -> None:
    """No document that is published breaks this rule."""
    asked = [document for document in documents if document.format in rule.formats]
    assert asked
    if rule.name in TAKEN_FOR_HTML:
        asked = [document for document in asked if not document.name.startswith("markup/")]
    assert [(one.name, fault) for one in asked for fault in rule.faults(one)] == []
