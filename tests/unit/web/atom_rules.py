"""The rules of RFC 4287 for a feed: https://www.rfc-editor.org/rfc/rfc4287."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
# https://www.rfc-editor.org/rfc/rfc3339#section-5.6
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# https://www.rfc-editor.org/rfc/rfc4151#section-2.1: with what RFC 3986 allows in a path
_TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OF_FEED = {"id", "title", "updated", "author", "link", "entry", "subtitle", "category", "generator", "rights"}
_OF_ENTRY = {"id", "title", "updated", "author", "link", "summary", "content", "category", "published", "rights"}
_TYPES = {None, "text", "html"}


def broken_rules(document: bytes) -> list[str]:
    """Return the rules that a document breaks. Raises ParseError for what is no XML 1.0."""
    if _CONTROL.search(document.decode()):
        return ["characters that XML does not have"]
    feed = fromstring(document)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    broken = [*_of_feed(feed)]
    entries = feed.findall(f"{ATOM}entry")
    for number, entry in enumerate(entries):
        broken += [f"entry {number}: {rule}" for rule in _of_entry(entry)]
    ids = [each.findtext(f"{ATOM}id") for each in (feed, *entries)]
    if len(set(ids)) < len(ids):
        broken.append("an id is there twice")
    return broken


def entries_of(document: bytes) -> dict[str, Element]:
    """Return the entries of a feed by their ids."""
    return {text(each, "id"): each for each in fromstring(document).findall(f"{ATOM}entry")}


def text(element: Element, name: str) -> str:
    """Return the text of a child, empty for none."""
    return element.findtext(f"{ATOM}{name}") or ""


def links(element: Element) -> dict[str, str]:
    """Return the addresses of an element's links by their relation."""
    return {each.get("rel", "alternate"): each.get("href", "") for each in element.findall(f"{ATOM}link")}


def _of_feed(feed: Element) -> Iterator[str]:
    yield from _common(feed, _OF_FEED)
    yield from (f"{len(feed.findall(ATOM + 'author'))} authors",) * (len(feed.findall(f"{ATOM}author")) != 1)
    if not text(feed, f"author/{ATOM}name"):
        yield "an author without a name"
    if "self" not in links(feed):
        yield "no link to itself"
    names = [each.tag for each in feed]
    if f"{ATOM}entry" in names and set(names[names.index(f"{ATOM}entry") :]) != {f"{ATOM}entry"}:
        yield "something after the entries"


def _of_entry(entry: Element) -> Iterator[str]:
    yield from _common(entry, _OF_ENTRY)
    has_content = entry.find(f"{ATOM}content") is not None
    if "alternate" not in links(entry) and not has_content:
        yield "neither a link nor content"


def _common(element: Element, known: set[str]) -> Iterator[str]:
    names = [each.tag.removeprefix(ATOM) for each in element]
    yield from (f"{name} is unknown" for name in set(names) - known)
    yield from (f"{names.count(name)} of {name}" for name in ("id", "title", "updated") if names.count(name) != 1)
    yield from (
        f"{names.count(name)} of {name}" for name in ("summary", "content", "subtitle") if names.count(name) > 1
    )
    if not _TAG.fullmatch(text(element, "id")):
        yield f"id {text(element, 'id')!r}"
    if not _DATE.fullmatch(text(element, "updated")):
        yield f"updated {text(element, 'updated')!r}"
    if not text(element, "title").strip():
        yield "an empty title"
    yield from _of_links(element)
    for each in element:
        if each.tag in (f"{ATOM}title", f"{ATOM}summary", f"{ATOM}content") and each.get("type") not in _TYPES:
            yield f"type {each.get('type')}"
        if each.tag == f"{ATOM}category" and not each.get("term"):
            yield "a category without a term"


def _of_links(element: Element) -> Iterator[str]:
    found = [(each.get("rel", "alternate"), each.get("href", "")) for each in element.findall(f"{ATOM}link")]
    yield from (f"link to {href!r}" for _, href in found if not re.match(r"https?://[^\s]+$", href))
    relations = [relation for relation, _ in found]
    yield from (f"two links {each}" for each in set(relations) if relations.count(each) > 1)
