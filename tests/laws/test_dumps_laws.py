"""Laws of captures: a function of the set of facts, and of nothing else."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from feeds.dumps.captures import Fact, captures, dump_name
from feeds.dumps.when import told_by_mtime
from feeds.model import ContentHash, Evidence, Told

CONTENT = ContentHash("00" * 16)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MTIME = 1_772_539_200_000_000


def told(start: int, hours: int, source: Evidence) -> Told:
    """A span of some hours around noon."""
    first = NOON + timedelta(hours=start)
    return Told(first, first + timedelta(hours=hours), source)


def fact(
    path: str = "a.txt", mtime: int = MTIME, url: str | None = None, span: Told | None = None, record: int = 0
) -> Fact:
    """A fact of the one content, trusted."""
    return Fact(b"/in/" + path.encode(), CONTENT, mtime, "zeelandnet", url, span, "trust", record)


SPANS = st.none() | st.builds(
    told, st.integers(0, 2), st.integers(0, 1), st.sampled_from(["record", "sidecar", "name", "page"])
)
FACTS = st.lists(
    st.builds(
        Fact,
        st.sampled_from([b"/in/a.txt", b"/in/b.txt", b"/in/x/a.txt", b"/in/\xff\n.txt"]),
        st.just(CONTENT),
        st.integers(MTIME, MTIME + 3),
        st.sampled_from(["one", "two"]),
        st.sampled_from([None, "https://a.nl/", "https://b.nl/"]),
        SPANS,
        st.sampled_from(["trust", "ignore"]),
        st.integers(0, 2),
    ),
    max_size=8,
)


@given(FACTS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_facts_do_not_show(facts: list[Fact], shuffle: random.Random) -> None:
    """The captures are those of the set of facts."""
    again = facts + facts[::2]
    shuffle.shuffle(again)
    assert captures(again) == captures(facts)


@given(FACTS)
def test_captures_are_distinct_and_in_order(facts: list[Fact]) -> None:
    """Keys are distinct, the order is total, and there are captures wherever there are facts."""
    found = captures(facts)
    assert len({capture.key for capture in found}) == len(found)
    assert bool(found) == bool(facts)
    orders = [capture.order for capture in found]
    assert all(earlier < later for earlier, later in pairwise(orders))


@given(FACTS)
def test_each_told_span_at_an_address_is_one_capture(facts: list[Fact]) -> None:
    """There are as many captures as distinct addresses and told spans, or one if nothing tells the time."""
    spans = {(one.url, one.told.not_before, one.told.not_after) for one in facts if one.told}
    assert len(captures(facts)) == (len(spans) or min(len(facts), 1))


@given(FACTS)
def test_untold_copies_do_not_show_beside_told_ones(facts: list[Fact]) -> None:
    """What nothing dates is ignored as soon as something dates the content."""
    dated = [one for one in facts if one.told]
    if dated:
        assert captures(facts) == captures(dated)


@given(FACTS, FACTS)
def test_told_captures_only_grow(some: list[Fact], more: list[Fact]) -> None:
    """Further facts take no told capture away and change no key."""
    before = {capture.key for capture in captures(some) if any(one.told for one in some)}
    assert before <= {capture.key for capture in captures(some + more)}


@given(FACTS)
def test_untold_copies_are_one_capture_at_the_earliest_time(facts: list[Fact]) -> None:
    """Without told times everything is one capture, dated by the earliest modification time and its source's policy."""
    untold = [Fact(one.path, CONTENT, one.mtime, one.site, one.url, None, one.policy) for one in facts]
    for capture in captures(untold):
        earliest = min(one.mtime for one in untold)
        policies = {one.policy for one in untold if one.mtime == earliest}
        assert capture.told == told_by_mtime(earliest, "trust" if "trust" in policies else "ignore")
        assert capture.dumps == tuple(sorted({dump_name(one.path) for one in untold}))


def test_one_content_at_two_times_is_two_captures_under_all_their_names() -> None:
    """Told times make captures, names do not; a capture lists only its own dumps, least first."""
    noon, later = told(0, 0, "name"), told(1, 0, "name")
    found = captures([fact("c.txt", span=later), fact("b.txt", span=noon), fact("a.txt", span=noon), fact("0.txt")])
    assert [capture.dumps for capture in found] == [("a.txt", "b.txt"), ("c.txt",)]
    assert [capture.told for capture in found] == [noon, later]


def test_the_best_evidence_names_a_span_that_several_tell() -> None:
    """One span told by a sidecar and by a name is one capture, and the sidecar is its source."""
    (capture,) = captures([fact("a.txt", span=told(0, 0, "name")), fact("b.txt", span=told(0, 0, "sidecar"))])
    assert capture.told.source == "sidecar"


def test_the_least_named_dump_with_an_address_gives_the_address() -> None:
    """An untold capture has the address of the least-named dump that knows one."""
    dumps = [fact("c.txt", url="https://c.nl/"), fact("b.txt", url="https://b.nl/"), fact("a.txt")]
    (capture,) = captures(dumps)
    assert capture.url == "https://b.nl/"
    assert capture.dumps == ("a.txt", "b.txt", "c.txt")


def test_a_capture_names_the_first_row_of_its_least_named_dump() -> None:
    """The record is that of the row that stands first in the file whose name is listed first."""
    rows = [
        fact("b.jsonl"),
        fact("a.jsonl", record=5, url="https://a.nl/"),
        fact("a.jsonl", record=3, url="https://b.nl/"),
    ]
    (capture,) = captures(rows)
    assert (capture.dumps, capture.record, capture.url) == (("a.jsonl", "b.jsonl"), 3, "https://b.nl/")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1))
def test_the_time_of_a_file_of_rows_is_not_that_of_each(copies: list[tuple[bool, int]]) -> None:
    """Of copies that nothing dates the earliest time of a file counts; that of rows only where there are no others."""
    facts = [fact(f"{place}.{'jsonl' if row else 'txt'}", MTIME + mtime) for place, (row, mtime) in enumerate(copies)]
    (capture,) = captures(facts)
    alone = [mtime for row, mtime in copies if not row] or [mtime for _, mtime in copies]
    assert capture.mtime == MTIME + min(alone)
