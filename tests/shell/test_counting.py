"""A capture counts once, at the time that the best evidence tells, however its dumps come in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from feeds import shapes
from feeds.build import Summary, build
from feeds.config import Config, Flags, load_config
from feeds.reading import list_stories
from feeds.store.engine import Store, open_store
from feeds.store.migrate import migrate

AGED = (
    "Kop\n\nKop\n\nGOES (ANP) - Een bericht.\n\nMeer uit Zeeland\n\nAnder\n\nGOES (ANP) - Nog een.\n\n2 uur geleden\n"
)
"""A page with an article and a teaser that is two hours old."""
NINE = "2026-03-03T09:00:00Z"
LATER = "2026-03-03T09:45:00Z"


@dataclass(frozen=True)
class House:
    """A store, and an `out/` beside it, of dumps in a folder."""

    store: Store
    config: Config
    inbox: Path

    def build(self, mtime: str = "trust") -> Summary:
        """`feeds build` on the folder of dumps."""
        config = load_config(None, {}, Flags(dumps=(str(self.inbox),), mtime=mtime), self.config.root).config
        return build(self.store, replace(self.config, sources=config.sources), lambda _what, _done, _total: None)

    def stories(self) -> list[dict[str, Any]]:
        """All stories, newest first."""
        found = list_stories(self.store, self.config, topic=None, dateline=None, since=None, limit=None)
        return [json.loads(shapes.line(shapes.story(story, sightings))) for story, sightings in found]

    def teaser(self) -> dict[str, Any]:
        """The story that has an age."""
        (found,) = [story for story in self.stories() if story["headline"] == "Ander"]
        return found

    def span(self) -> tuple[str, str]:
        """The bounds of its publication."""
        published = self.teaser()["published"]
        return published["not_before"], published["not_after"]

    def out(self) -> dict[str, bytes]:
        """Every published file."""
        out = self.config.out
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def opened(folder: Path, inbox: Path) -> House:
    """A house in a folder of its own."""
    folder.mkdir()
    config = load_config(None, {}, Flags(), folder).config
    migrate(config.store, wait=1)
    return House(open_store(config.store, write=True, wait=1), config, inbox)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder of dumps."""
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def house(tmp_path: Path, inbox: Path) -> Iterator[House]:
    """A house that takes in the folder of dumps."""
    found = opened(tmp_path / "house", inbox)
    with closing(found.store):
        yield found


def dump(path: Path, text: str = AGED, mtime: int = 1_772_524_800) -> None:
    """A dump, last changed at 8 o'clock UTC on 3 March 2026 if nothing else is said."""
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def tell(path: Path, **said: object) -> None:
    """A sidecar of a dump."""
    path.with_name(f"{path.name}.meta.json").write_text(json.dumps(said))


def assert_clean(house: House, tmp_path: Path) -> None:
    """The stories and all bytes are those of one build of what the folder now holds."""
    clean = opened(tmp_path / "clean", house.inbox)
    with closing(clean.store):
        clean.build()
        assert house.stories() == clean.stories()
        assert house.out() == clean.out()


def test_one_content_under_two_names_is_one_capture(house: House, inbox: Path, tmp_path: Path) -> None:
    """Its sightings name both dumps, least name first, and no story or sighting is counted twice."""
    dump(inbox / "b.txt")
    house.build()
    dump(inbox / "a.txt", mtime=1_772_528_400)
    done = house.build()
    assert (done.new, done.seen, done.failed) == (0, 2, 0)
    assert [[one["dumps"] for one in story["sightings"]] for story in house.stories()] == [[["a.txt", "b.txt"]]] * 2
    assert {story["sightings"][0]["dump"] for story in house.stories()} == {"a.txt"}
    assert_clean(house, tmp_path)


