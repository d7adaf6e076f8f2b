"""The parameters that filter images and findings: those of the command line, written as JSON is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import (
    MAX_REPOSITORY,
    MAX_TAG,
    FindingFilter,
    ImageFilter,
    Selection,
    SuppressedFindings,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.web import parameters
from ecr_scan_reporter.web.parameters import Parameter

SUPPRESSED = "suppressed"

REPOSITORY = parameters.text("repository", "Repositories, a glob: `team/*`.", MAX_REPOSITORY)
OWNER = parameters.text("owner", "Images of this owner.")
SEVERITY = parameters.choice("severity", "Findings of this severity or a more severe one.", Severity)
EXPLOITED = parameters.boolean("exploited", "Findings that are known to be exploited (KEV), or known not to be.")
FIXABLE = parameters.boolean("fixable", "Findings with a fixed version, or without.")
PACKAGE = parameters.text("package", "Findings in this package, a glob.")
CVE = parameters.text("cve", "Findings that are this vulnerability, a glob in any case: `CVE-2021-*`.")

OF_FINDINGS = (SEVERITY, FIXABLE, EXPLOITED)
OF_IMAGES = (
    REPOSITORY,
    parameters.text("tag", "Images with such a tag, a glob: `1.*`.", MAX_TAG),
    parameters.text("digest", "Images whose digest begins so."),
    OWNER,
    parameters.choice("status", "Images of this coverage; more than once for several.", CoverageStatus, is_list=True),
    parameters.duration("olderThan", "Images pushed longer ago: `90d`."),
    parameters.duration("newerThan", "Images pushed within this time: `7d`."),
    parameters.duration("unused", "Images not pulled, pushed or run for so long: `90d`."),
    parameters.boolean("inUse", "Images that run, or are known not to run."),
    parameters.boolean("overdue", "Images with a finding whose deadline has passed, or without one."),
)


def suppressed(default: SuppressedFindings = SuppressedFindings.EXCLUDED) -> Parameter:
    """Return the parameter that says what to do with suppressed findings."""
    return parameters.choice(SUPPRESSED, "What to do with suppressed findings.", SuppressedFindings, default=default)


IMAGES_AND_FINDINGS = (*OF_IMAGES, *OF_FINDINGS, suppressed())
EVERYTHING = (CVE, PACKAGE, *IMAGES_AND_FINDINGS)


def selection(values: Mapping[str, Any], as_of: datetime) -> Selection:
    """Return what the values of these parameters select; absent ones select everything. Raises InvalidInputError.

    Durations count back from `as_of`. It is part of what a cursor belongs to, so it must not differ between pages.
    """

    def before(name: str) -> datetime | None:
        length = values.get(name)
        return length.before(as_of) if length else None

    wanted = values.get(SUPPRESSED) or SuppressedFindings.EXCLUDED
    images = ImageFilter(
        repository=values.get("repository"),
        tag=values.get("tag"),
        digest=values.get("digest"),
        owner=values.get("owner"),
        severity=values.get("severity"),
        statuses=frozenset(values.get("status") or ()) or None,
        pushed_before=before("olderThan"),
        pushed_after=before("newerThan"),
        unused_since=before("unused"),
        is_in_use=values.get("inUse"),
        is_exploited=values.get("exploited"),
        is_fixable=values.get("fixable"),
        is_overdue=values.get("overdue"),
        suppressed=wanted,
    )
    return Selection(images, finding_filter(values, wanted))


def finding_filter(values: Mapping[str, Any], wanted: SuppressedFindings) -> FindingFilter:
    """Return which findings the values of these parameters select. Raises InvalidInputError."""
    return FindingFilter(
        vulnerability=values.get("cve"),
        package=values.get("package"),
        severity=values.get("severity"),
        is_fixable=values.get("fixable"),
        is_exploited=values.get("exploited"),
        suppressed=wanted,
    )
