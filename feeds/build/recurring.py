"""Stories that recur: pages show again what the store has, with ages that fit, and nothing else comes of it.

Most of what a batch brings is such. Its stories are neither gathered nor decided nor told anew, but get their sightings
and a narrower span. That is what deciding them would come to: they are steady (`stories/steady.py`); where all
captures are told exactly and all ages agree, a story is dated by what they share; and one that was told last by a
wording, and is told by it again, says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from feeds.build.batch import Batch
from feeds.canon import micros
from feeds.model import CaptureKey, Sighting, Story, WordingKey
from feeds.store import archive, clocks, recurring, shelf
from feeds.store.rows import Values, story_out
from feeds.stories.accord import Accord, accord, joined
from feeds.stories.candidates import days_of
from feeds.stories.published import published_at
from feeds.stories.wordings import is_fragment


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A story whose last wording is seen again."""

    wording: WordingKey
    sightings: Sequence[Sighting]
    """The new ones, in the order of capture."""
    accord: Accord
    """What all sightings of the wording say together."""
    wordings: AbstractSet[WordingKey]
    """All of the story's."""
    story: Story
    """As it is now."""


def recurrences(connection: Connection, batch: Batch) -> dict[str, Recurrence]:
    """The stories of which a batch only shows again what the store has, by key."""
    wordings, sightings, lost = batch.wordings, batch.sightings, {key for key, _ in batch.unseen}
    again: dict[str, list[WordingKey]] = {}
    for key, home in recurring.homes_of(connection, wordings).items():
        again.setdefault(home, []).append(key)
    accords = recurring.accords_of(connection, (home for home, keys in again.items() if len(keys) == 1))
    doubtful = _doubtful(connection)
    shown_by_doubtful = archive.stories_on(connection, doubtful) if doubtful else set()
    found: dict[str, tuple[WordingKey, Accord, Accord]] = {}
    for home, its in accords.items():
        [key] = again[home]
        if home in shown_by_doubtful or not lost.isdisjoint(its) or is_fragment(wordings[key]):
            continue
        more = sightings[key]
        if doubtful.isdisjoint(one.capture.key for one in more):
            fits = _fits(its, key, more)
            if fits is not None:
                found[home] = key, *fits
    stories = shelf.story_values(connection, sorted(found))
    return {
        home: Recurrence(key, sightings[key], its, accords[home].keys(), story)
        for home, (key, its, whole) in found.items()
        if (story := _told_again(stories[home], whole, sightings[key])) is not None
    }


def _doubtful(connection: Connection) -> set[CaptureKey]:
    """The captures told exactly that are not believed."""
    return {
        key
        for key, clock in clocks.odd_clocks(connection).items()
        if clock.low is not None or clock.high is not None or clock.votes.is_suspected
    }


def _fits(
    accords: Mapping[WordingKey, Accord | None], key: WordingKey, more: Sequence[Sighting]
) -> tuple[Accord, Accord] | None:
    """What the sightings of a wording and of its story say together with more of them; None if these say more."""
    its, before = accords[key], joined(accords.values())
    if its is None or before is None or before.dated < 2 or not its.dated or its.newest != before.newest:
        return None
    fresh = accord(more)
    if fresh is None or more[0].capture.order <= before.newest:
        return None
    if not all(_adds_no_text(before, one) for one in more):
        return None
    now, whole = joined((its, fresh)), joined((before, fresh))
    if now is None or whole is None or days_of([(now.after, now.until)]) != days_of([(its.after, its.until)]):
        return None
    return now, whole


def _adds_no_text(whole: Accord, one: Sighting) -> bool:
    """Whether a sighting has no address, and no full text but that which stands; one without topic may be cut off."""
    if one.position < 0 and one.capture.url is not None:
        return False  # its address may be new, and find other stories
    return one.body is None or one.body == whole.text or (one.topic is None and whole.text is not None)


def _told_again(values: Values, whole: Accord, more: Sequence[Sighting]) -> Story | None:
    """The story, dated by all that its sightings say; None if it is to be told anew."""
    story = story_out(values, shelf.story_id("", ""))
    best, text_from = story.published.best, story.text_from
    for one in more:
        if one.topic is not None and one.topic not in story.topics:
            return None
        if one.body is not None and one.topic is not None:
            text_from = one.capture.key
    published = None if best is None else published_at(whole.span, micros(best))
    if published is None or published.best != best:
        return None
    return replace(story, published=published, text_from=text_from, sightings=story.sightings + len(more))
