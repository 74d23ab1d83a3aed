"""Sightings into Stories: which wordings are one story, when it was published, what it says now."""
