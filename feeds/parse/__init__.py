"""Captures into Pages, by the profile of their site."""
