"""One dump on its own: its page and its capture, with no memory of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.inbox import Found
from feeds.dumps.text import Vanished, content_hash, decode, read_bytes, read_sidecar_bytes
from feeds.dumps.when import Policy, Sidecar, evidence, read_sidecar
from feeds.errors import DumpError
from feeds.model import Capture, Page
from feeds.parse.profile import SiteProfile


@dataclass(frozen=True, slots=True)
class Single:
    """What one dump amounts to."""

    page: Page
    capture: Capture
    lenient: bool
    """Whether some of its bytes were no UTF-8."""
    fault: str | None
    """What is wrong with its sidecar; the dump was then read as if it had none."""


def capture_file(
    found: Found, profile: SiteProfile, policy: Policy, limit: int, parse: Callable[[str, str | None], Page]
) -> Single:
    """The page and capture of one dump, `parse` making the page of text and address.

    Raises DumpError if the dump cannot be read, Vanished if it is gone.
    """
    if found.trouble is not None:
        raise DumpError(found.trouble)
    data = read_bytes(found.path, limit)
    decoded = decode(data)
    zone = ZoneInfo(profile.timezone)
    sidecar, fault = _sidecar(found, zone)
    url = sidecar.url if sidecar is not None else None
    page = parse(decoded.text, url)
    told = evidence(sidecar, dump_name(found.path), page.printed_date, zone)
    fact = Fact(found.path, content_hash(data), found.mtime, profile.name, url, told, policy)
    return Single(page, captures((fact,))[0], decoded.lenient, fault)


def _sidecar(found: Found, zone: ZoneInfo) -> tuple[Sidecar | None, str | None]:
    """The sidecar if there is a sound one, else what is wrong with it."""
    if found.sidecar is None:
        return None, None
    try:
        return read_sidecar(read_sidecar_bytes(found.path), zone), None
    except Vanished:
        return None, None
    except DumpError as error:
        return None, str(error)
