"""Who publishes the feeds, by the configuration."""

from __future__ import annotations

from feeds.config.values import Config
from feeds.render.settings import Publisher, Site


def publisher_of(config: Config) -> Publisher:
    """Who publishes, by the configuration."""
    home = config.main_site
    return Publisher(
        base_url=config.base_url,
        tag=config.tag,
        site_title=home.title,
        site_home=home.home,
        language=home.language,
        index_title=config.texts.index.format(site=home.title),
        sites=tuple(Site(site.name, site.title, site.home) for site in config.sites),
        hubs=config.hub.addresses(config.base_url),
        refresh_minutes=config.schedule.refresh_minutes,
        timezone=home.timezone,
    )
