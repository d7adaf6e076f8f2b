"""The results of StartImageScan."""

from enum import StrEnum


class StartScanResult(StrEnum):
    """The result of starting a scan: ECR's, or OVER_BUDGET and POSTPONED without a call. None of them is a fault.

    Logs, metrics and tables show the value.

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


# The image stays due, because a quota or the budget is used up.
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
    """Return the result of a refused StartImageScan, None when the words of the refusal are unknown.

    The quota of the image and that of the registry share one error code, and differ only in the text.
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
