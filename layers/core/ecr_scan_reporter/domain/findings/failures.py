"""Why a scan gave no findings, in plain words."""

import re

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus

MAX_EXPLANATION = 400

SUPPORTED_SYSTEMS = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html"

# A scan that ends so has no findings, and its failure is reported.
FAILED_STATUSES = frozenset(
    {ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE, ScanStatus.IMAGE_SIZE_EXCEEDED, ScanStatus.LIMIT_EXCEEDED}
)

_UNSUPPORTED_SYSTEM = re.compile(r"operating system '(?P<name>[^']*)' version '(?P<version>[^']*)' is not supported")


def unsupported_system(description: str) -> str:
    """Return the operating system that ECR does not support by its description of a scan, empty for another failure."""
    match = _UNSUPPORTED_SYSTEM.search(description[:MAX_EXPLANATION])
    return " ".join(filter(None, (match["name"], match["version"]))) if match else ""


def is_unsupported(result: ScanResult) -> bool:
    """Return whether ECR's scanner will never scan the image as it is built now."""
    description = result.description
    is_of_system = bool(unsupported_system(description)) or "UnsupportedImageError" in description
    return is_of_system or result.status is ScanStatus.UNSUPPORTED_IMAGE


_BRIEF_REASONS = {
    ScanStatus.UNSUPPORTED_IMAGE: "this kind of image is not supported",
    ScanStatus.IMAGE_SIZE_EXCEEDED: "the image is too large for ECR's scanner",
    ScanStatus.LIMIT_EXCEEDED: "a quota of ECR's scanner was exceeded",
}


def brief_reason(result: ScanResult) -> str:
    """Say in a few words why a scan gave no result; for a subject or a title. Never empty."""
    system = unsupported_system(result.description)
    if system:
        return f"{system} is not supported"
    if "UnsupportedImageError" in result.description:
        return "its operating system is not supported"
    if result.status in _BRIEF_REASONS:
        return _BRIEF_REASONS[result.status]
    return result.description[:MAX_EXPLANATION].strip().rstrip(".") or "ECR gave no reason"


def explain_failure(result: ScanResult) -> str:
    """Say in plain words why a scan gave no result. Never empty."""
    system = unsupported_system(result.description)
    if system:
        return f"ECR's scanner does not support the operating system of this image, {system}."
    if "UnsupportedImageError" in result.description:
        return "ECR's scanner does not support the operating system or the package manager of this image."
    if result.status is ScanStatus.UNSUPPORTED_IMAGE:
        return "ECR's scanner does not support this kind of image."
    if result.status is ScanStatus.IMAGE_SIZE_EXCEEDED:
        return "The image is larger than ECR's scanner takes."
    if result.status is ScanStatus.LIMIT_EXCEEDED:
        return "A quota of ECR's scanner was exceeded."
    return result.description[:MAX_EXPLANATION] or "ECR gave no reason."
