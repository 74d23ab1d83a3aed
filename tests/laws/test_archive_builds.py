"""Archives that are built bit by bit are those of one clean build, however they have to be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.build import archives, build
from feeds.config import Flags, Source, load_config
from feeds.store.engine import open_store

FIRST = datetime(2026, 1, 30, 10, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
MOST = 25_000
"""Bytes of a document, of which 20,000 are for its header."""

Captures = list[tuple[datetime, list[int]]]

moments = st.builds(
    lambda day, hour, minute: FIRST + timedelta(days=day, hours=hour, minutes=minute),
    st.sampled_from([0, 0, 1, 2, 3, 40]),
    st.integers(0, 1),
    st.sampled_from([0, 0, 7]),
)
captures: st.SearchStrategy[Captures] = st.lists(
    st.tuples(moments, st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True)), min_size=1, max_size=7
)


def page(numbers: list[int], at: datetime) -> str:
    """A page with these stories; what they say may change from day to day."""
    items = (
        f"Bericht {number}\n\nGOES (ANP) - Het is {'nu' if at.day % 3 else 'al'} zo ver met bericht {number}, zegt "
        f"de man van nummer {number * 7}, die er {'veel' if at.day % 2 else 'weinig'} van weet.\n\n1 uur geleden\n"
        for number in numbers
    )
    return "Over ons\n\nOver ons\n\nVEERE (ANP) - Wij zijn er.\n\nMeer uit Zeeland\n\n" + "".join(items)


@contextmanager
def cut_small() -> Iterator[None]:
    """Documents of archives hold no more than a story or two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "MOST_BYTES", MOST)
        yield


def built(home: Path, entries: int, batches: list[list[Path]]) -> Callable[[], dict[str, bytes]]:
    """Builds these dumps, a build for each batch; gives what is published then."""
    home.mkdir()
    config = load_config(None, {}, Flags(), home).config
    config = replace(config, selection=replace(config.selection, entries=entries))
    with closing(open_store(config.store, write=True, wait=1)) as store:
        for batch in batches:
            sources = tuple(Source(path, "zeelandnet") for path in batch)
            build(store, replace(config, sources=sources), lambda _what, _done, _total: None)
    files = [path for path in config.out.rglob("*") if path.is_file() and path.name != "tombstones.atom.xml"]
    return lambda: {path.relative_to(config.out).as_posix(): path.read_bytes() for path in files}


@settings(max_examples=12, deadline=None)
@given(seen=captures, shuffle=st.randoms(use_true_random=False), entries=st.integers(1, 4))
def test_archives_bit_by_bit(seen: Captures, shuffle: Random, entries: int) -> None:
    """A build after each dump, as they were captured or in any order, ends with the bytes of one clean build.

    Ids may differ if dumps do not come in the order of their capture; then the documents and what they hold are alike.
    """
    with TemporaryDirectory() as folder, cut_small():
        root = Path(folder)
        paths = []
        for number, (at, numbers) in enumerate(sorted(seen)):
            paths.append(root / f"{at:%Y%m%d%H%M%S}-{number}.txt")
            paths[-1].write_text(page(numbers, at), "utf-8")
        clean = built(root / "clean", entries, [paths])()
        assert built(root / "living", entries, [[path] for path in paths])() == clean
        shuffle.shuffle(paths)
        mixed = built(root / "mixed", entries, [[path] for path in paths])()
        if ids(mixed["all/atom.xml"]) == ids(clean["all/atom.xml"]):
            assert mixed.keys() == clean.keys()
        assert chain(mixed) == chain(clean)


def ids(document: bytes) -> list[str | None]:
    """The ids of a document's entries."""
    return [entry.findtext(f"{ATOM}id") for entry in etree.fromstring(document).iter(f"{ATOM}entry")]


def chain(out: dict[str, bytes]) -> list[str]:
    """The titles in the archive of everything, followed from the feed on, without their order within a moment."""
    found: list[str | None] = []
    path: str | None = "all/atom.xml"
    while path is not None:
        document = etree.fromstring(out[path])
        if path != "all/atom.xml":
            found += [one.text for one in document.findall(f"{ATOM}entry/{ATOM}title")]
        links = {one.get("rel"): one.get("href", "") for one in document.findall(f"{ATOM}link")}
        path = links["prev-archive"].removeprefix("http://127.0.0.1:8080/") if "prev-archive" in links else None
    return sorted(map(str, found))
