"""Rules for RSS 2.0 by the RSS Advisory Board's profile, and for the modules that it uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .documents import NAMESPACES, RSS, Book, Document, children, text
from .values import natural, plausible, rfc822, uri

_BOOK = Book()
_ONCE = (
    "title", "link", "description", "language", "ttl", "docs", "generator", "lastBuildDate", "pubDate", "copyright",
    "managingEditor", "webMaster", "cloud", "image", "textInput", "skipHours", "skipDays", "sy:updatePeriod",
    "sy:updateFrequency",
)  # fmt: skip
_ONCE_IN_ITEM = (
    "title", "link", "description", "guid", "pubDate", "author", "source", "enclosure", "comments", "content:encoded",
)  # fmt: skip
_SAME = (("author", "dc:creator"), ("category", "dc:subject"), ("pubDate", "dc:date"), ("source", "dc:source"),
         ("guid", "atom:id"), ("language", "dc:language"), ("lastBuildDate", "dcterms:modified"))  # fmt: skip
"""What would say one thing twice."""


def _items(document: Document) -> list[Any]:
    return document.all("item")


@_BOOK.rule(RSS)
def version(document: Document) -> Iterator[str]:
    """It is RSS 2.0, and has one channel and nothing else."""
    if document.root.get("version") != "2.0" or children(document.root) != ["channel"]:
        yield str(children(document.root))


@_BOOK.rule(RSS)
def channel_has(document: Document) -> Iterator[str]:
    """A channel has title, link, description and language, the title not blank, and nothing of it twice."""
    found = Counter(children(document.root[0]))
    yield from (name for name in ("title", "link", "description", "language") if not found[name])
    yield from (name for name in _ONCE if found[name] > 1)
    if not text(document.root[0], "title").strip():
        yield "title"


@_BOOK.rule(RSS)
def channel_comes_first(document: Document) -> Iterator[str]:
    """What is said of the channel stands before its items (profile)."""
    names = children(document.root[0])
    if "item" in names:
        yield from (name for name in names[names.index("item") :] if name != "item")


@_BOOK.rule(RSS)
def channel_names_itself(document: Document) -> Iterator[str]:
    """A channel says where it is by an Atom link (profile)."""
    found = document.root[0].iterfind("atom:link[@rel='self']", NAMESPACES)
    if [uri(link.get("href", "")) for link in found] != [True]:
        yield document.name


@_BOOK.rule(RSS)
def item_has(document: Document) -> Iterator[str]:
    """An item has a title that is not blank or a description, and nothing twice that may come once."""
    for item in _items(document):
        found = Counter(children(item))
        if not (found["title"] or found["description"]) or (found["title"] and not text(item, "title").strip()):
            yield text(item, "guid")
        yield from (name for name in _ONCE_IN_ITEM if found[name] > 1)


@_BOOK.rule(RSS)
def guids(document: Document) -> Iterator[str]:
    """Every item has a guid of its own; one that is no address of the web says so."""
    seen = set()
    for item in _items(document):
        guid = item.find("guid")
        if guid is None or not guid.text or guid.text in seen or (guid.text.isdigit() and len(guid.text) < 9):
            yield str(guid)
            continue
        seen.add(guid.text)
        permanent = guid.get("isPermaLink", "true")
        if permanent not in {"true", "false"} or (permanent == "true" and not guid.text.startswith("http")):
            yield guid.text


@_BOOK.rule(RSS)
def description_comes_first(document: Document) -> Iterator[str]:
    """A full text stands behind a description (profile)."""
    for item in _items(document):
        names = children(item)
        if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
            yield text(item, "guid")


@_BOOK.rule(RSS)
def nothing_is_said_twice(document: Document) -> Iterator[str]:
    """No element of a module says what one of RSS says (profile)."""
    for element in [document.root[0], *_items(document)]:
        names = set(children(element))
        yield from (" ".join(pair) for pair in _SAME if names.issuperset(pair))


@_BOOK.rule(RSS)
def rss_dates(document: Document) -> Iterator[str]:
    """Dates are of RFC 822 on their right day of the week, and neither before the web nor yet to come."""
    for element in [*document.all("pubDate"), *document.all("lastBuildDate")]:
        found = rfc822(element.text or "")
        if found is None or not plausible(found, document.latest):
            yield str(element.text)


@_BOOK.rule(RSS)
def rss_addresses(document: Document) -> Iterator[str]:
    """Links, sources and documentation are whole URIs."""
    found = [one.text or "" for name in ("link", "docs", "comments") for one in document.all(name)]
    found += [one.get("url", "") for one in document.all("source")]
    yield from (one for one in found if not uri(one))


@_BOOK.rule(RSS)
def rss_categories(document: Document) -> Iterator[str]:
    """A category is not blank."""
    yield from ("category" for one in document.all("category") if not (one.text or "").strip())


@_BOOK.rule(RSS)
def how_often(document: Document) -> Iterator[str]:
    """Minutes to live and the syndication module's frequency are 1 or more; its period is one that it knows."""
    for name in ("ttl", "sy:updateFrequency"):
        yield from (f"{name}: {one.text}" for one in document.all(name) if not natural(one.text or ""))
    for one in document.all("sy:updatePeriod"):
        if one.text not in {"hourly", "daily", "weekly", "monthly", "yearly"}:
            yield str(one.text)


@_BOOK.rule(RSS)
def people(document: Document) -> Iterator[str]:
    """Whoever is named as author, editor or webmaster of RSS has an e-mail address; others are dc:creator."""
    for name in ("author", "managingEditor", "webMaster"):
        yield from (f"{name}: {one.text}" for one in document.all(name) if "@" not in (one.text or ""))


RULES = tuple(_BOOK.rules)
