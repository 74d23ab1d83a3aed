"""The hub over time: restarts, slow and hostile subscribers, a store that is held."""

from __future__ import annotations

import hmac
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from live import Serve, entry, feed, free_port, wait_for
from subscriber import HUB, Asked, agrees, elsewhere, known, post, subscribe, subscribe_all

PATH = "all/atom.xml"


def test_a_restart_delivers_what_is_newest(serve: Serve) -> None:
    """Killed while subscribers are being told: after the restart all get the newest document, once."""
    port = free_port()
    with elsewhere() as other:
        server = serve(HUB, port=port)
        server.put(PATH, feed(entry("een")))
        subscribe_all(server, [f"{other.address}/{number}" for number in range(20)], f"{server.address}/{PATH}")
        for number in range(10, 20):
            other.answers[f"/{number}"] = lambda asked: (500, {}, b"") if asked.method == "POST" else agrees(asked)
        server.put(PATH, feed(entry("twee"), entry("een")))
        for number in range(20):
            other.wait(f"/{number}")
        wait_for(lambda: len(re.findall("delivered", metric(server.get("/metrics").body))) > 0, "deliveries")
        server.kill()
        newest = feed(entry("drie"), entry("twee"), entry("een"))
        server.put(PATH, newest)
        other.answers.clear()
        serve(HUB, port=port)
        for number in range(20):
            wait_for(lambda path=f"/{number}": other.of(path)[-1].body == newest, f"/{number}")  # type: ignore[misc]
        assert all(sum(one.body == newest for one in other.of(f"/{number}")) == 1 for number in range(20))


def metric(body: bytes) -> str:
    """The lines of the metrics that speak of the hub."""
    return "\n".join(line for line in body.decode().splitlines() if line.startswith("feeds_hub_"))


def test_a_stop_keeps_what_was_promised(serve: Serve) -> None:
    """SIGTERM ends the server within its grace with exit code 0; the subscriptions are there afterwards."""
    port = free_port()
    with elsewhere() as other:
        server = serve(HUB, port=port)
        server.put(PATH, feed(entry("een")))
        subscribe(server, other, f"{server.address}/{PATH}", "/a", secret="word")
        assert server.stop() == 0
        server = serve(HUB, port=port)
        server.put(PATH, feed(entry("twee")))
        assert other.wait("/a").headers["x-hub-signature"].startswith("sha256=")


def test_a_publisher_that_stumbles_delays_no_other_topic(serve: Serve) -> None:
    """After a restart each topic elsewhere is fetched by itself; who could not be told is told when it is back."""
    port = free_port()
    with elsewhere() as other:
        server = serve(HUB + f'topics = ["{other.address}/topic/"]\n', port=port)
        topics = [f"{other.address}/topic/{name}" for name in "abc"]
        for name, topic in zip("abc", topics, strict=True):
            subscribe_all(server, [f"{other.address}/{name}{number}" for number in range(3)], topic)
            for number in range(3):
                other.answers[f"/{name}{number}"] = lambda _: (500, {}, b"")
            assert post(server, mode="publish", url=topic).status == 202
            other.wait(f"/{name}0")
        assert server.stop() == 0
        before = len(other.of("/b0")), len(other.of("/a0")), len(other.of("/c0"))
        other.answers = {
            "/topic/a": lambda _: (200, {"Content-Length": "9"}, b""),
            "/topic/c": lambda _: (404, {}, b""),
        }
        serve(HUB + f'topics = ["{other.address}/topic/"]\n', port=port)
        other.wait("/b0", number=before[0] + 1)
        other.wait("/topic/c", "GET", 2)
        assert len(other.of("/c0")) == before[2]
        other.answers.pop("/topic/c")
        other.wait("/c0", number=before[2] + 1)
        assert len(other.of("/a0")) == before[1]


def test_the_last_word_of_a_subscriber_holds(serve: Serve) -> None:
    """A request that is confirmed only when it is asked a second time does not undo a younger one."""
    with elsewhere() as other:
        server = serve(HUB)
        server.put(PATH, feed(entry("een")))
        topic, callback = f"{server.address}/{PATH}", f"{other.address}/a"
        subscribe(server, other, topic, "/a", secret="old")
        other.answers["/a"] = lambda _: (500, {}, b"")
        assert post(server, mode="unsubscribe", topic=topic, callback=callback).status == 202
        other.wait("/a", "GET", 2)
        other.answers.clear()
        assert post(server, mode="subscribe", topic=topic, callback=callback, secret="new").status == 202
        other.wait("/a", "GET", 4)  # the second answer to the unsubscription comes a second after the first
        server.put(PATH, feed(entry("twee"), entry("een")))
        told = other.wait("/a")
        assert told.headers["x-hub-signature"] == f"sha256={hmac.new(b'new', told.body, 'sha256').hexdigest()}"


