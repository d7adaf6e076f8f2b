import pytest

from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.scan_registry import RepositoryOutcome, scan_registry
from tests.unit.use_cases.fakes import one_at_a_time


def test_what_one_repository_meets_stops_no_other() -> None:
    def scan(name: str) -> ScanSummary:
        if name == "gone":
            raise RepositoryNotFoundError(name)
        if name == "broken":
            raise CallFailedError("DescribeImages", "ServerException", "try again")
        return ScanSummary(name)

    assert list(scan_registry(["gone", "broken", "good"], scan, one_at_a_time)) == [
        RepositoryOutcome("gone"),
        RepositoryOutcome("broken", error="DescribeImages failed: ServerException: try again"),
        RepositoryOutcome("good", ScanSummary("good")),
    ]


def test_where_access_is_denied_there_is_no_use_in_going_on() -> None:
    def scan(name: str) -> ScanSummary:
        raise CallFailedError("DescribeImages", "AccessDeniedException", "not you")

    with pytest.raises(CallFailedError):
        list(scan_registry(["a", "b"], scan, one_at_a_time))
