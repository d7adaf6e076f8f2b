"""All routes of the API."""

from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.endpoints import (
    configs,
    feeds,
    images,
    metrics,
    over_time,
    page,
    summary,
    suppressions,
    totals,
    vulnerabilities,
)
from ecr_scan_reporter.web.endpoints.description import ROUTES as DESCRIPTION
from ecr_scan_reporter.web.routing import Route

ROUTES: tuple[Route[Call], ...] = (
    *summary.ROUTES,
    *configs.ROUTES,
    *images.ROUTES,
    *vulnerabilities.ROUTES,
    *totals.ROUTES,
    *over_time.ROUTES,
    *feeds.ROUTES,
    *metrics.ROUTES,
    *suppressions.ROUTES,
    *page.ROUTES,
    *DESCRIPTION,
)
