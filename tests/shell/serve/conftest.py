"""Servers that end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from live import Serve, serving


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers over the test's own folder; they end with the test."""
    with ExitStack() as stack:
        yield lambda settings="", **more: stack.enter_context(serving(tmp_path, settings, **more))
