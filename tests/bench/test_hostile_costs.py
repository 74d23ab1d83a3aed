"""What hostile dumps cost: eight times as large takes about eight times as long, whatever it holds (`-m big -s`)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time

import pytest

from feeds.build import build
from feeds.build.opening import gist_of
from feeds.config import Flags, Limits, Source, load_config
from feeds.dumps.text import decode
from feeds.errors import DumpError
from feeds.parse.profile import SiteProfile
from feeds.store.engine import open_store

pytestmark = pytest.mark.big

SIZE = 1_000_000
LIMITS = Limits(max_parse_seconds=600, max_teasers=100_000)

ARTICLE = "Kop\n\nKop\n\nGOES (ANP) - Een bericht.\n\n"
LIST = ARTICLE + "Meer uit Sport\n\n"
GLUED = "Kop\nKop\nGOES (ANP) - Een bericht.\nMeer uit Sport\n"
LISTING = "maandag 3 november 2025\nEditie: NL & Wereld | Zeeland\n"
TICKER = "Net binnen\n- Sport 9:05 Kop\n"
HEADS = ("", ARTICLE, LIST, GLUED, LISTING, TICKER, "Kop\nKop\nGOES (ANP) - ")
REPEATED = (
    *("a", "woord ", "-", '"', "(", "A/", "1", "GOES - ", "GOES (ANP) - ", "1 uur geleden", "gisteren", "...''''"),
    *("a\n", "-\n", '"\n', "(\n", "1\n", "\r", "A (\n", "GOES - a\n", "GOES (ANP) - a\n", "Goes - Goes 2-0\n", "“‘"),
    *("1 uur geleden\n", "1 uur geledenGOES - a\n", "gisterenX\n", "43 minut\n", "ANP Kop\n", "Kop\n", "JAN JANSEN\n"),
    *("Meer uit Sport\n", "Meer uit sport\n", "Meer ui\n", "Net binnen\n", "- Sport 9:05 Kop\n", "- Sport 9:0 "),
    *("maandag 3 november 2025\n", "maandag 33 november 2025\n", "Editie: a\n", "TRUMPTRUMP (ANP) - a\n"),
    *("Kop\nGOES (ANP) - a.\n1 uur geleden\n", "Kop\nGOES (ANP) - a.\n", "A/B/C/D (ANP/RTR) - a\n", "\u00a0a"),
    *("e\u0301\u0323", "\u0301\u0323", "\u0f73", "\uff9e\u0301", "\u1fef\u0323\u1fef\u0301", "\u200b\u0301\u0323", "ﷺ"),
    *("e\u0301\u0323\n", "ƫ", "\u0080", "\x01aaaaaaaaaaaa", "\ufeff", "\x0c"),
)


def seconds(text: bytes, zeelandnet: SiteProfile) -> float:
    """What it takes to read a dump and to find what its page shows."""
    started = process_time()
    with suppress(DumpError):  # empty or binary
        gist_of(decode(text).text, zeelandnet, None, LIMITS)
    return process_time() - started


@pytest.mark.parametrize("head", HEADS)
def test_time_grows_with_size_alone(zeelandnet: SiteProfile, head: str) -> None:
    """No text, repeated a million times under the head of any page, takes time by more than its length."""
    seconds((head + "a").encode(), zeelandnet)
    slow = {}
    for text in REPEATED:
        few, many = (
            min(seconds((head + text * (size // len(text.encode()))).encode(), zeelandnet) for _ in range(3))
            for size in (SIZE // 8, SIZE)
        )
        print(f"{head[:12]!r} {text[:16]!r}: {many:.3f} s for a megabyte, {many / few:.1f} times an eighth")
        if many > 20 * few + 0.05:
            slow[text] = many / few
    assert not slow


WORDS = tuple(f"woord{number}" for number in range(3000))
TEASERS = 495
"""About as many as a page may have."""


def leads(chance: Random, *, alike: bool) -> list[Sequence[str]]:
    """The words of so many long leads: of each pair all but one or two are the same, or hardly any is."""
    first = chance.choices(WORDS, k=2000)
    if alike:
        return [[*first[:number], f"ander{number}", *first[number + 1 :]] for number in range(TEASERS)]
    return [chance.choices(WORDS, k=2000) for _ in range(TEASERS)]


def seconds_to_decide(home: Path, said: Sequence[Sequence[str]]) -> float:
    """What it takes to build a store of one page with so many teasers."""
    (home / "inbox").mkdir(parents=True)
    teasers = (
        f"Kop {number}\n\nGOES (ANP) - {' '.join(words)}.\n\n1 uur geleden\n" for number, words in enumerate(said)
    )
    (home / "inbox" / "20260303090000.txt").write_text(LIST + "\n".join(teasers), "utf-8")
    config = load_config(None, {}, Flags(), home).config
    store = open_store(config.store, write=True, wait=1)
    try:
        started = process_time()
        found = build(
            store, replace(config, sources=(Source(home / "inbox", "zeelandnet"),)), lambda _what, _done, _total: None
        )
        spent = process_time() - started
        assert found.stories_new == TEASERS + 1
        return spent
    finally:
        store.close()


def test_near_equal_leads_of_one_page_cost_little_more_than_others(tmp_path: Path) -> None:
    """Hundreds of long leads on a page that differ in a word take no more than eight times as long as any others."""
    unlike = seconds_to_decide(tmp_path / "unlike", leads(Random(1), alike=False))
    alike = seconds_to_decide(tmp_path / "alike", leads(Random(1), alike=True))
    print(f"{TEASERS} leads that differ in a word: {alike:.1f} s, {alike / unlike:.1f} times others")
    assert alike <= 8 * unlike
