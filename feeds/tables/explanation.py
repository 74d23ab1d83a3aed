"""One story explained for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from feeds.canon import fold, micros
from feeds.dumps.captures import names_of
from feeds.explaining import Bounds, Evidence, Explained, LookAlike, publication_again
from feeds.model import Story, Wording
from feeds.stories.reasons import Apart, Tie
from feeds.stories.revisions import changes
from feeds.tables.cells import count, local, plain, span, table
from feeds.tables.timeline import ASIDE, FINAL, SAID, axis, bar, marked, scale_of

_DATE = 14
"""Columns at least for a time: a date or a span of hours is never broken."""
_AROUND = 5
"""So many words are shown before and after a change."""

Lines = Iterator[RenderableType]


def explanation(found: Explained, zone: ZoneInfo) -> Group:
    """What a story says now, why its wordings are one, its revisions, where it was seen, its date, its look-alikes."""
    parts: list[RenderableType] = list(_head(found))
    sections = (
        ("Wordings", _wordings(found)),
        ("Revisions", _revisions(found, zone)),
        ("Sightings", _sightings(found, zone)),
        ("Published", _published(found, zone)),
        ("Look-alikes that are other stories", _look_alikes(found.look_alikes, zone)),
    )
    for title, lines in sections:
        body = list(lines)
        if body:
            parts += [Text(), Text(title, style="bold"), *body]
    return Group(*parts)


def _head(found: Explained) -> Lines:
    story = found.story
    if found.asked != story.id:
        yield Text(f"{found.asked} is now part of {story.id}")
        yield Text()
    yield Text(plain(story.headline), style="bold")
    yield Text(story.id)
    if story.link is not None:
        yield Text(plain(f"{story.link} ({story.link_kind})"))
    about = " · ".join(", ".join(names) for names in (story.datelines, story.topics) if names)
    if about:
        yield Text(plain(about))


# -- what it says ---------------------------------------------------------------------------------


def _wordings(found: Explained) -> Lines:
    for number, (seen, tie) in enumerate(zip(found.members, found.ties, strict=True), 1):
        wording = seen.wording
        place = f"{wording.dateline.raw} - " if wording.dateline else ""
        cut = " […]" if wording.cut else ""
        yield Text(f"{number}. {plain(wording.headline or '(no headline)')}")
        yield _below(plain(place + wording.lead) + cut)
        why = f"; the same story as {tie[0] + 1}: {_tie(tie[1])}" if tie is not None else ""
        yield _below(f"seen on {count(len(seen.sightings), 'page')}{why}", style="dim")


def _tie(tie: Tie) -> str:
    if tie.bond == "equal":
        return "headline and lead are equal"
    if tie.bond == "lead":
        return "the lead is equal"
    if tie.bond == "address":
        return "the article was captured at one address"
    if tie.bond == "beginning":
        return "one is cut off, and the beginning of the other"
    place = "from the same place" if tie.placed else "one without a place"
    time = "at times that agree" if tie.dated else "one without a date"
    return f"the leads have {_percent(tie.shared)} of their word triples in common, {place}, {time}"


def _revisions(found: Explained, zone: ZoneInfo) -> Lines:
    if len(found.revisions) < 2:
        return
    before: Wording | None = None
    for number, revision in enumerate(found.revisions, 1):
        until = "on" if revision.until is None else f"until {_when(found.captured(revision.until), zone)}"
        yield Text(f"{number}. from {_when(found.since(revision), zone)} {until}")
        now = revision.wording
        if before is None:
            yield _below(plain(now.headline or "(no headline)"))
            yield _below(plain(now.lead))
        else:
            for old, new in ((before.headline or "", now.headline or ""), (before.lead, now.lead)):
                if fold(old) != fold(new):
                    yield _below(_changes(old, new))
        before = now


def _when(bounds: Bounds, zone: ZoneInfo) -> str:
    return "an unknown time" if None in bounds else span(*bounds, zone)


def _changes(old: str, new: str) -> Text:
    """A change as `kept [-old-] {+new+} kept`, with a few words around it."""
    text = Text()
    pieces = changes(old, new)
    for number, piece in enumerate(pieces):
        if number:
            text.append(" ")
        words = plain(piece.text)
        if piece.kind == "kept":
            text.append(_shortened(words, first=not number, last=number == len(pieces) - 1))
        else:
            text.append(*_mark(piece.kind, words))
    return text


def _mark(kind: Literal["removed", "added"], words: str) -> tuple[str, str]:
    return (f"[-{words}-]", "red") if kind == "removed" else (f"{{+{words}+}}", "green")


def _shortened(text: str, *, first: bool, last: bool) -> str:
    words = text.split()
    keep = _AROUND * (1 if first or last else 2)
    if len(words) <= keep + 1:
        return text
    head = [] if first else words[:_AROUND]
    tail = [] if last else words[-_AROUND:]
    return " ".join([*head, "…", *tail] if head or tail else [*words[:_AROUND], "…"])


# -- where it was seen, and when ------------------------------------------------------------------


def _sightings(found: Explained, zone: ZoneInfo) -> Lines:
    rows: Table = table("", "captured", "by", "dump", "as", "age", "so published")
    rows.padding = (0, 1, 0, 0)
    for column in (1, 6):
        rows.columns[column].min_width = _DATE
    notes: dict[str, list[str]] = {}
    for number, one in enumerate(found.evidence, 1):
        sighting, note = one.sighting, _aside(one, found.story, zone)
        if note:
            notes.setdefault(note, []).append(str(number))
        row = (
            f"{number}{'*' if note else ''}",
            span(*one.captured, zone),
            _source(one),
            ", ".join(names_of(sighting.capture)),
            "article" if sighting.role == "article" else f"{sighting.role} {sighting.position}",
            sighting.age.raw if sighting.age else "",
            "" if one.says == (None, None) else span(*one.says, zone),
        )
        rows.add_row(*(Text(plain(cell)) for cell in row))
    yield rows
    yield from (Text(f"* {', '.join(numbers)}: {note}") for note, numbers in notes.items())


def _source(one: Evidence) -> str:
    source = one.sighting.capture.source
    if one.set_aside == "clock" or (source == "unknown" and one.inferred):
        return "its stories"
    return f"{source} and its stories" if one.inferred else source


def _aside(one: Evidence, story: Story, zone: ZoneInfo) -> str:
    if one.set_aside is None:
        return ""
    capture, until = one.sighting.capture, story.published.not_after
    if one.set_aside == "clock":
        return f"wrong clock: {capture.source} says {span(capture.earliest, capture.latest, zone)}"
    later = until is not None and one.says[0] is not None and one.says[0] >= micros(until)
    return "set aside: contradicts the rest" + (", published again" if later else "")


def _published(found: Explained, zone: ZoneInfo) -> Lines:
    published = found.story.published
    bounds = tuple(None if bound is None else micros(bound) for bound in (published.not_before, published.not_after))
    drawn = list(_timeline(found.evidence, bounds[0], bounds[1], published.best, zone))
    yield from (Text(line.rstrip()) for line in drawn)
    if drawn:
        yield Text()
    if published.best is None:
        known = "" if bounds == (None, None) else f", but {span(bounds[0], bounds[1], zone)}"
        yield Text(f"not known{known}: no page whose time of capture is known prints an age of it")
    else:
        counted = sum(1 for one in found.evidence if one.sighting.age is not None and one.set_aside != "age")
        yield Text(
            f"{span(bounds[0], bounds[1], zone)}, best {local(published.best, zone)}; "
            f"from {count(counted, 'printed age')}, times in {zone.key}"
        )
    again = publication_again(found.story, found.evidence)
    if again is not None:
        yield Text(f"published again: {span(*again, zone)}")


def _timeline(
    evidence: Sequence[Evidence], low: int | None, high: int | None, best: datetime | None, zone: ZoneInfo
) -> Iterator[str]:
    """A bar for each sighting that says something of the date, and the whole story's below."""
    told = [one.says for one in evidence if one.set_aside != "age"]
    scale = scale_of([(after, until) for after, until in told if after is not None and until is not None])
    if scale is None or low is None or high is None or best is None:
        return
    margin = len(str(len(evidence)))
    for number, one in enumerate(evidence, 1):
        after, until = one.says
        if after is None and (until is None or until >= scale.last):
            continue
        drawn = bar(scale, after, until, ASIDE if one.set_aside == "age" else SAID)
        aside = " set aside" if one.set_aside == "age" else ""
        yield f"{number:>{margin}} {drawn}{aside}"
    yield f"{'=':>{margin}} {marked(scale, bar(scale, low, high, FINAL), micros(best))}"
    yield f"{'':>{margin}} {axis(scale, span(scale.first, scale.first, zone), span(scale.last, scale.last, zone))}"


