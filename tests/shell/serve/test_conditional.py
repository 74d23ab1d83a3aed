"""Conditional requests against a real server, by RFC 9110 and RFC 3229: one case for each rule."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest
from live import Server, entry, feed, serving

PATH = "/topic/sport/atom.xml"
MODIFIED = 1_772_000_000
"""When the document was replaced, in seconds: long ago."""
IMF = formatdate(MODIFIED, usegmt=True)
EARLIER, LATER = formatdate(MODIFIED - 1, usegmt=True), formatdate(MODIFIED + 1, usegmt=True)
RFC850 = time.strftime("%A, %d-%b-%y %H:%M:%S GMT", time.gmtime(MODIFIED))
ASCTIME = time.asctime(time.gmtime(MODIFIED))
NEVER = '"never"'


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of the document in its representations."""

    plain: str
    gzip: str
    brotli: str
    browser: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of one feed that was replaced long ago."""
    folder = tmp_path_factory.mktemp("conditional")
    with serving(folder) as server:
        server.put(PATH[1:], feed(*(entry(f"bericht-{number}") for number in range(20))))
        os.utime(server.out / PATH[1:], (MODIFIED, MODIFIED))
        yield server


@pytest.fixture(scope="module")
def tags(server: Server) -> Tags:
    """The tags that the server gives its one feed."""
    gotten = [
        server.ask("GET", PATH, fields)["etag"]
        for fields in (
            [],
            [("Accept-Encoding", "gzip")],
            [("Accept-Encoding", "br")],
            [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")],
        )
    ]
    assert len(set(gotten)) == 4
    return Tags(*[tag or "" for tag in gotten])


GZIP, BROTLI = ("Accept-Encoding", "gzip"), ("Accept-Encoding", "gzip, br")
NONE, MATCH = "If-None-Match", "If-Match"
SINCE, UNMODIFIED = "If-Modified-Since", "If-Unmodified-Since"

CASES: list[tuple[str, list[tuple[str, str]], int]] = [
    # -- nothing to fulfil
    ("13: no precondition", [], 200),
    ("13: no precondition, gzip", [GZIP], 200),
    # -- If-None-Match
    ("13.1.2: the tag", [(NONE, "{plain}")], 304),
    ("13.1.2: another tag", [(NONE, NEVER)], 200),
    ("13.1.2: any", [(NONE, "*")], 304),
    ("13.1.2: any, with blanks", [(NONE, " * ")], 304),
    ("13.1.2: a list with the tag first", [(NONE, "{plain}, " + NEVER)], 304),
    ("13.1.2: a list with the tag last", [(NONE, NEVER + ", {plain}")], 304),
    ("13.1.2: a list without blanks", [(NONE, NEVER + ",{plain}")], 304),
    ("13.1.2: a list of others", [(NONE, NEVER + ', "nor"')], 200),
    ("13.1.2: a list over two fields (5.3)", [(NONE, NEVER), (NONE, "{plain}")], 304),
    ("13.1.2: empty members of a list (5.6.1)", [(NONE, ",, {plain} ,")], 304),
    ("13.1.2: tabs in a list (5.6.3)", [(NONE, NEVER + "\t,\t{plain}")], 304),
    ("13.1.2: a tag with a comma in it (8.8.3)", [(NONE, '"a,b", {plain}')], 304),
    ("13.1.2: a comma does not end a tag", [(NONE, '"a, {bare} ,b"')], 200),
    ("8.8.3.2: weak comparison", [(NONE, "W/{plain}")], 304),
    ("8.8.3.2: weak comparison in a list", [(NONE, 'W/"x", W/{plain}')], 304),
    ("8.8.3: W/ is case-sensitive", [(NONE, "w/{plain}")], 200),
    ("8.8.3: a tag without quotes is none", [(NONE, "{bare}")], 200),
    ("8.8.3: half a tag is none", [(NONE, '"{bare}')], 200),
    ("8.8.3: tags are compared to the letter", [(NONE, "{upper}")], 200),
    ("8.8.3: the empty tag", [(NONE, '""')], 200),
    ("13.1.2: an empty field", [(NONE, "")], 200),
    ("13.1.2: rubbish", [(NONE, "rubbish")], 200),
    ("13.1.2: a star in quotes is a tag", [(NONE, '"*"')], 200),
    # -- If-None-Match over If-Modified-Since
    ("13.1.3: If-None-Match is stronger, both hold", [(NONE, "{plain}"), (SINCE, IMF)], 304),
    ("13.1.3: If-None-Match is stronger, it alone holds", [(NONE, "{plain}"), (SINCE, EARLIER)], 304),
    ("13.1.3: If-None-Match is stronger, it fails", [(NONE, NEVER), (SINCE, LATER)], 200),
    # -- If-Modified-Since
    ("13.1.3: the very second", [(SINCE, IMF)], 304),
    ("13.1.3: a later second", [(SINCE, LATER)], 304),
    ("13.1.3: an earlier second", [(SINCE, EARLIER)], 200),
    ("5.6.7: a date of RFC 850", [(SINCE, RFC850)], 304),
    ("5.6.7: a date of asctime", [(SINCE, ASCTIME)], 304),
    ("13.1.3: no date", [(SINCE, "yesterday")], 200),
    ("13.1.3: a number", [(SINCE, str(MODIFIED))], 200),
    ("13.1.3: another zone is no date (5.6.7)", [(SINCE, IMF.replace("GMT", "CET"))], 200),
    ("13.1.3: a day that is not", [(SINCE, "Mon, 31 Feb 2026 00:00:00 GMT")], 200),
    ("13.1.3: a list of dates is none", [(SINCE, LATER + ", " + LATER)], 200),
    ("13.1.3: two fields are none", [(SINCE, LATER), (SINCE, LATER)], 200),
    ("13.1.3: an empty field", [(SINCE, "")], 200),
    # -- If-Match
    ("13.1.1: the tag", [(MATCH, "{plain}")], 200),
    ("13.1.1: another tag", [(MATCH, NEVER)], 412),
    ("13.1.1: any", [(MATCH, "*")], 200),
    ("13.1.1: a list with the tag", [(MATCH, NEVER + ", {plain}")], 200),
    ("8.8.3.2: strong comparison", [(MATCH, "W/{plain}")], 412),
    ("13.1.1: rubbish", [(MATCH, "rubbish")], 412),
    # -- If-Unmodified-Since
    ("13.1.4: the very second", [(UNMODIFIED, IMF)], 200),
    ("13.1.4: a later second", [(UNMODIFIED, LATER)], 200),
    ("13.1.4: an earlier second", [(UNMODIFIED, EARLIER)], 412),
    ("13.1.4: no date", [(UNMODIFIED, "yesterday")], 200),
    ("13.1.4: If-Match is stronger, it holds", [(MATCH, "{plain}"), (UNMODIFIED, EARLIER)], 200),
    ("13.1.4: If-Match is stronger, it fails", [(MATCH, NEVER), (UNMODIFIED, LATER)], 412),
    # -- order
    ("13.2.2: If-Match first, it fails", [(MATCH, NEVER), (NONE, "{plain}")], 412),
    ("13.2.2: If-Match first, it holds", [(MATCH, "{plain}"), (NONE, "{plain}")], 304),
    ("13.2.2: If-Unmodified-Since first, it fails", [(UNMODIFIED, EARLIER), (NONE, "{plain}")], 412),
    ("13.2.2: If-Unmodified-Since first, it holds", [(UNMODIFIED, IMF), (SINCE, IMF)], 304),
    # -- representations
    ("8.8.3.3: the tag of gzip, in gzip", [GZIP, (NONE, "{gzip}")], 304),
    ("8.8.3.3: the tag of brotli, in brotli", [BROTLI, (NONE, "{brotli}")], 304),
    ("8.8.3.3: the tag of gzip, to who takes none", [(NONE, "{gzip}")], 200),
    ("12.1: the tag of what the client holds and takes", [BROTLI, (NONE, "{gzip}")], 304),
    ("12.5.3: identity is taken unless refused", [BROTLI, (NONE, "{plain}")], 304),
    ("8.8.3.3: another media type", [(NONE, "{browser}")], 200),
    ("8.8.3.3: the media type of browsers", [("Accept", "text/html,*/*;q=0.1"), (NONE, "{browser}")], 304),
    # -- ranges
    ("14.2: a range is not given", [("Range", "bytes=0-9")], 200),
    ("13.1.5: If-Range without ranges", [("Range", "bytes=0-9"), ("If-Range", "{plain}")], 200),
    ("13.2.2: a range that need not be given", [("Range", "bytes=0-9"), (NONE, "{plain}")], 304),
    # -- RFC 3229
    ("3229 10.5.3: the client has the newest", [("A-IM", "feed"), (NONE, "{plain}")], 304),
    ("3229 10.5.3: a version that nobody knows", [("A-IM", "feed"), (NONE, NEVER)], 200),
    ("3229 10.5.3: no version", [("A-IM", "feed")], 200),
    ("3229 10.5.3: other manipulations", [("A-IM", "vcdiff, diffe"), (NONE, NEVER)], 200),
]


def filled(fields: list[tuple[str, str]], tags: Tags) -> list[tuple[str, str]]:
    """The fields of a case with the server's tags in their places."""
    words = {"plain": tags.plain, "gzip": tags.gzip, "brotli": tags.brotli, "browser": tags.browser}
    words |= {"bare": tags.plain.strip('"'), "upper": tags.plain.upper()}
    return [(name, value.format(**words)) for name, value in fields]


