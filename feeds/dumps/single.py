"""One dump on its own, or the rows of one: its page and its capture, with no memory of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feeds.canon import micros
from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.growing import growing
from feeds.dumps.inbox import Found
from feeds.dumps.jsonl import Bad, Place
from feeds.dumps.text import Vanished, content_hash, decode, read_bytes, read_sidecar_bytes
from feeds.dumps.when import Policy, Sidecar, evidence, filled, read_sidecar
from feeds.errors import DumpError
from feeds.model import Capture, Page
from feeds.parse.profile import SiteProfile

Parse = Callable[[str, str | None], Page]
"""The page of a text and its address."""


@dataclass(frozen=True, slots=True)
class Single:
    """What one dump amounts to."""

    page: Page
    capture: Capture
    lenient: bool
    """Whether some of its bytes were no UTF-8."""
    fault: str | None
    """What is wrong with its sidecar, or in a row with what this says; it was then read as if that said nothing."""


def capture_file(found: Found, profile: SiteProfile, policy: Policy, limit: int, parse: Parse) -> Single:
    """The page and capture of one dump, `parse` making the page of text and address.

    Raises DumpError if the dump cannot be read, Vanished if it is gone.
    """
    if found.trouble is not None:
        raise DumpError(found.trouble)
    data = read_bytes(found.path, limit)
    decoded = decode(data)
    zone = ZoneInfo(profile.timezone)
    sidecar, fault = sidecar_of(found, zone)
    url = sidecar.url if sidecar is not None else None
    page = parse(decoded.text, url)
    told = evidence(sidecar, dump_name(found.path), page.printed_date, zone)
    fact = Fact(found.path, content_hash(data), found.mtime, profile.name, url, told, policy)
    return Single(page, captures((fact,))[0], decoded.lenient, None if fault is None else str(fault))


def capture_rows(
    found: Found, sidecar: Sidecar | None, profile: SiteProfile, limit: int, parse: Parse
) -> Iterator[tuple[int, Single | str]]:
    """The rows of a dump with its sidecar, each by its number with its page and capture, or why it holds none.

    Raises DumpError if the dump cannot be read, Vanished if it is gone.
    """
    zone, name, since = ZoneInfo(profile.timezone), dump_name(found.path), found.mtime
    with growing(found.path, found.size) as opened:
        for _, row in opened.rows(Place(), zone, limit):
            if isinstance(row, Bad):
                yield row.record, row.reason
            elif row is not None:
                said = filled(row.said, sidecar)
                if row.said.told is not None and row.said.told.not_before is not None:
                    since = micros(row.said.told.not_before)
                try:
                    decoded = decode(row.data)
                    page = parse(decoded.text, said.url)
                except DumpError as error:
                    yield row.record, str(error)
                    continue
                told = evidence(said, name, page.printed_date, zone)
                content = content_hash(row.data)
                fact = Fact(found.path, content, since, profile.name, said.url, told, "ignore", row.record)
                yield row.record, Single(page, captures((fact,))[0], decoded.lenient, row.fault)


def sidecar_of(found: Found, zone: ZoneInfo) -> tuple[Sidecar | None, DumpError | None]:
    """The sidecar if there is a sound one, else what is wrong with it."""
    if found.sidecar is None:
        return None, None
    try:
        return read_sidecar(read_sidecar_bytes(found.path), zone), None
    except Vanished:
        return None, None
    except DumpError as error:
        return None, error
