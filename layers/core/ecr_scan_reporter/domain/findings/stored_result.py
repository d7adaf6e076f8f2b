"""The last full result of an image, read from the document that the reporter stored (`result_document`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.findings.members import Members
from ecr_scan_reporter.domain.registry.arns import parse_repository_arn, repository_arn
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import Thresholds
from ecr_scan_reporter.errors import InvalidInputError

NAME = "the stored result"


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The full result of one image's last scan. `completed_at` is in UTC, None where ECR gave no moment.

    `thresholds` are those of its report, None in a result of an earlier version.
    """

    image: ImageId
    tags: tuple[str, ...]
    completed_at: datetime | None
    findings: tuple[Finding, ...]
    thresholds: Thresholds | None = None

    @property
    def baseline(self) -> Baseline:
        """The scan that a later one is compared with."""
        return Baseline(self.image.digest, self.completed_at, self.findings, self.thresholds)


def parse_stored_result(document: object) -> StoredResult:
    """Read the document of the findings bucket.

    Raises InvalidInputError that names the first wrong member, its value and what is allowed. Unknown members are
    skipped: a later version may write them.
    """
    result = Members(document, NAME)
    return StoredResult(
        image=ImageId(_repository(result), result.text("imageDigest")),
        tags=result.each("imageTags", _tag),
        completed_at=Members(result.value("scan"), f"scan of {NAME}").moment("completedAt"),
        findings=result.each("findings", _finding),
        thresholds=_thresholds(result.value("thresholds")) if "thresholds" in result else None,
    )


def _thresholds(value: object) -> Thresholds:
    name = f"thresholds of {NAME}"
    if not isinstance(value, Mapping) or not all(type(each) is int and each >= 0 for each in value.values()):
        raise InvalidInputError(name, value, "a number for each severity")
    return {Severity.parse(str(severity)): threshold for severity, threshold in value.items()}


def _repository(result: Members) -> Repository:
    repository = Repository(result.text("registryId"), result.text("region"), result.text("repository"))
    if parse_repository_arn(repository_arn(repository)) != repository:
        raise InvalidInputError(f"registry, region and repository of {NAME}", str(repository), "a repository of ECR")
    return repository


def _tag(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(name, value, "a text")
    return value


def _finding(value: object, name: str) -> Finding:
    finding = Members(value, name)
    return Finding(
        name=finding.optional_text("name") or UNNAMED,
        severity=Severity.parse(finding.optional_text("severity")),
        package=finding.optional_text("package"),
        version=finding.optional_text("version"),
        score=finding.number("score"),
        uri=finding.optional_text("uri"),
        description=finding.optional_text("description"),
        also=finding.each("alsoIn", _package) if "alsoIn" in finding else (),
        fix_available=finding.optional_text("fixAvailable"),
        fixed_in=finding.optional_text("fixedIn"),
        exploit_available=finding.boolean("exploitAvailable"),
        epss=finding.number("epss"),
        exploit=_exploit(finding.value("knownExploited"), name) if "knownExploited" in finding else None,
        first_seen_at=finding.moment("firstSeenAt"),
        suppressed_by=finding.optional_text("suppressedBy"),
    )


def _exploit(value: object, name: str) -> KnownExploit | None:
    exploit = Members(value, f"knownExploited of {name}")
    added = exploit.day("added")
    return KnownExploit(added, exploit.day("due"), exploit.boolean("ransomware") or False) if added else None


def _package(value: object, name: str) -> tuple[str, str]:
    package = Members(value, name)
    return package.optional_text("package"), package.optional_text("version")
