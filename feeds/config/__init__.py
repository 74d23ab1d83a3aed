"""Files, environment and flags into one frozen Config; every mistake is named at once, with its line.

`values` says what a configuration is, `schema` and `profiles` what a file may say, `load` who beats whom.
"""

from feeds.config.effective import Effective, describe
from feeds.config.files import defaults_dir, find_config
from feeds.config.layers import Flags
from feeds.config.load import load_config
from feeds.config.schema import json_schema
from feeds.config.starter import write_starter
from feeds.config.values import (
    Config,
    Daemon,
    DigestSetting,
    Families,
    FeedSetting,
    Hub,
    Limits,
    Schedule,
    Selection,
    Serve,
    Source,
    Text,
    Texts,
)

__all__ = [
    "Config",
    "Daemon",
    "DigestSetting",
    "Effective",
    "Families",
    "FeedSetting",
    "Flags",
    "Hub",
    "Limits",
    "Schedule",
    "Selection",
    "Serve",
    "Source",
    "Text",
    "Texts",
    "defaults_dir",
    "describe",
    "find_config",
    "json_schema",
    "load_config",
    "write_starter",
]
