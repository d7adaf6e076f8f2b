"""Suppressions as an OpenVEX document, which other scanners read: https://github.com/openvex/spec, version 0.2.0.

A statement declares products `not_affected` by a vulnerability, or `affected` where the suppression accepts the risk.
It knows no globs and no severities. So there are two kinds of statements. One expresses a suppression as it stands,
where it names one CVE and one repository or all. The other names exactly the images in which a suppression matches.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ecr_scan_reporter.domain.findings.findings import UNNAMED
from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.partitions import partition_of
from ecr_scan_reporter.domain.suppressions.ends import FIXED, describe_end
from ecr_scan_reporter.domain.suppressions.kinds import SuppressionKind
from ecr_scan_reporter.domain.suppressions.purls import image_purl, package_purl, package_purls
from ecr_scan_reporter.domain.suppressions.rules import GLOB_CHARACTERS, Suppression, suppress
from ecr_scan_reporter.errors import InvalidInputError

CONTEXT = "https://openvex.dev/ns/v0.2.0"
DOCUMENTS = "https://openvex.dev/docs/ecr-scan-reporter"


@dataclass(frozen=True, slots=True)
class Statement:
    """One suppression of one vulnerability: for each product its subcomponents, none for the whole product."""

    vulnerability: str
    suppression: Suppression
    products: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """A suppression that OpenVEX cannot express, and the reason."""

    suppression: Suppression
    reason: str


def registry_host(registry_id: str, region: str) -> str:
    """Return the host from which the images of a registry are pulled."""
    return f"{registry_id}.dkr.ecr.{region}.{partition_of(region).url_suffix}"


def suppression_statements(
    suppressions: Iterable[Suppression], *, today: date, host: str
) -> tuple[list[Statement], list[Inexpressible]]:
    """Express the suppressions in force as they stand, for the registry at `host`, by id.

    The second list has the others, which OpenVEX cannot express.
    """
    statements: list[Statement] = []
    inexpressible: list[Inexpressible] = []
    for suppression in sorted((each for each in suppressions if each.holds_on(today)), key=lambda each: each.id):
        try:
            obstacle = _obstacle(suppression)
            if not obstacle:
                statements.append(_statement(suppression, host))
        except InvalidInputError as error:
            obstacle = str(error)
        if obstacle:
            inexpressible.append(Inexpressible(suppression, obstacle))
    return statements, inexpressible


def _obstacle(suppression: Suppression) -> str:
    globs = {key: getattr(suppression, key) for key in ("cve", "repository", "tag", "package")}
    glob = next((key for key, value in globs.items() if value and not GLOB_CHARACTERS.isdisjoint(value)), "")
    if glob:
        return f"its {glob} is a glob"
    if suppression.tag and not suppression.repository:
        return "it has a tag and no repository"
    if suppression.until is FIXED and suppression.kind is not SuppressionKind.ACCEPTED_RISK:
        return "it depends on whether a fix is known"
    return "it depends on the severity" if suppression.most_severity else ""


def _statement(suppression: Suppression, host: str) -> Statement:
    repository, tag = suppression.repository, suppression.tag or ""
    product = image_purl(host, repository, tag=tag) if repository else f"https://{host}"
    packages = [package_purl(suppression.package)] if suppression.package else []
    name = suppression.cve.upper()
    return Statement(name if name.startswith("CVE-") else suppression.cve, suppression, {product: packages})


def image_statements(
    results: Iterable[StoredResult], suppressions: Iterable[Suppression], *, today: date
) -> list[Statement]:
    """Name the images in which a suppression matches a vulnerability today, by suppression and vulnerability.

    Packages are named where the suppression names some, and where it matches only some that have the vulnerability.
    """
    by_id = {suppression.id: suppression for suppression in suppressions}
    products: dict[tuple[str, str], dict[str, Sequence[str]]] = {}
    for result in results:
        repository = result.image.repository
        findings = suppress(
            result.findings, repository=repository.name, tags=result.tags, suppressions=by_id.values(), today=today
        )
        host = registry_host(repository.registry_id, repository.region)
        product = image_purl(host, repository.name, digest=result.image.digest)
        for id_, name in sorted({(f.suppressed_by, f.name) for f in findings if f.suppressed_by and f.name != UNNAMED}):
            of_name = [finding for finding in findings if finding.name == name]
            hidden = [finding for finding in of_name if finding.suppressed_by == id_]
            is_partial = by_id[id_].package is not None or len(hidden) < len(of_name)
            packages = sorted({purl for finding in hidden for purl in package_purls(finding)}) if is_partial else []
            if packages or not is_partial:
                products.setdefault((id_, name), {})[product] = packages
    return [Statement(name, by_id[id_], products[id_, name]) for id_, name in sorted(products)]


def vex_document(statements: Iterable[Statement], *, now: datetime, author: str | None = None) -> dict[str, Any]:
    """Write the document. The default author is who made the suppressions; the same statements have the same `@id`.

    Raises InvalidInputError without statements: OpenVEX requires one.
    """
    listed = list(statements)
    if not listed:
        raise InvalidInputError("the OpenVEX document", "without statements", "one with at least one statement")
    content = {
        "author": author or ", ".join(sorted({statement.suppression.created_by for statement in listed})),
        "statements": [_statement_fields(statement) for statement in listed],
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {
        "@context": CONTEXT,
        "@id": f"{DOCUMENTS}/vex-{digest}",
        "author": content["author"],
        "timestamp": format_moment(now),
        "version": 1,
        "tooling": "ecr-scan-reporter",
        "statements": content["statements"],
    }


def _statement_fields(statement: Statement) -> dict[str, Any]:
    suppression = statement.suppression
    return {
        "vulnerability": {"name": statement.vulnerability},
        "timestamp": format_moment(suppression.created_at.astimezone(UTC)),
        "products": [
            {"@id": product} | ({"subcomponents": [{"@id": package} for package in packages]} if packages else {})
            for product, packages in sorted(statement.products.items())
        ],
        "status_notes": f"Suppression {suppression.id}, made by {suppression.created_by}",
        **_status_fields(suppression),
    }


def _status_fields(suppression: Suppression) -> dict[str, str]:
    """Return the status and why it is so.

    `affected` needs an action statement, and has neither justification nor impact statement.
    https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#statement-fields
    """
    end = describe_end(suppression.until)
    if suppression.kind is SuppressionKind.ACCEPTED_RISK:
        return {"status": "affected", "action_statement": f"Risk accepted {end}: {suppression.reason}"}
    justification = suppression.justification
    return {
        "status": "not_affected",
        **({"justification": justification.value} if justification else {}),
        "impact_statement": suppression.reason + (f" ({end})" if suppression.until else ""),
    }
