"""The text in a dump's bytes."""

from __future__ import annotations

import gzip

import pytest

from feeds.dumps.text import Decoded, content_hash, decode
from feeds.errors import DumpError


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"MOSKOU (ANP)\r\n\tx\n", "MOSKOU (ANP)\r\n\tx\n"),
        ("SÃO PAULO ƫ ‘S-HEER €".encode(), "SÃO PAULO ƫ ‘S-HEER €"),
        (b"\xef\xbb\xbfKop", "Kop"),
        (b"een\x00 twee drie vier\x1b vijf\x7f", "een twee drie vier vijf"),
        (b"een\x0ctwee", "een\ntwee"),
        ("een\uffff twee\ufffe drie".encode(), "een twee drie"),
        ("een \ufdd0twee\U0001fffe drie 🎉".encode(), "een twee drie 🎉"),
        ("een verloren \ufffdletter".encode(), "een verloren letter"),
    ],
)
def test_utf8_is_read_without_what_is_no_character(data: bytes, text: str) -> None:
    """Marks and controls vanish, a form feed ends a line, everything else stays; nothing of it is lenient."""
    assert decode(data) == Decoded(text, lenient=False)


def test_windows_letters_are_read_as_such() -> None:
    """C1 controls stand for the quotes, dashes and dots of Windows-1252; those that it lacks vanish."""
    printed = "Rutte: \x93dicht\x94 \x96 het duurt\x85 \x81nog een week"
    assert decode(printed.encode()) == Decoded("Rutte: “dicht” – het duurt… nog een week", lenient=False)


def test_invalid_bytes_are_windows_letters_and_noted() -> None:
    """A byte that is no UTF-8 is read as Windows-1252, also beside what is UTF-8; the five that it lacks vanish."""
    assert decode("een bericht uit Zürich".encode("latin-1")) == Decoded("een bericht uit Zürich", lenient=True)
    mixed = (
        "België: ".encode()
        + "‘Zürich’ €".encode("cp1252")
        + b" \x81\x8d\x8f\x90\x9dis al weken dicht voor alle verkeer van en naar de oude stad aan zee en de dijk"
    )
    assert decode(mixed) == Decoded(
        "België: ‘Zürich’ € is al weken dicht voor alle verkeer van en naar de oude stad aan zee en de dijk",
        lenient=True,
    )


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("FinanciÃ«le crisis in ItaliÃ«", "Financiële crisis in Italië"),
        ("Hij zei: â€˜Ã‰Ã©nâ€™", "Hij zei: ‘Één’"),
        ("FinanciÃ\x83Â«le", "Financiële"),
        ("CafÃ© en Café", "CafÃ© en Café"),
        ("SÃO PAULO (ANP)", "SÃO PAULO (ANP)"),
        ("‘IRMÃ»", "‘IRMÃ»"),
    ],
)
def test_a_line_written_in_utf8_twice_is_read_twice(printed: str, text: str) -> None:
    """A line of which all letters were encoded twice is mended, any other stays to the letter."""
    assert decode(f"België\n{printed}\n".encode()).text == f"België\n{text}\n"


def test_a_character_cut_off_at_the_end_is_dropped_and_noted() -> None:
    """A dump that stops inside a character is the beginning of the whole dump's text."""
    assert decode("Het kabinet in België".encode() + b"\xe2\x80") == Decoded("Het kabinet in België", lenient=True)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\x0c", "\ufeff".encode(), "\u00a0\u3000\n".encode()])
def test_a_dump_without_text_is_empty(data: bytes) -> None:
    """No bytes and nothing but blanks are both empty."""
    with pytest.raises(DumpError, match=r"^empty"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(range(256)) * 4, "no text"),
        (b"\0" * 100, "no text"),
        (b"some \x01\x02 text", "no text"),
        ("MOSKOU (ANP) - Tekst".encode("utf-16"), "UTF-16"),
        ("MOSKOU (ANP) - Tekst".encode("utf-16-le"), "UTF-16"),
        ("MOSKOU (ANP) - Tekst".encode("utf-16-be"), "UTF-16"),
        ("MOSKOU (ANP) - Tekst".encode("utf-32"), "UTF-32"),
        (gzip.compress(b"MOSKOU (ANP) - Tekst", mtime=0), "gzip"),
        (b"%PDF-1.7\n" + b"\x80\x81\x00\x01" * 20, "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "an image"),
    ],
)
def test_a_binary_dump_is_refused_by_name(data: bytes, reason: str) -> None:
    """More than a tenth of characters that are no text is binary, and said to be what it plainly is."""
    with pytest.raises(DumpError, match=reason) as refused:
        decode(data)
    assert str(refused.value).startswith("binary: ")


def test_a_tenth_of_strange_characters_is_still_text() -> None:
    """Exactly a tenth is read leniently, one more is binary."""
    assert decode(b"\x01" + b"x" * 9).text == "x" * 9
    with pytest.raises(DumpError, match="binary"):
        decode(b"\x01" + b"x" * 8)


def test_content_hashes_never_change() -> None:
    """The identity of content is BLAKE2b of its bytes with 16 bytes of digest."""
    assert content_hash(b"") == "cae66941d9efbd404e4d88758ea67670"
    assert content_hash(b"a") != content_hash(b"b")
