"""Canonical text: what equals what, what XML allows, and hashes that never change.

Everything here is a pure function of its text. `fold` decides which wordings are equal, so a change
of it changes ids: it is versioned by `CANON_VERSION`, which is part of every hash.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from anyascii import anyascii

CANON_VERSION = 1
_PERSON = b"dateline%d" % CANON_VERSION

_PLANES = "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 17))
_ILLEGAL = re.compile(f"[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc\U00010000-\U0010ffff]|[{_PLANES}]")
"""What stands for no character: what XML 1.0 section 2.2 forbids and what it advises against, and U+FFFD."""
_QUOTES = re.compile("[\"'`´‘’‚‛“”„‟‹›«»′″\u00ad\u200b-\u200f\u2060\ufeff]+")
_DASHES = re.compile("[‐‑‒–—―−]")
_NARROW_QUOTES = "\"'`´«»\u00ad".encode("latin-1")
_WIDE_QUOTES = "‘’‚‛“”„‟‹›′″\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_WIDE_DASHES = "‐‑‒–—―−"
_COMPATIBLE = "¨ª¯²³µ¸¹º¼½¾".encode("latin-1")
"""What NFKC or folding takes out of Latin-1."""
_SIGNS = re.compile(r"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){31,}")
"""Where more combining marks than `_MOST_MARKS` may stand in a row: Unicode has no letter among them but two."""
_MOST_MARKS = 30
"""In a row, as Unicode's streams have them (UAX #15, Stream-Safe Text): no language writes more."""
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SENTENCE = re.compile(r"[.!?…][\"'’”»)]*(?=\s|$)|(?<=[a-zë])[.!?](?=[A-ZÀ-Þ])")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def clean(text: str) -> str:
    """The text without what stands for no character.

    That is what XML 1.0 forbids (section 2.2) or advises against there (the controls from U+007F to U+009F, what
    Unicode keeps from ever being characters), and the mark of a character that was lost, U+FFFD.
    """
    if text.isprintable() and "\ufffd" not in text:  # then there is nothing of it, which this tells twice as fast
        return text
    return _ILLEGAL.sub("", text)


def fold(text: str) -> str:
    """The text as it is compared: case, Unicode form, quotes and blanks do not count.

    Idempotent. Quotes vanish altogether, because pages mix straight, curly and mismatched ones. Of combining marks in
    a row those after the thirtieth do not count: putting them in order takes time by the square of their number.
    """
    folded = _fold_plain(text)
    if folded is None:
        # Quotes go first, because NFKC takes some apart, and again, because it makes others; letters may then compose.
        folded = unicodedata.normalize("NFKC", _held(_QUOTES.sub("", text)))
        folded = unicodedata.normalize("NFKC", folded.casefold())
        folded = _held(unicodedata.normalize("NFC", _held(_QUOTES.sub("", _DASHES.sub("-", folded)))))
    return " ".join(folded.split())


def _held(text: str) -> str:
    """The text with no more than so many combining marks in a row."""
    if len(text) - len(text.encode("latin-1", "ignore")) <= _MOST_MARKS:  # nearly every text: none of them is a mark
        return text
    return _SIGNS.sub(_first_marks, text)


def _first_marks(signs: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in signs[0]:
        apart = unicodedata.normalize("NFKD", sign)
        marks = marks + len(apart) if unicodedata.combining(apart[0]) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _fold_plain(text: str) -> str | None:
    """The text folded but for its blanks; None if it has more than plain letters of Latin-1, typed quotes and dashes.

    Nearly every text has no more, and bytes are mended four times as fast.
    """
    if not text.isascii():
        for quote in _WIDE_QUOTES:
            text = text.replace(quote, "")
        for dash in _WIDE_DASHES:
            text = text.replace(dash, "-")
    try:
        letters = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    if len(letters.translate(None, _COMPATIBLE)) != len(letters):
        return None
    return letters.translate(None, _NARROW_QUOTES).decode("latin-1").casefold()


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """A lower-case ASCII name for addresses: `MALMÖ` is `malmo`, `ABU DHABI` is `abu-dhabi`.

    Never empty: text with nothing to spell becomes `x-` and four hex digits of its hash. At most 80 characters.
    """
    plain = _NOT_SLUG.sub("-", anyascii(_QUOTES.sub("", text)).lower())[:80].strip("-")
    return plain or f"x-{digest('slug', text)[:4]}"


def digest(*parts: str) -> str:
    """A stable hash of several texts, 32 hex digits; no two lists of texts share their encoding."""
    return _hash(parts, 16).hexdigest()


@lru_cache(maxsize=4096)
def key63(*parts: str) -> int:
    """A stable hash of several texts as a positive integer of 63 bits, for keys in the store."""
    return int.from_bytes(_hash(parts, 8).digest(), "big") >> 1


def mark63(data: bytes) -> int:
    """A stable hash of bytes as a positive integer of 63 bits, never 0: what documents are compared by."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 1 or 1


def _hash(parts: tuple[str, ...], size: int) -> blake2b:
    joined = "".join([f"{len(part)}:{part}" for part in parts])
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=size, person=_PERSON)


def first_sentence(text: str, limit: int = 90) -> str:
    """The first sentence of a text; one over `limit` characters is cut at a word and ends in an ellipsis."""
    text = " ".join(text.split())
    end = _SENTENCE.search(text)
    sentence = text[: end.end()] if end else text
    if len(sentence) <= limit:
        return sentence
    head = sentence[: limit - 1]
    if not sentence[limit - 1].isspace() and " " in head:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:-–") + "…"


def micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC: how the store and the arithmetic of spans hold an instant."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(microseconds: int) -> datetime:
    """The aware UTC instant of `micros`."""
    return _EPOCH + timedelta(microseconds=microseconds)


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z`, fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
