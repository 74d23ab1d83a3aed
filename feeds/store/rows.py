"""Rows into nouns and back: the one place that knows how a value is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from feeds.canon import instant, micros
from feeds.capture import capture_of
from feeds.model import (
    Age,
    Capture,
    CaptureKey,
    Cut,
    Dateline,
    Edit,
    LinkKind,
    Place,
    Published,
    Sighting,
    Story,
    StoryId,
    Wording,
    WordingKey,
)
from feeds.stories.accord import Accord
from feeds.stories.contests import Doubt

Values = tuple[Any, ...]
Found = Sequence[Any]

_NO_AGE = (None, None, None)
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What dating made of a sighting, see `sightings` in the table of wordings."""

    doubt: Doubt | None = None
    aside: bool = False


VERDICTS = {(doubt, aside): Verdict(doubt, aside) for doubt in (None, *Doubt) for aside in (False, True)}
"""Every verdict there can be, made once."""
NO_VERDICT = VERDICTS[None, False]


@lru_cache(maxsize=4096)
def texts(values: tuple[str, ...]) -> str:
    """Several texts as one column."""
    return _written(values)


@lru_cache(maxsize=4096)
def untexts(column: str) -> tuple[str, ...]:
    """The texts of such a column."""
    return tuple(json.loads(column))


def places_in(values: Iterable[Place]) -> str:
    """Several places as one column."""
    rows = [(one.name, one.country, one.geonames, one.lat, one.lon, one.slug) for one in values]
    return json.dumps(rows, ensure_ascii=False)


@lru_cache(maxsize=10_000)
def places_out(column: str) -> tuple[Place, ...]:
    """The places of such a column. Few places stand in many stories, so they are remembered."""
    return tuple(Place(*row) for row in json.loads(column))


def _edits_in(edits: Sequence[Edit]) -> str:
    return json.dumps([[micros(at), *was] for at, *was in edits], ensure_ascii=False) if edits else "[]"


def _edits_out(column: str) -> tuple[Edit, ...]:
    return (
        ()
        if column == "[]"
        else tuple(Edit(instant(at), headline, tuple(*datelines)) for at, headline, *datelines in json.loads(column))
    )


def time_in(moment: datetime | None) -> int | None:
    """An instant as a column."""
    return None if moment is None else micros(moment)


def time_out(column: int | None) -> datetime | None:
    """The instant of such a column."""
    return None if column is None else instant(column)


def capture_in(capture: Capture, shown: Sequence[WordingKey]) -> Values:
    """A capture with the wordings on it, in the order of its table's columns."""
    key, content, site, url, earliest, latest, source, mtime, dumps, record, *_ = capture
    return key, content, site, url, earliest, latest, source, mtime, texts(dumps), record, _written(shown)


def capture_out(row: Found) -> Capture:
    """The capture of such a row."""
    key, content, site, url, not_before, not_after, source, mtime, dumps, record = row
    capture = capture_of(key, content, site, url, (not_before, not_after, source), mtime, untexts(dumps))
    return capture._replace(record=record) if record else capture


def wording_in(wording: Wording) -> Values:
    """A wording in the order of its table's columns, without its sightings and its story."""
    dateline = wording.dateline
    printed = (None,) * 3 if dateline is None else (dateline.raw, texts(dateline.places), texts(dateline.agencies))
    return wording.key, wording.headline, *printed, wording.lead, wording.cut


def wording_out(row: Found) -> tuple[Wording, str | None]:
    """The wording of such a row without its sightings, and the key of its story."""
    return printed_out(row), row[9]


def printed_out(row: Found) -> Wording:
    """The wording of a row that begins as in the table of wordings."""
    key, headline, raw, places, agencies, lead, cut, *_ = row
    dateline = None if raw is None else Dateline(raw, untexts(places), untexts(agencies))
    return Wording(WordingKey(key), headline, dateline, lead, cast("Cut | None", cut))


def sightings_in(sightings: Iterable[Sighting], verdicts: Iterable[Verdict]) -> str:
    """The sightings of one wording, each with what dating made of it, as one column."""
    return _written([
        (
            capture.key, capture.content, capture.site, capture.url, capture.earliest, capture.latest, capture.source,
            capture.mtime, role, position, topic, *(age or _NO_AGE), body, verdict.doubt, verdict.aside,
        )
        for (capture, role, position, _, topic, age, body), verdict in zip(sightings, verdicts, strict=True)
    ])  # fmt: skip


def sightings_out(
    column: str, wording: WordingKey, captures: dict[CaptureKey, Capture]
) -> list[tuple[Sighting, Verdict]]:
    """The sightings of a wording in such a column, with what dating made of each. Their captures are without `dumps`.

    The captures stand in full with every sighting: to look them up in their table took longer than to date them. They
    are made once, and kept in `captures`.
    """
    found = []
    for (
        key, content, site, url, earliest, latest, source,
        mtime, role, position, topic, age, low, high, body, doubt, aside,
    ) in json.loads(column):  # fmt: skip
        capture = captures.get(key)
        if capture is None:
            capture = captures[key] = capture_of(key, content, site, url, (earliest, latest, source), mtime, ())
        said = None if age is None else Age(age, low, high)
        found.append((Sighting(capture, role, position, wording, topic, said, body), VERDICTS[doubt, aside]))
    return found


def accord_in(value: Accord | None) -> str | None:
    """What sightings say together as a column."""
    return None if value is None else _written(value)


def accord_out(column: str | None) -> Accord | None:
    """What such a column says."""
    return None if column is None else Accord(*json.loads(column))


def count_sightings(column: str) -> int:
    """How many sightings are in such a column."""
    return len(json.loads(column))


def story_in(key: str, story: Story) -> Values:
    """A story in the order of its table's columns."""
    published = story.published
    return (
        key,
        story.headline,
        story.summary,
        story.link,
        story.link_kind,
        texts(story.topics),
        texts(story.datelines),
        texts(story.agencies),
        time_in(published.not_before),
        time_in(published.not_after),
        time_in(published.best),
        micros(story.first_seen),
        micros(story.updated),
        story.revisions,
        story.site,
        story.text_from,
        micros(story.sort_key),
        places_in(story.places),
        _edits_in(story.edits),
        story.sightings,
    )


def story_out(row: Found, story_id: StoryId) -> Story:
    """The story of such a row, without its text."""
    (
        _key, headline, summary, link, link_kind, topics, datelines, agencies, not_before, not_after, best,
        first_seen, updated, revisions, site, text_from, _sort, places, edits, sightings,
    ) = row  # fmt: skip
    return Story(
        id=story_id,
        headline=headline,
        summary=summary,
        link=link,
        link_kind=cast("LinkKind | None", link_kind),
        topics=untexts(topics),
        datelines=untexts(datelines),
        agencies=untexts(agencies),
        places=places_out(places),
        published=Published(time_out(not_before), time_out(not_after), time_out(best)),
        first_seen=instant(first_seen),
        updated=instant(updated),
        body=(),
        byline=None,
        revisions=revisions,
        site=site,
        text_from=None if text_from is None else CaptureKey(text_from),
        edits=_edits_out(edits),
        sightings=sightings,
    )
