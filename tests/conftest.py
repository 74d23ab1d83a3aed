from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import settings

from feeds.parse.profile import AgePhrase, SiteProfile

# The same examples in every run of CI; new ones, without end, on a developer's machine. Speed is for tests/bench.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_SITES = Path(__file__).parent.parent / "config" / "sites"


@pytest.fixture(scope="session")
def zeelandnet() -> SiteProfile:
    """The shipped profile of ZeelandNet, read without the program's own loader."""
    table = tomllib.loads((_SITES / "zeelandnet.toml").read_text(encoding="utf-8"))
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    texts = {key: value for key, value in table.items() if not isinstance(value, (list, dict))}
    return SiteProfile(
        name="zeelandnet",
        **(
            lists
            | texts
            | {
                "repairs": tuple(table["repairs"].items()),
                "ages": tuple(AgePhrase(**age) for age in table["ages"]),
            }
        ),
    )
