"""Atom feeds, as https://www.rfc-editor.org/rfc/rfc4287 wants them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.partitions import partition_of

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# Of all characters, XML 1.0 takes these: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `id` is the same for ever; `updated` is when what it says became true; `summary` is plain text."""

    id: str
    title: str
    updated: datetime
    summary: str
    link: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `updated` counts where it has no entry; `address` is its own, `next` that of its next page."""

    id: str
    title: str
    updated: datetime
    address: str
    link: str = ""
    subtitle: str = ""
    author: str = "ECR"
    next: str = ""


def tag_uri(registry_id: str, region: str, *parts: str) -> str:
    """Return an id that nobody else uses, made of a registry and some texts.

    Its authority is the registry's own host: https://www.rfc-editor.org/rfc/rfc4151.
    """
    host = f"{registry_id}.dkr.ecr.{region}.{partition_of(region).url_suffix}"
    return f"tag:{host},2019:{'/'.join(quote(part, safe=':@', errors='surrogatepass') for part in parts)}"


def render_feed(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """Write a feed as XML, the latest entry first."""
    ordered = sorted(entries, key=lambda entry: (entry.updated, entry.id), reverse=True)
    root = Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", _moment(ordered[0].updated if ordered else feed.updated))
    _text(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.address, "application/atom+xml")
    if feed.link:
        _link(root, "alternate", feed.link)
    if feed.next:
        _link(root, "next", feed.next, "application/atom+xml")
    for entry in ordered:
        _entry(root, entry)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def _entry(root: Element, entry: Entry) -> None:
    element = SubElement(root, "entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.updated))
    has_link = entry.link.startswith(("https://", "http://"))
    if has_link:
        _link(element, "alternate", entry.link)
    for category in entry.categories:
        SubElement(element, "category", {"term": _clean(category)})
    # Without a link, an entry must have content: its summary alone would not do.
    summary = _text(element, "summary" if has_link else "content", escape(entry.summary))
    summary.set("type", "html")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _clean(text)
    return element


def _link(parent: Element, rel: str, href: str, kind: str = "") -> None:
    SubElement(parent, "link", {"rel": rel, "href": _clean(href)} | ({"type": kind} if kind else {}))


def _moment(moment: datetime) -> str:
    return str(format_moment(moment))


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
