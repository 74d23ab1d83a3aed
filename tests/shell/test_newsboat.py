"""A real feed reader: newsboat reads what is published, over HTTP."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.model import Block, Channel, ChannelKey, Entry, Feed, Published, Story, StoryId
from feeds.publish import publish
from feeds.render import atom, rss
from feeds.render.settings import Publisher

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
CHANNEL = Channel(ChannelKey("topic/sport"), "topic", "Sport", "Voorbeeld: Sport", "Nieuws over Sport")
PLAIN = Story(
    id=StoryId("tag:example.org,2026:story/1"),
    headline="Schaatsers “klaar” voor < 36 seconden & meer",
    summary="De ploeg van SÃO PAULO is er klaar voor.",
    link="https://www.example.org/nieuws/schaatsers-klaar",
    link_kind="derived",
    topics=("Sport",),
    datelines=("SÃO PAULO",),
    agencies=("ANP",),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="voorbeeld",
)
FULL = replace(
    PLAIN,
    id=StoryId("tag:example.org,2026:story/2"),
    headline="Schip op tijd binnen",
    link=None,
    body=(Block("paragraph", "Het schip is <b>binnen</b>."), Block("heading", "Kade")),
    updated=NOON.replace(hour=9),
)
FEED = Feed(CHANNEL, (Entry(PLAIN, NOON.replace(hour=11)), Entry(FULL, None)), NOON, "nl")


@dataclass(frozen=True, slots=True)
class Item:
    """An article as newsboat remembers it."""

    guid: str
    title: str
    url: str
    author: str
    published: datetime
    content: str


@dataclass(frozen=True, slots=True)
class Newsboat:
    """Newsboat with folders of its own."""

    home: Path

    def read(self, *addresses: str) -> dict[str, tuple[Item, ...]]:
        """What newsboat has of each feed after reloading them all, newest guid last."""
        urls, config, cache = (self.home / name for name in ("urls", "config", "cache.db"))
        urls.write_text("".join(f"{address}\n" for address in addresses), "utf-8")
        config.write_text("download-retries 1\nuse-proxy no\n", "utf-8")
        command = ["newsboat", f"--url-file={urls}", f"--config-file={config}", f"--cache-file={cache}", "-x", "reload"]
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        query = "SELECT guid, title, url, author, pubDate, content FROM rss_item WHERE feedurl = ? ORDER BY guid"
        with closing(sqlite3.connect(cache)) as remembered:
            return {
                address: tuple(
                    Item(guid, title, url, author, datetime.fromtimestamp(seconds, UTC), content)
                    for guid, title, url, author, seconds, content in remembered.execute(query, (address,))
                )
                for address in addresses
            }


@pytest.fixture
def newsboat(tmp_path: Path) -> Newsboat:
    """Newsboat without any feeds yet."""
    if shutil.which("newsboat") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("newsboat is not installed")
    home = tmp_path / "home"
    home.mkdir()
    return Newsboat(home)


def publisher(base_url: str) -> Publisher:
    """A publisher at this address."""
    return Publisher(
        base_url=base_url,
        tag="example.org,2026",
        site_title="Voorbeeld",
        site_home="https://www.example.org/nieuws",
        language="nl",
        index_title="Feeds van Voorbeeld",
    )


def test_newsboat_lists_the_entries_of_atom(
    newsboat: Newsboat, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    """Titles, ids, addresses, authors and dates are the stories'; without a publication date it shows `updated`."""
    base_url = serve_folder(tmp_path)
    publish(tmp_path / "out", [atom.render(FEED, publisher(base_url))])
    address = f"{base_url}/out/topic/sport/atom.xml"
    plain, full = newsboat.read(address)[address]
    assert (plain.guid, plain.title, plain.url) == (PLAIN.id, PLAIN.headline, PLAIN.link)
    assert (plain.published, full.published) == (NOON.replace(hour=11), NOON.replace(hour=9))
    assert (full.guid, full.title, full.author) == (FULL.id, FULL.headline, "ANP")
    assert full.content == "<p>Het schip is &lt;b&gt;binnen&lt;/b&gt;.</p>\n<h3>Kade</h3>"


def test_newsboat_lists_the_items_of_rss(
    newsboat: Newsboat, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    """Titles, ids, addresses, authors and known dates are the stories'."""
    base_url = serve_folder(tmp_path)
    publish(tmp_path / "out", [rss.render(FEED, publisher(base_url))])
    address = f"{base_url}/out/topic/sport/rss.xml"
    plain, full = newsboat.read(address)[address]
    assert (plain.guid, plain.title, plain.url) == (PLAIN.id, PLAIN.headline, PLAIN.link)
    assert (plain.published, plain.author) == (NOON.replace(hour=11), "ANP")
    assert (full.guid, full.title) == (FULL.id, FULL.headline)
    assert full.content == "<p>Het schip is &lt;b&gt;binnen&lt;/b&gt;.</p>\n<h3>Kade</h3>"


def test_newsboat_keeps_an_edited_story_one_entry(
    newsboat: Newsboat, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    """A new headline under the same id changes the entry in place."""
    base_url = serve_folder(tmp_path)
    address = f"{base_url}/out/topic/sport/atom.xml"
    edited = replace(PLAIN, headline="Schaatsers zijn klaar", updated=NOON.replace(hour=13))
    for story in (PLAIN, edited):
        feed = Feed(CHANNEL, (Entry(story, NOON),), story.updated, "nl")
        publish(tmp_path / "out", [atom.render(feed, publisher(base_url))])
        # HTTP tells versions apart by whole seconds.
        os.utime(tmp_path / "out/topic/sport/atom.xml", (story.updated.timestamp(), story.updated.timestamp()))
        (item,) = newsboat.read(address)[address]
        assert (item.guid, item.title) == (PLAIN.id, story.headline)


def test_newsboat_lists_the_stories_of_a_place(
    newsboat: Newsboat, serve_folder: Callable[[Path], str], run: Run, tmp_path: Path
) -> None:
    """A stranger builds the seeds and subscribes to MOSKOU: the two articles and the two teasers from there."""
    base_url = serve_folder(tmp_path)
    run("build", str(ROOT / "seeds"), "--base-url", f"{base_url}/out")
    address = f"{base_url}/out/dateline/moskou/atom.xml"
    assert {item.title for item in newsboat.read(address)[address]} == {
        "Rusland verwacht snel akkoord over defensiesamenwerking met Iran",
        "Koreaanse leider Kim al in Rusland voor ontmoeting met Poetin",
        "Kremlin verwacht door Iran-oorlog geen gesprekken in Abu Dhabi",
        "Kremlin: tijdverspilling om te reageren op claims over Epstein",
    }


def test_newsboat_lists_the_stories_of_a_topic(
    newsboat: Newsboat, serve_folder: Callable[[Path], str], run: Run, tmp_path: Path
) -> None:
    """All 40 stories of the seeds are in Buitenland, each with its own id."""
    base_url = serve_folder(tmp_path)
    run("build", str(ROOT / "seeds"), "--base-url", f"{base_url}/out")
    address = f"{base_url}/out/topic/buitenland/rss.xml"
    assert len({item.guid for item in newsboat.read(address)[address]}) == 40
