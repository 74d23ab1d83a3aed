"""Who beats whom: flags, environment, file and default, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from feeds.config import Effective, Flags, Source, describe, load_config

PROFILE = """\
title = "De Bode"
language = "nl"
timezone = "Europe/Amsterdam"
home = "https://bode.example/nieuws"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration of one source and the profile of its site."""
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "sites" / "bode.toml").write_text(PROFILE, "utf-8")
    configure(tmp_path, '[[sources]]\npath = "dumps"\nsite = "bode"\n')
    return tmp_path


def configure(home: Path, text: str) -> Path:
    """The configuration file of that folder, now with that text."""
    file = home / "config" / "feeds.toml"
    file.write_text(text, "utf-8")
    return file


def load(
    home: Path, environ: Mapping[str, str] | None = None, flags: Flags | None = None, cwd: Path | None = None
) -> Effective:
    """The configuration of that folder, as a command started in `cwd` reads it."""
    return load_config(home / "config" / "feeds.toml", environ or {}, flags or Flags(), cwd or home)


# -- who beats whom -------------------------------------------------------------------------------

VALUES: Mapping[str, tuple[str, str, str]] = {
    "base_url": ("https://file.example", "https://env.example/", "https://flag.example"),
    "out": ("/file/out", "/env/out", "/flag/out"),
    "store": ("sqlite:////file.sqlite", "sqlite:////env.sqlite", "sqlite:////flag.sqlite"),
    "listen": ("file:1", "env:1", "flag:1"),
}


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("said", list(product((False, True), repeat=3)))
def test_flag_beats_environment_beats_file(home: Path, key: str, said: tuple[bool, bool, bool]) -> None:
    """Of all that set a value, the strongest wins, and its origin is told."""
    by_file, by_variable, by_flag = said
    in_file, in_variable, in_flag = VALUES[key]
    variable, flag = f"FEEDS_{key.upper()}", f"--{key.replace('_', '-')}"
    configure(home, f'\n{key} = "{in_file}"\n' if by_file else "")
    flags = Flags(**{key: in_flag}) if by_flag else Flags()  # type: ignore[arg-type]
    effective = load(home, {variable: in_variable} if by_variable else {}, flags)
    offers = [
        (by_flag, in_flag, flag),
        (by_variable, in_variable, f"${variable}"),
        (by_file, in_file, "config/feeds.toml:2"),
    ]
    value, origin = next(((value, origin) for here, value, origin in offers if here), (None, "default"))
    got = {key: (text, origin) for key, text, origin in describe(effective)}[key]
    assert got[1] == origin
    assert value is None or got[0] == json.dumps(value.rstrip("/"))


def test_the_environment_sets_hub_and_log(home: Path) -> None:
    """Topics are separated by commas and turn the server's own hub on; truth is told in the usual words."""
    configure(home, '[hub]\nmode = "none"\n')
    environ = {
        "FEEDS_HUB_TOPICS": "https://a.example/, https://b.example/",
        "FEEDS_HUB_ALLOW_PRIVATE": "Yes",
        "FEEDS_LOG_LEVEL": "DEBUG",
    }
    effective = load(home, environ)
    hub = effective.config.hub
    assert (hub.mode, hub.topics, hub.allow_private) == ("self", ("https://a.example/", "https://b.example/"), True)
    assert effective.config.log_level == "debug"
    assert effective.origins["hub.mode"] == "$FEEDS_HUB_TOPICS"


def test_tables_are_merged_key_by_key(home: Path) -> None:
    """A variable replaces one key of a table, not the table."""
    configure(home, '[hub]\nurl = "https://hub.example/"\n')
    hub = load(home, {"FEEDS_HUB_ALLOW_PRIVATE": "1"}).config.hub
    assert (hub.mode, hub.url, hub.allow_private) == ("external", "https://hub.example/", True)


def test_an_empty_variable_says_nothing(home: Path) -> None:
    """A variable that is set to nothing is not set."""
    assert load(home, {"FEEDS_OUT": "", "FEEDS_LOG_LEVEL": " "}).config == load(home).config


def test_mtime_holds_for_every_source(home: Path) -> None:
    """`--mtime` overrides what any source says."""
    configure(home, '[[sources]]\npath = "a"\nsite = "bode"\n[[sources]]\npath = "b"\nsite = "bode"\nmtime = "trust"\n')
    effective = load(home, flags=Flags(mtime="ignore"))
    assert [source.mtime for source in effective.config.sources] == ["ignore", "ignore"]
    assert effective.origins["sources[1].mtime"] == "--mtime"
    assert effective.origins["sources[1].path"] == "config/feeds.toml:5"


# -- dumps on the command line --------------------------------------------------------------------


def test_dumps_replace_the_sources(home: Path) -> None:
    """Each dump is a source, read as the innermost configured source around it says, else as of the first site."""
    deep = '[[sources]]\npath = "in/deep"\nsite = "bode"\nmtime = "ignore"\n'
    configure(home, '[[sources]]\npath = "in"\nsite = "zeelandnet"\n' + deep)
    flags = Flags(dumps=("deep/x.txt", "y.txt", "/elsewhere", "../in"))
    effective = load(home, flags=flags, cwd=home / "in")
    assert effective.config.sources == (
        Source(home / "in" / "deep" / "x.txt", "bode", "ignore"),
        Source(home / "in" / "y.txt", "zeelandnet", "trust"),
        Source(Path("/elsewhere"), "zeelandnet", "trust"),
        Source(home / "in" / ".." / "in", "zeelandnet", "trust"),
    )
    origins = {key: origin for key, _, origin in describe(effective) if key.startswith("sources[0]")}
    there = str(home / "config" / "feeds.toml")
    assert origins == {"sources[0].path": "DUMPS", "sources[0].site": f"{there}:6", "sources[0].mtime": f"{there}:7"}


def test_dumps_need_no_configured_source(home: Path) -> None:
    """A configuration without sources reads the dumps it is given, as of the first site."""
    configure(home, "")
    assert load(home).config.sources == ()
    assert load(home, flags=Flags(dumps=("x",))).config.sources == (Source(home / "x", "bode", "trust"),)


# -- what is in force -----------------------------------------------------------------------------


def test_passwords_are_not_shown(home: Path) -> None:
    """The effective configuration can be shown to anybody."""
    for url in ("postgresql+psycopg://me:s3cret@h/db", "postgresql+psycopg://h/db?user=me&password=s3cret"):
        effective = load(home, flags=Flags(store=url))
        assert effective.config.store == url
        shown = next(text for key, text, _ in describe(effective) if key == "store")
        assert "s3cret" not in shown
        assert "***" in shown


def test_everything_in_force_is_shown(home: Path) -> None:
    """Every value is named with its key, as TOML writes it, and who set it."""
    configure(home, 'tag = "bode.example,2026"\n[selection]\nentries = 7\n[[sources]]\npath = "in"\nsite = "bode"\n')
    shown = {key: (text, origin) for key, text, origin in describe(load(home))}
    assert shown["tag"] == ('"bode.example,2026"', "config/feeds.toml:1")
    assert shown["selection.entries"] == ("7", "config/feeds.toml:3")
    assert shown["sources[0].path"] == (f'"{home}/in"', "config/feeds.toml:5")
    assert shown["sources[0].mtime"] == ('"trust"', "default")
    assert shown["texts.topic.title"] == ('"{site} {name}"', "default")
    assert shown["sites.bode"] == ('"De Bode"', "config/sites/bode.toml")
    assert shown["hub.topics"] == ("[]", "default")
    assert "hub.url" not in shown
