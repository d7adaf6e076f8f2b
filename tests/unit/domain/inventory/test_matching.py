"""Which findings a filter is about."""

from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.matching import is_wanted
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity

FINDING = Finding(
    "CVE-2024-1", Severity.HIGH, "openssl", "3.0", also=(("libssl", "3.0"),), fixed_in="3.1", exploit_available=True
)
ONLY, INCLUDED = SuppressedFindings.ONLY, SuppressedFindings.INCLUDED


@pytest.mark.parametrize(
    ("wanted", "facts", "expected"),
    [
        ({}, {}, True),
        ({"vulnerability": "cve-2024-*"}, {}, True),
        ({"vulnerability": "CVE-2025-*"}, {}, False),
        ({"package": "open*"}, {}, True),
        ({"package": "libssl"}, {}, True),
        ({"package": "OpenSSL"}, {}, False),
        ({"severity": Severity.HIGH}, {}, True),
        ({"severity": Severity.LOW}, {}, True),
        ({"severity": Severity.CRITICAL}, {}, False),
        ({"is_fixable": True}, {}, True),
        ({"is_fixable": False}, {}, False),
        ({"is_fixable": False}, {"fixed_in": ""}, True),
        ({"is_exploited": True}, {}, True),
        ({"is_exploited": False}, {}, False),
        ({"is_exploited": True}, {"exploit_available": None}, False),
        ({"is_exploited": False}, {"exploit_available": None}, False),
        ({"is_exploited": False}, {"exploit_available": False}, True),
        ({}, {"suppressed_by": "a"}, False),
        ({"suppressed": INCLUDED}, {"suppressed_by": "a"}, True),
        ({"suppressed": INCLUDED}, {}, True),
        ({"suppressed": ONLY}, {"suppressed_by": "a"}, True),
        ({"suppressed": ONLY}, {}, False),
        ({"package": "openssl", "severity": Severity.CRITICAL}, {}, False),
    ],
)
def test_each_condition_must_hold(wanted: dict[str, Any], facts: dict[str, Any], expected: bool) -> None:
    assert is_wanted(replace(FINDING, **facts), FindingFilter(**wanted)) is expected
