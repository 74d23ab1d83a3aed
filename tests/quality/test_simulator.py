from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator import EXACT, Settings, SimulatedPage, Truth, simulate, write_dumps
from simulator.grammar import sentence
from simulator.measure import score
from simulator.oracle import oracles
from simulator.portal import age_span, printed_age
from simulator.proof import provably_wrong
from simulator.settings import DAY, HOUR, MINUTE, SECOND

from feeds.canon import micros

NOON = micros(datetime(2026, 3, 3, 12, tzinfo=UTC))


def fingerprint(settings: Settings) -> str:
    """A hash of all that a simulation hands out."""
    digest = blake2b()
    for page in simulate(settings):
        digest.update(repr((page.name, page.text, page.sidecar, page.mtime, page.true)).encode())
    return digest.hexdigest()


def test_equal_seeds_give_equal_bytes(small: Settings) -> None:
    """A simulation is a function of its settings, and every seed is another portal."""
    few = replace(small, pages=120)
    assert fingerprint(few) == fingerprint(few)
    assert fingerprint(few) != fingerprint(replace(few, seed=6))


@pytest.mark.parametrize(
    ("elapsed", "age"),
    [
        (0, "0 minuten geleden"),
        (MINUTE - 1, "0 minuten geleden"),
        (MINUTE, "1 minuut geleden"),
        (2 * MINUTE - 1, "1 minuut geleden"),
        (59 * MINUTE + 59 * SECOND, "59 minuten geleden"),
        (HOUR, "1 uur geleden"),
        (DAY - 1, "23 uur geleden"),
        (DAY, "1 dag geleden"),
        (7 * DAY - 1, "6 dagen geleden"),
        (7 * DAY, "1 week geleden"),
        (27 * DAY, "3 weken geleden"),
        (28 * DAY, "1 maand geleden"),  # 3 February to 3 March
        (59 * DAY, "2 maanden geleden"),  # 3 January, 31 + 28 days
        (365 * DAY, "1 jaar geleden"),
        (2 * 365 * DAY, "2 jaar geleden"),
        (3 * 365 * DAY, "2 jaar geleden"),  # 2024 had 366 days
    ],
)
def test_ages_are_floored(elapsed: int, age: str) -> None:
    """An age is the number of whole units that have passed."""
    assert printed_age(NOON - elapsed, NOON) == age


