"""What a strict validator of feeds asks of Atom, RSS 2.0 and OPML documents, one rule a function.

    documents  a document as rules look at it, and how a rule is written down
    values     what dates, addresses, languages and numbers must look like
    xml        rules for all documents: characters, namespaces, elements, attributes
    texts      rules for what stands in elements: plain text, HTML
    atom, rss, opml    rules for one format each

The rules are those of the standards and of the profiles that validators check besides: what readers stumble over.
"""

from . import atom, opml, rss, texts, xml
from .documents import Document, Rule, read

RULES: tuple[Rule, ...] = (*xml.RULES, *texts.RULES, *atom.RULES, *rss.RULES, *opml.RULES)

__all__ = ["RULES", "Document", "Rule", "read"]
