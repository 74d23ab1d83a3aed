"""The files of `out/` as answers that are made once and given many times."""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from time import time

import brotli
from zlib_ng import gzip_ng

from feeds.serve.answer import Answer, length
from feeds.serve.entries import Entries, shortened, take_apart
from feeds.serve.media import Media, media_of, packs
from feeds.serve.negotiation import Coding

_VERSIONS = 16
"""How many earlier versions of a feed are remembered for those who ask for the changes alone."""
_PARTS = 64
"""How many feeds cut short are kept."""
_SMALLEST = 200
"""Bytes below which a coding is not worth its header."""
_LARGEST = 64 << 20
_CODED: Mapping[Coding, bytes] = {"identity": b"", "gzip": b"gz", "br": b"br"}

Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Variant:
    """One representation of a document: its tag, and the answers that give and that spare its body."""

    tag: bytes
    whole: Answer
    unchanged: Answer
    head: Answer
    """What HEAD is told."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What is sent with every document, whichever it is."""

    cache_control: bytes = b"public, max-age=60, stale-while-revalidate=600"
    links: tuple[bytes, ...] = ()
    """Members of the Link header that feeds are sent with, with `{path}` for the document's."""


@dataclass(slots=True)
class Document:
    """One version of a file, and what has been made of it so far."""

    path: str
    media: Media
    body: bytes
    digest: bytes
    modified: int
    """Last-Modified in seconds: never in the future, never before that of an earlier version."""
    exact: bool
    """Whether no earlier version bore the same second."""
    manner: Manner
    variants: dict[tuple[Coding, bool], Variant] = field(default_factory=dict)
    entries: Entries | None = None
    answers: dict[object, Answer] = field(default_factory=dict)
    """What was answered before to the same wishes: an answer follows from them and this version alone."""

    def tag(self, coding: Coding, browser: bool) -> bytes:
        """The strong tag of a variant (RFC 9110 section 8.8.3.3): it differs by coding and by media type."""
        suffix = _CODED[coding] + (b"x" if browser and self.media.type != self.media.browser_type else b"")
        return b'"' + self.digest + (b"-" + suffix if suffix else b"") + b'"'

    def coded(self, accepted: tuple[Coding, ...]) -> tuple[Coding, ...]:
        """Those of the codings that this document comes in."""
        return accepted if len(self.body) >= _SMALLEST and packs(self.media) else ("identity",)

    def variant(self, coding: Coding, browser: bool) -> Variant | None:
        """The representation, if it has been made."""
        return self.variants.get((coding, browser))

    def make(self, coding: Coding, browser: bool) -> Variant:
        """The representation. Costs a millisecond for each 50 kB, once; safe to call from any thread."""
        known = self.variants.get((coding, browser))
        if known is None:
            other = self.variants.get((coding, not browser))
            body = _encode(self.body, coding) if other is None else other.whole.body
            known = self.variants.setdefault((coding, browser), self._variant(body, coding, browser))
        return known

    def changed_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers of an answer that holds a part of this document: those of the whole, but for its length."""
        return self._headers("identity", False)

    def _variant(self, body: bytes, coding: Coding, browser: bool) -> Variant:
        shared = self._validators(coding, browser)
        whole = Answer(200, (*self._headers(coding, browser), *length(body)), body)
        return Variant(self.tag(coding, browser), whole, Answer(304, shared), whole.without_body())

    def _headers(self, coding: Coding, browser: bool) -> tuple[tuple[bytes, bytes], ...]:
        media = self.media
        headers = [(b"content-type", media.browser_type if browser else media.type)]
        if coding != "identity":
            headers.append((b"content-encoding", coding.encode()))
        headers += self._validators(coding, browser)
        headers += [(b"last-modified", formatdate(self.modified, usegmt=True).encode()), (b"accept-ranges", b"none")]
        if media.is_feed:
            path = self.path.encode()
            links = [value.replace(b"{path}", path) for value in self.manner.links]
            headers += [(b"link", b", ".join(links))] if links else []
        return (*headers, *media.headers)

    def _validators(self, coding: Coding, browser: bool) -> tuple[tuple[bytes, bytes], ...]:
        """What a 304 repeats (RFC 9110 section 15.4.5), and a script of another site needs to read it."""
        vary = b"accept, accept-encoding, a-im" if self.media.is_feed else b"accept-encoding"
        if not self.media.is_feed and self.media.type != self.media.browser_type:
            vary = b"accept, accept-encoding"
        return (
            (b"etag", self.tag(coding, browser)),
            (b"cache-control", self.manner.cache_control),
            (b"vary", vary),
            (b"access-control-allow-origin", b"*"),
        )


class Documents:
    """The documents below a folder. Each is looked at on disk whenever it is asked for, and read when it changed."""

    def __init__(self, out: Path, manner: Manner, most_bytes: int = 256 << 20) -> None:
        self.out = out
        self.manner = manner
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, tuple[Signature, Document]] = OrderedDict()
        self._bytes = 0
        self._parts: OrderedDict[tuple[str, bytes, int], Document] = OrderedDict()
        self._past: dict[str, OrderedDict[bytes, frozenset[bytes]]] = {}
        self._seen: dict[str, tuple[bytes, int, bool]] = {}
        """By path the digest, Last-Modified and exactness of the last version."""

    def find(self, path: str) -> Document | None:
        """The document at a path below the folder as it stands there now; None if there is no such file.

        `path` is one that `addresses.document_path` let through.
        """
        full = f"{self.out}/{path}"
        try:
            status = os.stat(full)  # noqa: PTH116 -- a request costs little more than this
        except OSError:
            self._drop(path)
            return None
        signature = status.st_mtime_ns, status.st_size, status.st_ino
        kept = self._kept.get(path)
        if kept is not None and kept[0] == signature:
            return kept[1]
        return self._read(path, full)

    def first_of(self, document: Document, count: int) -> Document:
        """A feed with its first `count` entries alone, as a document of its own that knows no changes."""
        key = document.path, document.digest, count
        part = self._parts.get(key)
        if part is None:
            body = shortened(document.body, document.media, count)
            part = replace(document, body=body, digest=_digest(body), variants={}, entries=None, answers={})
            self._parts[key] = part
            while len(self._parts) > _PARTS:
                self._parts.popitem(last=False)
        return part

    def known_to(self, path: str, tags: list[bytes]) -> frozenset[bytes] | None:
        """The entries of the version that a client holds, by its opaque tag; None if that is not remembered."""
        past = self._past.get(path, OrderedDict())
        digests = (tag.strip(b'"').partition(b"-")[0] for tag in tags)
        return next((past[digest] for digest in digests if digest in past), None)

    def _read(self, path: str, full: str) -> Document | None:
        """Read a file whole. A file that is replaced meanwhile is read as it was when it was opened."""
        if not os.path.realpath(full).startswith(os.path.realpath(self.out) + os.sep):
            return None
        try:
            handle = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
                return None
            with open(handle, "rb", closefd=False) as file:
                body = file.read()
        except OSError:
            return None
        finally:
            os.close(handle)
        document = self._document(path, body, int(status.st_mtime))
        self._keep(path, (status.st_mtime_ns, status.st_size, status.st_ino), document)
        return document

    def _document(self, path: str, body: bytes, mtime: int) -> Document:
        digest = _digest(body)
        kept = self._kept.get(path)
        if kept is not None and kept[1].digest == digest:
            return kept[1]
        before, modified, exact = self._seen.get(path, (b"", 0, True))
        if before != digest:
            latest = max(min(mtime, int(time())), modified)
            modified, exact = latest, latest > modified
            self._seen[path] = digest, modified, exact
        media = media_of(path)
        document = Document(path, media, body, digest, modified, exact, self.manner)
        if media.is_feed:
            document.entries = take_apart(body, media)
            if document.entries is not None:
                past = self._past.setdefault(path, OrderedDict())
                past[digest] = document.entries.keys()
                past.move_to_end(digest)
                while len(past) > _VERSIONS:
                    past.popitem(last=False)
        return document

    def _keep(self, path: str, signature: Signature, document: Document) -> None:
        self._drop(path)
        self._kept[path] = signature, document
        self._bytes += len(document.body)
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, path: str) -> None:
        kept = self._kept.pop(path, None)
        if kept is not None:
            self._bytes -= len(kept[1].body)


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=12).hexdigest().encode()


def _encode(body: bytes, coding: Coding) -> bytes:
    if coding == "gzip":
        packed: bytes = gzip_ng.compress(body, compresslevel=6, mtime=0)  # type: ignore[no-untyped-call]
    elif coding == "br":
        packed = brotli.compress(body, quality=5)
    else:
        packed = body
    return packed
