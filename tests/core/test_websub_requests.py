"""What requests to the hub ask for, and which topics a configured prefix covers; pure tables."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.serve.websub.asked import Publication, Refusal, Wish, covers, understood, with_parameters

TOPIC, CALLBACK = "https://feeds.example/all/atom.xml", "https://reader.example/hook?x=1"


@pytest.mark.parametrize(
    ("prefix", "topic", "covered"),
    [
        ("https://a.example/x/", "https://a.example/x/y.xml", True),
        ("https://a.example/x", "https://a.example/xyz", True),
        ("https://a.example/x/", "https://a.example/y", False),
        ("https://a.example", "https://a.example.evil.example/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("https://a.example", "https://a.example:8443/x", True),
        ("https://a.example:443/", "https://a.example/x", True),
        ("https://a.example/", "http://a.example/x", False),
        ("https://a.example/", "https://A.EXAMPLE/x", True),
        ("https://a.example/", "https://user@a.example/x", False),
        ("http://127.0.0.1:80", "http://127.0.0.1:8080/", False),
        ("https://a.example/f?id=", "https://a.example/f?id=7", True),
        ("https://a.example/", "https://a.example\\@evil.example/", False),
        ("https://a.example/x/", "https://a.example/x/../y", False),
        ("https://a.example/x/", "https://a.example/x/%2E%2e/y", False),
        ("https://a.example/x/", "https://a.example/x/..%2Fy", False),
        ("https://a.example/x/", "https://a.example/x/..y/a..b", True),
    ],
)
def test_prefixes_cover_what_begins_with_them(prefix: str, topic: str, covered: bool) -> None:
    """Host and port count as a whole, the rest to the letter."""
    assert covers(prefix, topic) is covered


def test_a_subscription_is_understood() -> None:
    """Mode, topic, callback, lease and secret; of a word that is said twice the first counts."""
    pairs = [("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", CALLBACK), ("hub.lease_seconds", "60")]
    pairs += [("hub.secret", "word"), ("hub.mode", "unsubscribe")]
    assert understood(urlencode(pairs).encode()) == Wish("subscribe", TOPIC, CALLBACK, 60, b"word")


def test_a_publication_is_understood() -> None:
    """A publisher may name several topics, as `hub.url` or `hub.topic`."""
    pairs = [("hub.mode", "publish"), ("hub.url", TOPIC), ("hub.topic", TOPIC + "2"), ("hub.url", TOPIC)]
    assert understood(urlencode(pairs).encode()) == Publication((TOPIC, TOPIC + "2"))


@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(["hub.mode", "hub.topic", "hub.callback", "hub.url"]), st.text()).map(
        lambda words: urlencode(words, errors="replace").encode()
    )
)
def test_any_form_is_understood_or_refused(body: bytes) -> None:
    """Whatever is sent: a wish, a publication, or a refusal with a reason."""
    asked = understood(body)
    if isinstance(asked, Refusal):
        assert (asked.status, bool(asked.reason)) == (400, True)
    else:
        assert isinstance(asked, Wish | Publication)


@pytest.mark.parametrize(
    ("callback", "url"),
    [("http://x/", "http://x/?a=b"), ("http://x/?c", "http://x/?c&a=b"), ("http://x/?c=%20", "http://x/?c=%20&a=b")],
)
def test_a_callback_keeps_its_own_query(callback: str, url: str) -> None:
    """Parameters come after those that are there (WebSub section 5.1.1)."""
    assert with_parameters(callback, "a=b") == url
