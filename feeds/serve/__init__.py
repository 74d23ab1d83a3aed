"""`out/` over HTTP: cached answers for what is published, the hub, search, and word of how things stand."""
