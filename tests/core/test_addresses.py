"""Paths that clients ask for: what names a document, and what names nothing at all."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.serve.addresses import document_path, parameters, url_prefix


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/", "index.html"),
        ("/all/atom.xml", "all/atom.xml"),
        ("/topic/buitenland/", "topic/buitenland/index.html"),
        ("/all/archive/2026-03.atom.xml", "all/archive/2026-03.atom.xml"),
        ("/topic/%62uitenland/", "topic/buitenland/index.html"),
        ("/%7Ea/b", "~a/b"),
        ("", None),
        ("all", None),
        ("//all", None),
        ("/all//atom.xml", None),
        ("/.feeds-tmp/document", None),
        ("/all/.hidden", None),
        ("/../etc/passwd", None),
        ("/all/../../etc/passwd", None),
        ("/%2e%2e/etc/passwd", None),
        ("/all/%2e%2e/x", None),
        ("/all%2fatom.xml", None),
        ("/all%5catom.xml", None),
        ("/all\\atom.xml", None),
        ("/all/atom.xml%00", None),
        ("/all/atom.xml\0", None),
        ("/all/%252e%252e/x", None),
        ("/caf\u00e9", None),
        ("/a b", None),
        ("/a%20b", None),
        ("/" + "x" * 2000, None),
    ],
)
def test_what_a_path_names(asked: str, path: str | None) -> None:
    """A path names one document below the folder, or nothing."""
    assert document_path(asked, "") == path


@given(st.text(alphabet="/.%2eEfF5cC~ab\\\0é", max_size=30))
def test_no_path_leads_out(asked: str) -> None:
    """Whatever is asked for: what it names lies below the folder, and neither hidden nor in disguise."""
    path = document_path(asked, "")
    if path is not None:
        assert posixpath.normpath(path) == path
        assert not path.startswith(("/", "."))
        assert "/." not in path
        assert not set(path) & set("%\\\0")


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/feeds/all/atom.xml", "all/atom.xml"),
        ("/all/atom.xml", "all/atom.xml"),
        ("/feeds", "index.html"),
        ("/feeds/", "index.html"),
    ],
)
def test_a_prefix_may_stay_or_go(asked: str, path: str) -> None:
    """A proxy may leave the public address's path on, or take it off."""
    assert url_prefix("https://example.org/feeds") == "/feeds"
    assert document_path(asked, "/feeds") == path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (b"", {}),
        (b"q=a+b&q=c%20d", {"q": "c d"}),
        (b"q", {"q": ""}),
        (b"q=%ff", {}),
        (b"q=\xff", {}),
        (b"&".join([b"a=1"] * 60), {}),
    ],
)
def test_parameters(query: bytes, found: dict[str, str]) -> None:
    """The last value counts; what cannot be read is nothing."""
    assert parameters(query) == found
