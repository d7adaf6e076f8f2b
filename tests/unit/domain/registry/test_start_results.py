import pytest

from ecr_scan_reporter.domain.registry.start_results import EXPLANATIONS, StartScanResult, read_refusal


@pytest.mark.parametrize(
    ("code", "message", "answer"),
    [
        pytest.param(
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
            StartScanResult.RATE_LIMITED,
            id="scanned within 24 hours",
        ),
        pytest.param(
            "LimitExceededException",
            "The scan quota for the registry has been exceeded.",
            StartScanResult.QUOTA_EXCEEDED,
            id="the registry's quota of a day",
        ),
        pytest.param("LimitExceededException", "", StartScanResult.QUOTA_EXCEEDED, id="a quota that is not named"),
        pytest.param(
            "ValidationException", "This feature is disabled", StartScanResult.DISABLED, id="enhanced scanning is on"
        ),
        pytest.param("ValidationException", "Invalid image digest", None, id="another validation error"),
        pytest.param(
            "UnsupportedImageTypeException",
            "An artifact with media type 'application/vnd.oci.image.index.v1+json' cannot be scanned.",
            StartScanResult.UNSUPPORTED,
            id="an index",
        ),
        pytest.param(
            "ImageArchivedException",
            "The specified image is archived and cannot be scanned.",
            StartScanResult.ARCHIVED,
            id="archived",
        ),
        pytest.param("ImageNotFoundException", "", StartScanResult.GONE, id="the image is gone"),
        pytest.param("RepositoryNotFoundException", "", StartScanResult.GONE, id="the repository is gone"),
        pytest.param("ThrottlingException", "Rate exceeded", None, id="throttled"),
        pytest.param("ServerException", "", None, id="a fault of the server"),
        pytest.param("AccessDeniedException", "", None, id="not allowed"),
        pytest.param("", "", None, id="nothing at all"),
    ],
)
def test_a_refusal_of_start_image_scan_is_an_answer_or_a_fault(
    code: str, message: str, answer: StartScanResult | None
) -> None:
    assert read_refusal(code, message) is answer


def test_every_answer_is_explained() -> None:
    assert set(EXPLANATIONS) == set(StartScanResult)