# -- what it is not -------------------------------------------------------------------------------


def _look_alikes(found: Sequence[LookAlike], zone: ZoneInfo) -> Lines:
    for one in found:
        yield Text(plain(one.headline))
        how = one.why.likeness
        yield _below(one.story or "cut off too early to be a story")
        yield _below(
            f"{_percent(how.headline)} of the headline, {_percent(how.lead)} of the lead; {_why(one.why, zone)}",
            style="dim",
        )


def _why(why: Apart, zone: ZoneInfo) -> str:
    if why.page is not None:
        return f"both stand on one page: {names_of(why.page)[0]}"
    if why.times is not None:
        mine, theirs = why.times
        return f"published at other times: this {span(*mine, zone)}, that {span(*theirs, zone)}"
    if why.needed is not None:
        return f"of the lead {_percent(why.needed)} would have to be the same"
    if why.bar == "place":
        return f"from another place: {_places(why.mine)} is not {_places(why.theirs)}"
    return {
        "several": "one is cut off, and could begin several stories",
        "beginning": "one is cut off, and is not the beginning of the other",
        "headline": "nothing dates one of them, and the headlines differ",
        "numbers": "nothing dates one of them, and the numbers in the leads differ",
    }.get(why.bar, "never compared: not enough of what candidates are found by is the same")


def _places(wording: Wording) -> str:
    return "/".join(wording.dateline.places) if wording.dateline else ""


def _percent(part: float) -> str:
    return f"{int(part * 100)} %"


def _below(text: str | Text, style: str = "") -> Padding:
    return Padding(text if isinstance(text, Text) else Text(text, style=style), (0, 0, 0, 3), expand=False)
