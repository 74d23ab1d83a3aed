"""A dump's bytes and the text they hold.

Pages come from crawlers and cut-off transfers, so text is read leniently; what is plainly no text is refused.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from contextlib import suppress
from hashlib import blake2b
from typing import NamedTuple

from feeds.canon import clean
from feeds.dumps.inbox import SIDECAR, kind
from feeds.dumps.when import SIDECAR_LIMIT
from feeds.errors import DumpError
from feeds.model import ContentHash

_CHUNK = 1 << 20
_BINARY_SHARE = 10
"""One character in so many that is no text makes a dump binary."""
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f")
_CONTROL_TEXT = _CONTROLS.decode("ascii")
_SUSPECT = _CONTROLS + b"\x7f\xef\xf0\xf1\xf2\xf3\xf4"
"""Without these bytes, and C1, UTF-8 has nothing that is to be cleaned away."""
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
"""Control characters that stand for what Windows prints there: an old page read in the wrong code."""
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_ESCAPED = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0x100)}
"""Bytes that are no UTF-8, as Python escapes them, and what Windows-1252 has there."""
_LONE = re.compile("[\udc80-\udcff]")
_TWICE = re.compile("[ÂÃ][\x80-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â€")
"""What a line has that was written in UTF-8 twice: `financiÃ«le`."""
_TWICE_BYTES = re.compile(rb"\xc3(?:[\x82\x83][\xc2\xc5\xc6\xcb\xe2]|\xa2\xe2\x82\xac)")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_NOTEWORTHY = re.compile(rb"[\x00-\x1f\x7f\xef-\xf4]|\xc2[\x80-\x9f]|" + _TWICE_BYTES.pattern)
"""What nearly no text has beside plain bytes: only then is there anything to mend."""
_SHAPES = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
)


class Vanished(DumpError):
    """The file was gone when it was to be read. Nothing is wrong: the next scan will not find it."""


class Unreadable(DumpError):
    """The system did not let it be read, which may be otherwise the next time though the file looks the same."""


class Decoded(NamedTuple):
    """The text of a dump: not blank, and without what XML forbids."""

    text: str
    lenient: bool
    """Whether bytes that are no UTF-8 were read as Windows-1252 or, cut off at the end, dropped."""


def read_bytes(path: bytes, limit: int) -> bytes:
    """The bytes of a regular file, at most `limit`.

    Never waits: a FIFO that took the file's place after the scan is refused, not read. Raises Vanished
    if nothing is there any more, Unreadable if the system refuses, DumpError for anything else that stops the reading.
    """
    handle, size = open_regular(path)
    try:
        size = min(size, limit) + 1
        data = os.read(handle, size)
        if len(data) == size and size <= limit:
            data = _read_on(handle, data, limit)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)
    if len(data) > limit:
        raise DumpError(f"too large: over the bound of {limit} bytes")
    return data


def open_regular(path: bytes) -> tuple[int, int]:
    """A descriptor of a regular file, open for reading, and its size. Never waits; raises what `read_bytes` does."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except FileNotFoundError:
        if os.path.lexists(path):
            raise Unreadable("a dangling link") from None
        raise Vanished("vanished before it was read") from None
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise DumpError(kind(status.st_mode))
    return handle, status.st_size


def _read_on(handle: int, data: bytes, limit: int) -> bytes:
    """The rest of a file that grew after it was measured, to one byte over the limit."""
    parts = [data]
    room = limit + 1 - len(data)
    while room > 0 and (part := os.read(handle, min(room, _CHUNK))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def read_sidecar_bytes(path: bytes) -> bytes:
    """The bytes of the sidecar of the dump at `path`. Raises Vanished if there is none, DumpError if it cannot be read.

    A scan does not judge sidecars, so this looks before it opens: a FIFO or device is never opened.
    """
    sidecar = path + SIDECAR
    try:
        mode = os.stat(sidecar).st_mode
    except OSError:
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode):
        raise DumpError(f"its sidecar is {kind(mode)}")
    try:
        return read_bytes(sidecar, SIDECAR_LIMIT)
    except Vanished:
        raise
    except DumpError as error:
        raise type(error)(f"its sidecar: {error}") from None


def content_hash(data: bytes) -> ContentHash:
    """The identity of a dump's content: BLAKE2b (RFC 7693) of its bytes, 16 bytes as hex digits."""
    return ContentHash(blake2b(data, digest_size=16).hexdigest())


def decode(data: bytes) -> Decoded:
    """The text of a dump: UTF-8 without its byte order mark, leniently.

    Bytes that are no UTF-8 become what Windows-1252 has there, as do the control characters of the range C1 (WHATWG's
    Encoding); the five that it lacks vanish, and so does a character cut off at the very end. A line that was written
    in UTF-8 twice is read twice, a form feed is a line's end, and what stands for no character is cleaned away.
    Raises DumpError for a dump that is empty, blank or binary: more than a tenth of its characters are controls or
    stand for bytes that are no UTF-8.
    """
    foreign = 0
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text, _ = codecs.utf_8_decode(data, "surrogateescape", False)
        foreign = len(_LONE.findall(text))
        text = text.translate(_ESCAPED)
        lenient = True
    else:
        lenient = False
    if not lenient and not _NOTEWORTHY.search(data.translate(None, _PLAIN)):
        return _some(text, data, lenient=False)
    if _TWICE_BYTES.search(data):
        text = "\n".join(map(_read_twice, text.split("\n"))).translate(_WINDOWS)
    elif _C1.search(data):
        text = text.translate(_WINDOWS)
    text = text.replace("\f", "\n")
    if lenient or len(data.translate(None, _SUSPECT)) != len(data):
        _refuse_binary(data, text, foreign)
        text = clean(text)
    return _some(text.lstrip("\ufeff"), data, lenient=lenient)


def _some(text: str, data: bytes, *, lenient: bool) -> Decoded:
    """A text that is not blank, of these bytes; raises DumpError for any other."""
    if not text or text.isspace():
        raise DumpError("empty: nothing but blanks" if data else "empty: a file of no bytes")
    return Decoded(text, lenient)


def _read_twice(line: str) -> str:
    """The line, read once more if all of it can be: what was written in UTF-8 once hardly ever can."""
    if _TWICE.search(line):
        for code in ("latin-1", "cp1252"):
            with suppress(UnicodeError):
                return _read_twice(line.encode(code).decode())
    return line


def _refuse_binary(data: bytes, text: str, foreign: int) -> None:
    """Raise DumpError if too much of a text is controls, or bytes that were no UTF-8."""
    strange = sum(text.count(control) for control in _CONTROL_TEXT) + foreign
    if strange * _BINARY_SHARE > len(text):
        shape = _shape(data)
        raise DumpError(f"binary: looks like {shape}" if shape else "binary: too many characters that are no text")


def _shape(data: bytes) -> str | None:
    """What binary bytes plainly are, by their first bytes or by where their NULs stand."""
    for magic, name in _SHAPES:
        if data.startswith(magic):
            return name
    half = len(data) // 2
    even, odd = data[::2].count(0), data[1::2].count(0)
    if min(even, odd) * 20 < half < max(even, odd) * 2:
        return "UTF-16"
    return None
