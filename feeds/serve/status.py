"""How the daemon stands, by what it left in the store, as a page and as a feed."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.canon import digest, instant, iso
from feeds.config import Config
from feeds.render.status import Note, status_feed, status_page
from feeds.serve.answer import Reply
from feeds.status import Status
from feeds.store.journal import Condition

_BEGAN = {
    "silent": "A source has gone silent",
    "missing": "A source is missing",
    "yield": "Pages yield fewer stories",
    "failing": "Dumps fail",
    "stopped": "A feed has stopped",
    "paused": "Work is paused",
    "configuration": "A configuration was refused",
}
_ENDED = {
    "silent": "A source is heard of again",
    "missing": "A source is back",
    "yield": "Pages yield stories again",
    "failing": "No dump fails any more",
    "stopped": "A feed goes on",
    "paused": "Work goes on",
    "configuration": "The configuration is in force",
}


def page(config: Config, found: Status, line: str) -> Reply:
    """`/status`: what is amiss, then what `line` says, and what is kept."""
    amiss = [
        (f"{_BEGAN[row.kind]}: {row.subject}", row.reason, instant(row.begun))
        for row in found.conditions
        if row.ended is None
    ]
    jobs = [
        ("job", "last run", "next run"),
        *((row.job, _moment(row.last), _moment(row.next)) for row in found.runs),
    ]
    kept = [("kept", "number"), *((name, str(number)) for name, number in found.counted)]
    body = status_page(_title(config), amiss, [(line.capitalize(), kept), ("Jobs", jobs)])
    return Reply(body, "text/html; charset=utf-8")


def feed(config: Config, found: Status) -> Reply:
    """`/status/atom.xml`: an entry for each thing that went amiss, and for its end."""
    begun = {(row.kind, row.subject, row.begun) for row in found.conditions}
    notes = [
        note for row in found.conditions for note in _notes(row, goes_on=(row.kind, row.subject, row.ended) in begun)
    ]
    notes.sort(key=lambda note: (note.at, note.id), reverse=True)
    body = status_feed(notes, _title(config), config.tag, config.base_url)
    return Reply(body, "application/atom+xml; charset=utf-8")


def _notes(row: Condition, *, goes_on: bool) -> Iterator[Note]:
    name = f"{row.kind}/{digest(row.subject)[:12]}/{row.begun}"
    yield Note(f"{name}/begun", f"{_BEGAN[row.kind]}: {row.subject}", row.reason, instant(row.begun))
    if row.ended is not None and not goes_on:
        text = f"It had begun at {iso(instant(row.begun))}: {row.reason}"
        yield Note(f"{name}/ended", f"{_ENDED[row.kind]}: {row.subject}", text, instant(row.ended))


def _title(config: Config) -> str:
    return f"Status of the feeds of {config.main_site.title}"


def _moment(microseconds: int | None) -> str:
    return "-" if microseconds is None else iso(instant(microseconds - microseconds % 1_000_000))
