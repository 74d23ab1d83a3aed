"""The rows of a file of JSON Lines: what counts as one, what is refused and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from feeds.dumps.jsonl import Bad, Place, Row, rows
from feeds.dumps.when import Sidecar
from feeds.model import Told

ZONE = ZoneInfo("Europe/Amsterdam")
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


def read(data: bytes, limit: int = 1000) -> list[Row | Bad]:
    """What stands in a file."""
    return [found for _, found in rows(BytesIO(data).readline, Place(), ZONE, limit) if found is not None]


def only(data: bytes) -> Row:
    """The one row of a file, which is sound."""
    (found,) = read(data)
    assert isinstance(found, Row)
    return found


def reason(data: bytes, limit: int = 1000) -> str:
    """Why the one line of a file is refused."""
    (found,) = read(data, limit)
    assert isinstance(found, Bad)
    return found.reason


def test_a_row_is_a_page_and_what_it_says() -> None:
    """Text, address and time of capture; other keys are left alone, and null is as good as none."""
    found = only(b'{"url": "https://a.nl/x", "text": "Kop\\n", "date": "2026-03-03T10:00", "status": 200, "x": [{}]}\n')
    assert found == Row(0, b"Kop\n", Sidecar("https://a.nl/x", Told(NINE, NINE, "record")), None)
    assert only(b'{"text": "Kop", "url": null, "date": null}\n').said == Sidecar(None, None)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ({"date": "2026-03-03"}, datetime(2026, 3, 2, 23, tzinfo=UTC), datetime(2026, 3, 3, 23, tzinfo=UTC)),
        ({"captured_at": "2026-03-03T09:00:00Z"}, NINE, NINE),
        ({"captured_at": "2026-03-04", "date": "2026-03-03T09:00Z"}, NINE, NINE),
        ({"captured_between": ["2026-03-03T09:00Z", "2026-03-03"]}, NINE, datetime(2026, 3, 3, 23, tzinfo=UTC)),
    ],
)
def test_a_row_may_say_when_as_a_sidecar_does(said: dict[str, object], first: datetime, last: datetime) -> None:
    """`date` wins over `captured_at`, that over `captured_between`; a day is the whole day where the site is."""
    assert only(json.dumps({"text": "Kop", **said}).encode()).said.told == Told(first, last, "record")


def test_rows_are_counted_by_line() -> None:
    """Blank lines and bad ones count, so that an editor finds the row; a mark at the start and `CR` do not matter."""
    found = read(b'\xef\xbb\xbf{"text": "a"}\r\n\n  \nbad\n{"text": "b"}')
    assert [(type(one), one.record) for one in found] == [(Row, 0), (Bad, 3), (Row, 4)]


@pytest.mark.parametrize("half", [b"{", b'{"text": "a"', b'{"text": "a', b'{"text": "\xc3', b"not", b"  ", b""])
def test_a_last_line_that_is_no_object_yet_is_left_alone(half: bytes) -> None:
    """What may yet become a row is neither taken nor refused; what is one is taken without its newline."""
    assert [one.record for one in read(b'{"text": "a"}\n' + half)] == [0]
    assert [one.record for one in read(b'{"text": "a"}\n{"text": "b"}')] == [0, 1]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"bad", "not JSON: Expecting value, column 1"),
        (b'{"text": "a",}', "not JSON: "),
        (b'{"text": "a"', "not JSON: "),
        (b"{'text': 'a'}", "not JSON: "),
        (b"\x00\x00\x00", "not JSON: "),
        (b'{"text": NaN}', "not JSON: NaN is no JSON value"),
        (b'{"x": ' + b"9" * 5000 + b"}", "not JSON: "),
        (b"[]", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'{"text": "a", "x": ' + b"[" * 40 + b"]" * 40 + b"}", "nested too deep"),
        (b'{"text": "a", "x": ' + b"[" * 30000 + b"]" * 30000 + b"}", "nested too deep"),
        (b'{"text": "\xff"}', "not in UTF-8"),
        (b"{}", "no text"),
        (b'{"text": null}', "no text"),
        (b'{"text": ["a"]}', "text must be text"),
        (b'{"text": " \\n\\t"}', "empty: nothing but blanks"),
        (b'{"text": ""}', "empty: nothing but blanks"),
    ],
)
def test_a_bad_line_is_refused_alone(line: bytes, why: str) -> None:
    """Each is refused with its reason, and the line after it is read."""
    bad, good = read(line + b'\n{"text": "b"}\n', 100_000)
    assert isinstance(bad, Bad)
    assert bad.record == 0
    assert why in bad.reason
    assert (good.record, isinstance(good, Row)) == (1, True)


@pytest.mark.parametrize("line", [b'"' + b"x" * 200 + b'"', b" " * 200, b"\x00" * 5000, b'{"text": "' + b"x" * 200])
def test_a_line_over_the_bound_is_refused_once(line: bytes) -> None:
    """It is refused before its end is seen, named once, and the next line is read."""
    assert reason(line, 100) == "too large: over the bound of 100 bytes (limits.max_dump_bytes)"
    found = read(line + b'\n{"text": "b"}\n', 100)
    assert [(type(one), one.record) for one in found] == [(Bad, 0), (Row, 1)]


def test_a_row_of_just_the_bound_is_read() -> None:
    """The bound is that of the object, whether its line ends there, goes on with blanks or has no end yet."""
    row = b'{"text": "a"}'
    for end in (b"", b"\n", b" " * 50 + b"\n"):
        assert isinstance(read(row + end, len(row))[0], Row)
        assert isinstance(read(row + end, len(row) - 1)[0], Bad)


def test_what_stands_behind_a_row_is_refused() -> None:
    """The row counts, the rest of its line is named, whatever that holds."""
    for rest in (b'{"text": "b"}', b"x", b"\xff", b"," + b" " * 2000 + b"x"):
        row, bad, after = read(b'{"text": "a"} ' + rest + b'\n{"text": "c"}\n')
        assert isinstance(row, Row)
        assert bad == Bad(0, "something stands behind the row, and is left out")
        assert after.record == 1


@pytest.mark.parametrize(
    ("said", "fault"),
    [('"date": "gisteren"', "date is no time"), ('"date": 1772539200', "date must be"), ('"url": "x"', "url must be")],
)
def test_a_page_is_kept_though_what_it_says_is_malformed(said: str, fault: str) -> None:
    """As with a sidecar: nothing that the row says counts then, and the fault is named."""
    found = only(f'{{"text": "Kop", "captured_between": ["2026-03-03", "2026-03-03"], {said}}}\n'.encode())
    assert (found.data, found.said) == (b"Kop", Sidecar(None, None))
    assert fault in str(found.fault)


def test_signs_that_json_can_write_and_text_cannot() -> None:
    """Halves of a pair of surrogates vanish, whole pairs are the character they stand for; the last name counts."""
    assert only(b'{"text": "a\\ud800b\\udfff\\ud83d\\ude00"}\n').data == "ab😀".encode()
    assert only(b'{"text": "a", "text": "b"}\n').data == b"b"
