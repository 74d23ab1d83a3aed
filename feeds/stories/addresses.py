"""What the address of a captured article says of who its story is.

An article that is edited keeps its address. But a front or a live page shows one article after another at one address,
so an address proves something only if it names the article, or if the texts are somewhat alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from anyascii import anyascii

from feeds.model import Sighting, Wording

_FEW_WORDS = 3
"""From so many words on a headline is hardly the name of a section."""
_NUMBERED = re.compile(r"(?:[^-]+-){3,}[A-Za-z]{1,8}[0-9]{5,}")
_NOT_SPELT = re.compile(r"[^a-z0-9]+")


def addresses(sightings: Iterable[Sighting]) -> tuple[str, ...]:
    """The told addresses at which an article itself was captured, sorted."""
    found = {one.capture.url for one in sightings if one.position < 0 and one.capture.url is not None}
    return tuple(sorted(found)) if found else ()


def is_numbered(address: str) -> bool:
    """Whether an address ends in the number of an article: `/nieuws/vier-nieuwe-treinen-in-zeeland-anp280126033`.

    Only behind letters and several words, for a date may end the address of a front.
    """
    return _NUMBERED.fullmatch(_name(address)) is not None


def spells(address: str, wording: Wording) -> bool:
    """Whether an address was made from a headline: then it is that of one article, whatever its page showed later."""
    return len(wording.head.split()) >= _FEW_WORDS and _spelt(_name(address)).startswith(_spelt(wording.head))


def _name(address: str) -> str:
    return unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]


@lru_cache(maxsize=1024)
def _spelt(text: str) -> str:
    return _NOT_SPELT.sub("", anyascii(text).lower())
