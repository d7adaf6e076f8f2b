"""Atom feeds of any text."""

from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.web.atom import Entry, Feed, render_feed, tag_uri
from tests.unit.web.atom_rules import ATOM, broken_rules, entries_of, links, text

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
FEED = Feed(tag_uri("123456789012", "us-west-2", "feed"), "News", AT, "https://api/feed")
texts = st.text(max_size=40) | st.sampled_from(["<script>", "&amp;", "\x00\x0b", "]]>", "\ud800", "a\r\nb", "\ufffe"])
entries = st.lists(
    st.builds(
        lambda number, title, days, summary, link, category: Entry(
            tag_uri("123456789012", "us-west-2", f"{title}/{number}"),
            f"x{title}",
            AT - timedelta(days=days),
            summary,
            link,
            (f"x{category}",),
        ),
        st.integers(0, 10**9),
        texts,
        st.integers(0, 100),
        texts,
        st.sampled_from(["", "https://example.com/1", "javascript:alert(1)", "ftp://example.com"]),
        texts,
    ),
    max_size=5,
    unique_by=lambda entry: entry.id,
)


@given(entries)
def test_a_feed_of_any_text_is_valid(made: list[Entry]) -> None:
    assert broken_rules(render_feed(FEED, made)) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("feed",), "tag:123456789012.dkr.ecr.us-west-2.amazonaws.com,2019:feed"),
        (("a/b@sha256:1", "CVE-1"), "tag:123456789012.dkr.ecr.us-west-2.amazonaws.com,2019:a%2Fb@sha256:1/CVE-1"),
        (("", "é"), "tag:123456789012.dkr.ecr.us-west-2.amazonaws.com,2019:/%C3%A9"),
    ],
)
def test_an_id_has_the_registry_as_its_authority(parts: tuple[str, ...], expected: str) -> None:
    assert tag_uri("123456789012", "us-west-2", *parts) == expected


def test_an_id_in_another_partition_has_its_own_host() -> None:
    assert tag_uri("123456789012", "cn-north-1", "x").startswith(
        "tag:123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,"
    )


@given(st.lists(texts, min_size=1, max_size=3).map(tuple), st.data())
def test_different_things_have_different_ids(one: tuple[str, ...], data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([(*one, ""), (f"{one[0]}/", *one[1:]), ("", *one), (f"{one[0]}x", *one[1:])]))
    assert tag_uri("1", "us-west-2", *one) != tag_uri("1", "us-west-2", *other)


def test_the_latest_entry_comes_first_and_dates_the_feed() -> None:
    old, new = (
        Entry(tag_uri("1", "us-west-2", each), each, AT - timedelta(days=days), "")
        for each, days in (("a", 2), ("b", 1))
    )
    document = render_feed(FEED, [old, new])
    assert list(entries_of(document)) == [new.id, old.id]
    assert text(fromstring(document), "updated") == "2026-11-20T12:00:00Z"
    assert text(fromstring(render_feed(FEED, [])), "updated") == "2026-11-21T12:00:00Z"


def test_a_summary_is_a_text_in_html() -> None:
    entry = Entry(
        tag_uri("1", "us-west-2", "x"), "<b>", AT, "<script>alert('x')</script> & more\x0b", "https://example.com"
    )
    (element,) = entries_of(render_feed(FEED, [entry])).values()
    summary = element.find(f"{ATOM}summary")
    assert summary is not None
    assert (summary.get("type"), "<" in (summary.text or "")) == ("html", False)
    assert unescape(summary.text or "") == "<script>alert('x')</script> & more"
    assert text(element, "title") == "<b>"


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "data:text/html,x", "HTTPS:alert"])
def test_only_addresses_of_the_web_are_links(link: str) -> None:
    (element,) = entries_of(render_feed(FEED, [Entry(tag_uri("1", "us-west-2", "x"), "x", AT, "why", link)])).values()
    assert links(element) == {}
    assert text(element, "content") == "why"
