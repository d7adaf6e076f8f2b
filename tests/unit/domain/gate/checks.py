"""Checks with typical facts, for tests that care about one or two of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.findings.remediation import RemediationDays
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.conditions import parse_conditions
from ecr_scan_reporter.domain.gate.judgement import judge
from ecr_scan_reporter.domain.gate.policy import GatePolicy
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.samples import NOW, SCANNED_IMAGE, result_of

COPY = FeedCopy("https://feeds.example", NOW, NOW, "1", 1)
KNOWN = Exploits(COPY, COPY)
DAYS = RemediationDays(7, {Severity.CRITICAL: 15, Severity.HIGH: 30})
CRITICAL = Finding("CVE-1", Severity.CRITICAL, "openssl", "1.1.1", fixed_in="1.1.2", fix_available="YES")
HIGH = Finding("CVE-2", Severity.HIGH, "zlib", "1.2", fix_available="NO")
UNRATED = Finding("CVE-3", Severity.UNTRIAGED, "busybox", "1.30")
EXPLOITED = replace(HIGH, name="CVE-4", exploit=KnownExploit(date(2026, 1, 1)))


def policy(conditions: str = "critical=1,exploited", **facts: Any) -> GatePolicy:
    """Return a policy that a person asked for."""
    given: dict[str, Any] = {"source": "--fail-on", "is_explicit": True, "remediation_days": DAYS}
    return GatePolicy(parse_conditions(conditions), **(given | facts))


def checked(*findings: Finding, by: GatePolicy | None = None, exploits: Exploits = KNOWN, **facts: Any) -> CheckedImage:
    """Return an image whose scan found these."""
    judgement = judge(sort_findings(findings), by or policy(), exploits, NOW)
    given: dict[str, Any] = {"result": result_of(*findings), "judgement": judgement}
    return CheckedImage(SCANNED_IMAGE, **(given | facts))


def check(*images: CheckedImage, **facts: Any) -> Check:
    """Return a check of images."""
    given: dict[str, Any] = {"policy": policy(), "checked_at": NOW, "images": images, "exploits": KNOWN}
    return Check("team/app:1.2", **(given | facts))


def rule(id_: str = "ours", cve: str = "CVE-1", **facts: Any) -> Suppression:
    """Return a suppression of a CVE."""
    return Suppression(id_, cve, "not reachable", None, "ada", NOW, **facts)
