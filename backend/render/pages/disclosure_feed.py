"""Releases as an Atom feed (RFC 4287), paged as RFC 5005 describes: for whoever watches without asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from backend.messages.disclosure.releases import DisclosureBrief
from backend.texts import say

ATOM = "http://www.w3.org/2005/Atom"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without an entry was updated last: an empty feed is the same at every reading."""


def atom_feed(
    items: Sequence[DisclosureBrief], base: str, here: str, following: str | None, language: str
) -> bytes:
    """The feed; `here` and `following` are the addresses of this page of it and of the next one, below `base`."""
    Xml.register_namespace("", ATOM)
    authority = urlsplit(base).hostname or "localhost"
    feed = Xml.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _add(feed, "title", f"{say(language, 'brand')} · {say(language, 'disclosure.title')}")
    # The identifier of a feed and of an entry stays when the service moves to another address.
    _add(feed, "id", f"tag:{authority},2026:disclosures")
    _add(feed, "updated", _instant(max((each.published_at for each in items), default=BEGAN)))
    author = Xml.SubElement(feed, _name("author"))
    _add(author, "name", say(language, "brand"))
    _link(feed, "self", base + here, "application/atom+xml")
    _link(feed, "alternate", f"{base}/disclosures", "text/html")
    if following is not None:
        _link(feed, "next", base + following, "application/atom+xml")
    for each in items:
        _entry(feed, each, base, authority, language)
    body: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Xml.Element, item: DisclosureBrief, base: str, authority: str, language: str) -> None:
    entry = Xml.SubElement(feed, _name("entry"))
    _add(entry, "title", f"{item.number} · {subject_of(item, language)}")
    _add(entry, "id", f"tag:{authority},2026:disclosures/{item.number}")
    _add(entry, "published", _instant(item.published_at))
    _add(entry, "updated", _instant(item.published_at))
    Xml.SubElement(
        entry,
        _name("category"),
        {"term": item.kind, "label": say(language, f"disclosure.kind.{item.kind}")},
    )
    address = f"{base}/disclosures/{item.number}"
    _link(entry, "alternate", address, "text/html")
    _link(entry, "enclosure", f"{base}/v1/disclosures/{item.number}", "application/json")
    if item.corrects is not None:
        _link(entry, "related", f"{base}/disclosures/{item.corrects}", "text/html")
    _add(entry, "summary", f"{item.period_from} – {item.period_to} · SHA-256 {item.sha256}")


def subject_of(item: DisclosureBrief, language: str) -> str:
    """What a release in the list is about."""
    if item.name is not None:
        return item.name.zh if language == "zh-CN" else item.name.en
    return say(language, "disclosure.of_period", period=item.subject)


def _name(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _add(parent: Xml.Element, tag: str, text: str) -> None:
    Xml.SubElement(parent, _name(tag)).text = "".join(each for each in text if each >= " ")


def _link(parent: Xml.Element, rel: str, href: str, media_type: str) -> None:
    Xml.SubElement(parent, _name("link"), {"rel": rel, "href": href, "type": media_type})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
