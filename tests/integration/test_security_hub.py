from typing import Any

import pytest
from moto.ecr.models import ecr_backends

import reporter
from tests.integration.account import ACCOUNT_ID, REGION, SESSION, Account, LambdaContext
from tests.recorded_events import load_event

CURL = {"name": "CVE-2023-38545", "severity": "CRITICAL"}
APT = {"name": "CVE-2011-3374", "severity": "LOW"}


@pytest.fixture
def digest(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    """An image of a repository, with findings collected in Security Hub."""
    monkeypatch.setenv("SECURITY_HUB_ENABLED", "true")
    account.new_repositories("team/app")
    return account.push("team/app", "1.2")


def scan(account: Account, digest: str, number: int, *findings: dict[str, str]) -> dict[str, Any]:
    """Let a scan end that finds these; each is later than the one before."""
    for image in ecr_backends[ACCOUNT_ID][REGION].repositories["team/app"].images:
        # As if a day had passed: ECR scans an image once a day. And moto returns the first result again.
        image.last_scan = None
        image.scan_finding_results.clear()
    counts: dict[str, int] = {}
    ended_at = f"2026-01-{number:02}T04:00:00Z"
    for finding in findings:
        counts[finding["severity"]] = counts.get(finding["severity"], 0) + 1
    account.finds(
        "team/app",
        digest,
        "COMPLETE",
        imageScanCompletedAt=ended_at,
        findings=list(findings),
        findingSeverityCounts=counts,
    )
    event = load_event("scan_complete") | {"id": f"event-{number}", "time": ended_at}
    event["detail"] |= {"repository-name": "team/app", "image-digest": digest}
    answer: dict[str, Any] = reporter.lambda_handler(event, LambdaContext())
    return answer


def hub() -> dict[str, dict[str, Any]]:
    """Return the findings of Security Hub by CVE."""
    found = SESSION.client("securityhub").get_findings()["Findings"]
    return {finding["GeneratorId"].removeprefix("ecr-scan-reporter/"): dict(finding) for finding in found}


def test_findings_are_collected_stored_and_archived_when_they_are_gone(account: Account, digest: str) -> None:
    scan(account, digest, 10, CURL, APT)
    assert {name: finding["RecordState"] for name, finding in hub().items()} == {
        "CVE-2023-38545": "ACTIVE",
        "CVE-2011-3374": "ACTIVE",
    }
    scan(account, digest, 20, APT)
    curl, apt = hub()["CVE-2023-38545"], hub()["CVE-2011-3374"]
    assert (curl["RecordState"], curl["UpdatedAt"]) == ("ARCHIVED", "2026-01-20T04:00:00Z")
    assert curl["CreatedAt"] == "2026-01-10T04:00:00Z"
    assert (apt["RecordState"], apt["UpdatedAt"]) == ("ACTIVE", "2026-01-10T04:00:00Z"), "not sent again"
    assert curl["ProductArn"] == f"arn:aws:securityhub:{REGION}:{ACCOUNT_ID}:product/{ACCOUNT_ID}/default"


def test_the_same_event_twice_changes_nothing(account: Account, digest: str) -> None:
    scan(account, digest, 10, CURL)
    before = hub()
    scan(account, digest, 10, CURL)
    assert hub() == before


def test_without_the_parameter_nothing_is_collected(
    account: Account, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURITY_HUB_ENABLED", "false")
    scan(account, digest, 10, CURL)
    assert hub() == {}
