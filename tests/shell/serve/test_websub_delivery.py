"""What the hub delivers, by every MUST of WebSub (sections in the docstrings), also for topics elsewhere."""

from __future__ import annotations

import hmac

import pytest
from live import Server, wait_for
from subscriber import Elsewhere, agrees, known, news, post, subscribe

# -- delivery (section 7) ---------------------------------------------------------------------------


def test_news_is_delivered_whole(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """A POST with the document, its media type, and Link headers `hub` and `self` (section 7)."""
    subscribe(server, other, topic, f"/{name}?x=1")
    body = news(server, name, "twee", "een")
    got = other.wait(f"/{name}")
    assert (got.body, got.query) == (body, "x=1")
    assert got.headers["content-type"] == server.get(f"/topic/{name}/atom.xml")["content-type"]
    assert got.headers["link"] == f'<{server.address}/hub>; rel="hub", <{topic}>; rel="self"'
    assert got.headers["x-hub-signature"] is None


@pytest.mark.parametrize("file", ["rss.xml", "feed.json"])
def test_every_format_can_be_subscribed_to(server: Server, other: Elsewhere, name: str, file: str) -> None:
    """RSS and JSON Feed are topics of their own, with their media types."""
    server.put(f"topic/{name}/{file}", b"{}")
    subscribe(server, other, f"{server.address}/topic/{name}/{file}", f"/{name}")
    server.put(f"topic/{name}/{file}", b'{"items": []}')
    got = other.wait(f"/{name}")
    assert got.body == b'{"items": []}'
    assert got.headers["content-type"] == server.get(f"/topic/{name}/{file}")["content-type"]


def test_who_has_a_secret_can_tell_who_speaks(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """With a secret of up to 199 bytes the body is signed: `X-Hub-Signature: sha256=...` (section 7.1)."""
    secret = "gehéim" + "x" * 192
    subscribe(server, other, topic, f"/{name}", secret=secret)
    body = news(server, name, "twee", "een")
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    assert other.wait(f"/{name}").headers["x-hub-signature"] == f"sha256={signature}"


def test_a_subscription_again_replaces_the_first(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """The same callback and topic are one subscription: the newest secret counts, and one delivery is made (5.1.1)."""
    for secret in ("oud", "nieuw"):
        subscribe(server, other, topic, f"/{name}", secret=secret)
    other.wait(f"/{name}", "GET", 2)
    subscribe(server, other, topic, f"/{name}-after")
    body = news(server, name, "twee", "een")
    other.wait(f"/{name}-after")
    signature = hmac.new(b"nieuw", body, "sha256").hexdigest()
    assert other.wait(f"/{name}").headers["x-hub-signature"] == f"sha256={signature}"
    assert len(other.of(f"/{name}")) == 1


def test_a_request_that_is_not_confirmed_leaves_the_first_in_force(
    server: Server, other: Elsewhere, topic: str, name: str
) -> None:
    """Nobody else can end or change a subscription (section 5.3)."""
    subscribe(server, other, topic, f"/{name}")
    other.answers[f"/{name}"] = lambda _: (404, {}, b"")
    for mode in ("subscribe", "unsubscribe"):
        assert post(server, mode=mode, topic=topic, callback=f"{other.address}/{name}").status == 202
    other.wait(f"/{name}", "GET", 3)
    other.answers[f"/{name}"] = agrees
    body = news(server, name, "twee", "een")
    assert other.wait(f"/{name}").body == body


def test_who_unsubscribes_hears_no_more(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """An unsubscription is verified, and then nothing is delivered (section 5.3)."""
    subscribe(server, other, topic, f"/{name}")
    subscribe(server, other, topic, f"/{name}-other")
    assert post(server, mode="unsubscribe", topic=topic, callback=f"{other.address}/{name}").status == 202
    asked = other.wait(f"/{name}", "GET", 2)
    assert (asked.word("hub.mode"), asked.word("hub.topic")) == ("unsubscribe", topic)
    wait_for(lambda: f"{other.address}/{name}\n" not in known(server) + "\n", "the subscription to end")
    news(server, name, "twee", "een")
    other.wait(f"/{name}-other")
    assert other.of(f"/{name}") == []
    assert post(server, mode="unsubscribe", topic=topic, callback=f"{other.address}/{name}").status == 404


def test_who_is_gone_hears_no_more(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """410 ends the subscription (section 7)."""
    subscribe(server, other, topic, f"/{name}")
    other.answers[f"/{name}"] = lambda _: (410, {}, b"")
    news(server, name, "twee", "een")
    assert other.wait(f"/{name}").method == "POST"
    wait_for(lambda: f"{other.address}/{name}\n" not in known(server) + "\n", "the subscription to end")


@pytest.mark.parametrize("status", [301, 404, 500])
def test_what_fails_is_delivered_again(server: Server, other: Elsewhere, topic: str, name: str, status: int) -> None:
    """Anything but a success is a failure, a redirect too, which is not followed; the hub tries again (section 7)."""
    subscribe(server, other, topic, f"/{name}")
    other.answers[f"/{name}"] = lambda _: (
        (status, {"Location": f"{other.address}/{name}-moved"}, b"")
        if len(other.of(f"/{name}")) == 1
        else (204, {}, b"")
    )
    body = news(server, name, "twee", "een")
    assert other.wait(f"/{name}", number=2).body == body
    assert other.of(f"/{name}-moved") == []


def test_a_lease_that_ended_ends_deliveries(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """After its lease a subscription is none (section 5.1.2)."""
    subscribe(server, other, topic, f"/{name}", lease_seconds="1")
    gone = {"mode": "unsubscribe", "topic": topic, "callback": f"{other.address}/{name}"}
    wait_for(lambda: post(server, **gone).status == 404, "the lease to end")
    subscribe(server, other, topic, f"/{name}-other")
    news(server, name, "twee", "een")
    other.wait(f"/{name}-other")
    assert other.of(f"/{name}") == []


# -- topics of others -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["url", "topic"])
def test_a_publisher_elsewhere_is_fetched_and_passed_on(server: Server, other: Elsewhere, name: str, word: str) -> None:
    """`hub.mode=publish` has the topic fetched; its bytes and media type reach the subscriber (sections 6 and 7)."""
    topic = f"{other.address}/topics/{name}?a=b"
    other.answers[f"/topics/{name}"] = lambda _: (200, {"Content-Type": "text/markdown"}, b"# Nieuws")
    subscribe(server, other, topic, f"/{name}")
    assert post(server, mode="publish", **{word: topic}).status == 202
    got = other.wait(f"/{name}")
    assert (got.body, got.headers["content-type"]) == (b"# Nieuws", "text/markdown")
    assert got.headers["link"] == f'<{server.address}/hub>; rel="hub", <{topic}>; rel="self"'


@pytest.mark.parametrize(
    "topic", ["{other}/elsewhere/x", "{other}1/topics/x", "http://127.0.0.1:9/topics/", "http://localhost/topics/"]
)
def test_topics_that_are_not_named_are_refused(server: Server, other: Elsewhere, topic: str) -> None:
    """Only what lies below a configured prefix, of that very host and port, is a topic."""
    named = topic.replace("{other}", other.address)
    assert post(server, mode="publish", url=named).status in {400, 404}
    assert post(server, mode="subscribe", topic=named, callback=other.address).status in {400, 404}


def test_a_topic_nobody_asked_for_is_not_fetched(server: Server, other: Elsewhere, name: str) -> None:
    """A publisher cannot have the hub fetch things for nobody."""
    unknown, wanted = f"{other.address}/topics/{name}-unknown", f"{other.address}/topics/{name}"
    subscribe(server, other, wanted, f"/{name}")
    assert post(server, mode="publish", url=unknown).status == 202
    assert post(server, mode="publish", url=wanted).status == 202
    other.wait(f"/{name}")
    assert other.of(f"/topics/{name}-unknown", "GET") == []
