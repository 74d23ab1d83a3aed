"""What the hub is asked, by every MUST of WebSub (sections in the docstrings): publishers, requests, verification."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from live import Server, entry, feed, serving
from subscriber import FORM, Elsewhere, agrees, known, news, post, subscribe

PATH = "topic/sport/atom.xml"


# -- publishers (section 4) -------------------------------------------------------------------------


def test_feeds_name_their_hub_and_themselves(server: Server, topic: str, name: str) -> None:
    """GET and HEAD of a topic carry Link headers `hub` and `self` (section 4)."""
    for method in ("GET", "HEAD"):
        link = server.get(f"/topic/{name}/atom.xml", method)["link"]
        assert link == f'<{topic}>; rel="self", <{server.address}/hub>; rel="hub"'


def test_without_a_hub_none_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """By default there is no hub, no link to one, and nothing at `/hub`."""
    with serving(tmp_path_factory.mktemp("none")) as server:
        server.put(PATH, feed(entry("een")))
        assert server.get(f"/{PATH}")["link"] == f'<{server.address}/{PATH}>; rel="self"'
        assert post(server, mode="subscribe", topic=server.address, callback=server.address).status == 405
        assert server.get("/hub").status == 404


def test_a_hub_elsewhere_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A configured external hub stands in the Link header, and nothing at `/hub`."""
    with serving(tmp_path_factory.mktemp("external"), '[hub]\nurl = "https://hub.example/"\n') as server:
        server.put(PATH, feed(entry("een")))
        assert '<https://hub.example/>; rel="hub"' in str(server.get(f"/{PATH}")["link"])
        assert server.get("/hub").status == 404


# -- requests (section 5.1) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"mode": ""}, 400),
        ({"mode": "dance"}, 400),
        ({"callback": ""}, 400),
        ({"callback": "ftp://127.0.0.1/x"}, 400),
        ({"callback": "http://127.0.0.1/#part"}, 400),
        ({"callback": "http://user:word@127.0.0.1/"}, 400),
        ({"callback": "//127.0.0.1/x"}, 400),
        ({"callback": "http://127.0.0.1:0/"}, 400),
        ({"callback": "http://127.0.0.1:99999/"}, 400),
        ({"callback": "http://127.0.0.1/a b"}, 400),
        ({"callback": "http://127.0.0.1/\r\nX: y"}, 400),
        ({"callback": "http://127.0.0.1/" + "x" * 3000}, 400),
        ({"topic": ""}, 400),
        ({"topic": "http://127.0.0.1:9/elsewhere.xml"}, 404),
        ({"topic": "{server}/geen/atom.xml"}, 404),
        ({"topic": "{server}/index.html"}, 404),
        ({"topic": "{server}/../etc/passwd"}, 404),
        ({"topic": "{topic}?limit=3"}, 404),
        ({"lease_seconds": "0"}, 400),
        ({"lease_seconds": "-5"}, 400),
        ({"lease_seconds": "soon"}, 400),
        ({"lease_seconds": "1.5"}, 400),
        ({"secret": "x" * 200}, 400),
        ({"secret": "é" * 100}, 400),
    ],
)
def test_faulty_requests_are_refused_with_a_reason(
    server: Server, other: Elsewhere, topic: str, name: str, words: dict[str, str], status: int
) -> None:
    """What the hub cannot do it refuses at once, in plain text, and asks no callback (section 5.1)."""
    sound = {"mode": "subscribe", "topic": topic, "callback": f"{other.address}/{name}"}
    filled = {key: value.replace("{server}", server.address).replace("{topic}", topic) for key, value in words.items()}
    got = post(server, **(sound | filled))
    assert got.status == status
    assert str(got["content-type"]).startswith("text/plain")
    assert len(got.body) > 20
    assert other.of(f"/{name}", "GET") == []


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", "text/plain", ""])
def test_only_forms_are_understood(server: Server, other: Elsewhere, topic: str, media_type: str) -> None:
    """A subscription request is form-encoded (section 5.1)."""
    body = urlencode({"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": other.address}).encode()
    assert server.get("/hub", "POST", body, Content_Type=media_type).status == 415


