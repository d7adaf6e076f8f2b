"""`/findings/{id}` and `/feed`: Atom feeds of a configuration, and of the registry's news."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote, urlencode

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.inventory.answers import InventoryChange, InventoryImage, Occurrence, Vulnerability
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter
from ecr_scan_reporter.domain.registry.partitions import console_url, repository_url
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, shorten
from ecr_scan_reporter.use_cases.inventory.listing import Listing
from ecr_scan_reporter.web import atom, filters, parameters
from ecr_scan_reporter.web.atom import Entry, Feed, render_feed, tag_uri
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.configured import is_named
from ecr_scan_reporter.web.endpoints.configs import known_config
from ecr_scan_reporter.web.endpoints.over_time import page_of, period
from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.parameters import CURSOR, LIMIT
from ecr_scan_reporter.web.routing import Content, Route

NEWS = timedelta(days=7)
MAX_SUMMARY = 2_000
_CONTENTS = (Content(atom.CONTENT_TYPE),)


def feed_of_config(call: Call) -> Response:
    """Answer with the feed of a configuration: each unsuppressed finding of its images, page after page."""
    config = known_config(call)
    found = [each for each in _occurrences(call, config) if is_named(config, each.image)]
    # A reader that knows no pages has at least the latest.
    found.sort(key=lambda each: _since(each.finding, each.image, config.created), reverse=True)
    page = page_of(found, call)
    place = f"{config.repository} in {config.region}"
    tags = f"[{' '.join(config.tags)}]" if config.tags else "all tags"
    feed = Feed(
        id=tag_uri(config.registry, config.region, "configs", config.id),
        title=f"ECR repository {place}",
        updated=config.created,
        address=_address(call),
        link=repository_url(config.place),
        subtitle=tags,
        next=_address(call, page.next) if page.next else "",
    )
    return _feed(feed, (_finding_entry(config, each) for each in page.items))


def _occurrences(call: Call, config: ScanConfig) -> Listing[Occurrence]:
    inventory, wanted = call.inventory, ImageFilter(repository=config.repository)
    return Listing(lambda limit, cursor: inventory.where(FindingFilter(), wanted, limit=limit, cursor=cursor))


def _finding_entry(config: ScanConfig, found: Occurrence) -> Entry:
    image, finding = found.image, found.finding
    repository = image.id.repository
    place = (f"{repository.name}@{image.id.digest}", finding.name, finding.package, finding.version)
    reason = describe_importance(finding)
    return Entry(
        id=tag_uri(repository.registry_id, repository.region, *place),
        title=f"[{finding.severity.value}] in image {_name(image, config)} found {finding.name}",
        updated=_since(finding, image, config.created),
        summary=shorten(finding.description, MAX_SUMMARY) + (f" ({reason})" if reason else ""),
        link=finding.uri,
        categories=(finding.severity.value,),
    )


def _name(image: InventoryImage, config: ScanConfig) -> str:
    tags = [tag for tag in image.tags if config.tags is None or tag in config.tags]
    return f"{image.id.repository.name}:{tags[0]}" if tags else f"{image.id.repository.name}@{image.id.digest}"


def _since(finding: Finding, image: InventoryImage, default: datetime) -> datetime:
    """Return since when a finding is what it is: from its first sight, or from its entry into KEV."""
    seen = finding.first_seen_at or image.scanned_at or default
    if finding.exploit is None:
        return seen
    return max(seen, datetime.combine(finding.exploit.added, time(), UTC))


def feed_of_news(call: Call) -> Response:
    """Answer with what became worse or better, the latest first, and what entered KEV."""
    inventory = call.inventory
    since, until = period(call, NEWS)
    wanted = filters.selection(call.values, call.as_of)
    news: list[InventoryChange | _Entered] = [
        *inventory.changes(since, until, wanted.images),
        *_entered(call, since, until),
    ]
    news.sort(key=_moment, reverse=True)
    page = page_of(news, call)
    settings = call.tools.settings
    feed = Feed(
        id=tag_uri(settings.registry_id, settings.region, "feed", *_filters(call)),
        title="News of the ECR registry",
        updated=inventory.info.built_at,
        address=_address(call),
        next=_address(call, page.next) if page.next else "",
    )
    return _feed(feed, (_news_entry(call, each) for each in page.items))


@dataclass(frozen=True, slots=True)
class _Entered:
    vulnerability: Vulnerability
    at: datetime


def _entered(call: Call, since: datetime, until: datetime) -> Iterator[_Entered]:
    inventory, wanted = call.inventory, filters.selection(call.values, call.as_of)
    if wanted.findings.is_exploited is False:
        return
    exploited = replace(wanted.findings, is_exploited=True)
    found = Listing[Vulnerability](
        lambda limit, cursor: inventory.vulnerabilities(exploited, wanted.holders, limit=limit, cursor=cursor)
    )
    for each in found:
        if each.exploit:
            at = datetime.combine(each.exploit.added, time(), UTC)
            if since.date() <= at.date() <= until.date():
                yield _Entered(each, at)


def _moment(each: InventoryChange | _Entered) -> tuple[datetime, str]:
    return (
        (each.at, each.vulnerability.name) if isinstance(each, _Entered) else (each.change.at, each.change.image.digest)
    )


def _news_entry(call: Call, each: InventoryChange | _Entered) -> Entry:
    settings = call.tools.settings
    if isinstance(each, _Entered):
        vulnerability = each.vulnerability
        return Entry(
            id=tag_uri(settings.registry_id, settings.region, "kev", vulnerability.name),
            title=f"EXPLOITED: {vulnerability.name} in {vulnerability.images:,} images",
            updated=each.at,
            summary=f"{describe_importance(vulnerability)}. {shorten(vulnerability.description, MAX_SUMMARY)}",
            link=vulnerability.uri,
            categories=("exploited", vulnerability.severity.value),
        )
    change = each.change
    repository = change.image.repository
    parts = [
        f"{describe_counts(counts, tuple(Severity))} {word}"
        for counts, word in ((change.new, "new"), (change.raised, "worse"), (change.fixed, "resolved"))
        if counts
    ]
    return Entry(
        id=tag_uri(
            repository.registry_id,
            repository.region,
            f"{repository.name}@{change.image.digest}",
            f"{change.at:%Y%m%dT%H%M%SZ}",
        ),
        title=f"{change.image.name(change.tag)}: {'; '.join(parts)}",
        updated=change.at,
        summary=", ".join(change.news) or "No new findings.",
        link=console_url(change.image),
        categories=tuple(word for counts, word in ((change.new, "new"), (change.fixed, "resolved")) if counts),
    )


def _filters(call: Call) -> list[str]:
    query = [(name, value) for name, value in call.request.query if name not in (CURSOR.name, LIMIT.name)]
    return [urlencode(query)] if query else []


def _address(call: Call, cursor: str = "") -> str:
    query = [(name, value) for name, value in call.request.query if name != CURSOR.name]
    query += [(CURSOR.name, cursor)] if cursor else []
    address = f"{call.request.base}{quote(call.request.path.rstrip('/'))}"
    return f"{address}?{urlencode(query)}" if query else address


def _feed(feed: Feed, entries: Iterator[Entry]) -> Response:
    return Response(content_type=atom.CONTENT_TYPE, body=render_feed(feed, entries))


ROUTES: tuple[Route[Call], ...] = (
    Route(
        "GET",
        "/findings/{id}",
        feed_of_config,
        "Atom feed of the findings of a scan configuration",
        _CONTENTS,
        (LIMIT, CURSOR),
        {"id": "The id of the configuration."},
        takes_read_token=True,
    ),
    Route(
        "GET",
        "/feed",
        feed_of_news,
        "Atom feed of the registry's news: new, resolved, entered KEV; the last 7 days by default",
        _CONTENTS,
        (
            parameters.moment("since", "The beginning: a day, a moment, or a duration back (`30d`)."),
            parameters.moment("until", "The end, in the same forms; now by default."),
            *filters.OF_IMAGES,
            *filters.OF_FINDINGS,
            LIMIT,
            CURSOR,
        ),
        takes_read_token=True,
    ),
)
