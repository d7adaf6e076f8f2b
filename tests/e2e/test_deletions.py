"""An image that is deleted in ECR leaves the ledger of the deployed application; one that loses a tag stays."""

import pytest

from local.application import Application
from local.inbox import Inbox
from tests.e2e.registry import Registry
from tests.e2e.scan_runs import run_scans

pytestmark = pytest.mark.e2e


def digests(application: Application) -> set[str]:
    """Return the images that the ledger knows."""
    return {item["record"].partition("#")[0] for item in application.ledger() if item["record"].startswith("sha256:")}


def deletions(application: Application) -> list[str]:
    """Return what the reporter made of each deletion, in turn."""
    lines = (str(line.get("message")) for line in application.log_lines("ReporterFunctionName"))
    return [line for line in lines if line in ("image forgotten", "image is still there")]


def test_a_deleted_image_is_forgotten(application: Application, inbox: Inbox, registry: Registry) -> None:
    kept, deleted = registry.push("team/app", tags=["1.0", "1.1"]), registry.push("team/app", tags=["2.0"])
    run_scans(application, inbox)
    assert digests(application) == {kept, deleted}
    ecr, before = application.emulator.client("ecr"), len(deletions(application))
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageDigest": deleted}])
    application.wait_until("the image is forgotten", lambda: digests(application) == {kept})
    ecr.batch_delete_image(repositoryName="team/app", imageIds=[{"imageTag": "1.0"}])
    application.wait_until("the tag is looked at", lambda: len(deletions(application)) == before + 2)
    assert deletions(application)[before:] == ["image forgotten", "image is still there"]
    assert digests(application) == {kept}
