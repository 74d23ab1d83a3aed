"""What every page has: a head, a style that needs nothing from elsewhere, and one column that fits a phone."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

MEDIA_TYPE = "text/html; charset=utf-8"

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem 0; border-top: 1px solid #8884; }
.name { flex: 1 1 60%; overflow-wrap: anywhere; }
@media (max-width: 32rem) { .name { flex-basis: 100%; } }
.name small { display: block; opacity: .7; }
li a, nav a { display: inline-block; padding: .4rem .2rem; }
nav a { margin-right: .75rem; }
article { border-top: 1px solid #8884; padding: .75rem 0; }
article h2 { margin: 0; line-height: 1.3; overflow-wrap: anywhere; }
.facts { font-size: .9rem; opacity: .7; }
"""


def page(title: str, language: str, head: Iterable[str], body: Iterable[str]) -> bytes:
    """A whole page; `title` and `language` are text, `head` and `body` are HTML."""
    lines = (
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        *head,
        f"<style>{STYLE}</style>",
        "</head><body><main>",
        *body,
        "</main></body></html>\n",
    )
    return "\n".join(lines).encode()


def alternate(media_type: str, title: str, href: str) -> str:
    """How a browser or a reader finds a feed from a page."""
    return f'<link rel="alternate" type="{media_type}" title="{escape(title)}" href="{escape(href)}">'


def link(href: str, text: str) -> str:
    """A link in a text."""
    return f'<a href="{escape(href)}">{escape(text)}</a>'