def test_there_are_cases_enough() -> None:
    """The suite has at least sixty cases, each of its own."""
    assert len({name for name, _, _ in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("name", "fields", "status"), CASES, ids=[name for name, _, _ in CASES])
def test_preconditions(
    server: Server, tags: Tags, method: str, name: str, fields: list[tuple[str, str]], status: int
) -> None:
    """Every precondition has the outcome that its section gives it, with the headers that go with that."""
    got = server.ask(method, PATH, filled(fields, tags))
    assert got.status == status
    assert got["etag"] in {tags.plain, tags.gzip, tags.brotli, tags.browser}
    if status == 304:  # section 15.4.5: no body, and what guides a cache
        assert got.body == b""
        assert got["content-length"] is None
        assert got["cache-control"]
        assert {word.strip() for word in (got["vary"] or "").split(",")} == {"accept", "accept-encoding", "a-im"}
    if status == 200:
        assert got["last-modified"] == IMF
        assert (got.body == b"") == (method == "HEAD")
        assert int(got["content-length"] or 0) > 0


@pytest.mark.parametrize("path", ["/topic/geen/atom.xml", "/hub", "/nope"])
def test_what_is_not_there_meets_no_precondition(server: Server, path: str) -> None:
    """Without a representation there is nothing to compare: 404, whatever is asked (section 13.2.1)."""
    assert [server.ask("GET", path, [(name, "*")]).status for name in (NONE, MATCH)] == [404, 404]


def test_pages_made_on_request_have_tags(server: Server) -> None:
    """Whoever asks `/robots.txt` again with its tag is spared the body."""
    tag = server.get("/robots.txt")["etag"]
    assert server.get("/robots.txt", If_None_Match=str(tag)).status == 304
    assert server.get("/robots.txt", If_None_Match=NEVER).status == 200


# -- versions of one document -----------------------------------------------------------------------


@pytest.fixture
def path(server: Server, request: pytest.FixtureRequest) -> str:
    """The address of a feed that only this test has."""
    return f"/topic/{request.node.name.replace('_', '-')}/atom.xml"


def test_a_change_shows_at_once(server: Server, path: str) -> None:
    """A document that was replaced has another tag and is given whole; the old tag is worth nothing."""
    server.put(path[1:], feed(entry("een")))
    old = server.get(path)
    server.put(path[1:], feed(entry("twee"), entry("een")))
    new = server.get(path, If_None_Match=str(old["etag"]))
    assert (new.status, new.body) == (200, feed(entry("twee"), entry("een")))
    assert new["etag"] != old["etag"]


def test_last_modified_never_goes_back_and_is_never_to_come(server: Server, path: str) -> None:
    """Whatever the file's time says: 2038 is told as now, and what follows is no earlier (section 8.8.2.1)."""
    stamps = []
    for number, mtime in enumerate([2_150_000_000, 1_000_000_000, MODIFIED]):
        server.put(path[1:], feed(entry(str(number))))
        os.utime(server.out / path[1:], (mtime, mtime))
        got = server.get(path)
        stamps.append(time.mktime(time.strptime(got["last-modified"] or "", "%a, %d %b %Y %H:%M:%S GMT")))
        assert stamps[-1] <= time.mktime(time.strptime(got["date"] or "", "%a, %d %b %Y %H:%M:%S GMT"))
    assert stamps == sorted(stamps)


def test_two_versions_of_one_second_are_told_apart(server: Server, path: str) -> None:
    """Who knows the second alone is given the second version of it (section 8.8.2.2); who knows the tag is spared."""
    tags = []
    for number in (1, 2):
        server.put(path[1:], feed(entry(f"versie-{number}")))
        os.utime(server.out / path[1:], (MODIFIED, MODIFIED))
        tags.append(str(server.get(path)["etag"]))
    again = server.get(path, If_Modified_Since=IMF)
    assert (again.status, b"versie-2" in again.body) == (200, True)
    assert server.get(path, If_None_Match=tags[1]).status == 304


def test_who_asks_for_changes_is_given_the_changed_entries(server: Server, path: str) -> None:
    """`A-IM: feed` with the tag of an earlier version: 226 with what is new or edited, and no more (RFC 3229)."""
    server.put(path[1:], feed(entry("een"), entry("twee"), entry("drie")))
    old = str(server.get(path)["etag"])
    server.put(path[1:], feed(entry("vier"), entry("een"), entry("twee", "Verbeterd."), entry("drie")))
    got = server.get(path, A_IM="feed", If_None_Match=old)
    assert (got.status, got["im"]) == (226, "feed")
    assert got.body == feed(entry("vier"), entry("twee", "Verbeterd."))
    assert got["etag"] == server.get(path)["etag"]
    assert got["content-type"] == server.get(path)["content-type"]
    assert got["cache-control"] == "no-store, im"
    assert "a-im" in (got["vary"] or "")
    assert server.get(path, A_IM="feed", If_None_Match=str(got["etag"])).status == 304


@pytest.mark.parametrize("held", ["gzip", "br"])
def test_changes_since_a_version_in_another_coding(server: Server, path: str, held: str) -> None:
    """A version is known by its tag in any coding; the changes come without one."""
    path = path.replace("[", "-").replace("]", "")
    many = [entry(f"bericht-{number}") for number in range(9)]
    server.put(path[1:], feed(*many))
    old = server.get(path, Accept_Encoding=held)
    assert old["content-encoding"] == held
    server.put(path[1:], feed(entry("nieuw"), *many))
    got = server.get(path, Accept_Encoding=held, A_IM="feed", If_None_Match=str(old["etag"]))
    assert (got.status, got["content-encoding"], got.body) == (226, None, feed(entry("nieuw")))


def test_changes_head_equals_get(server: Server, path: str) -> None:
    """HEAD is told the length of the changes and not given them (section 9.3.2)."""
    server.put(path[1:], feed(entry("een")))
    old = str(server.get(path)["etag"])
    server.put(path[1:], feed(entry("twee"), entry("een")))
    whole, head = (server.get(path, method, A_IM="feed", If_None_Match=old) for method in ("GET", "HEAD"))
    assert (head.status, head.body, head["content-length"]) == (226, b"", str(len(whole.body)))


def test_a_version_too_old_is_given_whole(server: Server, path: str) -> None:
    """What the server has forgotten it does not guess at."""
    server.put(path[1:], feed(entry("0")))
    old = str(server.get(path)["etag"])
    for number in range(1, 20):
        server.put(path[1:], feed(entry(str(number))))
        server.get(path)
    assert server.get(path, A_IM="feed", If_None_Match=old).status == 200


def test_the_same_bytes_again_are_no_change(server: Server, path: str) -> None:
    """A file that was written again with the same bytes keeps its tag and its Last-Modified."""
    server.put(path[1:], feed(entry("een")))
    old = server.get(path)
    (server.out / path[1:]).unlink()
    assert server.get(path).status == 404
    server.put(path[1:], feed(entry("een")))
    os.utime(server.out / path[1:], (MODIFIED, MODIFIED))
    new = server.get(path)
    assert (new["etag"], new["last-modified"]) == (old["etag"], old["last-modified"])


def test_the_suite_is_served_from_a_real_folder(server: Server) -> None:
    """What the cases compare with is the file's own bytes."""
    assert server.get(PATH).body == Path(server.out / PATH[1:]).read_bytes()
