"""Commands about the set-up: `feeds init`, `check`, `config` and `schema`."""

from __future__ import annotations

import click

from feeds.cli.shared import ANY_CONFIG, CONFIG, DONE, SOME_FAILED, effective


@click.command()
@click.argument("folder", default=".", metavar="[DIR]")
@ANY_CONFIG
def init(folder: str) -> None:
    """Write a commented starter configuration, and a folder for dumps, into DIR.

    Example: feeds init ~/news && cd ~/news && feeds build
    """
    from pathlib import Path

    from feeds.config import write_starter

    file, dumps = write_starter(Path(folder))
    click.echo(f"{file} says what is read and published; put dumps into {dumps}, then run `feeds build`", err=True)


@click.command()
@CONFIG
@click.pass_context
def check(context: click.Context, config_file: str | None) -> None:
    """Verify configuration, store and output; name what is wrong and how to mend it.

    Example: feeds check
    """
    from feeds.check import check as check_all
    from feeds.config.effective import DEFAULT

    found = effective(config_file)
    looked = wrong = 0
    for finding in check_all(found.config, configured=found.origins.get("sources[0].path") != DEFAULT):
        looked += 1
        if finding.wrong is not None:
            wrong += 1
            click.echo(f"{finding.what}: {finding.wrong}")
        if finding.odd is not None:
            click.echo(f"{finding.what}: warning: {finding.odd}", err=True)
    click.echo(f"{looked} things looked at, {wrong} wrong" if wrong else f"all {looked} things are in order", err=True)
    context.exit(SOME_FAILED if wrong else DONE)


@click.command("config")
@CONFIG
def show_config(config_file: str | None) -> None:
    """Print the configuration in effect, each value with its origin.

    Example: feeds config
    """
    from feeds.config import describe

    for key, value, origin in describe(effective(config_file)):
        click.echo(f"{key} = {value}  # {origin}")


@click.command()
@ANY_CONFIG
def schema() -> None:
    """Print the JSON Schema of the configuration file.

    Example: feeds schema > feeds.schema.json
    """
    import json

    from feeds.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
