"""What the real `feeds build` makes of simulated dumps, as a measurement asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from feeds.canon import micros
from feeds.config import Config, Flags, load_config
from feeds.dumps.captures import dump_name
from feeds.model import Capture, CaptureKey, ContentHash, Sighting, Story, StoryId
from feeds.reading import explain, list_stories
from feeds.store import ledger
from feeds.store.clocks import clocks_of
from feeds.store.engine import open_store
from feeds.stories.evidence import is_wrong_clock

from .truth import SightingKey, Span

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that was decided: the story of each sighting, the span of each story, the dumps of wrong clocks."""

    assignment: dict[SightingKey, StoryId]
    spans: dict[StoryId, Span]
    wrong_clocks: frozenset[str]


class Product:
    """The program with a store and an `out/` of its own in a folder."""

    def __init__(self, home: Path, entries: int = 50) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        settings = home / "feeds.toml"
        settings.write_text(f"[selection]\nentries = {entries}\n", "utf-8")
        self.config: Config = load_config(settings, {}, Flags(), home).config

    def build(self, dumps: Path) -> str:
        """Runs `feeds build` over a folder in a process of its own; its summary. Raises RuntimeError if it fails."""
        command = [sys.executable, "-m", "feeds", "build", str(dumps), "--mtime", "ignore"]
        environ = os.environ | {"FEEDS_CONFIG": str(self.home / "feeds.toml"), "PYTHONPATH": str(_ROOT)}
        done = subprocess.run(command, env=environ, cwd=self.home, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1}:  # a page that was cut off before its first letter is a problem
            raise RuntimeError(done.stderr)
        return done.stderr.splitlines()[-1]

    def find(self, name: str) -> StoryId:
        """The id of the story that an id leads to, its own or an older one. Raises UsageError if there is none."""
        store = open_store(self.config.store, write=False, wait=0)
        try:
            return explain(store, self.config, name).story.id
        finally:
            store.close()

    def stories(self) -> list[tuple[Story, tuple[Sighting, ...]]]:
        """All stories with their sightings."""
        store = open_store(self.config.store, write=False, wait=0)
        try:
            found = list_stories(store, self.config, topic=None, dateline=None, since=None, limit=None)
            return list(found)
        finally:
            store.close()

    def answer(self) -> Answer:
        """What was decided of all that was taken in.

        A copy of unknown time beside one of told time is no capture of its own: what the other shows is its answer too.
        """
        stories = self.stories()
        captures = {one.capture.key: one.capture for _, sightings in stories for one in sightings}
        first: dict[ContentHash, Capture] = {}
        for capture in sorted(captures.values(), key=lambda capture: capture.order):
            first.setdefault(capture.content, capture)
        store = open_store(self.config.store, write=False, wait=0)
        try:
            with store.reading() as connection:
                clocks = clocks_of(connection, sorted(captures))
                facts = ledger.facts_of(connection, sorted(first))
        finally:
            store.close()
        counted = {name for capture in captures.values() for name in capture.dumps}
        copies: dict[CaptureKey, set[str]] = {
            capture.key: {dump_name(fact.path) for fact in facts[content]} - counted
            for content, capture in first.items()
        }
        wrong = [
            key
            for key, clock in clocks.items()
            if is_wrong_clock((captures[key].earliest, captures[key].latest), (clock.low, clock.high))
        ]
        return Answer(
            {
                (name, one.position): story.id
                for story, sightings in stories
                for one in sightings
                for name in (*one.capture.dumps, *copies.get(one.capture.key, ()))
            },
            {story.id: span_of(story) for story, _ in stories},
            frozenset(name for key in wrong for name in captures[key].dumps),
        )


def names_of(sighting: Sighting) -> list[SightingKey]:
    """A sighting as the truth names it, once for each dump that holds its capture."""
    return [(name, sighting.position) for name in sighting.capture.dumps]


def span_of(story: Story) -> Span:
    """When a story was published, as the truth tells it."""
    low, high = story.published.not_before, story.published.not_after
    return (None if low is None else micros(low), None if high is None else micros(high))
