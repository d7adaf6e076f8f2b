"""Which findings a filter is about."""

from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.matching import is_wanted
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, INFO, KNOWING

FINDING = Finding(
    "CVE-2024-1", Severity.HIGH, "openssl", "3.0", also=(("libssl", "3.0"),), fixed_in="3.1", exploit=EXPLOIT
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
        ({"is_exploited": True}, {"exploit": None, "exploit_available": True}, False),
        ({"is_exploited": False}, {"exploit": None, "exploit_available": True}, True),
        ({}, {"suppressed_by": "a"}, False),
        ({"suppressed": INCLUDED}, {"suppressed_by": "a"}, True),
        ({"suppressed": INCLUDED}, {}, True),
        ({"suppressed": ONLY}, {"suppressed_by": "a"}, True),
        ({"suppressed": ONLY}, {}, False),
        ({"package": "openssl", "severity": Severity.CRITICAL}, {}, False),
    ],
)
def test_each_condition_must_hold(wanted: dict[str, Any], facts: dict[str, Any], expected: bool) -> None:
    assert is_wanted(replace(FINDING, **facts), FindingFilter(**wanted), KNOWING) is expected


@pytest.mark.parametrize("is_exploited", [True, False])
def test_without_kev_nothing_is_known_to_be_exploited_nor_known_not_to_be(is_exploited: bool) -> None:
    assert not is_wanted(replace(FINDING, exploit=None), FindingFilter(is_exploited=is_exploited), INFO)
