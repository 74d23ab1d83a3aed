"""How near an answer comes to the truth: plain functions over plain mappings.

A clustering is scored by its contingency, the number of sightings for each pair of true story and predicted cluster,
so that nothing enumerates pairs of sightings. The answer names every sighting by its page and position, and gives
each cluster a span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import NamedTuple, TypeAlias, TypeVar

from .oracle import Oracle, oracles
from .proof import provably_wrong, undecidable
from .truth import SightingKey, Span, Truth

Cluster = TypeVar("Cluster", bound=Hashable)
Contingency: TypeAlias = Mapping[tuple[int, Cluster], int]
"""Sightings of a true story in a predicted cluster."""


class Agreement(NamedTuple):
    """Precision and recall, each 1 where nothing could be wrong."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Dating(NamedTuple):
    """How good spans are. Shares are 1 and ratios 1 where there is nothing to date."""

    containment: float
    """Share of stories whose true instant lies in their span; an open side contains everything."""
    dated: float
    """Of the stories that the oracle bounds on both sides, the share that the answer bounds on both sides too."""
    width_ratio: float
    """Median over those of width by the oracle's width."""
    width_ratio_p90: float
    """Nine tenths of them are no wider than this."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything the gate looks at, for one simulation."""

    sightings: int
    stories: int
    clusters: int
    pairwise_precision: float
    pairwise_recall: float
    b_cubed_f1: float
    list_merges: int
    containment: float
    containment_beside_wrong_clocks: float
    """Containment of the stories that stand on a page whose clock was wrong: no neighbour may move."""
    undecidable: float
    """Share of the stories whose publication no page tells: they count in no figure of dating."""
    containment_republished: float
    """Of stories whose ages contradict each other, the share whose span holds one of their publications."""
    dated: float
    width_ratio: float
    width_ratio_p90: float

    def figures(self) -> dict[str, float]:
        """The scores by name, for the floors."""
        return asdict(self)


def contingency(pairs: Iterable[tuple[int, Cluster]]) -> Counter[tuple[int, Cluster]]:
    """The contingency of (true story, predicted cluster), one pair for each sighting."""
    return Counter(pairs)


def pairwise(table: Contingency[Cluster]) -> Agreement:
    """Precision and recall over all pairs of sightings: those put together, and those that belong together."""
    stories, clusters = _margins(table)
    together = sum(map(_pairs, table.values()))
    return Agreement(
        _share(together, sum(map(_pairs, clusters.values()))), _share(together, sum(map(_pairs, stories.values())))
    )


def b_cubed(table: Contingency[Cluster]) -> Agreement:
    """B-cubed precision and recall (Bagga and Baldwin, 1998).

    The purity of its cluster and the completeness of its story, averaged over sightings.
    """
    stories, clusters = _margins(table)
    total = sum(stories.values())
    pure = sum(count * count / clusters[cluster] for (_, cluster), count in table.items())
    whole = sum(count * count / stories[story] for (story, _), count in table.items())
    return Agreement(_share(pure, total), _share(whole, total))


def list_merges(table: Contingency[Cluster], lists: Iterable[Sequence[int]]) -> int:
    """How many clusters hold two stories that stand together in one of the lists of true stories."""
    held: dict[Cluster, set[int]] = {}
    for story, cluster in table:
        held.setdefault(cluster, set()).add(story)
    impure: dict[int, list[Cluster]] = {}
    for cluster, stories in held.items():
        if len(stories) > 1:
            for story in stories:
                impure.setdefault(story, []).append(cluster)
    merged: set[Cluster] = set()
    for members in lists:
        counts = Counter(cluster for story in set(members) for cluster in impure.get(story, ()))
        merged.update(cluster for cluster, count in counts.items() if count > 1)
    return len(merged)


def majority(table: Contingency[Cluster]) -> dict[int, Cluster]:
    """The cluster that holds most sightings of each story; of equal ones the first in the order of the table."""
    best: dict[int, tuple[int, Cluster]] = {}
    for (story, cluster), count in table.items():
        if story not in best or count > best[story][0]:
            best[story] = (count, cluster)
    return {story: cluster for story, (_, cluster) in best.items()}


