"""Dateline turns page dumps into feeds."""
