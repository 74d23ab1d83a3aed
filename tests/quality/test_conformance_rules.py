"""Each rule of conformance is kept by a sound document, and tells of one that breaks it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conformance import RULES, read

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"
 xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="nl"><id>tag:example.org,2026:feed/all</id>
<title>Alles</title><updated>2026-03-03T12:00:00Z</updated><author><name>ANP</name></author>
<link href="https://example.org/a/2026-01.xml" rel="self" type="application/atom+xml"/>
<link href="https://example.org/a/" type="text/html"/>
<link href="https://example.org/a/atom.xml" rel="current"/>
<link href="https://example.org/a/2026-02.xml" rel="next-archive"/>
<generator>Dateline</generator><fh:archive/>
<entry><id>tag:example.org,2026:story/1</id><title>Kop</title><updated>2026-03-03T12:00:00Z</updated>
<link href="https://example.org/1" title="Kop" hreflang="nl"/><category term="Sport" scheme="https://example.org/topic/"/>
<summary>Lead</summary><content type="html">&lt;p&gt;&lt;a href="https://example.org/1"&gt;Lead&lt;/a&gt;&lt;/p&gt;</content>
<source><id>https://example.org/</id><title>Voorbeeld</title><updated>2026-03-03T12:00:00Z</updated></source>
<georss:point>51.50000 3.61000</georss:point></entry></feed>
"""
RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
<channel>
<title>Alles</title><link>https://example.org/all/</link><description>Al het nieuws</description><language>nl</language>
<ttl>60</ttl><lastBuildDate>Tue, 03 Mar 2026 12:00:00 GMT</lastBuildDate><sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>1</sy:updateFrequency>
<atom:link href="https://example.org/all/rss.xml" rel="self" type="application/rss+xml"/>
<item><title>Kop</title><link>https://example.org/1</link><description>Lead</description>
<content:encoded>&lt;p&gt;Lead&lt;/p&gt;</content:encoded><guid isPermaLink="false">tag:example.org,2026:story/1</guid>
<category domain="https://example.org/topic/">Sport</category><pubDate>Tue, 03 Mar 2026 12:00:00 GMT</pubDate></item>
</channel></rss>
"""
OPML = """<?xml version='1.0' encoding='UTF-8'?>
<opml version="2.0"><head><title>Feeds</title></head><body><outline text="Onderwerpen"><outline type="rss" text="Sport"
 title="Sport" language="nl" xmlUrl="https://example.org/sport/atom.xml" htmlUrl="https://example.org/sport/"/></outline>
