"""`out/` over HTTP."""
