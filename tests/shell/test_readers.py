"""Real feed readers take every format that they know for what it is: feedparser, reader and rss2email.

newsboat has a file of its own.
"""

from __future__ import annotations

import calendar
import json
import mailbox
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path

import feedparser
import pytest
from reader import make_reader

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
FEED = "topic/buitenland"
LEAD = "De brug over het kanaal blijft tot na de zomer dicht, zegt de gemeente, en dat is langer dan gedacht."


@dataclass(frozen=True, slots=True)
class Item:
    """What a reader has to have of an entry."""

    id: str
    title: str
    published: datetime | None


@pytest.fixture
def address(serve_folder: Callable[[Path], str], run: Run, tmp_path: Path) -> str:
    """The seeds, published; the address of one of their feeds."""
    base = serve_folder(tmp_path / "out")
    run("build", str(ROOT / "seeds"), "--base-url", base)
    return f"{base}/{FEED}"


@pytest.fixture
def told(address: str, run: Run) -> dict[str, Item]:
    """What its entries must be, by id, as `feeds stories` tells them."""
    found = map(json.loads, run("stories", "--json", "--topic", "Buitenland").stdout.splitlines())
    return {one["id"]: Item(one["id"], one["headline"], published(one["published"])) for one in found}


def published(told: dict[str, str | None]) -> datetime | None:
    """The date that an entry shows: what is known to within two days."""
    if told["not_before"] is None or told["not_after"] is None or told["best"] is None:
        return None
    width = datetime.fromisoformat(told["not_after"]) - datetime.fromisoformat(told["not_before"])
    return datetime.fromisoformat(told["best"]) if width.days < 2 or width.total_seconds() == 172_800 else None


@pytest.mark.parametrize("file", ["atom.xml", "rss.xml"])
def test_feedparser(address: str, told: dict[str, Item], file: str) -> None:
    """Ids, titles and dates are the stories'; every entry is in its topic's category."""
    read = feedparser.parse(f"{address}/{file}")
    assert not read.bozo
    found = {
        one.id: Item(one.id, one.title, moment(calendar.timegm(one.published_parsed)) if "published" in one else None)
        for one in read.entries
    }
    assert found == told
    assert all("Buitenland" in {tag.term for tag in one.tags} for one in read.entries)


@pytest.mark.parametrize("file", ["atom.xml", "rss.xml", "feed.json"])
def test_reader(address: str, told: dict[str, Item], file: str) -> None:
    """Ids, titles and dates are the stories', in each of its three formats."""
    with make_reader(":memory:") as reader:
        reader.add_feed(f"{address}/{file}")
        reader.update_feeds()
        assert reader.get_feed(f"{address}/{file}").last_exception is None
        found = {one.id: Item(one.id, one.title or "", one.published) for one in reader.get_entries()}
    assert found == told


@pytest.mark.parametrize("file", ["atom.xml", "rss.xml", "feed.json"])
def test_reader_keeps_an_edited_story_one_entry(
    serve_folder: Callable[[Path], str], run: Run, tmp_path: Path, file: str
) -> None:
    """A new headline changes the entry in place: it stays one, under its id, and stays read."""
    base, inbox = serve_folder(tmp_path / "out"), tmp_path / "inbox"
    inbox.mkdir()
    with make_reader(":memory:") as reader:
        for hour, headline in ((10, "Brug dicht"), (11, "Brug langer dicht")):
            article = "Wij\n\nWij\n\nVEERE (ANP) - Dit zijn wij.\n\nMeer uit Zeeland\n\n"
            text = f"{article}{headline}\n\nGOES (ANP) - {LEAD}\n\n"
            (inbox / f"202603031{hour - 10}0000-0.txt").write_text(f"{text}{hour - 8} uur geleden\n", "utf-8")
            run("build", str(inbox), "--base-url", base)
            # HTTP tells versions apart by whole seconds.
            os.utime(tmp_path / "out/dateline/goes" / file, (hour, hour))
            if hour == 10:
                reader.add_feed(f"{base}/dateline/goes/{file}")
            reader.update_feed(f"{base}/dateline/goes/{file}")
            (entry,) = reader.get_entries()
            assert (entry.title, entry.read) == (headline, hour == 11)
            reader.mark_entry_as_read(entry)


@pytest.mark.parametrize("file", ["atom.xml", "rss.xml"])
def test_rss2email(address: str, told: dict[str, Item], file: str, tmp_path: Path) -> None:
    """It sends a mail for each story: with its title, the publication as date, and its topic among the tags."""
    config, data, box = tmp_path / "r2e.cfg", tmp_path / "r2e.json", tmp_path / "mail"
    options = ["from = a@example.org", "to = b@example.org", "email-protocol = maildir", f"maildir-path = {box}"]
    options += [
        "maildir-mailbox = inbox",
        "date-header = True",
        "date-header-order = issued",
        "use-publisher-email = False",
    ]
    config.write_text("\n".join(["[DEFAULT]", *options]) + "\n", "utf-8")
    box.mkdir()
    command = [sys.executable, "-m", "rss2email.main", "-c", str(config), "-d", str(data)]
    for words in (["add", "voorbeeld", f"{address}/{file}"], ["run"]):
        done = subprocess.run([*command, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    mails = list(mailbox.Maildir(box / "inbox"))
    assert {str(mail["X-RSS-ID"]) for mail in mails} == set(told)
    for mail in mails:
        item = told[str(mail["X-RSS-ID"])]
        assert " ".join(str(make_header(decode_header(mail["Subject"]))).split()) == " ".join(item.title.split())
        sent = parsedate_to_datetime(mail["Date"]).replace(tzinfo=UTC)  # it says -0000: in UTC, from nowhere
        assert item.published in {None, sent}
        assert "Buitenland" in str(mail["X-RSS-TAGS"])


def moment(seconds: int) -> datetime:
    """The instant of so many seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
