"""The whole street, as a user walks it: real processes over real files, and feeds that real readers take."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import feedparser
import pytest

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PLACES = {
    "MOSKOU": 4, "MINNEAPOLIS": 1, "WASHINGTON": 5, "CARACAS": 2, "TEHERAN": 6, "LONDEN": 2, "MINSK": 1, "MALMÖ": 1,
    "STAVANGER": 1, "MILAAN": 3, "CHAPPAQUA": 2, "JERUZALEM": 3, "DUQM": 1, "PYONGYANG": 1, "LUXEMBURG": 1,
    "BEIJING": 2, "ABU DHABI": 1, "BRUSSEL": 1, "MANAMA": 1, "DOHA": 1,
}  # fmt: skip
"""The places of the seeds with their stories, counted by hand."""

SLUGS = {place: place.lower().replace(" ", "-").replace("ö", "o") for place in PLACES} | {"BEIJING": "peking"}

COUNTRIES = {
    "rusland": 4, "verenigde-staten": 8, "venezuela": 2, "iran": 6, "verenigd-koninkrijk": 2, "belarus": 1, "zweden": 1,
    "noorwegen": 1, "italie": 3, "israel": 3, "noord-korea": 1, "luxemburg": 1, "china": 2,
    "verenigde-arabische-emiraten": 1, "belgie": 1, "bahrein": 1, "qatar": 1, "oman": 1,
}  # fmt: skip
"""Where they are."""

AGENCIES = {"anp": 40, "rtr": 17, "afp": 14, "dpa": 4}
"""How many of the forty name them, counted by hand."""


def test_the_seeds_give_forty_stories(run: Run, tmp_path: Path) -> None:
    """Five articles and 35 teasers of which none recurs: 40 stories, the teasers dated, the articles not."""
    assert run("build", str(SEEDS)).returncode == 0
    stories = [json.loads(line) for line in run("stories", "--json").stdout.splitlines()]
    assert len(stories) == 40
    articles = [story for story in stories if story["full_text"]]
    teasers = [story for story in stories if not story["full_text"]]
    assert (len(articles), len(teasers)) == (5, 35)
    assert all(story["published"]["best"] is None and story["published"]["not_before"] is None for story in articles)
    assert all(story["published"]["best"] for story in teasers)
    assert all(story["topics"] == ["Buitenland"] for story in stories)
    assert {story["link_kind"] for story in articles} == {"captured"}
    assert {story["link_kind"] for story in teasers} == {"derived"}
    assert Counter(place for story in stories for place in story["datelines"]) == PLACES


def test_the_span_of_a_teaser_follows_from_its_age(run: Run) -> None:
    """41 minutes old on a page of 9 to 10 January, noon to noon: published between 42 minutes before and 41 before."""
    run("build", str(SEEDS))
    stories = [json.loads(line) for line in run("stories", "--json", "--dateline", "Minneapolis").stdout.splitlines()]
    assert [story["published"] for story in stories] == [
        {
            "not_before": "2026-01-09T10:18:00Z",
            "not_after": "2026-01-10T10:19:00Z",
            "best": "2026-01-09T22:18:30Z",
        }
    ]


def test_every_place_and_topic_of_the_seeds_has_its_feeds(run: Run, tmp_path: Path) -> None:
    """`all`, the topic, and a feed for each of 20 places, 17 countries and 4 agencies are read without complaint."""
    run("build", str(SEEDS))
    expected = {"all": 40, "topic/buitenland": 40} | {f"dateline/{SLUGS[place]}": n for place, n in PLACES.items()}
    expected |= {f"country/{country}": n for country, n in COUNTRIES.items()}
    expected |= {f"agency/{agency}": n for agency, n in AGENCIES.items()}
    found = {path.parent.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("atom.xml")}
    assert found == set(expected)
    for key, count in expected.items():
        for name in ("atom.xml", "rss.xml"):
            feed = feedparser.parse((tmp_path / "out" / key / name).read_bytes())
            assert not feed.bozo, (key, name, feed.get("bozo_exception"))
            assert len({entry.id for entry in feed.entries}) == len(feed.entries) == count


def test_a_second_build_writes_nothing(run: Run, tmp_path: Path) -> None:
    """With nothing new no file is written and no modification time moves."""
    run("build", str(SEEDS))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    second = run("build", str(SEEDS))
    assert "dumps: 0 new, 5 seen, 0 failed" in second.stderr
    assert "feeds: 0 written, 44 unchanged" in second.stderr
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_a_build_puts_right_what_was_changed_in_out(run: Run, tmp_path: Path) -> None:
    """A document that was removed or changed by something else is published again."""
    run("build", str(SEEDS))
    before = tree(tmp_path / "out")
    (tmp_path / "out/dateline/moskou/atom.xml").unlink()
    (tmp_path / "out/all/rss.xml").write_bytes(b"gone")
    assert run("check").returncode == 1
    assert "feeds: 2 written" in run("build", str(SEEDS)).stderr
    assert tree(tmp_path / "out") == before
    (tmp_path / "seeds").symlink_to(SEEDS)
    assert run("check").returncode == 0


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_order_and_batches_do_not_show(run: Run, tmp_path: Path, hash_seed: str) -> None:
    """The same dumps one by one in another order, with repeats and in other processes: the same bytes."""
    dumps = sorted(SEEDS.glob("*.txt"))
    Random(hash_seed).shuffle(dumps)
    for dump in [*dumps, dumps[0]]:
        run("build", str(dump), PYTHONHASHSEED=hash_seed)
    one_by_one = tree(tmp_path / "out")
    clean = {"FEEDS_OUT": str(tmp_path / "clean/out"), "FEEDS_STORE": f"sqlite:///{tmp_path}/clean/feeds.sqlite"}
    run("build", str(SEEDS), **clean)
    assert one_by_one == tree(tmp_path / "clean/out")


def test_a_killed_build_is_taken_up_by_the_next(command: Callable[..., list[str]], run: Run, tmp_path: Path) -> None:
    """Killed at any instant and started again: `out/` ends as one clean build leaves it."""
    clean = {"FEEDS_OUT": str(tmp_path / "clean/out"), "FEEDS_STORE": f"sqlite:///{tmp_path}/clean/feeds.sqlite"}
    run("build", str(SEEDS), **clean)
    expected = tree(tmp_path / "clean/out")
    random = Random(7)
    for attempt in range(12):
        folder = tmp_path / f"killed{attempt}"
        env = {"FEEDS_OUT": str(folder / "out"), "FEEDS_STORE": f"sqlite:///{folder}/feeds.sqlite"}
        # A trace of the system calls to come would be exact; a bounded number of instants spread over the run will do.
        process = subprocess.Popen(command("build", str(SEEDS)), env=os.environ | env, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=random.uniform(0.2, 1.6))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert run("build", str(SEEDS), **env).returncode == 0
        assert tree(folder / "out") == expected


def test_an_interrupt_leaves_130_and_a_whole_state(command: Callable[..., list[str]], run: Run, tmp_path: Path) -> None:
    """Ctrl-C ends with 130 and a word to the user; the next build goes on."""
    many = tmp_path / "many"
    many.mkdir()
    text = (SEEDS / "000_96b1f3e1a80901d2.txt").read_text()
    for number in range(3000):
        (many / f"{number}.txt").write_text(text.replace("Moskou", f"Moskou {number}"))
    reader, writer = os.pipe()
    room = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 1)
    os.write(writer, b" " * room)  # however fast it is, it has no end before the pipe is read: its last words wait
    kept = signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs the tests in the background may ignore it
    process = subprocess.Popen(command("build", str(many)), stderr=writer)
    signal.signal(signal.SIGINT, kept)
    os.close(writer)
    store = tmp_path / "feeds.sqlite"
    while not store.exists() and process.poll() is None:
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    assert process.wait(timeout=60) == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    assert run("build", str(many)).returncode == 0
    assert sqlite3.connect(store).execute("SELECT count(*) FROM captures").fetchone() == (3000,)


def test_a_removed_dump_changes_nothing(run: Run, tmp_path: Path) -> None:
    """What the store has taken in stays in the feeds when the inbox is cleaned out."""
    inbox = tmp_path / "inbox"
    shutil.copytree(SEEDS, inbox)
    run("build", str(inbox))
    before = tree(tmp_path / "out")
    for path in inbox.iterdir():
        path.unlink()
    assert "0 new, 0 seen" in run("build", str(inbox)).stderr
    assert tree(tmp_path / "out") == before


def test_help_starts_at_once(tmp_path: Path) -> None:
    """`feeds --help` imports click and nothing heavy: what a command needs is imported when it runs."""
    code = "import sys, feeds.cli; print(sorted(m for m in sys.modules if m.partition('.')[0] in HEAVY))"
    heavy = {"sqlalchemy", "alembic", "pydantic", "feedgen", "lxml", "rich", "babel", "anyascii", "zoneinfo", "sqlite3"}
    program = [sys.executable, "-c", f"HEAVY={heavy!r}; {code}"]
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
