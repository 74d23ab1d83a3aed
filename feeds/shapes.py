"""The JSON that commands print: one line each, in the shapes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from feeds.canon import instant, iso
from feeds.model import Age, Article, Channel, Dateline, Page, Sighting, Story, Teaser, Told
from feeds.reading import Evidence, Explained
from feeds.stories.dating import span_of
from feeds.stories.wordings import is_fragment

Json = dict[str, object]


def line(value: Json) -> str:
    """One line of JSON; text that UTF-8 cannot hold is escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False)
    return text


def page(dump: str, url: str | None, told: Told, found: Page) -> Json:
    """A Page of `feeds parse`."""
    return {
        "dump": dump,
        "record": 0,
        "site": found.site,
        "kind": found.kind,
        "url": url,
        "captured": {
            "not_before": _moment(told.not_before),
            "not_after": _moment(told.not_after),
            "source": told.source,
        },
        "topic": found.topic,
        "article": None if found.article is None else _article(found.article),
        "teasers": [_teaser(teaser) for teaser in found.teasers],
        "latest": [{"topic": one.topic, "clock": one.clock, "headline": one.headline} for one in found.latest],
        "residue": list(found.residue),
    }


def story(told: Story, sightings: Sequence[Sighting]) -> Json:
    """A Story of `feeds stories --json`; sightings in the order of their capture."""
    return {
        "id": told.id,
        "headline": told.headline,
        "summary": told.summary,
        "link": told.link,
        "link_kind": told.link_kind,
        "topics": list(told.topics),
        "datelines": list(told.datelines),
        "agencies": list(told.agencies),
        "places": [
            {"name": one.name, "country": one.country, "geonames": one.geonames, "lat": one.lat, "lon": one.lon}
            for one in told.places
        ],
        "published": {
            "not_before": _moment(told.published.not_before),
            "not_after": _moment(told.published.not_after),
            "best": _moment(told.published.best),
        },
        "first_seen": iso(told.first_seen),
        "updated": iso(told.updated),
        "full_text": told.text_from is not None,
        "revisions": told.revisions,
        "sightings": [sighting(one) for one in sightings],
    }


def sighting(one: Sighting) -> Json:
    """A sighting in a Story. `dump` is the least name, `dumps` are all under which the capture is known."""
    return {
        "dump": one.capture.dumps[0],
        "dumps": list(one.capture.dumps),
        "record": one.capture.record,
        "role": one.role,
        "position": one.position,
        "captured": _moment(one.capture.told.not_before),
        "age": None if one.age is None else one.age.raw,
    }


def feed(channel: Channel, stories: int, entries: int, newest: datetime, base_url: str) -> Json:
    """A line of `feeds list --json`: a feed shows at most `entries` of its stories."""
    return {
        "key": channel.key,
        "title": channel.title,
        "entries": min(stories, entries),
        "stories": stories,
        "newest": iso(newest),
        "address": f"{base_url}/{channel.key}/atom.xml",
    }


def explanation(found: Explained) -> Json:
    """What `feeds explain --json` prints: the story, its wordings, and what each sighting says of its date."""
    return {
        **story(found.story, [one.sighting for one in found.evidence]),
        "wordings": [
            {
                "headline": seen.wording.headline,
                "dateline": _dateline(seen.wording.dateline),
                "lead": seen.wording.lead,
                "truncated": is_fragment(seen.wording),
                "sightings": len(seen.sightings),
            }
            for seen in found.members
        ],
        "dating": [_evidence(one) for one in found.evidence],
    }


def _evidence(one: Evidence) -> Json:
    span = span_of(one.sighting)
    return {
        **sighting(one.sighting),
        "captured_not_before": _micros(one.captured[0]),
        "captured_not_after": _micros(one.captured[1]),
        "published_after": None if span is None else _micros(span[0]),
        "published_until": None if span is None else _micros(span[1]),
        "set_aside": one.set_aside,
    }


def problem(dump: str, path: str, kind: str, reason: str) -> Json:
    """A line of `feeds problems --json`."""
    return {"dump": dump, "path": path, "kind": kind, "reason": reason}


def _micros(microseconds: int | None) -> str | None:
    return None if microseconds is None else iso(instant(microseconds))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _dateline(found: Dateline | None) -> Json | None:
    if found is None:
        return None
    return {"raw": found.raw, "places": list(found.places), "agencies": list(found.agencies)}


def _article(found: Article) -> Json:
    return {
        "headline": found.headline,
        "dateline": _dateline(found.dateline),
        "lead": found.lead,
        "body": [{"kind": block.kind, "text": block.text} for block in found.body],
        "byline": found.byline,
        "published": _moment(found.published),
    }


def _teaser(found: Teaser) -> Json:
    return {
        "position": found.position,
        "headline": found.headline,
        "dateline": _dateline(found.dateline),
        "text": found.text,
        "age": None if found.age is None else found.age.raw,
        "age_seconds": _seconds(found.age),
        "truncated": found.truncated,
    }


def _seconds(age: Age | None) -> list[int] | None:
    return None if age is None else [age.lo, age.hi]
