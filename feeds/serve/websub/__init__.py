"""The hub (W3C WebSub): who asked to be told, and telling them."""
