"""Where the results of an image are for GitHub: a category, a path, and a fingerprint for each finding.

https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import InventoryImage
from ecr_scan_reporter.domain.registry.images import Repository

_DIGITS = 32


def image_uri(image: InventoryImage) -> str:
    """Return the relative URI of an image: `ecr/<account>/<region>/<repository>:<tag>`, `@sha256:...` without a tag.

    All parts are percent-encoded. The URI is the same for each scan of a tag.
    """
    repository = image.repository
    parts = ("ecr", repository.registry_id, repository.region, *repository.name.split("/"))
    path = "/".join(map(_quoted, parts))
    return f"{path}:{_quoted(image.tag)}" if image.tag else f"{path}@{_quoted(image.digest, safe=':')}"


def category(image: InventoryImage) -> str:
    """Return the id of the automation details of an image's run.

    All before the last slash of an id is the category. New results of a category replace its earlier ones, and one file
    must not have a category twice.
    """
    return f"{image_uri(image)}/"


def fingerprints(repository: Repository, findings: Sequence[Finding]) -> list[str]:
    """Return the `primaryLocationLineHash` of each finding of one image, in their order.

    It is made of the repository, the vulnerability and the package. The version is no part of it: an update that does
    not fix the vulnerability leaves the same alert, with what people wrote to it. Where an image has the package in
    several versions, these are numbered by version, as GitHub numbers equal lines.
    """
    numbers: Counter[str] = Counter()
    found = [""] * len(findings)
    for place in sorted(range(len(findings)), key=lambda place: findings[place].identity):
        finding = findings[place]
        text = "\0".join((str(repository), finding.name, finding.package))
        digits = sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
        numbers[digits] += 1
        found[place] = f"{digits}:{numbers[digits]}"
    return found


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="replace")