def test_one_content_at_two_told_times_is_two_captures(house: House, inbox: Path, tmp_path: Path) -> None:
    """Each narrows the date; a copy that nothing dates adds nothing, whichever of them comes first."""
    dump(inbox / "untold.txt", mtime=1_000_000_000)
    house.build()
    assert house.span()[1] == "2001-09-08T23:46:40Z"
    dump(inbox / "20260303090000-1.txt")
    house.build()
    assert house.span() == ("2026-03-03T06:00:00Z", "2026-03-03T07:00:00Z")
    dump(inbox / "b.txt")
    tell(inbox / "b.txt", captured_at=LATER)
    house.build()
    assert house.span() == ("2026-03-03T06:45:00Z", "2026-03-03T07:00:00Z")
    captured = [(one["dump"], one["captured"]) for one in house.teaser()["sightings"]]
    assert captured == [("20260303090000-1.txt", NINE), ("b.txt", LATER)]
    assert_clean(house, tmp_path)


def test_a_sidecar_may_come_later_and_change(house: House, inbox: Path, tmp_path: Path) -> None:
    """It may come before its dump, after it, and change: dates, addresses and bytes follow. Gone, it is remembered."""
    page = inbox / "a.txt"
    tell(page, captured_at=NINE)
    assert house.build().seen == 0
    dump(page)
    house.build()
    assert house.span()[1] == "2026-03-03T07:00:00Z"
    tell(page, captured_between=["2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z"], url="https://www.zeelandnet.nl/x")
    done = house.build()
    assert (done.new, done.seen, done.failed, done.stories_new, done.stories_updated) == (0, 1, 0, 0, 2)
    assert house.span() == ("2026-03-03T06:00:00Z", "2026-03-03T08:00:00Z")
    assert {story["link"] for story in house.stories() if story["full_text"]} == {"https://www.zeelandnet.nl/x"}
    assert_clean(house, tmp_path)
    before = house.stories()
    (inbox / "a.txt.meta.json").unlink()
    house.build()
    assert house.stories() == before


def test_a_sidecar_that_comes_after_its_dump_dates_it(house: House, inbox: Path, tmp_path: Path) -> None:
    """What was dated by its modification time is dated by the sidecar as soon as there is one."""
    dump(inbox / "a.txt")
    house.build()
    assert house.teaser()["sightings"][0]["captured"] == "2026-03-03T08:00:00Z"
    tell(inbox / "a.txt", captured_at=LATER)
    house.build()
    assert house.teaser()["sightings"][0]["captured"] == LATER
    assert_clean(house, tmp_path)


def test_an_unfinished_dump_is_replaced_by_the_whole(house: House, inbox: Path, tmp_path: Path) -> None:
    """Content that goes on where the old left off takes its place: nothing of the unfinished page is left."""
    dump(inbox / "a.txt", AGED[: AGED.index("Ander") + 3])
    house.build()
    dump(inbox / "a.txt")
    house.build()
    assert [len(story["sightings"]) for story in house.stories()] == [1, 1]
    assert_clean(house, tmp_path)


def test_other_content_at_a_known_path_is_a_further_capture(house: House, inbox: Path) -> None:
    """What a path held before stays in the feeds, and so does the dump when its file is gone."""
    dump(inbox / "a.txt")
    house.build()
    dump(inbox / "a.txt", AGED.replace("Ander", "Nieuw").replace("Nog een", "Iets nieuws"))
    assert house.build().new == 1
    assert {story["headline"] for story in house.stories()} == {"Kop", "Ander", "Nieuw"}
    (kop,) = [story for story in house.stories() if story["headline"] == "Kop"]
    assert len(kop["sightings"]) == 2
    (inbox / "a.txt").unlink()
    assert house.build().seen == 0
    assert len(house.stories()) == 3


def test_modification_times_can_be_ignored(house: House, inbox: Path) -> None:
    """With `--mtime ignore` the time of such a dump is unknown, by `trust` it is what the file says."""
    dump(inbox / "a.txt")
    house.build("ignore")
    assert house.teaser()["published"] == {"not_before": None, "not_after": None, "best": None}
    assert house.teaser()["sightings"][0]["captured"] is None
    assert house.teaser()["first_seen"] == "2026-03-03T08:00:00Z"
    house.build("trust")
    assert house.span() == ("2026-03-03T05:00:00Z", "2026-03-03T06:00:00Z")
