"""A finding in the AWS Security Finding Format (ASFF), within its limits.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.arns import image_arn
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri, partition_of
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import one_line, shorten

PRODUCT = "ecr-scan-reporter"
MAX_ID = MAX_GENERATOR = 512
MAX_TITLE, MAX_DESCRIPTION = 256, 1_024
MAX_FIELD = 2_048
# For these no limit is published.
MAX_NAME, MAX_URL, MAX_TAGS = 256, 2_048, 20

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Resource.html knows no other.
_PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov"})
_OTHERS = re.compile(r"[^A-Za-z0-9._:-]+")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class HubAccount:
    """The Security Hub of one account in one region."""

    account_id: str
    region: str

    @property
    def product_arn(self) -> str:
        """The ARN of this account's own integration, which needs no registration.

        https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html
        """
        partition = partition_of(self.region).name
        return f"arn:{partition}:securityhub:{self.region}:{self.account_id}:product/{self.account_id}/default"


def finding_id(image: ScannedImage, finding: Finding) -> str:
    """Return an id that is the same in all scans: the image with its digest, the CVE, and a hash of CVE and package."""
    arn = image_arn(image.id)
    end = sha256(repr(finding.identity).encode()).hexdigest()[:16]
    name = _OTHERS.sub("-", finding.name) or "-"
    room = MAX_ID - len(arn) - len(end) - 2
    if room > 0:
        return f"{arn}/{name[:room]}/{end}"
    # No repository of ECR has such a long name.
    return shorten(f"{image.digest}/{sha256(arn.encode()).hexdigest()[:16]}/{end}", MAX_ID)


def asff_finding(
    image: ScannedImage, finding: Finding, hub: HubAccount, at: datetime, *, is_gone: bool
) -> dict[str, Any]:
    """Return a finding as of a scan at this moment. One that is gone is archived.

    `Workflow` counts only when Security Hub does not know the finding yet.
    """
    package = one_line(f"{finding.package} {finding.version}")
    name = one_line(finding.name) or UNNAMED
    described = f"{name} was found in {package or 'a package'} of {image_uri(image.id)}."
    first_seen_at = min(finding.first_seen_at or at, at)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding_id(image, finding),
        "ProductArn": hub.product_arn,
        "ProductName": PRODUCT,
        "GeneratorId": shorten(f"{PRODUCT}/{name}", MAX_GENERATOR),
        "AwsAccountId": hub.account_id,
        "CreatedAt": format_moment(first_seen_at),
        "UpdatedAt": format_moment(at),
        "Title": shorten(f"{name} in {package or 'a package'} of {one_line(image.repository.name)}", MAX_TITLE),
        "Description": shorten(one_line(finding.description) or described, MAX_DESCRIPTION),
        "FindingProviderFields": {
            "Severity": {"Label": _label(finding.severity), "Original": finding.severity.value},
            "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
        },
        "SourceUrl": console_url(image.id),
        "Resources": [_resource(image)],
        "Vulnerabilities": [_vulnerability(finding, name)],
        "RecordState": "ARCHIVED" if is_gone else "ACTIVE",
        "Workflow": {"Status": "SUPPRESSED" if finding.suppressed_by else "NEW"},
        "ProductFields": _product_fields(finding),
    }


def _label(severity: Severity) -> str:
    # ASFF has no level for findings that are not rated yet.
    return "INFORMATIONAL" if severity.rank > Severity.INFORMATIONAL.rank else severity.value


def _resource(image: ScannedImage) -> dict[str, Any]:
    repository, partition = image.repository, partition_of(image.repository.region).name
    tags = [tag for tag in map(one_line, image.tags) if tag][:MAX_TAGS]
    details = {
        "RegistryId": repository.registry_id,
        "RepositoryName": one_line(repository.name),
        "ImageDigest": image.digest,
        "ImageTags": tags,
        "ImagePublishedAt": format_moment(image.pushed_at),
    }
    return {
        "Type": "AwsEcrContainerImage",
        "Id": image_arn(image.id),
        **({"Partition": partition} if partition in _PARTITIONS else {}),
        "Region": repository.region,
        "Details": {"AwsEcrContainerImage": {name: value for name, value in details.items() if value}},
    }


def _vulnerability(finding: Finding, name: str) -> dict[str, Any]:
    package = {"Name": finding.package, "Version": finding.version}
    known = {key: shorten(one_line(text), MAX_NAME) for key, text in package.items() if one_line(text)}
    is_scored = finding.score is not None and math.isfinite(finding.score)
    has_link = _LINK.fullmatch(finding.uri) and len(finding.uri) <= MAX_URL
    return {
        "Id": shorten(name, MAX_NAME),
        **({"VulnerablePackages": [known]} if known else {}),
        **({"Cvss": [{"BaseScore": finding.score}]} if is_scored else {}),
        **({"ReferenceUrls": [one_line(finding.uri)]} if has_link else {}),
    }


def _product_fields(finding: Finding) -> dict[str, str]:
    rule = shorten(one_line(finding.suppressed_by), MAX_FIELD)
    return {f"{PRODUCT}/suppressedBy": rule} if rule else {}
