"""The start of a scan, and the answers of ECR."""

import pytest

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import CallFailedError, ScanRefusedError
from tests.unit.aws.ecr.stubbed_registry import CALL, StubbedRegistry
from tests.unit.samples import image


def test_a_scan_is_started_by_digest(ecr: StubbedRegistry) -> None:
    ecr.answers("start_image_scan", {}, CALL)
    assert ecr.registry.start_scan(image(tags=("1.2",))) is StartScanResult.STARTED


@pytest.mark.parametrize(
    ("code", "message", "answer"),
    [
        (
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
            StartScanResult.RATE_LIMITED,
        ),
        ("LimitExceededException", "The daily scan quota has been exceeded.", StartScanResult.QUOTA_EXCEEDED),
        ("ValidationException", "This feature is disabled", StartScanResult.DISABLED),
        ("UnsupportedImageTypeException", "cannot be scanned", StartScanResult.UNSUPPORTED),
        ("ImageArchivedException", "is archived", StartScanResult.ARCHIVED),
        ("ImageNotFoundException", "", StartScanResult.GONE),
        ("RepositoryNotFoundException", "", StartScanResult.GONE),
    ],
)
def test_a_refusal_is_an_answer_after_one_call(
    ecr: StubbedRegistry, code: str, message: str, answer: StartScanResult
) -> None:
    ecr.refuses("start_image_scan", code, message)
    assert ecr.registry.start_scan(image()) is answer
    assert ecr.clock.sleeps == []


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException", "ServerException"])
def test_a_start_with_a_fault_is_retried(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "Rate exceeded", 500 if code == "ServerException" else 400)
    ecr.answers("start_image_scan", {}, CALL)
    assert ecr.registry.start_scan(image()) is StartScanResult.STARTED


def test_an_error_that_is_no_answer_is_raised(ecr: StubbedRegistry) -> None:
    ecr.refuses("start_image_scan", "AccessDeniedException", "not you")
    with pytest.raises(CallFailedError, match="AccessDeniedException: not you") as failure:
        ecr.registry.start_scan(image())
    assert failure.value.is_denied


@pytest.mark.parametrize("code", ["ValidationException", "InvalidParameterException"])
def test_a_refusal_in_words_that_are_not_known_is_quoted(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "odd " * 100)
    with pytest.raises(ScanRefusedError) as refused:
        ecr.registry.start_scan(image())
    assert str(refused.value).startswith(f"{code}: odd")
    assert len(str(refused.value)) == 200


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ExpiredTokenException", "KmsException", "KMSDisabledException", "SomeError"]
)
def test_an_error_that_says_nothing_of_the_image_is_no_refusal(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "no")
    with pytest.raises(CallFailedError):
        ecr.registry.start_scan(image())


def test_a_start_whose_answer_was_lost_counts_as_started(ecr: StubbedRegistry) -> None:
    """The attempt after it is refused, because the one before it had its effect."""
    ecr.refuses("start_image_scan", "ServerException", "try again", 500)
    ecr.refuses("start_image_scan", "LimitExceededException", "The scan quota per image has been exceeded.")
    assert ecr.registry.start_scan(image()) is StartScanResult.STARTED
