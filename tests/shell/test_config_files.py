from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.config import (
    Config,
    Effective,
    Flags,
    Source,
    defaults_dir,
    describe,
    find_config,
    load_config,
)
from feeds.errors import ConfigError

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


def faults(home: Path, environ: Mapping[str, str] | None = None, flags: Flags | None = None) -> list[tuple[str, str]]:
    """What is wrong with the configuration of that folder."""
    with pytest.raises(ConfigError) as caught:
        load(home, environ, flags)
    return [(fault.where, fault.what) for fault in caught.value.faults]


# -- finding --------------------------------------------------------------------------------------


def test_the_nearest_configuration_upwards_is_found(home: Path) -> None:
    """From a folder deep below, the first config/feeds.toml on the way up is the one."""
    deep = home / "a" / "b"
    deep.mkdir(parents=True)
    assert find_config(deep, {}) == home / "config" / "feeds.toml"
    assert find_config(home / "config", {}) == home / "config" / "feeds.toml"


def test_the_variable_names_another(home: Path) -> None:
    """FEEDS_CONFIG beats what lies around, is relative to the working directory, and counts as unset when empty."""
    assert find_config(home, {"FEEDS_CONFIG": "other.toml"}) == home / "other.toml"
    assert find_config(home, {"FEEDS_CONFIG": ""}) == home / "config" / "feeds.toml"


def test_a_named_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A configuration that was asked for by name is never silently replaced by the default."""
    with pytest.raises(ConfigError, match=r"^other\.toml: cannot be read \(No such file"):
        load_config(tmp_path / "other.toml", {}, Flags(), tmp_path)


# -- the packaged default -------------------------------------------------------------------------


def test_without_a_file_the_packaged_default_holds(tmp_path: Path) -> None:
    """In an empty folder everything has its default, and paths start there."""
    effective = load_config(None, {}, Flags(), tmp_path)
    config = effective.config
    assert (config.file, config.root, config.out) == (None, tmp_path, tmp_path / "out")
    assert config.sources == (Source(tmp_path / "seeds", "zeelandnet", "trust"),)
    assert config.store == f"sqlite:///{tmp_path}/feeds.sqlite"
    assert (config.base_url, config.listen) == ("http://127.0.0.1:8080", "127.0.0.1:8080")
    assert {origin for _, _, origin in describe(effective)} == {"default"}


def test_the_packaged_profiles_are_sound(tmp_path: Path) -> None:
    """Every profile that ships can be used from any folder."""
    config = load_config(None, {}, Flags(), tmp_path).config
    assert config.site("zeelandnet").timezone == "Europe/Amsterdam"
    assert [site.name for site in config.sites] == sorted(site.name for site in config.sites)


def test_the_shipped_file_shows_the_true_defaults(tmp_path: Path) -> None:
    """Taking away every `#` that stands before a setting changes nothing but the examples of a hub and a token."""
    text = (defaults_dir() / "feeds.toml").read_text("utf-8")
    settings = re.sub(r"(?m)^#(?=[a-z])", "", text)
    assert len(tomllib.loads(settings)["texts"]) == 7
    (tmp_path / "feeds.toml").write_text(settings, "utf-8")
    shown = load_config(tmp_path / "feeds.toml", {}, Flags(), tmp_path).config
    plain = load_config(None, {}, Flags(), tmp_path).config
    assert shown.hub.url == "https://hub.example/"
    assert shown.serve.token == "a-long-and-random-word"
    serve, hub = replace(shown.serve, token=None), replace(shown.hub, url=None)
    assert replace(shown, file=None, hub=hub, serve=serve) == plain


# -- paths ----------------------------------------------------------------------------------------


def paths(config: Config) -> tuple[Path, Path, str, Path]:
    """Everything in a configuration that is a path."""
    return config.root, config.out, config.store, config.sources[0].path


PATHS = 'out = "site"\nstore = "sqlite:///state/f.sqlite?timeout=5"\n[[sources]]\npath = "in"\nsite = "zeelandnet"\n'


@pytest.mark.parametrize(("folder", "root"), [("config", "."), ("etc", "etc"), (".", ".")])
def test_paths_start_above_config_else_beside_the_file(tmp_path: Path, folder: str, root: str) -> None:
    """Paths are relative to the parent of a folder named config, else to the file's own folder; never to the cwd."""
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / "feeds.toml").write_text(PATHS, "utf-8")
    at = tmp_path / root
    config = load_config(tmp_path / folder / "feeds.toml", {}, Flags(), Path("/")).config
    assert paths(config) == (at, at / "site", f"sqlite:///{at}/state/f.sqlite?timeout=5", at / "in")


@pytest.mark.parametrize("name", ["feeds.toml", "../config/feeds.toml", "./sub/../feeds.toml"])
def test_the_folder_is_known_however_the_file_is_named(home: Path, name: str) -> None:
    """A file named from inside its folder is still in a folder named config."""
    assert load_config(Path(name), {}, Flags(), home / "config").config.root == home


