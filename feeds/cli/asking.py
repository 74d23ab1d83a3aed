"""Commands that only ask: `feeds stories`, `explain`, `list`, `problems` and `places`."""

from __future__ import annotations

import click

from feeds.cli.shared import CONFIG, JSON, effective, main_zone, opened, show


@click.command()
@click.option("--topic", metavar="T", help="Only stories of this topic: Buitenland.")
@click.option("--dateline", metavar="D", help="Only stories from this place: MOSKOU.")
@click.option("--query", metavar="Q", help="Only stories that a query finds: 'brand \"den haag\" -topic:sport'.")
@click.option("--since", metavar="WHEN", help="Only stories since then: 2026-03-03, or 12h, 3d, 2w ago.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=0), help="At most so many. [default: 50, all with --json]"
)
@JSON
@CONFIG
def stories(
    topic: str | None,
    dateline: str | None,
    query: str | None,
    since: str | None,
    limit: int | None,
    as_json: bool,
    config_file: str | None,
) -> None:
    """List the deduplicated stories, newest first.

    A query holds words, "phrases" and beginnings*, all of which a story must have; names like topic:sport, place:goes,
    country:nl, agency:anp, in:feed/KEY, headline:word, text:word; has:text, sightings:>=3; OR, NOT and parentheses.

    Example: feeds stories --topic Buitenland --since 3d
    """
    from datetime import UTC, datetime

    from feeds.reading import checked_query, list_stories, moment

    config = effective(config_file).config
    query = None if query is None else checked_query(config, query)
    zone = main_zone(config)
    start = None if since is None else moment(since, datetime.now(UTC), zone)
    if limit is None and not as_json:
        limit = 50
    with opened(config, write=False) as store:
        found = list_stories(store, config, topic=topic, dateline=dateline, since=start, limit=limit, query=query)
        if as_json:
            from feeds import shapes

            for story, sightings in found:
                click.echo(shapes.line(shapes.story(story, sightings)))
        else:
            from feeds import tables

            show(tables.stories((story for story, _ in found), zone))


@click.command()
@click.argument("story_id", metavar="STORY_ID")
@JSON
@CONFIG
def explain(story_id: str, as_json: bool, config_file: str | None) -> None:
    """Explain one story: where it was seen, why that is one story, its revisions and its date.

    STORY_ID is the id in a feed, or the 16 digits at its end; an old id finds the story that it is part of now. The
    stories that look most like it are named too, with what keeps them apart.

    Example: feeds explain 0123456789abcdef
    """
    from feeds.reading import explain as explain_story

    config = effective(config_file).config
    with opened(config, write=False) as store:
        found = explain_story(store, config, story_id)
    if as_json:
        from feeds import shapes

        click.echo(shapes.line(shapes.explanation(found)))
    else:
        from feeds.tables.explanation import explanation

        show(explanation(found, main_zone(config)))


@click.command("list")
@JSON
@CONFIG
def list_feeds(as_json: bool, config_file: str | None) -> None:
    """List the feeds with the address to subscribe to.

    Example: feeds list
    """
    from feeds.build.listing import listed_channels
    from feeds.build.windows import Windows
    from feeds.store import counts

    config = effective(config_file).config
    with opened(config, write=False) as store, store.reading() as connection:
        windows = Windows(connection, config, config.main_site)
        published = counts.entries_shown(connection)
        found = [
            (
                channel,
                count.stories,
                published[channel.key]
                if channel.key in published
                else windows.shown(connection, channel, count.stories),
                windows.newest_shown(connection, channel, count.newest),
            )
            for channel, count in listed_channels(counts.channel_counts(connection), config)
        ]
    if as_json:
        from feeds import shapes

        for channel, stories_of_it, entries, newest in found:
            click.echo(shapes.line(shapes.feed(channel, stories_of_it, entries, newest, config.base_url)))
    else:
        from feeds import tables

        rows = ((channel, entries, newest) for channel, _, entries, newest in found)
        show(tables.feeds(rows, config.base_url, main_zone(config)))


@click.command()
@JSON
@CONFIG
def problems(as_json: bool, config_file: str | None) -> None:
    """List the dumps that could not be read or parsed, wrong clocks and contradictory ages, each with the reason.

    Example: feeds problems --json
    """
    from feeds.reading import list_problems

    config = effective(config_file).config
    with opened(config, write=False) as store:
        found = list_problems(store, config)
    if as_json:
        from feeds import shapes

        for problem in found:
            click.echo(shapes.line(shapes.problem(problem)))
    elif found:
        from feeds import tables

        show(tables.problems(found))
    else:
        click.echo("no problems", err=True)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--text", default="", help="What the report says: countries in it tell places of one name apart.")
@click.option("--site", metavar="SITE", help="The site that prints the names. [default: that of the first source]")
@JSON
@CONFIG
def places(names: tuple[str, ...], text: str, site: str | None, as_json: bool, config_file: str | None) -> None:
    """Tell what place a dateline means, with the runners-up and their scores. Touches no store.

    A slash parts the places of one dateline, which tell each other apart.

    Example: feeds places MOSKOU "DEN HAAG/KRALENDIJK" BERGEN --text "Brand in Noorwegen"
    """
    from feeds.errors import UsageError
    from feeds.places.gazetteer import open_resolver

    config = effective(config_file).config
    known = [one.name for one in config.sites]
    if site is not None and site not in known:
        message = f"--site {site}: no such site; there are {', '.join(known)}"
        raise UsageError(message)
    printed_on = site or config.main_site.name
    with open_resolver(config.places, config.sites) as resolver:
        found = [
            (one, resolver.place(one))
            for name in names
            for one in resolver.resolve_all(tuple(map(str.strip, name.split("/"))), text, printed_on)
        ]
    if as_json:
        from feeds import shapes

        for resolution, place in found:
            click.echo(shapes.line(shapes.resolution(resolution, place)))
    else:
        from feeds import tables

        show(tables.places(found))
