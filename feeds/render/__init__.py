"""Feeds become documents: pure functions from a Feed and a Publisher to bytes.

`settings` knows addresses, `content` what an entry says in any format, `atom`, `rss` and `html` one
format each, `splice` how entries written once are put into many feeds.
"""
