"""What is said of configured feeds that cannot work, or do not yet; and that the shipped examples do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SOURCE = '[[sources]]\npath = "dumps"\nsite = "zeelandnet"\nmtime = "ignore"\n'
MILAN = """
[[feed]]
key = "milaan"
title = "De tram van Milaan"
query = "tram* place:milaan"
"""
NOTHING = """
[[feed]]
key = "niets"
title = "Niets"
query = "xyzzy"
"""


@dataclass(frozen=True)
class Home:
    """A folder with a configuration, whose dumps are the seeds."""

    path: Path
    run: Callable[..., subprocess.CompletedProcess[str]]

    def configure(self, text: str) -> None:
        """Have this configuration from now on."""
        (self.path / "config" / "feeds.toml").write_text(SOURCE + text, "utf-8")


@pytest.fixture
def home(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> Home:
    """A folder of one's own."""
    (tmp_path / "config").mkdir()
    (tmp_path / "dumps").symlink_to(ROOT / "seeds")
    return Home(tmp_path, run)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("brand OF", "--query ends where a word, a phrase or a name like topic:sport should follow (at 9)"),
        ("in:feed/milan", '--query refers to "feed/milan"; did you mean feed/milaan? (at 4)'),
    ],
)
def test_a_search_that_cannot_be_understood_is_shown(home: Home, query: str, message: str) -> None:
    """Usage error: the place in the query, and what would be right."""
    home.configure(MILAN)
    home.run("build")
    done = home.run("stories", "--query", query)
    assert done.returncode == 2
    first, above, below = done.stderr.splitlines()
    assert first == f"feeds: {message}"
    assert (above.strip(), below.strip()) == (query, "^")


def test_all_mistakes_are_told_at_once(home: Home) -> None:
    """Each with its line, and those in a query with the place in it; nothing is built."""
    home.configure(
        "[families]\ntopics = true\n"
        '[[feed]]\nkey = "Zeeland"\ntitle = ""\nquery = "topic: sport"\n'
        '[[feed]]\nkey = "a"\ntitle = "A"\n'
        '[[feed]]\nkey = "a"\ntitle = "A"\nquery = "brand in:feed/bb"\nmax_age = "soon"\n'
        '[[feed]]\nkey = "b"\ntitle = "B"\nany_of = ["feed/c", "topic"]\n'
        '[[feed]]\nkey = "c"\ntitle = "C"\nquery = "-in:feed/b"\n'
        '[[digest]]\nkey = "dag"\ntitle = "Dag"\nevery = "month"\nnone_of = ["digest/dag"]\n'
    )
    done = home.run("build")
    assert done.returncode == 2
    assert not (home.path / "out").exists()
    assert [line.removeprefix("feeds: config/feeds.toml:") for line in done.stderr.splitlines()] == [
        '6: unknown key families.topics; did you mean "topic"?',
        (
            '8: feed[0].key must be lower-case letters, digits and single hyphens, at most 80, not "Zeeland"; '
            "it stands in the feed's address"
        ),
        "9: feed[0].title must not be empty",
        "10: feed[0].query needs a word right behind topic:, in quotes if it has blanks (at 7)",
        "    topic: sport",
        "          ^",
        "11: feed[1] says not which stories it has; give it a query, any_of or none_of",
        "15: feed[2].key is that of feed[1] again; name it otherwise",
        '17: feed[2].query refers to "feed/bb"; did you mean feed/b? (at 10)',
        "    brand in:feed/bb",
        "             ^",
        '18: feed[2].max_age must be a number of hours, days or weeks like 30 days, not "soon"',
        "19: feed[3] leads back to itself: feed/b -> feed/c -> feed/b; take one of these references away",
        '22: feed[3].any_of[1] needs a feed\'s key like topic/sport, not "topic"; `feeds list` shows them',
        "23: feed[4] leads back to itself: feed/c -> feed/b -> feed/c; take one of these references away",
        "30: digest[0].every must be 'day' or 'week', not \"month\"",
        '31: digest[0].none_of[0] knows no feeds like "digest/dag"; known: topic/, dateline/, country/, agency/, feed/',
    ]


def test_check_tells_of_feeds_that_are_not_built_yet(home: Home) -> None:
    """A feed that is configured and not published, or was configured otherwise, is named with what to do."""
    home.configure(MILAN)
    home.run("build")
    assert home.run("check").returncode == 0
    home.configure(MILAN.replace("tram*", "clinton") + NOTHING)
    done = home.run("check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "feed/milaan: was published before [[feed]] and [[digest]] were changed; run `feeds build`",
        "feed/niets: is configured but not published yet; run `feeds build`",
    ]


def test_the_examples_of_the_configuration_work(home: Home) -> None:
    """Every example in the packaged configuration can be taken out of its comment as it is, and gives its feed."""
    text = (ROOT / "config" / "feeds.toml").read_text("utf-8")
    (example,) = re.findall(r"^# -- feeds of your own.*?\n(.*?)^# -- ", text, re.MULTILINE | re.DOTALL)
    settings = "\n".join(line.removeprefix("#") for line in example.splitlines() if line.startswith("#   "))
    home.configure(settings)
    home.run("build")
    keys = re.findall(r'^ *key = "([^"]+)"', settings, re.MULTILINE)
    assert len(keys) >= 4
    built = {path.parent.name for path in (home.path / "out").glob("*/*/atom.xml")}
    assert set(keys) <= built
