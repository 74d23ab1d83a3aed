"""The memory: dumps that were taken in, what was derived from them, what has been published.

Facts (files and contents) are kept for ever; captures, sightings and stories are a cache that can be
derived from them at any time; published ids are remembered. All of it in one database.
"""
