"""A feed's bytes taken apart into what stands around its entries and the entries themselves. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from feeds.serve.media import ATOM, JSON_FEED, RSS, Media

_ENTRY = {
    ATOM.type: re.compile(rb"<entry(?=[\s>]).*?</entry>\s*", re.DOTALL),
    RSS.type: re.compile(rb"<item(?=[\s>]).*?</item>\s*", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Entries:
    """A feed taken apart: `before`, the entries in order, `after`."""

    before: bytes
    each: tuple[bytes, ...]
    after: bytes

    def keys(self) -> frozenset[bytes]:
        """What tells each entry from its other versions."""
        return frozenset(map(_key, self.each))

    def without(self, known: frozenset[bytes]) -> bytes:
        """The feed with those entries alone that are not known to the letter (RFC 3229: the manipulation `feed`)."""
        return self._with(tuple(one for one in self.each if _key(one) not in known))

    def first(self, count: int) -> bytes:
        """The feed with its first entries alone."""
        return self._with(self.each[:count])

    def _with(self, entries: tuple[bytes, ...]) -> bytes:
        return b"".join((self.before, *entries, self.after))


def take_apart(body: bytes, media: Media) -> Entries | None:
    """The entries of an Atom or RSS document as this program writes them; None for anything else.

    Markup inside an entry is escaped, so an entry ends where its end tag first stands; a comment or a CDATA section,
    where that need not hold, is not taken apart.
    """
    pattern = _ENTRY.get(media.type)
    if pattern is None or b"<!" in body:
        return None
    found = list(pattern.finditer(body))
    if not found:
        return Entries(body, (), b"")
    if any(one.end() != other.start() for one, other in pairwise(found)):
        return None
    return Entries(body[: found[0].start()], tuple(one[0] for one in found), body[found[-1].end() :])


def shortened(body: bytes, media: Media, count: int) -> bytes:
    """The feed with its first `count` entries; as it is if it cannot be taken apart."""
    if media is JSON_FEED:
        return _shortened_json(body, count)
    entries = take_apart(body, media)
    return body if entries is None else entries.first(count)


def _shortened_json(body: bytes, count: int) -> bytes:
    try:
        feed = json.loads(body)
    except ValueError:
        return body
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return body
    return json.dumps(feed | {"items": feed["items"][:count]}, ensure_ascii=False).encode()


def _key(entry: bytes) -> bytes:
    return blake2b(entry.strip(), digest_size=8).digest()
