"""Revisions that pages without headlines, pages that were cut off, and files without a told time leave alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from asking import explained, feeds_in, keys_of, told, write_bare_page, write_page

BRIDGE = "De brug over het kanaal bleef dinsdag urenlang dicht nadat een schip tegen een pijler was gevaren."
LIBRARY = "De bibliotheek aan de markt is na een verbouwing van twee jaar weer open voor alle lezers van het eiland."


def test_a_page_without_headlines_edits_nothing(tmp_path: Path) -> None:
    """The headline was corrected once, and no page without headlines takes that back, or away from a new lead."""
    inbox = tmp_path / "inbox"
    write_page(inbox, "a", "03T10:30", ("Brug dicht", "TERNEUZEN", BRIDGE, "1 uur geleden"))
    write_page(inbox, "b", "03T12:40", ("Brug uren dicht", "TERNEUZEN", BRIDGE, "3 uur geleden"))
    write_bare_page(inbox, "c", "03T14:45", ("", "TERNEUZEN", BRIDGE, "5 uur geleden"))
    write_bare_page(inbox, "d", "03T15:45", ("", "TERNEUZEN", f"{BRIDGE} Niemand raakte gewond.", "6 uur geleden"))
    assert feeds_in(tmp_path, "build", str(inbox)).exit_code == 0
    key = keys_of(tmp_path)["Brug uren dicht"]
    found = explained(tmp_path, key)
    assert [one["headline"] for one in found["history"]] == ["Brug dicht", "Brug uren dicht", "Brug uren dicht"]
    assert found["revisions"] == 2
    feed = (tmp_path / "out" / "dateline" / "terneuzen" / "atom.xml").read_text("utf-8")
    assert "om 13:40 uur; de kop was: “Brug dicht”." in feed
    assert feed.count("de kop was") == 1


def test_a_time_that_nothing_tells_is_no_beginning_after_the_end(tmp_path: Path) -> None:
    """A text that only a file of a later time shows comes before the others, and its beginning is unknown."""
    inbox = tmp_path / "inbox"
    write_page(inbox, "a", "03T10:30", ("Brug dicht", "TERNEUZEN", BRIDGE, "1 uur geleden"))
    write_page(inbox, "b", "03T13:30", ("Brug uren dicht", "TERNEUZEN", BRIDGE, "4 uur geleden"))
    (inbox / "b.txt.meta.json").unlink()
    late = datetime(2026, 3, 3, 13, 30, tzinfo=UTC).timestamp()
    os.utime(inbox / "b.txt", (late, late))
    assert feeds_in(tmp_path, "build", str(inbox)).exit_code == 0
    text = told(tmp_path, keys_of(tmp_path)["Brug dicht"])
    assert "Revisions 1. from an unknown time until 2026-03-03 11:30 Brug uren dicht" in text
