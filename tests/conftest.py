from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from feeds.parse.profile import AgePhrase, SiteProfile

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
