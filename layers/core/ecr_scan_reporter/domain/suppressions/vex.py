"""Suppressions as an OpenVEX document, which other scanners read: https://github.com/openvex/spec, version 0.2.0.

A statement says that products are `not_affected` by a vulnerability; it knows no globs and no severities. So a rule is
said either as it stands, where it names one CVE and one repository or all, or for exactly the images that it matches.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from ecr_scan_reporter.domain.findings.documents import format_moment, parse_finding
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.partitions import partition_of
from ecr_scan_reporter.domain.suppressions.rules import GLOB_CHARACTERS, Suppression, suppress
from ecr_scan_reporter.errors import InvalidInputError

CONTEXT = "https://openvex.dev/ns/v0.2.0"
DOCUMENTS = "https://openvex.dev/docs/ecr-scan-reporter"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image whose last full result is in the findings bucket."""

    repository: Repository
    digest: str
    tags: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one rule says of one vulnerability: for each product its subcomponents, none for all of the product."""

    vulnerability: str
    rule: Suppression
    products: Mapping[str, Sequence[str]] = field(default_factory=dict)


def parse_stored_image(document: Any) -> StoredImage:
    """Read a result of the findings bucket. Raises InvalidInputError when it is none."""
    try:
        repository = Repository(document["registryId"], document["region"], document["repository"])
        findings = tuple(parse_finding(finding) for finding in document["findings"])
        return StoredImage(repository, document["imageDigest"], tuple(document["imageTags"]), findings)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInputError("the stored result", document, "a result that the reporter wrote") from error


def registry_host(registry_id: str, region: str) -> str:
    """Return the host that the images of a registry are pulled from."""
    return f"{registry_id}.dkr.ecr.{region}.{partition_of(region).url_suffix}"


def rule_statements(
    rules: Iterable[Suppression], *, today: date, host: str
) -> tuple[list[Statement], list[tuple[Suppression, str]]]:
    """Say the rules in force as they stand, for the registry at `host`; return also those that OpenVEX cannot say."""
    said: list[Statement] = []
    unsaid: list[tuple[Suppression, str]] = []
    for rule in sorted((rule for rule in rules if rule.holds_on(today)), key=lambda rule: rule.id):
        why_not = _why_not(rule)
        if why_not:
            unsaid.append((rule, why_not))
            continue
        product = image_purl(host, rule.repository, tag=rule.tag or "") if rule.repository else f"https://{host}"
        packages = [package_purl(rule.package)] if rule.package else []
        name = rule.cve.upper() if rule.cve.upper().startswith("CVE-") else rule.cve
        said.append(Statement(name, rule, {product: packages}))
    return said, unsaid


def _why_not(rule: Suppression) -> str:
    globs = {"cve": rule.cve, "repository": rule.repository, "tag": rule.tag, "package": rule.package}
    glob = next((key for key, value in globs.items() if value and not GLOB_CHARACTERS.isdisjoint(value)), "")
    if glob:
        return f"its {glob} is a glob"
    if rule.tag and not rule.repository:
        return "it has a tag and no repository"
    return "it depends on the severity" if rule.most_severity else ""


def image_statements(images: Iterable[StoredImage], rules: Iterable[Suppression], *, today: date) -> list[Statement]:
    """Say for exactly which images each rule suppresses which vulnerability, as of today; by rule and vulnerability.

    Packages are named where the rule does, and where it suppresses only some of the packages with the vulnerability.
    """
    by_id = {rule.id: rule for rule in rules}
    said: dict[tuple[str, str], dict[str, Sequence[str]]] = {}
    for image in images:
        repository = image.repository
        findings = suppress(
            image.findings, repository=repository.name, tags=image.tags, rules=by_id.values(), today=today
        )
        host = registry_host(repository.registry_id, repository.region)
        product = image_purl(host, repository.name, digest=image.digest)
        for rule_id, name in sorted(
            {(f.suppressed_by, f.name) for f in findings if f.suppressed_by and f.name != UNNAMED}
        ):
            of_name = [finding for finding in findings if finding.name == name]
            hidden = [finding for finding in of_name if finding.suppressed_by == rule_id]
            is_partial = by_id[rule_id].package is not None or len(hidden) < len(of_name)
            packages = sorted({purl for finding in hidden for purl in _package_purls(finding)}) if is_partial else []
            if packages or not is_partial:
                said.setdefault((rule_id, name), {})[product] = packages
    return [Statement(name, by_id[rule_id], said[rule_id, name]) for rule_id, name in sorted(said)]


def _package_purls(finding: Finding) -> list[str]:
    packages = ((finding.package, finding.version), *finding.also)
    return [package_purl(name, version) for name, version in packages if name]


def image_purl(host: str, repository: str, *, digest: str = "", tag: str = "") -> str:
    """Return the package URL of an image, or of all images of a repository.

    https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md
    """
    name = quote(repository.rpartition("/")[2].lower(), safe="")
    version = f"@{quote(digest, safe='')}" if digest else ""
    tag_qualifier = f"&tag={quote(tag, safe='')}" if tag else ""
    return f"pkg:oci/{name}{version}?repository_url={quote(f'{host}/{repository}')}{tag_qualifier}"


def package_purl(name: str, version: str = "") -> str:
    """Return the package URL of a package. ECR does not tell which package manager it is of, so it is `generic`."""
    return f"pkg:generic/{quote(name, safe='')}" + (f"@{quote(version, safe='')}" if version else "")


def vex_document(statements: Iterable[Statement], *, now: datetime, author: str | None = None) -> dict[str, Any]:
    """Write the document. Its author is by default who made the rules; the same statements have the same `@id`.

    OpenVEX wants at least one statement: InvalidInputError is raised where there is none.
    """
    listed = list(statements)
    if not listed:
        raise InvalidInputError("the OpenVEX document", "without statements", "one with at least one statement")
    content = {
        "author": author or ", ".join(sorted({statement.rule.created_by for statement in listed})),
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
    rule = statement.rule
    end = f" (until {rule.until.isoformat()})" if rule.until else ""
    return {
        "vulnerability": {"name": statement.vulnerability},
        "timestamp": format_moment(rule.created_at.astimezone(UTC)),
        "products": [
            {"@id": product} | ({"subcomponents": [{"@id": package} for package in packages]} if packages else {})
            for product, packages in sorted(statement.products.items())
        ],
        "status": "not_affected",
        "status_notes": f"Suppression {rule.id}, made by {rule.created_by}",
        "impact_statement": f"{rule.reason}{end}",
    }