@given(st.integers(0, 2_000 * DAY), st.integers(0, 900 * DAY // SECOND))
def test_age_span_is_exact(elapsed: int, later: int) -> None:
    """All instants of an age's span print that age, the instants just outside another; both edges are found."""
    captured = NOON + later * SECOND
    published = captured - elapsed
    low, high = age_span(published, captured)
    age = printed_age(published, captured)
    assert low < published <= high
    assert printed_age(low + 1, captured) == printed_age(high, captured) == age
    assert printed_age(low, captured) != age
    assert high == captured or printed_age(high + 1, captured) != age


def test_lists_run_from_new_to_old(truth: Truth) -> None:
    """In every list the stories are distinct, none is newer than the one before it, and none is the page's article."""
    for page in truth.pages:
        shown = [sighting.story for sighting in page.sightings]
        assert len(set(shown)) == len(shown)
        listed = [sighting.story for sighting in page.sightings if sighting.role != "article"]
        for newer, older in pairwise(listed):
            instants = [
                max(at for at in truth.stories[index].published if at <= page.captured) for index in (newer, older)
            ]
            assert instants[0] >= instants[1]


def test_pages_come_in_capture_order(pages: tuple[SimulatedPage, ...]) -> None:
    """Captures never go back in time, names are unique, and no story is shown before it is out."""
    assert all(one.captured <= two.captured for one, two in pairwise(pages))
    assert len({page.name for page in pages}) == len(pages)


def test_stories_are_seen_up_to_sixty_times(truth: Truth, small: Settings) -> None:
    """No story stands on more pages than allowed, most stand on several."""
    seen = Counter(sighting.story for page in truth.pages for sighting in page.sightings)
    assert max(seen.values()) <= small.most_seen
    assert sum(count > 1 for count in seen.values()) > 0.7 * len(seen)


def test_wordings_change_by_the_clock(pages: tuple[SimulatedPage, ...], truth: Truth) -> None:
    """A page shows the wording that is current at its capture, and edited stories are seen in several."""
    seen: dict[int, set[int]] = {}
    for page in truth.pages:
        for sighting in page.sightings:
            wordings = truth.stories[sighting.story].wordings
            assert wordings[sighting.wording].since <= page.captured
            assert all(later.since > page.captured for later in wordings[sighting.wording + 1 :])
            seen.setdefault(sighting.story, set()).add(sighting.wording)
    assert sum(len(wordings) > 1 for wordings in seen.values()) > 0.05 * len(seen)


def test_every_edit_changes_something(truth: Truth) -> None:
    """Two wordings in a row differ, and in what the edit says it changed."""
    for story in truth.stories:
        for before, after in pairwise(story.wordings):
            assert (before.headline != after.headline) == (after.changed in {"headline", "both"})
            assert (before.agencies != after.agencies) == (after.changed == "agency")
            assert (before.lead != after.lead) == (after.changed not in {"headline", "agency"})


def test_no_two_stories_begin_alike(truth: Truth) -> None:
    """The first lead of every story is its own, series and second reports included."""
    leads = Counter(story.wordings[0].sentences for story in truth.stories)
    assert max(leads.values()) == 1


def test_hard_negatives_are_there(truth: Truth) -> None:
    """Second reports share sentences and lists with the first, series share headlines, dossiers paragraphs."""
    by_kin = Counter(story.kin.partition(":")[0] for story in truth.stories)
    assert min(by_kin["second"], by_kin["twin"], by_kin["series"]) > 10
    second = [story for story in truth.stories if story.kin == "second"]
    firsts = {story.index: truth.stories[story.relative or 0] for story in second}
    assert any(set(story.wordings[0].sentences) & set(firsts[story.index].wordings[0].sentences) for story in second)
    listed = {
        pair for page in truth.pages for pair in combinations(sorted(sighting.story for sighting in page.sightings), 2)
    }
    assert any(tuple(sorted((story.index, story.relative or 0))) in listed for story in second)
    series = Counter(story.wordings[0].headline for story in truth.stories if story.kin.startswith("series"))
    assert max(series.values()) > 2
    assert Counter(paragraph for story in truth.stories for paragraph in story.background).most_common(1)[0][1] > 2


def test_times_are_told_as_chosen(pages: tuple[SimulatedPage, ...], small: Settings) -> None:
    """Exact times are right but for wrong clocks, days hold their capture, the rest tells none."""
    told = Counter(page.true.telling for page in pages)
    assert abs(told["exact"] / len(pages) - small.exact) < 0.05
    for page in pages:
        low, high = page.true.told
        captured = page.true.captured + page.true.clock_error
        stamp = re.match(r"(\d{14})-", page.name)
        assert (stamp is not None) <= (page.true.telling == "exact")
        if low is not None and high is not None:
            assert low <= captured <= high
        else:
            assert page.true.clock_error == 0
            assert set(page.sidecar or {}) <= {"url"}
    assert any(page.true.clock_error for page in pages)


def test_exact_settings_tell_all() -> None:
    """With exact times every page tells its capture, to the second and rightly."""
    assert all(page.told == (page.captured, page.captured) for page in _truth(replace(EXACT, pages=100)).pages)


def test_second_publications() -> None:
    """A story published again weeks later stands at the head of its list once more, and its ages count anew."""
    running = simulate(replace(EXACT, seed=3, pages=1_500, pages_per_day=30, stories_per_day=20, republished=0.2))
    republished = {story.index for story in running.stories if len(story.published) > 1}
    assert republished
    tuple(running)
    contradicted = {story for story, oracle in oracles(running.truth).items() if oracle.contradicted}
    assert contradicted
    assert contradicted <= republished


def test_truth_scores_perfectly(truth: Truth) -> None:
    """The truth itself, with its oracle's spans, has no fault in any figure."""
    spans = {story: oracle.span for story, oracle in oracles(truth).items()}
    found = score(truth, truth.story_of(), spans)
    assert (
        found.pairwise_precision == found.pairwise_recall == found.b_cubed_f1 == found.containment == found.dated == 1
    )
    assert (found.list_merges, found.width_ratio) == (0, 1)


def test_some_wrong_clocks_can_be_proved(truth: Truth) -> None:
    """Most wrong clocks contradict right ones, and only wrong ones are provable."""
    wrong = {page.name for page in truth.pages if page.clock_error}
    assert provably_wrong(truth) <= wrong
    assert len(provably_wrong(truth)) > len(wrong) / 2


def test_unrelated_prose_differs() -> None:
    """Sentences of unrelated stories share few words in a row: no more than a twentieth of three-word runs."""
    chance = Random(1)
    runs = [_runs(" ".join(sentence("s", chance) for _ in range(3))) for _ in range(200)]
    shares = [len(one & two) / min(len(one), len(two)) for one, two in combinations(runs, 2)]
    assert sum(shares) / len(shares) < 0.01
    assert sum(share > 0.05 for share in shares) / len(shares) < 0.06


def test_dumps_are_written(pages: tuple[SimulatedPage, ...], tmp_path: Path) -> None:
    """Each page becomes a file with its bytes, its modification time and, if it has one, its sidecar."""
    assert write_dumps(tmp_path / "inbox", pages[:40]) == 40
    for page in pages[:40]:
        path = tmp_path / "inbox" / page.name
        assert path.read_bytes().decode() == page.text
        assert abs(path.stat().st_mtime - page.mtime.timestamp()) < 0.01
        sidecar = path.with_name(f"{page.name}.meta.json")
        assert (json.loads(sidecar.read_text()) if sidecar.exists() else None) == page.sidecar


def _truth(settings: Settings) -> Truth:
    running = simulate(settings)
    tuple(running)
    return running.truth


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}
