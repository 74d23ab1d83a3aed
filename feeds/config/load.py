"""One configuration out of its layers: a flag beats the environment, that the file, and the file the default.

Each layer is checked by itself, so that a mistake is named even where something stronger covers it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from feeds.config import channels
from feeds.config.channel_tables import TextsTable
from feeds.config.checks import shown
from feeds.config.effective import DEFAULT, Effective
from feeds.config.faults import key, nearest, validate
from feeds.config.files import Sites, defaults_dir, read_file, read_sites
from feeds.config.layers import Flags, Layer, from_environment, from_file, from_flags, leaves, overlay
from feeds.config.lines import Document, KeyPath
from feeds.config.schema import FileTable, ServeTable
from feeds.config.values import (
    Config,
    Families,
    Limits,
    Mtime,
    PlaceText,
    Schedule,
    Selection,
    Serve,
    Source,
    Text,
    Texts,
)
from feeds.errors import ConfigError, Fault
from feeds.places.gazetteer import open_gazetteer
from feeds.places.overrides import Overrides

_RELATIVE_SQLITE = re.compile(r"(sqlite[a-z0-9+_]*:///)(?!/|:memory:|file:)([^?]+)(.*)", re.DOTALL)
_Sourced = tuple[Source, Mapping[str, str]]
"""A source, and by field who said it."""


def load_config(file: Path | None, environ: Mapping[str, str], flags: Flags, cwd: Path) -> Effective:
    """The configuration of a file (None: the packaged one), as changed by the environment and the flags.

    Raises ConfigError with every mistake in all of them and in every site profile.
    """
    cwd = cwd.absolute()
    file = None if file is None else Path(os.path.abspath(cwd / file))
    faults: list[Fault] = []
    try:
        document = read_file(defaults_dir() / "feeds.toml" if file is None else file, cwd)
    except ConfigError as error:
        document = Document("", {}, {})
        faults += error.faults
    root = cwd if file is None else file.parent.parent if file.parent.name == "config" else file.parent
    sites = read_sites(None if file is None else file.parent, cwd)
    layers = (from_file(document, root), from_environment(environ, cwd), from_flags(flags, cwd))
    for layer in layers:
        faults += _faults(layer, sites)
    if flags.mtime is not None and flags.mtime not in get_args(Mtime):
        faults.append(Fault("--mtime", f"must be trust or ignore, not {shown(flags.mtime)}"))
    if not sites.names:
        faults.append(Fault(str(defaults_dir() / "sites"), "holds no site profile; install dateline-feeds again"))
    if faults or sites.faults:
        raise ConfigError((*faults, *sites.faults))
    return _effective(file, layers, flags, sites)


def _faults(layer: Layer, sites: Sites) -> list[Fault]:
    """The mistakes of one layer, in the order of their lines."""
    found = validate(FileTable, layer.data, layer.where)[1]
    misfits = [*_misfits(layer.data, sites), *_unknown_places(layer.data), *channels.misfits(layer.data)]
    found += [(path, Fault(layer.where(path), f"{key(path)} {what}")) for path, what in misfits]
    return [fault for path, fault in sorted(found, key=lambda one: layer.line(one[0]))]


def _misfits(data: Mapping[str, Any], sites: Sites) -> Iterator[tuple[KeyPath, str]]:
    """The sources that do not fit what else there is: an unknown site, a path that another source has."""
    sources = data.get("sources")
    paths: dict[str, int] = {}
    for position, source in enumerate(sources if isinstance(sources, list) else []):
        site, path = (source.get("site"), source.get("path")) if isinstance(source, dict) else (None, None)
        if isinstance(site, str) and site not in sites.names:
            near = nearest(site, sites.names, "profiles")
            yield ("sources", position, "site"), f"names no profile: {shown(site)}; {near}"
        if isinstance(path, str) and paths.setdefault(os.path.normpath(path), position) != position:
            first = paths[os.path.normpath(path)]
            yield ("sources", position, "path"), f"is that of sources[{first}] again; keep one of the two"


def _unknown_places(data: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """The names in print that are said to mean a place which the gazetteer does not have."""
    places = data.get("places")
    names = places.get("names") if isinstance(places, dict) else None
    if isinstance(names, dict) and names:
        with open_gazetteer(Overrides()) as gazetteer:
            for name, geonames in names.items():
                if isinstance(geonames, int) and gazetteer.entry(geonames) is None:
                    what = f"is no place of the gazetteer: {geonames}; write the place as one of [[places.added]]"
                    yield ("places", "names", name), what


def _effective(file: Path | None, layers: tuple[Layer, ...], flags: Flags, sites: Sites) -> Effective:
    """The sound layers as one configuration, and who said what in it."""
    root = layers[0].base
    data: dict[str, Any] = {}
    bases: dict[str, Path] = {}
    origins = {f"sites.{name}": origin for name, origin in sites.origins.items()}
    for layer in layers:
        data = overlay(data, layer.data)
        for path in leaves(layer.data):
            bases[key(path)] = layer.base
            origins[key(path)] = DEFAULT if file is None and layer is layers[0] else layer.where(path)
    table = FileTable.model_validate(data)
    out = bases.get("out", root) / table.out
    hub = table.hub.value()
    origins.setdefault(
        "hub.mode", origins.get("hub.url" if hub.url else "hub.urls" if hub.urls else "hub.topics", DEFAULT)
    )
    sourced = _sources(table, origins, layers, flags, sites)
    origins = {name: origin for name, origin in origins.items() if not name.startswith("sources[")}
    for position, (_, said) in enumerate(sourced):
        origins |= {f"sources[{position}].{field}": origin for field, origin in said.items()}
    config = Config(
        root=root,
        file=file,
        base_url=table.base_url,
        out=out,
        store=_absolute_store(table.store or f"sqlite:///{out.parent / 'feeds.sqlite'}", bases.get("store", root)),
        listen=table.listen,
        log_level=table.log_level,
        tag=table.tag,
        sources=tuple(source for source, _ in sourced),
        sites=sites.profiles,
        limits=Limits(**table.limits.model_dump()),
        selection=Selection(**table.selection.model_dump()),
        texts=_texts(table.texts),
        hub=hub,
        daemon=table.daemon.value(),
        families=Families(**table.families.model_dump()),
        feed=tuple(one.value() for one in table.feed),
        digest=tuple(one.value() for one in table.digest),
        places=table.places.value(),
        schedule=Schedule(**table.schedule.model_dump()),
        serve=_serve(table.serve),
    )
    return Effective(config, origins)


def _absolute_store(url: str, base: Path) -> str:
    relative = _RELATIVE_SQLITE.fullmatch(url)
    return f"{relative[1]}{base / relative[2]}{relative[3]}" if relative else url


def _serve(table: ServeTable) -> Serve:
    lists = {"proxies": tuple(table.proxies), "exempt": tuple(table.exempt)}
    return Serve(**{**table.model_dump(), **lists})


def _texts(texts: TextsTable) -> Texts:
    everything, topic, country, agency = (
        Text(one.title, one.description) for one in (texts.all, texts.topic, texts.country, texts.agency)
    )
    dateline = PlaceText(texts.dateline.title, texts.dateline.description, texts.dateline.printed)
    return Texts(everything, topic, dateline, country, agency, texts.empty, texts.index)


def _sources(
    table: FileTable, origins: Mapping[str, str], layers: tuple[Layer, ...], flags: Flags, sites: Sites
) -> list[_Sourced]:
    """What to read: the dumps of the command line, else the configured sources. `--mtime` holds for all."""
    root, cwd = layers[0].base, layers[-1].base
    sourced: list[_Sourced] = []
    for position, one in enumerate(table.sources):
        said = {field: origins.get(f"sources[{position}].{field}", DEFAULT) for field in ("path", "site", "mtime")}
        sourced.append((Source(root / one.path, one.site, one.mtime), said))
    if flags.dumps:
        sourced = [_dump(cwd / dump, sourced, sites) for dump in flags.dumps]
    if flags.mtime is not None:
        mtime: Mtime = "trust" if flags.mtime == "trust" else "ignore"
        sourced = [(replace(source, mtime=mtime), {**said, "mtime": "--mtime"}) for source, said in sourced]
    return sourced


def _dump(path: Path, configured: list[_Sourced], sites: Sites) -> _Sourced:
    """A dump of the command line is read as the innermost source it lies in says, else as of the first site."""
    real = Path(os.path.realpath(path))
    around = [one for one in configured if real.is_relative_to(os.path.realpath(one[0].path))]
    if around:
        source, said = max(around, key=lambda one: len(Path(os.path.realpath(one[0].path)).parts))
        return replace(source, path=path), {**said, "path": "DUMPS"}
    site = configured[0][0].site if configured else sites.names[0]
    return Source(path, site), {"path": "DUMPS", "site": configured[0][1]["site"] if configured else DEFAULT}
