"""What a question is about: which images, which of their findings, in which order."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import is_unicode
from ecr_scan_reporter.errors import InvalidInputError

DEFAULT_PAGE = 100
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
MAX_REPOSITORY, MAX_TAG = 256, 300


class SuppressedFindings(StrEnum):
    """Whether a question is about suppressed findings too."""

    EXCLUDED = "excluded"
    INCLUDED = "included"
    ONLY = "only"


class ImageSort(StrEnum):
    """The order of images: the most important or the longest overdue first, else the latest or largest; or by name."""

    WORST = "worst"
    OVERDUE = "overdue"
    PUSHED = "pushed"
    PULLED = "pulled"
    SCANNED = "scanned"
    SIZE = "size"
    REPOSITORY = "repository"


class TotalsBy(StrEnum):
    """For which parts of the registry there are totals."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Which images; None where a fact does not matter.

    `repository` and `tag` are globs, in which `*` also stands for `/`; `digest` is the beginning of one. `severity`:
    with at least one finding of this severity or a more severe one. Moments are exclusive ends; an image that was never
    pulled was last used when it was pushed. `suppressed` says which findings `severity` and the order look at.
    """

    repository: str | None = None
    tag: str | None = None
    digest: str | None = None
    owner: str | None = None
    severity: Severity | None = None
    statuses: frozenset[CoverageStatus] | None = None
    pushed_before: datetime | None = None
    pushed_after: datetime | None = None
    scanned_before: datetime | None = None
    unused_since: datetime | None = None
    is_in_use: bool | None = None
    is_exploited: bool | None = None
    is_fixable: bool | None = None
    is_overdue: bool | None = None
    suppressed: SuppressedFindings = SuppressedFindings.EXCLUDED

    def __post_init__(self) -> None:
        """Raise InvalidInputError for a text that is no Unicode, or longer than a name can be."""
        check_text("repository", self.repository, MAX_REPOSITORY)
        check_text("tag", self.tag, MAX_TAG)
        check_text("owner", self.owner)


def check_text(name: str, text: str | None, longest: int | None = None) -> None:
    """Raise InvalidInputError for a text that is no Unicode, or longer than allowed."""
    if text is None:
        return
    if not is_unicode(text):
        raise InvalidInputError(name, text, "a text in UTF-8")
    if longest is not None and len(text) > longest:
        raise InvalidInputError(name, text, f"a text of at most {longest} characters")


EVERY_IMAGE = ImageFilter()


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings: of a vulnerability, or of a package; globs, the vulnerability's in any case."""

    vulnerability: str | None = None
    package: str | None = None
    severity: Severity | None = None
    is_fixable: bool | None = None
    is_exploited: bool | None = None
    suppressed: SuppressedFindings = SuppressedFindings.EXCLUDED

    def __post_init__(self) -> None:
        """Raise InvalidInputError for a text that is no Unicode."""
        check_text("vulnerability", self.vulnerability)
        check_text("package", self.package)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a question is about: the images, and which of their findings."""

    images: ImageFilter
    findings: FindingFilter

    @property
    def holders(self) -> ImageFilter:
        """The images without the conditions on findings, for a question whose answer is findings."""
        return replace(self.images, severity=None, is_fixable=None, is_exploited=None)
