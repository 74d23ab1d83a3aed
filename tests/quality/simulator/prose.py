"""Invented events and what is written about them: headline, lead, body.

An Event fixes who did what to which thing and where; its headline and every lead about it speak of those. Two reports
on one event therefore resemble each other as real ones do, and two events share hardly any phrase. A Figure is
somebody who is in the news again and again, so that stories that have nothing else in common share names and places
too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from .grammar import expand, sentence
from .vocabulary import BUILDINGS, INCIDENTS, VERBS

SHORTEST_LEAD = 120
"""Characters below which a lead gets another sentence."""

Paragraph = tuple[str, str]
"""`paragraph` or `heading`, and its text."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody in the news: as a headline names them, as a lead does, and where they are."""

    short: str
    full: str
    city: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `kind` selects the sentences: `` an act, `i` an incident, `s` sport."""

    kind: str
    bound: Mapping[str, str]


def figure(chance: Random, city: str) -> Figure:
    """An invented public figure who lives in a city."""
    role, first, last = expand("role", chance), expand("first", chance), expand("last", chance)
    short = last if chance.random() < 0.5 else f"{role.capitalize()} {last}"
    return Figure(short, f"de {expand('nation', chance)} {role} {first} {last}", city)


def event(chance: Random, kind: str, city: str, known: Figure | None) -> Event:
    """An invented event in a city, with a known figure or somebody new."""
    who = known or figure(chance, city)
    verb = VERBS[int(chance.random() * len(VERBS))]
    left = expand("left", chance)
    neuter = chance.random() < 0.5
    thing = left + expand("rhet" if neuter else "rde", chance)
    described = f"{'het' if neuter else 'de'} {expand('adj', chance)} {thing}"
    if chance.random() < 0.4:
        described += f" {chance.choice(('voor', 'van', 'tegen'))} {expand('people', chance)}"
    return Event(
        kind,
        {
            "A": who.short,
            "AF": who.full,
            "O": thing,
            "OF": described,
            "P": expand("pred", chance),
            "C": city,
            "N": expand("n1", chance),
            "I": INCIDENTS[int(chance.random() * len(INCIDENTS))],
            "B": BUILDINGS[int(chance.random() * len(BUILDINGS))],
            "Einf": verb[0],
            "Epart": verb[1],
            "Epres": verb[2],
            "Eparticle": f" {verb[3]}" if verb[3] else "",
        },
    )


def headline(what: Event, chance: Random) -> str:
    """A headline for an event; asked again it may give another."""
    return sentence(f"h{what.kind}", chance, what.bound)


def other_headline(what: Event, chance: Random, taken: str) -> str:
    """A headline for the same event that differs from one already printed."""
    for _ in range(20):
        found = headline(what, chance)
        if found != taken:
            return found
    return f"{taken} (2)"


def lead(what: Event, chance: Random, about: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The sentences of a lead paragraph, beginning with the event itself, with `about` among the rest."""
    sentences = [sentence(f"l{what.kind}", chance, what.bound)]
    wanted = (1, 2, 2, 2, 2, 3, 3, 3, 4)[int(chance.random() * 9)]
    sentences.extend(about)
    while len(sentences) < wanted or sum(map(len, sentences)) < SHORTEST_LEAD:
        sentences.append(follow_up(what, chance))
    return tuple(sentences)


def follow_up(what: Event, chance: Random) -> str:
    """A further sentence of a lead: half of them name the event's own people and things."""
    return sentence("f" if chance.random() < 0.4 else "s", chance, what.bound)


def paragraph(chance: Random) -> str:
    """A paragraph of background."""
    fused = "" if chance.random() < 0.02 else " "
    return fused.join(sentence("s", chance) for _ in range(1 + int(chance.random() * 4)))


def body(chance: Random, background: tuple[str, ...]) -> tuple[Paragraph, ...]:
    """What follows the lead of an article; the paragraphs of `background` stand somewhere in it, word for word."""
    texts = [paragraph(chance) for _ in range(1 + int(chance.random() * 6))]
    for shared in background:
        texts.insert(int(chance.random() * (len(texts) + 1)), shared)
    found: list[Paragraph] = []
    for position, text in enumerate(texts):
        if position and chance.random() < 0.3:
            found.append(("heading", sentence("sub", chance)))
        found.append(("paragraph", text))
    return tuple(found)
