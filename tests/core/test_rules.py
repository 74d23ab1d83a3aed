"""Configured channels: which stories stand in them, and how they refer to each other."""

from __future__ import annotations

from datetime import UTC, datetime

from feeds.channels.grammar import read_query
from feeds.channels.rules import Rule, Window, circle, in_order
from feeds.channels.selection import empty_feed
from feeds.model import Block, ChannelKey, Published, Story, StoryId

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STORY = Story(
    id=StoryId("tag:x:story/1"),
    headline="Brug dicht",
    summary="De brug blijft dicht.",
    link=None,
    link_kind=None,
    topics=("Binnenland",),
    datelines=(),
    agencies=(),
    places=(),
    published=Published(None, None, None),
    first_seen=NOON,
    updated=NOON,
    body=(),
    byline=None,
    revisions=0,
    site="bode",
)


def rule(key: str, query: str | None) -> Rule:
    """A rule with that query."""
    return Rule(ChannelKey(key), key, "Over bruggen.", None if query is None else read_query(query), Window(10))


def test_rules_stand_after_what_they_refer_to() -> None:
    """The order of the file is kept as far as references allow."""
    rules = in_order(
        [rule("feed/c", "in:feed/b"), rule("feed/b", "x in:feed/a"), rule("feed/a", "y"), rule("feed/d", "z")]
    )
    assert rules.keys == ("feed/a", "feed/b", "feed/c", "feed/d")


def test_a_story_stands_in_what_finds_it() -> None:
    """By its words, its full text, its families and other rules; a rule without query has every story."""
    rules = in_order(
        [
            rule("feed/merged", "in:feed/brug OR in:topic/sport"),
            rule("feed/brug", "brug schade"),
            rule("feed/not", "-in:feed/merged"),
            rule("feed/topic", "in:topic/binnenland"),
            rule("digest/dag", None),
        ]
    )
    body = (Block("paragraph", "Er is schade."),)
    families = (ChannelKey("all"), ChannelKey("topic/binnenland"))
    assert rules.standing(STORY, body, 1, families) == ("feed/brug", "feed/merged", "feed/topic", "digest/dag")
    assert rules.standing(STORY, (), 1, families) == ("feed/not", "feed/topic", "digest/dag")


def test_one_more_rule_brings_only_what_it_refers_to() -> None:
    """What a search does not ask for is not looked at."""
    rules = in_order([rule("feed/a", "y"), rule("feed/b", "in:feed/a"), rule("feed/c", "z")])
    assert rules.below(rule("search", "in:feed/b")).keys == ("feed/a", "feed/b", "search")


def test_what_is_said_tells_rules_apart() -> None:
    """Another query or key finds other stories; another title or order of words in the file does not."""
    one, same = in_order([rule("feed/a", "x  AND y")]), in_order([rule("feed/a", "x y")])
    assert one.said == same.said
    assert (
        len({in_order([rule(key, query)]).said for key, query in [("feed/a", "x"), ("feed/b", "x"), ("feed/a", "y")]})
        == 3
    )


def test_a_circle_is_the_way_back() -> None:
    """The shortest way on which a channel leads back to itself; a channel that only leads to a circle is in none."""
    a, b, c, d = (ChannelKey(f"feed/{name}") for name in "abcd")
    refers = {a: (b, d), b: (c,), c: (a,), d: (a,)}
    assert circle(a, refers) == (a, d, a)
    assert circle(b, refers) == (b, c, a, b)
    assert circle(d, {d: (a,), a: (b,), b: (a,)}) == ()


def test_an_empty_feed_says_so() -> None:
    """It keeps its title and description, and tells that there is nothing in it and since when."""
    feed = empty_feed(rule("feed/a", "x").channel, NOON, "Nu leeg.", "nl")
    assert (feed.channel.title, feed.channel.description) == ("feed/a", "Over bruggen. Nu leeg.")
    assert (feed.entries, feed.updated, feed.language) == ((), NOON, "nl")
