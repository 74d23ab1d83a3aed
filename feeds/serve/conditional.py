"""Conditional requests: what RFC 9110 section 13 makes of a client's preconditions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

Outcome = Literal[200, 304, 412]

PRECONDITIONS = frozenset({b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"})

_TAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')  # section 8.8.3
_LIST = re.compile(rb'[ \t,]*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?:,[ \t,]*|$))+')
_DAY, _MONTH = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(  # section 5.6.7: one form to send, three to understand
    rb"%s, \d\d %s \d{4} \d\d:\d\d:\d\d GMT" % (_DAY, _MONTH)
    + rb"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-%s-\d\d \d\d:\d\d:\d\d GMT" % _MONTH
    + rb"|%s %s [ \d]\d \d\d:\d\d:\d\d \d{4}" % (_DAY, _MONTH)
)


def entity_tags(field: bytes) -> tuple[tuple[bool, bytes], ...]:
    """The tags of a list as (weak, opaque tag with quotes); none if the field is not a list of tags."""
    if _LIST.fullmatch(field) is None:
        return ()
    return tuple((bool(weak), opaque) for weak, opaque in _TAG.findall(field))


def http_date(field: bytes) -> int | None:
    """Seconds since 1970 of a date in any of the three forms; None for what is none, which counts as not sent."""
    if _DATE.fullmatch(field) is None:
        return None
    try:
        moment = parsedate_to_datetime(field.decode("ascii"))
    except ValueError:
        return None
    return int(moment.replace(tzinfo=UTC).timestamp())


def named(field: bytes, tag: bytes) -> bool:
    """Whether a list names a strong tag by weak comparison (section 8.8.3.2), or says `*`."""
    return field.strip() == b"*" or any(opaque == tag for _, opaque in entity_tags(field))


def evaluate(sent: Mapping[bytes, bytes], tag: bytes, modified: int, *, exact: bool = True) -> Outcome:
    """What becomes of a GET or HEAD for a representation that exists (section 13.2.2).

    `sent` holds the preconditions by name in lower case, `tag` is the strong tag of the selected representation,
    `modified` its modification in seconds. If not `exact`, an earlier version bore the same second: then a client
    that only knows the second is given the whole (section 8.8.2.2).
    """
    matches, since = sent.get(b"if-match"), sent.get(b"if-unmodified-since")
    if matches is not None:
        if matches.strip() != b"*" and (False, tag) not in entity_tags(matches):  # strong comparison
            return 412
    elif since is not None:
        limit = http_date(since)
        if limit is not None and modified > limit:
            return 412
    known, since = sent.get(b"if-none-match"), sent.get(b"if-modified-since")
    if known is not None:
        return 304 if named(known, tag) else 200
    if since is not None:
        limit = http_date(since)
        if limit is not None and (modified < limit or (modified == limit and exact)):
            return 304
    return 200