</body></opml>
"""
FIRST = "<entry>"
READ = ATOM[ATOM.index("<summary>") : ATOM.index("<source>")]
BROKEN = [
    ("encoding", ATOM, " encoding='UTF-8'", ""),
    ("characters", ATOM, ">Lead<", ">L\ufffdad<"),
    ("written_once", RSS, ">Kop<", ">ItaliÃ«<"),
    ("namespaces", ATOM, "xmlns:fh=", 'xmlns:thr="urn:x" xmlns:fh='),
    ("elements", RSS, "<ttl>", "<blink/><ttl>"),
    ("attributes", RSS, "<ttl>", "<ttl lang='x'>"),
    ("languages", ATOM, 'xml:lang="nl"', 'xml:lang="zz"'),
    ("no_end_tags", ATOM, ">Kop<", ">Kop &#x26;lt;/b> &lt;/b><"),
    ("no_entities", ATOM, ">Kop<", ">Q&amp;A1<"),
    ("no_markup", RSS, ">Kop<", ">a &lt;b<"),
    ("html_is_sound", ATOM, "&lt;/a&gt;", ""),
    ("html_is_harmless", ATOM, "&lt;p&gt;", "&lt;p onclick='x'&gt;"),
    ("html_has_whole_addresses", ATOM, 'href="https://example.org/1"&gt;', 'href="/1"&gt;'),
    ("text_types", ATOM, 'type="html"', 'type="CDATA"'),
    ("texts_are_not_blank", ATOM, "<summary>Lead", "<summary> "),
    ("texts_have_a_language", ATOM, ' xml:lang="nl"', ""),
    ("feed_has", ATOM, "<author><name>ANP</name></author>", ""),
    ("entry_has", ATOM, f"{FIRST}<id>tag:example.org,2026:story/1</id>", FIRST),
    ("source_has", ATOM, "<title>Voorbeeld</title>", ""),
    ("feed_comes_first", ATOM, "</feed>", "<subtitle>x</subtitle></feed>"),
    ("names_itself", ATOM, 'rel="self"', 'rel="via"'),
    ("one_alternate", ATOM, 'rel="self" type="application/atom+xml"', 'type="text/html"'),
    ("something_to_read", ATOM, READ, ""),
    ("ids_are_unique", ATOM, "</feed>", "<entry><id>tag:example.org,2026:story/1</id></entry></feed>"),
    ("ids_are_canonical", ATOM, "<id>https://example.org/<", "<id>https://EXAMPLE.org<"),
    ("dates", ATOM, "2026-03-03T12:00:00Z", "1970-01-01T00:00:00Z"),
    ("relations", ATOM, 'href="https://example.org/1" title', 'rel="current" href="https://example.org/1" title'),
    ("link_types", ATOM, 'type="application/atom+xml"', 'type="text/html"'),
    ("link_addresses", ATOM, 'href="https://example.org/1"', 'href="1"'),
    ("link_titles", ATOM, 'title="Kop"', 'title=" "'),
    ("authors", ATOM, "<name>ANP</name>", "<name> </name>"),
    ("categories", ATOM, 'term="Sport"', 'term=""'),
    ("generators", ATOM, "Dateline", " "),
    ("archives", ATOM, 'rel="next-archive"', 'rel="via"'),
    ("points", ATOM, "51.50000 3.61000", "51.5, 3.61"),
    ("version", RSS, 'version="2.0"', 'version="0.91"'),
    ("channel_has", RSS, "<language>nl</language>", ""),
    ("channel_comes_first", RSS, "</item>", "</item><ttl>60</ttl>"),
    ("channel_names_itself", RSS, 'rel="self"', 'rel="via"'),
    ("item_has", RSS, "<title>Kop</title>", "<title> </title>"),
    ("guids", RSS, 'isPermaLink="false"', 'isPermaLink="true"'),
    ("description_comes_first", RSS, "<description>Lead</description>", ""),
    ("nothing_is_said_twice", RSS, "<category", "<dc:subject>Sport</dc:subject><category"),
    ("rss_dates", RSS, "Tue, 03 Mar", "Wed, 03 Mar"),
    ("rss_addresses", RSS, "<link>https://example.org/1<", "<link>http://[::1]/1<"),
    ("rss_categories", RSS, ">Sport<", "> <"),
    ("how_often", RSS, "<ttl>60", "<ttl>0"),
    ("people", RSS, "<guid", "<author>ANP</author><guid"),
    ("opml_has", OPML, "<head><title>Feeds</title></head>", ""),
    ("body_has_outlines", OPML, "outline", "o"),
    ("outlines_have_text", OPML, 'text="Onderwerpen"', ""),
    ("feeds_have", OPML, 'title="Sport" ', ""),
    ("outlines_have_a_type", OPML, 'text="Onderwerpen"', 'text="Onderwerpen" title="Onderwerpen"'),
    ("outline_addresses", OPML, 'htmlUrl="https://example.org/sport/"', 'htmlUrl="sport/"'),
    ("outlines_are_html", OPML, 'text="Sport"', 'text="H&amp;M"'),
]
NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)


@pytest.mark.parametrize("body", [ATOM, RSS, OPML], ids=["atom", "rss", "opml"])
def test_a_sound_document_keeps_every_rule(body: str) -> None:
    """Nothing is wrong with it."""
    document = read("sound", body.encode(), NOW)
    asked = [rule for rule in RULES if document.format in rule.formats]
    assert [(rule.name, fault) for rule in asked for fault in rule.faults(document)] == []


@pytest.mark.parametrize(("name", "body", "old", "new"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_broken_document_breaks_its_rule(name: str, body: str, old: str, new: str) -> None:
    """The rule has something to say of the document."""
    assert old in body
    document = read("broken", body.replace(old, new).encode(), NOW)
    (rule,) = (rule for rule in RULES if rule.name == name)
    assert document.format in rule.formats
    assert list(rule.faults(document))


def test_every_rule_is_tried() -> None:
    """There is a broken document for each rule but that on size."""
    assert {rule.name for rule in RULES} - {name for name, *_ in BROKEN} == {"size"}
