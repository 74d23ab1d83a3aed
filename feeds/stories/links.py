"""The address of a story's article: the one it was captured at, else the one its headline implies."""

from __future__ import annotations

import re

from anyascii import anyascii

from feeds.parse.profile import SiteProfile

_DROPPED = re.compile(r"[^a-z0-9 -]+")
_HYPHENS = re.compile(r"[ -]+")
_LONGEST = 1000


def derived_link(headline: str, site: SiteProfile | None) -> str | None:
    """The address that the site's rule gives an article by its headline; None where no rule holds.

    The headline in lower case, accents folded, quotes and punctuation dropped, blanks to hyphens.
    """
    if site is None or not site.link:
        return None
    plain = _DROPPED.sub("", anyascii(" ".join(headline.split())).lower())
    name = _HYPHENS.sub("-", plain).strip("-")
    if not name or len(name) > _LONGEST:
        return None
    return site.link.replace("{slug}", name)
