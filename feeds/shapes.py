"""The JSON that commands print: one line each, in the shapes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isfinite

from feeds.canon import instant, iso
from feeds.explaining import Evidence, Explained, LookAlike, publication_again
from feeds.model import Age, Article, Channel, Dateline, Page, Place, Sighting, Story, Teaser, Told, Wording
from feeds.places.resolve import Resolution
from feeds.reading import Problem
from feeds.status import Status
from feeds.stories.candidates import Seen
from feeds.stories.reasons import Tie
from feeds.stories.revisions import changes
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


def page(dump: str, record: int, url: str | None, told: Told, found: Page) -> Json:
    """A Page of `feeds parse`."""
    return {
        "dump": dump,
        "record": record,
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
        "places": [place(one) for one in told.places],
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


def place(one: Place) -> Json:
    """A place of a Story; one that could not be told has a name alone."""
    return {"name": one.name, "country": one.country, "geonames": one.geonames, "lat": one.lat, "lon": one.lon}


def resolution(found: Resolution, meant: Place) -> Json:
    """A line of `feeds places --json`. `candidates` come with the likeliest first; `lead` is null without a rival."""
    return {
        "printed": found.printed,
        "outcome": found.outcome,
        "place": place(meant) if found.meant is not None else None,
        "feed": f"dateline/{meant.slug}",
        "lead": round(found.lead, 3) if found.ranked and isfinite(found.lead) else None,
        "told": sorted(found.told),
        "candidates": [
            {
                "name": one.entry.name,
                "country": one.entry.country,
                "geonames": one.entry.geonames,
                "lat": one.entry.lat,
                "lon": one.entry.lon,
                "population": one.entry.population,
                "capital": one.entry.capital,
                "bond": one.entry.bond.name.lower(),
                "score": one.score,
            }
            for one in found.ranked
        ],
    }


def sighting(one: Sighting) -> Json:
    """A sighting in a Story. `dump` is the least name, `dumps` are all under which the capture is known."""
    return {
        "dump": one.capture.dumps[0],
        "dumps": list(one.capture.dumps),
        "record": one.capture.record,
        "role": one.role,
        "position": one.position,
        "captured": _micros(one.capture.earliest),
        "age": None if one.age is None else one.age.raw,
    }


def feed(channel: Channel, stories: int, entries: int, newest: datetime | None, base_url: str) -> Json:
    """A line of `feeds list --json`: a feed shows `entries` of its stories; `newest` is null if it has none."""
    return {
        "key": channel.key,
        "title": channel.title,
        "entries": entries,
        "stories": stories,
        "newest": _moment(newest),
        "address": f"{base_url}/{channel.key}/atom.xml",
    }


def problem(found: Problem) -> Json:
    """A line of `feeds problems --json`. `story` is the id of the story whose ages contradict each other."""
    return {
        "dump": found.dump,
        "path": found.path,
        "kind": found.kind,
        "reason": found.reason,
        "story": found.story,
    }


# -- one story explained --------------------------------------------------------------------------


def explanation(found: Explained) -> Json:
    """What `feeds explain --json` prints: the story, and how it came to be that.

    `asked` is the id that was asked for. `wordings` stand in the order of capture, each but the first with the number
    of the one (from 0) that it is the same story as, and why; `history` are the revisions; `dating` says what each
    sighting tells of the date; `look_alikes` are other stories, and why.
    """
    return {
        **story(found.story, [one.sighting for one in found.evidence]),
        "asked": found.asked,
        "wordings": [_wording(seen, tie) for seen, tie in zip(found.members, found.ties, strict=True)],
        "history": list(_history(found)),
        "dating": [_evidence(one) for one in found.evidence],
        "published_again": _span(publication_again(found.story, found.evidence)),
        "look_alikes": [_look_alike(one) for one in found.look_alikes],
    }


def _wording(seen: Seen, tied: tuple[int, Tie] | None) -> Json:
    wording = seen.wording
    return {
        "headline": wording.headline,
        "dateline": _dateline(wording.dateline),
        "lead": wording.lead,
        "truncated": is_fragment(wording),
        "sightings": len(seen.sightings),
        "same_as": None
        if tied is None
        else {"wording": tied[0], "because": tied[1].bond, "lead_shared": _part(tied[1].shared)},
    }


def _history(found: Explained) -> Iterator[Json]:
    before: Wording | None = None
    for revision in found.revisions:
        now = revision.wording
        yield {
            "headline": now.headline,
            "lead": now.lead,
            "since": _span(found.since(revision)),
            "until": None if revision.until is None else _span(found.captured(revision.until)),
            "headline_changes": [] if before is None else _changes(before.headline, now.headline),
            "lead_changes": [] if before is None else _changes(before.lead, now.lead),
        }
        before = now


def _changes(old: str | None, new: str | None) -> list[Json]:
    return [{"kind": piece.kind, "text": piece.text} for piece in changes(old or "", new or "")]


def _evidence(one: Evidence) -> Json:
    capture = one.sighting.capture
    return {
        **sighting(one.sighting),
        "source": capture.source,
        "told_not_before": _micros(capture.earliest),
        "told_not_after": _micros(capture.latest),
        "captured_not_before": _micros(one.captured[0]),
        "captured_not_after": _micros(one.captured[1]),
        "published_after": _micros(one.says[0]),
        "published_until": _micros(one.says[1]),
        "set_aside": one.set_aside,
    }


def _look_alike(one: LookAlike) -> Json:
    why = one.why
    return {
        "id": one.story,
        "headline": one.headline,
        "because": why.bar,
        "page": None if why.page is None else why.page.dumps[0],
        "times": None if why.times is None else [_span(span) for span in why.times],
        "headline_shared": _part(why.likeness.headline),
        "lead_shared": _part(why.likeness.lead),
        "lead_needed": why.needed,
    }


def _span(bounds: tuple[int | None, int | None] | None) -> Json | None:
    return None if bounds is None else {"not_before": _micros(bounds[0]), "not_after": _micros(bounds[1])}


def _part(share: float) -> float:
    return round(share, 3)


# -- the daemon -----------------------------------------------------------------------------------


def status(found: Status, holder: str | None) -> Iterator[Json]:
    """How the daemon stands: one object for the process, one for each job and one for each condition."""
    yield {"kind": "process", "holder": holder, "kept": dict(found.counted)}
    for run in found.runs:
        yield {"kind": "job", "job": run.job, "last": _micros(run.last), "next": _micros(run.next)}
    for one in found.conditions:
        yield {
            "kind": "condition",
            "condition": one.kind,
            "subject": one.subject,
            "begun": _micros(one.begun),
            "ended": _micros(one.ended),
            "reason": one.reason,
        }


# -- parts ----------------------------------------------------------------------------------------


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