def holds(span: Span, instant: int) -> bool:
    """Whether an instant lies in a span; the edges count as inside."""
    low, high = span
    return (low is None or low <= instant) and (high is None or instant <= high)


def dating(known: Mapping[int, Oracle], spans: Mapping[int, Span]) -> Dating:
    """How the spans of stories compare with their oracles. Stories whose ages contradict each other do not count."""
    fair = {story: oracle for story, oracle in known.items() if not oracle.contradicted}
    unknown: Span = (None, None)
    contained = sum(holds(spans.get(story, unknown), oracle.instant) for story, oracle in fair.items())
    ratios: list[float] = []
    datable = 0
    for story, oracle in fair.items():
        widest, width = _width(oracle.span), _width(spans.get(story, unknown))
        if widest:
            datable += 1
            if width is not None:
                ratios.append(width / widest)
    return Dating(
        _share(contained, len(fair)),
        _share(len(ratios), datable),
        median(ratios) if ratios else 1.0,
        quantiles(ratios, n=10, method="inclusive")[-1] if len(ratios) > 1 else max(ratios, default=1.0),
    )


def score(truth: Truth, assignment: Mapping[SightingKey, Cluster], spans: Mapping[Cluster, Span]) -> Scores:
    """Scores an answer: the cluster of each sighting and the span of each cluster, in microseconds.

    A sighting that the answer leaves out is a cluster of its own, unless it is a fragment that nothing could tell
    apart. Sightings that are not in the truth do not count. A story is dated by the cluster that holds most of it.
    """
    pairs: list[tuple[int, Hashable]] = []
    given: dict[Hashable, Span] = {cluster: span for cluster, span in spans.items()}  # noqa: C416 - widens the key
    for page in truth.pages:
        for sighting in page.sightings:
            key = (page.name, sighting.position)
            if key in assignment:
                pairs.append((sighting.story, assignment[key]))
            elif not sighting.bare:
                pairs.append((sighting.story, ("left out", *key)))
    table = contingency(pairs)
    pairs_agree, cubed = pairwise(table), b_cubed(table)
    known = oracles(truth)
    by_story = {story: given.get(cluster, (None, None)) for story, cluster in majority(table).items()}
    lost = undecidable(truth)
    told = {story: oracle for story, oracle in known.items() if story not in lost}
    result = dating(told, by_story)
    beside = {sighting.story for page in truth.pages if page.clock_error for sighting in page.sightings}
    twice = [(story, oracle) for story, oracle in known.items() if oracle.contradicted]
    right = sum(
        any(holds(by_story.get(story, (None, None)), at) for at in truth.stories[story].published) for story, _ in twice
    )
    return Scores(
        sightings=len(pairs),
        stories=len({story for story, _ in table}),
        clusters=len({cluster for _, cluster in table}),
        pairwise_precision=pairs_agree.precision,
        pairwise_recall=pairs_agree.recall,
        b_cubed_f1=cubed.f1,
        list_merges=list_merges(table, ([sighting.story for sighting in page.sightings] for page in truth.pages)),
        containment=result.containment,
        containment_beside_wrong_clocks=dating(
            {story: told[story] for story in beside & told.keys()}, by_story
        ).containment,
        undecidable=len(lost) / max(len(known), 1),
        containment_republished=_share(right, len(twice)),
        dated=result.dated,
        width_ratio=result.width_ratio,
        width_ratio_p90=result.width_ratio_p90,
    )


def blame(truth: Truth, named: Iterable[str]) -> Agreement:
    """How well an answer names the pages whose clock was wrong.

    Recall is over the wrong clocks that can be proved at all; naming a wrong clock that cannot is no mistake.
    """
    accused = frozenset(named)
    wrong = {page.name for page in truth.pages if page.clock_error}
    provable = provably_wrong(truth)
    return Agreement(_share(len(accused & wrong), len(accused)), _share(len(accused & provable), len(provable)))


def _margins(table: Contingency[Cluster]) -> tuple[Counter[int], Counter[Cluster]]:
    stories: Counter[int] = Counter()
    clusters: Counter[Cluster] = Counter()
    for (story, cluster), count in table.items():
        stories[story] += count
        clusters[cluster] += count
    return stories, clusters


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _width(span: Span) -> int | None:
    low, high = span
    return None if low is None or high is None else high - low