def test_a_form_may_name_its_charset(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """Parameters of the media type do not matter, nor the case of its name."""
    words = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": f"{other.address}/{name}"}
    got = server.get("/hub", "POST", urlencode(words).encode(), Content_Type=f"{FORM.title()}; charset=UTF-8")
    assert got.status == 202
    assert other.wait(f"/{name}", "GET").word("hub.topic") == topic


def test_a_form_that_is_too_long_is_refused(server: Server) -> None:
    """A form has bounds."""
    assert server.get("/hub", "POST", b"x=" + b"y" * 40_000, Content_Type=FORM).status == 413


def test_what_the_hub_does_not_know_it_ignores(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """Unknown parameters change nothing (section 5.1.1)."""
    subscribe(server, other, topic, f"/{name}", verify="sync", verify_token="word", dance="yes")
    assert other.of(f"/{name}", "GET")[0].word("hub.dance") is None


def test_the_hub_explains_itself_to_people(server: Server) -> None:
    """Who opens the hub's address in a browser is told what it is."""
    assert b"WebSub" in server.get("/hub").body
    assert server.get("/hub", "PUT", b"").status == 405


# -- verification (section 5.3) ---------------------------------------------------------------------


def test_the_hub_asks_whether_it_was_meant(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """202 at once, then a GET with mode, topic, challenge and lease; the callback's own query stays (5.1.1, 5.3)."""
    subscribe(server, other, topic, f"/{name}?a=1&b=%20x", lease_seconds="300")
    (asked,) = other.of(f"/{name}", "GET")
    assert asked.query.startswith("a=1&b=%20x&hub.")
    assert (asked.word("hub.mode"), asked.word("hub.topic")) == ("subscribe", topic)
    assert asked.word("hub.lease_seconds") == "300"
    assert len(asked.word("hub.challenge") or "") >= 32


def test_challenges_cannot_be_guessed(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """Each request has a challenge of its own (section 5.3)."""
    for _ in range(3):
        subscribe(server, other, topic, f"/{name}")
    assert len({asked.word("hub.challenge") for asked in other.of(f"/{name}", "GET")}) == 3


@pytest.mark.parametrize(
    ("asked_for", "given"), [(None, "864000"), ("99999999999999999999999", "2592000"), ("60", "60")]
)
def test_leases_end(server: Server, other: Elsewhere, topic: str, name: str, asked_for: str | None, given: str) -> None:
    """A lease is what was asked for within the hub's bounds, never without end (section 5.1.2)."""
    words = {} if asked_for is None else {"lease_seconds": asked_for}
    subscribe(server, other, topic, f"/{name}", **words)
    assert other.of(f"/{name}", "GET")[0].word("hub.lease_seconds") == given


@pytest.mark.parametrize(
    "answer", [(404, b"{}"), (200, b"something else"), (200, b""), (200, b"{} "), (302, b"{}"), (403, b"{}")]
)
def test_who_does_not_agree_is_not_subscribed(
    server: Server, other: Elsewhere, topic: str, name: str, answer: tuple[int, bytes]
) -> None:
    """Only a success with the challenge itself as its body confirms (section 5.3.1)."""
    status, body = answer
    other.answers[f"/{name}"] = lambda asked: (
        status,
        {"Location": f"{other.address}/{name}-redirected"},
        body.replace(b"{}", (asked.word("hub.challenge") or "").encode()),
    )
    assert post(server, mode="subscribe", topic=topic, callback=f"{other.address}/{name}").status == 202
    other.wait(f"/{name}", "GET")
    subscribe(server, other, topic, f"/{name}-who-agrees")
    news(server, name, "twee", "een")
    other.wait(f"/{name}-who-agrees")
    assert f"{other.address}/{name}\n" not in known(server) + "\n"
    assert other.of(f"/{name}") == []
    assert other.of(f"/{name}-redirected", "GET") == []


def test_a_callback_that_stumbles_is_asked_again(server: Server, other: Elsewhere, topic: str, name: str) -> None:
    """An error of the callback's server is no answer: the hub asks once more."""
    other.answers[f"/{name}"] = lambda asked: (500, {}, b"") if len(other.of(f"/{name}", "GET")) == 1 else agrees(asked)
    subscribe(server, other, topic, f"/{name}")
    assert len(other.of(f"/{name}", "GET")) == 2
