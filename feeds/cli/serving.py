"""`feeds serve`."""

from __future__ import annotations

import click

from feeds.cli.shared import CONFIG, DONE, INTERRUPTED, effective, make_store


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Address to listen on. [default: 127.0.0.1:8080]")
@click.option("--out", metavar="DIR", help="Folder that is served.")
@click.option(
    "--store", metavar="URL", help="Store, as an SQLAlchemy URL: sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."
)
@click.option("--base-url", metavar="URL", help="Address under which clients know this server.")
@CONFIG
@click.pass_context
def serve(
    context: click.Context,
    config_file: str | None,
    listen: str | None,
    out: str | None,
    store: str | None,
    base_url: str | None,
) -> None:
    """Serve over HTTP what has been built, until interrupted.

    Example: feeds serve --listen 127.0.0.1:8080
    """
    import asyncio
    import gc
    import logging
    import signal

    import uvloop

    from feeds.serve.app import application
    from feeds.serve.server import serving

    config = effective(config_file, listen=listen, out=out, store=store, base_url=base_url).config

    logging.basicConfig(level=config.log_level.upper(), format="feeds: %(message)s")
    gc.freeze()  # what was imported is never garbage

    if config.hub.mode == "self":
        make_store(config)

    async def run() -> signal.Signals:
        stops: asyncio.Queue[signal.Signals] = asyncio.Queue()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stops.put_nowait, one)
        async with serving(application(config), config.listen) as address:
            click.echo(f"feeds: serving {config.out} at {address}", err=True)
            return await stops.get()

    context.exit(INTERRUPTED if uvloop.run(run()) is signal.SIGINT else DONE)
