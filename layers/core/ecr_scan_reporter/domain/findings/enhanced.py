"""Findings of enhanced scanning (Amazon Inspector), in the normal form.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html
https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.severities import Severity

# Nothing to do about it any more, or taken out by a suppression rule of Inspector's own.
OVER = frozenset({"CLOSED", "SUPPRESSED"})
FIXES = frozenset({"YES", "NO", "PARTIAL"})
_NO_FIX = "NotAvailable"


def parse_enhanced_finding(finding: Mapping[str, Any]) -> Finding | None:
    """Read one of ECR's `enhancedFindings`, or the detail of an `Inspector2 Finding` event: they name facts alike.

    None for a finding that is closed, or suppressed in Inspector. One finding stays one, however many packages it
    names, so that their number agrees with ECR's counts. Every fact is optional; one of a wrong type is left out.
    """
    facts = _object(finding)
    if _text(facts.get("status")) in OVER:
        return None
    vulnerability = _object(facts.get("packageVulnerabilityDetails"))
    package, also = _packages(vulnerability)
    fix = _text(facts.get("fixAvailable"))
    return Finding(
        name=_text(vulnerability.get("vulnerabilityId")) or _text(facts.get("title")) or UNNAMED,
        severity=Severity.parse(_text(facts.get("severity"))),
        package=package.name,
        version=package.version,
        score=_score(facts, vulnerability),
        uri=_text(vulnerability.get("sourceUrl")),
        description=_text(facts.get("description")),
        also=also,
        fix_available=fix if fix in FIXES else "",
        fixed_in=package.fixed_in,
        exploit_available={"YES": True, "NO": False}.get(_text(facts.get("exploitAvailable"))),
        epss=_probability(_object(facts.get("epss")).get("score")),
        first_seen_at=_moment(facts.get("firstObservedAt")),
    )


class _Package(NamedTuple):
    name: str = ""
    version: str = ""
    fixed_in: str = ""


def _packages(vulnerability: Mapping[str, Any]) -> tuple[_Package, tuple[tuple[str, str], ...]]:
    """Return the first package by name and version, and the names and versions of the others."""
    # A package in several layers or files is listed for each of them. One of them may name the fix.
    listed = sorted(map(_package, _objects(vulnerability.get("vulnerablePackages"))), key=_named_then_fixed)
    first = listed[0] if listed else _Package()
    others = {(package.name, package.version) for package in listed} - {(first.name, first.version)}
    return first, tuple(sorted(others))


def _named_then_fixed(package: _Package) -> tuple[str, str, bool, str]:
    return (package.name, package.version, not package.fixed_in, package.fixed_in)


def _package(fields: Mapping[str, Any]) -> _Package:
    fixed_in = _text(fields.get("fixedInVersion"))
    return _Package(
        name=_text(fields.get("name")),
        version=_full_version(fields),
        fixed_in="" if fixed_in == _NO_FIX else fixed_in.removeprefix("0:"),
    )


def _full_version(fields: Mapping[str, Any]) -> str:
    """Write a version as the package managers do, and as basic scanning does: `[epoch:]version[-release]`."""
    version, release, epoch = _text(fields.get("version")), _text(fields.get("release")), fields.get("epoch")
    # An epoch of 0 and none are the same.
    prefix = f"{epoch}:" if isinstance(epoch, int) and not isinstance(epoch, bool) and epoch > 0 else ""
    return f"{prefix}{version}-{release}" if release else f"{prefix}{version}"


def _score(facts: Mapping[str, Any], vulnerability: Mapping[str, Any]) -> float | None:
    # ECR's name, the event's name, and what the vendors say where Inspector has not scored it (yet).
    for name in ("score", "inspectorScore"):
        score = _number(facts.get(name))
        if score is not None:
            return score
    scores = (
        (_text(cvss.get("version")), _number(cvss.get("baseScore"))) for cvss in _objects(vulnerability.get("cvss"))
    )
    return max(((version, score) for version, score in scores if score is not None), default=("", None))[1]


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _probability(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= 1 else None


def _moment(value: Any) -> datetime | None:
    # In events it is a text in one of several forms; ECR's API gives a moment.
    return value if isinstance(value, datetime) and value.tzinfo else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()
