"""Stories into Feeds: which channels there are, and what each of them shows."""
