"""Feeds of what somebody looks for (`/search/...`), in the query language of the configured feeds."""
