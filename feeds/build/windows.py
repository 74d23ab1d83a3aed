"""Which part of a channel its feed shows now: by number, by age, or as a digest of whole days or weeks.

Nothing here asks a clock: `now` is the newest capture.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from feeds.canon import instant, micros
from feeds.channels.digest import LISTED, Period, entry, last_complete, period_of
from feeds.channels.rules import Rule, Window
from feeds.config import Config
from feeds.config.channels import rules, window
from feeds.model import Channel, ChannelKey, Story
from feeds.parse.profile import SiteProfile
from feeds.store import channels, counts, shelf

_NEWEST = "newest capture"


class Windows:
    """The windows of all channels, as of the newest capture."""

    def __init__(self, connection: Connection, config: Config, site: SiteProfile) -> None:
        self.config = config
        self.site = site
        self.rules = {rule.key: rule for rule in rules(config).rules}
        self.usual = window(config.selection)
        moving = [self.usual, *(rule.window for rule in self.rules.values())]
        self.moves = any(one.max_age is not None for one in moving) or any(rule.every for rule in self.rules.values())
        self.newest = channels.newest_capture(connection) if self.moves else None

    def chosen(self, connection: Connection, channel: Channel) -> list[tuple[str, Story]]:
        """What a channel's feed shows, newest first: stories with their keys; a digest's entries have none."""
        rule = self.rules.get(channel.key)
        if rule is not None and rule.every is not None:
            return [("", shown) for shown in self._digest(connection, rule)]
        its = self._window(channel.key)
        since = self._since(its, self.newest)
        return shelf.newest_stories(connection, channel.key, its.entries, self.config.tag, since)

    def is_digest(self, key: ChannelKey) -> bool:
        """Whether a channel's entries are days or weeks: they are in no archive."""
        rule = self.rules.get(key)
        return rule is not None and rule.every is not None

    def republishes(self, key: ChannelKey) -> bool:
        """Whether a feed also shows what was corrected after it left: not if it leaves by age."""
        return self._window(key).max_age is None

    def shown(self, connection: Connection, channel: Channel, stories: int) -> int:
        """How many entries the feed of a channel with so many stories shows."""
        rule, its = self.rules.get(channel.key), self._window(channel.key)
        plain = its.max_age is None and (rule is None or rule.every is None)
        return min(stories, its.entries) if plain else len(self.chosen(connection, channel))

    def newest_shown(self, connection: Connection, channel: Channel, newest: int | None) -> datetime | None:
        """The moment of the newest entry: `newest`, that of the newest story; of a digest the end of a period."""
        if self.is_digest(channel.key):
            return next((entry.sort_key for _, entry in self.chosen(connection, channel)), None)
        return None if newest is None else instant(newest)

    def moved(self, connection: Connection) -> list[ChannelKey]:
        """The channels that show something else because the newest capture is another than when last asked.

        The store is told which it is now.
        """
        if not self.moves:
            return []
        said = shelf.notes(connection).get(_NEWEST, "")
        shelf.put_notes(connection, {_NEWEST: "" if self.newest is None else str(self.newest)})
        before = int(said) if said else None
        if before == self.newest:
            return []
        usual = [] if self.usual.max_age is None else [one.channel for one in counts.channel_counts(connection)]
        return [key for key in sorted({*self.rules, *usual}) if self._moved(connection, key, before)]

    def _moved(self, connection: Connection, key: ChannelKey, before: int | None) -> bool:
        rule = self.rules.get(key)
        if rule is not None and rule.every is not None:
            return self._over(rule, before) != self._over(rule, self.newest)
        its = self._window(key)
        was, now = self._since(its, before), self._since(its, self.newest)
        if was == now:
            return False
        if was is None or now is None:
            return True
        low, high = sorted((was, now))
        crossed = channels.newest_below(connection, key, high)
        return crossed is not None and crossed >= low

    def _window(self, key: ChannelKey) -> Window:
        rule = self.rules.get(key)
        return self.usual if rule is None else rule.window

    def _since(self, its: Window, newest: int | None) -> int | None:
        """The least sort key that is shown; None if any is."""
        return None if its.max_age is None or newest is None else micros(instant(newest) - its.max_age)

    def _over(self, rule: Rule, newest: int | None) -> Period | None:
        """The last period of a digest that is over."""
        if rule.every is None or newest is None:
            return None
        return last_complete(instant(newest), rule.every, self.site.timezone)

    def _digest(self, connection: Connection, rule: Rule) -> Iterator[Story]:
        over = self._over(rule, self.newest)
        below = None if over is None else micros(over.end)
        shown = 0
        while below is not None and shown < rule.window.entries:
            newest = channels.newest_below(connection, rule.key, below)
            if newest is None or rule.every is None:
                return
            period = period_of(instant(newest), rule.every, self.site.timezone)
            span = below, _ = micros(period.start), micros(period.end)
            stories, count = channels.stories_between(connection, rule.key, span, LISTED, self.config.tag)
            address = f"{self.config.base_url}/{rule.key}/"
            more = count - len(stories)
            yield entry(rule, period, stories, more, address, self.site.language, self.config.tag)
            shown += 1