def test_the_slow_delay_nobody(serve: Serve) -> None:
    """Sixty callbacks that do not answer, more than there are places for a host: everybody else is told."""
    with elsewhere() as other, elsewhere() as slow:
        server = serve(HUB)
        server.put(PATH, feed(entry("een")))
        slow.answers = {f"/{number}": hang for number in range(60)}
        callbacks = [f"{one.address}/{number}" for number in range(60) for one in (slow, other)]
        subscribe_all(server, callbacks, f"{server.address}/{PATH}")
        server.put(PATH, feed(entry("twee")))
        for number in range(60):
            assert other.wait(f"/{number}").body == slow.wait(f"/{number}").body == feed(entry("twee"))


def hang(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """Promises a body that does not come."""
    return agrees(asked) if asked.method == "GET" else (200, {"Content-Length": "9"}, b"")


def test_what_a_hostile_subscriber_says_is_bounded(serve: Serve) -> None:
    """A callback that answers with megabytes is not listened to for long, and is told what it asked for."""
    with elsewhere() as other:
        server = serve(HUB)
        server.put(PATH, feed(entry("een")))
        subscribe(server, other, f"{server.address}/{PATH}", "/a")
        other.answers["/a"] = lambda _: (200, {}, b"x" * 20_000_000)
        for number in ("twee", "drie"):
            body = feed(entry(number))
            server.put(PATH, body)
            wait_for(lambda body=body: [one.body for one in other.of("/a")][-1:] == [body], number)  # type: ignore[misc]
        assert server.get("/healthz").status == 200


def test_topics_that_are_served_no_more_are_denied(serve: Serve) -> None:
    """Who is subscribed to what the configuration no longer names is told so (WebSub section 5.2)."""
    port = free_port()
    with elsewhere() as other:
        server = serve(f'{HUB}topics = ["{other.address}/topics/"]\n', port=port)
        subscribe(server, other, f"{other.address}/topics/a", "/a")
        server.stop()
        server = serve(HUB, port=port)
        asked = other.wait("/a", "GET", 2)
        assert (asked.word("hub.mode"), asked.word("hub.topic")) == ("denied", f"{other.address}/topics/a")
        assert asked.word("hub.reason")
        wait_for(lambda: not known(server), "the subscription to be forgotten")


def test_topics_in_the_environment_turn_the_hub_on(serve: Serve) -> None:
    """FEEDS_HUB_TOPICS and FEEDS_HUB_ALLOW_PRIVATE are all that a hub for somebody else needs."""
    with elsewhere() as other:
        server = serve(FEEDS_HUB_TOPICS=f"{other.address}/a/, {other.address}/b/", FEEDS_HUB_ALLOW_PRIVATE="1")
        subscribe(server, other, f"{other.address}/b/x", "/callback")
        assert post(server, mode="publish", url=f"{other.address}/b/x").status == 202
        other.wait("/callback")


def test_the_store_may_be_held_by_a_build(serve: Serve, tmp_path: Path) -> None:
    """While something else writes to the store subscriptions are accepted, in force at once and kept afterwards."""
    with elsewhere() as other:
        server = serve(HUB)
        server.put(PATH, feed(entry("een")))
        with closing(sqlite3.connect(tmp_path / "feeds.sqlite", isolation_level=None)) as build:
            build.execute("BEGIN IMMEDIATE")
            words = {"mode": "subscribe", "topic": f"{server.address}/{PATH}", "callback": f"{other.address}/a"}
            assert post(server, **words).status == 202
            other.wait("/a", "GET")
            wait_for(lambda: b"feeds_hub_subscriptions 1.0" in server.get("/metrics").body, "the subscription in force")
            server.put(PATH, feed(entry("twee")))
            other.wait("/a")
            assert known(server) == ""
            build.execute("COMMIT")
        wait_for(lambda: known(server) == f"{other.address}/a", "the subscription to be kept")