def test_paths_of_variables_and_flags_start_at_the_working_directory(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is typed at a prompt is relative to where it is typed."""
    cwd = tmp_path_factory.mktemp("cwd")
    config = load(home, {"FEEDS_OUT": "site"}, Flags(store="sqlite:///f.sqlite"), cwd).config
    assert (config.out, config.store) == (cwd / "site", f"sqlite:///{cwd}/f.sqlite")
    assert config.sources[0].path == home / "dumps"


def test_the_store_stands_beside_out(home: Path) -> None:
    """Without a word about the store it is feeds.sqlite in the folder that holds out/."""
    assert load(home, flags=Flags(out="/srv/www/site")).config.store == "sqlite:////srv/www/feeds.sqlite"


def test_stores_without_a_relative_path_are_left_alone(home: Path) -> None:
    """Only a relative SQLite path is changed."""
    for url in ("sqlite:////srv/f.sqlite", "sqlite:///:memory:", "postgresql+psycopg://u@h/db"):
        assert load(home, flags=Flags(store=url)).config.store == url


# -- mistakes -------------------------------------------------------------------------------------


def test_every_mistake_is_named_with_its_line(home: Path) -> None:
    """Mistakes of different kinds, in the file, a profile, a variable and a flag, are all listed at once."""
    configure(
        home,
        'base_url = "feeds.example"\n'
        "\n"
        "[selection]\n"
        "entires = 20   # misspelt\n"
        "\n"
        "[limits]\n"
        "max_teasers = 0\n"
        "[[sources]]\n"
        'path = "dumps"\n'
        'site = "bodde"\n'
        "[[sources]]\n"
        'site = "bode"\n'
        "[hub]\n"
        "topics = [\n"
        '  "https://a.example/",\n'
        '  "b.example",\n'
        "]\n",
    )
    (home / "config" / "sites" / "bode.toml").write_text(
        PROFILE.replace("nl", "xx", 1) + "[[ages]]\ntext = 1\n", "utf-8"
    )
    found = faults(
        home, {"FEEDS_LISTEN": "8080", "FEEDS_HUB_ALLOW_PRIVATE": "perhaps"}, Flags(mtime="no", base_url="x")
    )
    assert [(where, what.split(";")[0].split(",")[0]) for where, what in found] == [
        (
            "config/feeds.toml:1",
            "base_url must be an http:// or https:// address without user",
        ),
        ("config/feeds.toml:4", "unknown key selection.entires"),
        ("config/feeds.toml:7", "limits.max_teasers must be at least 1"),
        ("config/feeds.toml:10", 'sources[0].site names no profile: "bodde"'),
        ("config/feeds.toml:11", "sources[1].path is missing"),
        ("config/feeds.toml:16", "hub.topics[1] must begin with http:// or https:// and name a host"),
        ("$FEEDS_LISTEN", "listen must be HOST:PORT with a port up to 65535"),
        ("$FEEDS_HUB_ALLOW_PRIVATE", "hub.allow_private must be true or false"),
        ("--base-url", "base_url must be an http:// or https:// address without user"),
        ("--mtime", "must be trust or ignore"),
        ("config/sites/bode.toml:2", "language must be a language that CLDR knows"),
        ("config/sites/bode.toml:5", "ages[0].lo is missing"),
        ("config/sites/bode.toml:5", "ages[0].hi is missing"),
        ("config/sites/bode.toml:6", "ages[0].text must be text in quotes"),
    ]
    whats = dict(found)
    assert whats["config/feeds.toml:4"].endswith('did you mean "entries"?')
    assert whats["config/feeds.toml:10"].endswith('did you mean "bode"?')


def test_a_missing_profile_says_which_there_are(home: Path) -> None:
    """A source of an unknown site lists the known ones."""
    configure(home, '[[sources]]\npath = "x"\nsite = "qqq"\n')
    assert faults(home) == [
        ("config/feeds.toml:3", 'sources[0].site names no profile: "qqq"; known profiles: bode, zeelandnet')
    ]


def test_two_sources_of_one_path_are_one_too_many(home: Path) -> None:
    """A dump belongs to one source, so a path is named once."""
    one = '[[sources]]\npath = "in{}"\nsite = "bode"\n'
    configure(home, one.format("") + one.format("/deep") + one.format("/"))
    assert faults(home) == [("config/feeds.toml:8", "sources[2].path is that of sources[0] again; keep one of the two")]


def test_a_broken_file_does_not_hide_a_broken_variable(home: Path) -> None:
    """Where the file is no TOML, the other mistakes are named all the same."""
    configure(home, "[[sources]]\npath = \n")
    assert [where for where, _ in faults(home, {"FEEDS_LISTEN": "x"})] == ["config/feeds.toml:2", "$FEEDS_LISTEN"]


def test_a_mistake_is_named_even_where_a_flag_covers_it(home: Path) -> None:
    """A faulty file stays faulty when something stronger sets the key."""
    configure(home, 'listen = "x"\n')
    assert [where for where, _ in faults(home, {}, Flags(listen="127.0.0.1:1"))] == ["config/feeds.toml:1"]


# -- profiles -------------------------------------------------------------------------------------


def test_a_profile_beside_the_configuration_wins(home: Path) -> None:
    """Of two profiles with one name, the packaged one is not even read; hidden and other files are no profiles."""
    sites = home / "config" / "sites"
    (sites / "zeelandnet.toml").write_text(PROFILE, "utf-8")
    (sites / ".hidden.toml").write_text("=", "utf-8")
    (sites / "bode.toml~").write_text("=", "utf-8")
    effective = load(home)
    assert [(site.name, site.title) for site in effective.config.sites] == [
        ("bode", "De Bode"),
        ("zeelandnet", "De Bode"),
    ]
    assert effective.origins["sites.zeelandnet"] == "config/sites/zeelandnet.toml"
