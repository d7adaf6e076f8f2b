"""Images that were deleted leave the ledger, and so the digest; in any order of their events."""

from typing import Any

import pytest

import reporter
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.reporting import read_scan
from tests.integration.account import Account, LambdaContext
from tests.recorded_events import load_event

RESULT: dict[str, Any] = {
    "imageScanCompletedAt": "2026-01-31T04:00:48Z",
    "findingSeverityCounts": {"CRITICAL": 1},
    "findings": [{"name": "CVE-2023-38545", "severity": "CRITICAL"}],
}


@pytest.fixture
def digest(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    """An image of team/app with two tags, that has a finding; nobody waits for ECR."""
    monkeypatch.setattr(read_scan, "DELAYS_SECONDS", ())
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    manifest = account.ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "1.2"}])["images"][0]
    account.ecr.put_image(repositoryName="team/app", imageManifest=manifest["imageManifest"], imageTag="latest")
    account.finds("team/app", digest, "COMPLETE", **RESULT)
    return digest


def report(digest: str) -> dict[str, Any]:
    """Invoke the function with the event of the scan."""
    event = load_event("scan_complete")
    event["detail"] |= {
        "repository-name": "team/app",
        "image-digest": digest,
        "finding-severity-counts": {"CRITICAL": 1},
    }
    return dict(reporter.lambda_handler(event, LambdaContext()))


def delete(account: Account, digest: str, **image_id: str) -> dict[str, Any]:
    """Delete an image or a tag, and invoke the function with the event."""
    if image_id:
        account.ecr.batch_delete_image(repositoryName="team/app", imageIds=[image_id])
    event = load_event("image_deleted")
    event["detail"] |= {"image-digest": digest}
    return dict(reporter.lambda_handler(event, LambdaContext()))


def test_both_items_of_a_deleted_image_leave_the_ledger_and_again_is_no_harm(account: Account, digest: str) -> None:
    report(digest)
    item = account.ledger()[f"{digest}#reporter"]
    account.dynamodb.put_item(TableName="ledger", Item=item | {"record": {"S": f"{digest}#scanner"}})
    assert len(account.ledger()) == 2
    assert [delete(account, digest, imageDigest=digest), delete(account, digest)] == [{"forgotten": True}] * 2
    assert account.ledger() == {}
    assert len(account.stored_findings()) == 1, "the next image with the tag is compared with it"


def test_an_image_that_loses_one_of_its_tags_stays(account: Account, digest: str) -> None:
    report(digest)
    before = account.ledger()
    assert delete(account, digest, imageTag="latest") == {"forgotten": False}
    assert account.ledger() == before != {}


def test_a_scan_event_that_comes_after_the_deletion_is_reported_and_not_recorded(account: Account, digest: str) -> None:
    assert delete(account, digest, imageDigest=digest) == {"forgotten": True}
    assert report(digest)["reported"] is True
    assert account.ledger() == {}


def test_another_action_on_an_image_is_refused(account: Account, digest: str) -> None:
    event = load_event("image_deleted")
    event["detail"] |= {"action-type": "PUSH"}
    with pytest.raises(InvalidInputError, match="action-type of the event is 'PUSH'"):
        reporter.lambda_handler(event, LambdaContext())
