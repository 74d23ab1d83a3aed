"""What laws of whole builds share."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.store.migrate import migrate


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the present version with nothing in it."""
    path = tmp_path_factory.mktemp("store") / "feeds.sqlite"
    migrate(f"sqlite:///{path}", wait=1)
    return path
