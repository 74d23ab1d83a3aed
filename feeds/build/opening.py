"""Opening dumps and rows: their bytes as the store keeps them, and what their pages show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from feeds.build.copies import beside, can_copy
from feeds.config import Limits
from feeds.dumps.inbox import Found
from feeds.dumps.patience import TakesTooLong, patience
from feeds.dumps.text import Unreadable, Vanished, content_hash, decode, read_bytes
from feeds.errors import DumpError
from feeds.model import ContentHash
from feeds.parse.page import read_page
from feeds.parse.profile import SiteProfile
from feeds.store.ledger import deflate
from feeds.stories.wordings import Appearance, appearances

T = TypeVar("T")
R = TypeVar("R")

_WORTH_COPYING = 1000
"""So many dumps are worth a second process."""


class Residue(NamedTuple):
    """How many lines no rule claimed, and of how many."""

    unclaimed: int
    lines: int


class Gist(NamedTuple):
    """What is wanted of a page."""

    shown: tuple[Appearance, ...]
    printed_date: date | None
    addressed: bool
    """Whether its topic is in its address, so that it reads otherwise under another."""
    overfull: bool
    residue: Residue


class Opened(NamedTuple):
    """A dump that could be read; its page is read without an address."""

    content: ContentHash
    kept: bytes
    """The bytes, deflated."""
    lenient: bool
    site: str
    """The profile that the page was read by."""
    gist: Gist


class Refused(NamedTuple):
    """Why a dump could not be read."""

    reason: str
    passing: bool = False
    """Whether the system was to blame, so that it is tried again though the file looks the same."""
    slow: bool = False
    """Whether it took too long, which it may not under another parser or a higher bound."""


Outcome = Opened | Refused | None
"""None for a dump that vanished."""


def open_dumps(found: Sequence[Found], site: SiteProfile, limits: Limits) -> list[Outcome]:
    """What came of opening each dump, in order; with many, half of the work is done on another core."""
    return _shared(lambda one: _open(one, site, limits), found)


def open_rows(data: Sequence[bytes], site: SiteProfile, limits: Limits) -> list[Opened | Refused]:
    """What came of the bytes of each page, likewise."""
    return _shared(lambda one: _page(one, site, limits), data)


def _shared(work: Callable[[T], R], values: Sequence[T]) -> list[R]:
    """What comes of each value; with many, half of the work is done on another core."""

    def done(some: Sequence[T]) -> list[R]:
        return [work(one) for one in some]

    if len(values) < _WORTH_COPYING or not can_copy():
        return done(values)
    half = len(values) // 2
    with beside(lambda: done(values[half:])) as rest:
        return done(values[:half]) + rest.result()


def _open(found: Found, site: SiteProfile, limits: Limits) -> Outcome:
    try:
        if found.trouble is not None:
            return Refused(found.trouble)
        return _page(read_bytes(found.path, limits.max_dump_bytes), site, limits)
    except Vanished:
        return None
    except DumpError as error:
        return Refused(str(error), passing=isinstance(error, Unreadable))


def _page(data: bytes, site: SiteProfile, limits: Limits) -> Opened | Refused:
    try:
        text = decode(data)
        gist = gist_of(text.text, site, None, limits)
    except DumpError as error:
        return Refused(str(error), slow=isinstance(error, TakesTooLong))
    return Opened(content_hash(data), deflate(data), text.lenient, site.name, gist)


def gist_of(text: str, site: SiteProfile, url: str | None, limits: Limits) -> Gist:
    """What is wanted of the page that a decoded text is. Raises TakesTooLong if reading it does."""
    check = patience(text, limits.max_parse_seconds)
    page = read_page(text, site, url, limits.max_teasers, cleaned=True, check=check)
    shown = appearances(page)
    check()
    addressed = page.kind == "listing" and page.topic is None
    return Gist(shown, page.printed_date, addressed, page.overfull, Residue(len(page.residue), page.lines))
