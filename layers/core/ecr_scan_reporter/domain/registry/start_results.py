"""What ECR can answer when it is asked to scan an image."""

from enum import StrEnum


class StartAnswer(StrEnum):
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
HELD_BACK = frozenset({StartAnswer.QUOTA_EXCEEDED, StartAnswer.OVER_BUDGET})

EXPLANATIONS = {
    StartAnswer.STARTED: "its scan was started",
    StartAnswer.RATE_LIMITED: "ECR has scanned it within 24 hours already",
    StartAnswer.QUOTA_EXCEEDED: "the registry's daily quota of scans is used up; the image stays due",
    StartAnswer.DISABLED: "basic scanning is off: the registry uses enhanced scanning",
    StartAnswer.UNSUPPORTED: "ECR cannot scan this kind of image",
    StartAnswer.ARCHIVED: "it is archived",
    StartAnswer.GONE: "it was deleted in the meantime",
    StartAnswer.REFUSED: "ECR refused to scan it",
    StartAnswer.OVER_BUDGET: "the day's budget of scans (MaxScansPerDay) is spent; the image stays due",
    StartAnswer.POSTPONED: "other repositories get their share of the day's scans first; the job goes on later",
}


def read_refusal(code: str, message: str) -> StartAnswer | None:
    """Return what a refusal of StartImageScan means; None when its words are not known.

    The two quotas share one error code: only the text tells the image's quota from the registry's.
    """
    match code:
        case "LimitExceededException":
            return StartAnswer.RATE_LIMITED if "per image" in message.lower() else StartAnswer.QUOTA_EXCEEDED
        case "UnsupportedImageTypeException":
            return StartAnswer.UNSUPPORTED
        case "ImageArchivedException":
            return StartAnswer.ARCHIVED
        case "ImageNotFoundException" | "RepositoryNotFoundException":
            return StartAnswer.GONE
        case "ValidationException" if "feature is disabled" in message.lower():
            return StartAnswer.DISABLED
    return None
