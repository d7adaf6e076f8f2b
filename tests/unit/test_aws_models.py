"""What we know of AWS's enumerations, beside botocore's models: a new value fails here, and not in a night's run."""

from collections.abc import Iterable
from typing import Any, cast

import botocore.session
import pytest

from ecr_scan_reporter.domain.findings.enhanced import FIXES, OVER
from ecr_scan_reporter.domain.findings.failures import FAILED_STATUSES
from ecr_scan_reporter.domain.findings.findings import SUCCEEDED
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.registry.start_results import read_refusal
from ecr_scan_reporter.domain.reports.freshness import WITHOUT_RESULT
from ecr_scan_reporter.domain.severities import Severity
from tests.not_empty import not_empty

SESSION = botocore.session.get_session()


def values(service: str, shape: str) -> set[str]:
    """Return the values that AWS's model gives to an enumeration."""
    return set(cast(Any, SESSION.get_service_model(service).shape_for(shape)).enum)


def names(members: Iterable[str]) -> set[str]:
    """Return the values of our own enumeration."""
    return {str(member) for member in members}


def test_every_scan_status_is_known() -> None:
    ours = {"NOT_SCANNED", "REFUSED", "UNKNOWN"}
    assert names(ScanStatus) - ours == values("ecr", "ScanStatus")


@pytest.mark.parametrize("status", not_empty(sorted(values("ecr", "ScanStatus") - {"SCAN_ELIGIBILITY_EXPIRED"})))
def test_every_scan_status_is_a_success_a_failure_or_none_of_both(status: str) -> None:
    known = ScanStatus.parse(status)
    assert [known in kind for kind in (SUCCEEDED, FAILED_STATUSES, WITHOUT_RESULT)].count(True) == 1
    assert known is not ScanStatus.UNKNOWN


def test_every_severity_is_known() -> None:
    assert names(Severity) == values("ecr", "FindingSeverity") | values("inspector2", "Severity")


def test_every_tag_status_is_known() -> None:
    assert names(TagStatus) == values("ecr", "TagStatus")


def test_of_the_statuses_of_an_image_all_but_the_archived_can_be_scanned() -> None:
    assert values("ecr", "ImageStatus") == {"ACTIVE", "ACTIVATING", "ARCHIVED"}


def test_there_are_two_types_of_scanning() -> None:
    assert values("ecr", "ScanType") == {"BASIC", "ENHANCED"}


def test_every_status_of_an_inspector_finding_is_open_or_over() -> None:
    assert values("inspector2", "FindingStatus") == {"ACTIVE"} | OVER


def test_every_answer_to_is_there_a_fix_or_an_exploit_is_known() -> None:
    assert values("inspector2", "FixAvailable") == FIXES
    assert values("inspector2", "ExploitAvailable") == {"YES", "NO"}


# What a call of StartImageScan says when it is wrong, or when ECR is in trouble: a fault, and no answer.
FAULTS = {"InvalidParameterException", "ServerException", "ValidationException"}


def test_every_refusal_to_start_a_scan_is_an_answer_or_a_fault() -> None:
    operation = SESSION.get_service_model("ecr").operation_model("StartImageScan")
    codes = {shape.name for shape in operation.error_shapes}
    assert {code for code in codes if read_refusal(code, "") is None} == FAULTS
