"""What ECR can answer when it is asked to scan an image."""

from enum import StrEnum


class StartScanResult(StrEnum):
    """ECR's answer to StartImageScan, or our own in its place (OVER_BUDGET, POSTPONED); none of them is a fault.

    The value is what logs, metrics and tables call it.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
    """

    STARTED = "started"
    RATE_LIMITED = "rate_limited"
    QUOTA_EXCEEDED = "quota_exceeded"
    DISABLED = "disabled"
    UNSUPPORTED = "unsupported"
    ARCHIVED = "archived"
    GONE = "gone"
    REFUSED = "refused"
    OVER_BUDGET = "over_budget"
    POSTPONED = "postponed"


# A quota or the budget leaves these images due.
HELD_BACK = frozenset({StartScanResult.QUOTA_EXCEEDED, StartScanResult.OVER_BUDGET})

EXPLANATIONS = {
    StartScanResult.STARTED: "its scan was started",
    StartScanResult.RATE_LIMITED: "ECR has scanned it within 24 hours already",
    StartScanResult.QUOTA_EXCEEDED: "the registry's daily quota of scans is used up; the image stays due",
    StartScanResult.DISABLED: "basic scanning is off: the registry uses enhanced scanning",
    StartScanResult.UNSUPPORTED: "ECR cannot scan this kind of image",
    StartScanResult.ARCHIVED: "it is archived",
    StartScanResult.GONE: "it was deleted in the meantime",
    StartScanResult.REFUSED: "ECR refused to scan it",
    StartScanResult.OVER_BUDGET: "the day's budget of scans (MaxScansPerDay) is spent; the image stays due",
    StartScanResult.POSTPONED: "other repositories get their share of the day's scans first; the job goes on later",
}


def read_refusal(code: str, message: str) -> StartScanResult | None:
    """Return what a refusal of StartImageScan means; None when its words are not known.

    The two quotas share one error code: only the text tells the image's quota from the registry's.
    """
    match code:
        case "LimitExceededException":
            return StartScanResult.RATE_LIMITED if "per image" in message.lower() else StartScanResult.QUOTA_EXCEEDED
        case "UnsupportedImageTypeException":
            return StartScanResult.UNSUPPORTED
        case "ImageArchivedException":
            return StartScanResult.ARCHIVED
        case "ImageNotFoundException" | "RepositoryNotFoundException":
            return StartScanResult.GONE
        case "ValidationException" if "feature is disabled" in message.lower():
            return StartScanResult.DISABLED
    return None
