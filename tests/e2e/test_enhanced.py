"""Amazon Inspector looks after an image: its first scan, then a burst of findings."""

from typing import Any

import pytest

from local.application import Application
from local.inbox import Inbox
from tests.e2e.registry import Registry

pytestmark = pytest.mark.e2e


def enhanced(cve: str) -> dict[str, Any]:
    """Return a finding as Inspector makes it."""
    package = {"name": "curl", "version": "7.88.1", "fixedInVersion": "8.4.0"}
    return {
        "severity": "CRITICAL",
        "status": "ACTIVE",
        "type": "PACKAGE_VULNERABILITY",
        "title": f"{cve} - curl",
        "score": 9.8,
        "fixAvailable": "YES",
        "exploitAvailable": "YES",
        "packageVulnerabilityDetails": {"vulnerabilityId": cve, "vulnerablePackages": [package]},
    }


def findings_queue(application: Application) -> str:
    """The URL of the queue on which findings gather."""
    urls = application.queues.list_queues()["QueueUrls"]
    return next(str(url) for url in urls if "FindingEventsQueue" in url)


def handled(application: Application) -> int:
    """How many scans and images of batches the reporter is through with."""
    return sum(1 for line in application.log_lines("ReporterFunctionName") if "reported" in line)


def all_looked_at(application: Application) -> bool:
    """Whether no finding waits, but those of a batch that met another at work on the image: they are for later."""
    reasons = [str(line.get("reason")) for line in application.log_lines("ReporterFunctionName")]
    has_met = any("ConcurrentEvent" in reason for reason in reasons)
    return has_met or application.queue_depth(findings_queue(application)) == 0


def test_the_first_scan_is_one_message_and_a_later_burst_another(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    before = handled(application)
    known = [enhanced(f"CVE-2023-{number}") for number in range(30)]
    digest = registry.push("team/watched", findings=[], enhancedFindings=known)
    image = {"repository": "team/watched", "imageDigest": digest}

    application.emulator.control("inspector/scan", **image)
    (first,) = application.wait_until("the first scan is reported", inbox.collect)
    assert first.document["counts"]["CRITICAL"] == 30
    facts = first.document["findings"][0]
    assert (facts["fixedIn"], facts["exploitAvailable"], facts["score"]) == ("8.4.0", True, 9.8)
    application.emulator.control("inspector/findings", **image)
    application.wait_until("the burst has been looked at", lambda: handled(application) >= before + 2)

    late = [*known, enhanced("CVE-2024-3094")]
    application.emulator.control("ecr/findings", **image, enhancedFindings=late)
    application.emulator.control("inspector/findings", **image)
    application.wait_until("the new finding is reported", lambda: len(inbox.collect()) > 1)
    second = inbox.messages[1].document
    assert [finding["name"] for finding in second["changes"]["new"]] == ["CVE-2024-3094"]
    application.wait_until("all findings have been looked at", lambda: all_looked_at(application))
    assert len(inbox.collect()) == 2
