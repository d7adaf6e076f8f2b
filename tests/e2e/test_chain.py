"""The schedule fires on the sample registry: the scans, the reports, and who gets them."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from local import manifests, sample_registry
from local.application import Application
from local.inbox import Inbox
from local.scan_run import RunState, ScanRun
from tests.not_empty import not_empty

pytestmark = pytest.mark.e2e

PHONE = "+15550100"
WEEK_HOURS = 7 * 24


@pytest.fixture(scope="module")
def critical_inbox(application: Application) -> Iterator[Inbox]:
    """A queue that gets the critical reports alone."""
    inbox = application.subscribe_inbox("critical-only", {"severity": ["CRITICAL"]})
    yield inbox
    application.unsubscribe(inbox)


@pytest.fixture(scope="module")
def run(application: Application, inbox: Inbox, critical_inbox: Inbox) -> RunState:
    """The first run, through to its last report."""
    application.subscribe_person("sms", PHONE)
    sample_registry.fill(application.emulator.control)
    run = ScanRun(application, inbox)
    run.begin()
    state = run.wait()
    critical_inbox.collect()
    return state


def sample_images() -> list[dict[str, Any]]:
    """Every image of the sample registry."""
    return list(sample_registry.sample_images(sample_registry.read_sample()))


def due_digests() -> set[str]:
    """The container images that were never scanned, or more than a week ago, as the sample's own data says it.

    A system that ECR does not support is asked for once a month: ECR gives no date, so it counts from the first look.
    """
    sample = sample_registry.read_sample()
    kinds = [image.get("kind", "image") for repository in sample["repositories"] for image in repository["images"]]
    return {
        manifests.digest(image["manifest"])
        for image, kind in zip(sample_images(), kinds, strict=True)
        if kind == "image"
        and image.get("scannedHoursAgo", WEEK_HOURS + 1) > WEEK_HOURS
        and not ("unsupportedSystem" in image and "scannedHoursAgo" in image)
    }


def test_each_due_image_gives_one_report_or_a_clean_result_and_no_other_image_does(run: RunState) -> None:
    reported = Counter(message.document["imageDigest"] for message in run.messages)
    clean = Counter(line["imageDigest"] for line in run.ended_lines if not line["reported"])
    assert set(reported) | set(clean) == due_digests()
    assert set(reported).isdisjoint(clean)
    assert set((reported + clean).values()) == {1}


def test_the_ledger_has_the_result_of_each_scan(run: RunState, application: Application) -> None:
    results = {item["record"].removesuffix("#reporter"): item["status"] for item in _reporter_items(application)}
    assert set(results) == due_digests()
    assert set(results.values()) == {"COMPLETE", "FAILED"}


def test_every_image_was_looked_at_and_what_cannot_be_scanned_was_not_asked_for_twice(run: RunState) -> None:
    assert run.images == len(sample_images())
    assert run.reasons()["index"] == 1
    assert run.reasons()["artifact"] + run.reasons()["referrer"] == 3


def test_a_report_carries_the_findings_and_the_address_of_the_full_result(
    run: RunState, application: Application
) -> None:
    document = next(m.document for m in run.messages if m.document["imageTags"] == ["4.2.0"])
    assert document["severity"] == "CRITICAL"
    assert {"CVE-2021-44228", "CVE-2021-45046"} <= {finding["name"] for finding in document["findings"]}
    full = application.emulator.client("s3").get_object(
        Bucket=application.outputs["FindingsBucketName"],
        Key=document["findingsUri"].removeprefix(f"s3://{application.outputs['FindingsBucketName']}/"),
    )
    assert len(json.load(full["Body"])["findings"]) == document["findingsTotal"]


def test_a_failed_scan_is_reported_with_the_reason_in_plain_words(run: RunState) -> None:
    failed = [message for message in run.messages if message.document["reason"] == "SCAN_FAILED"]
    assert {message.document["repository"] for message in failed} == {"legacy/crm"}
    assert ["fedora 31" in message.document["failure"] for message in failed] == [True]


def test_the_attributes_say_what_the_document_says(run: RunState) -> None:
    for message in not_empty(run.messages):
        assert message.attributes["repository"] == message.document["repository"]
        assert message.attributes["reason"] == message.document["reason"]
        assert message.attributes["severity"] == (message.document["severity"] or "NONE")


def test_a_filter_policy_lets_a_subscriber_get_the_critical_reports_alone(run: RunState, critical_inbox: Inbox) -> None:
    expected = {m.document["imageDigest"] for m in run.messages if m.document["severity"] == "CRITICAL"}
    assert 0 < len(expected) < len(run.messages)
    assert {message.document["imageDigest"] for message in critical_inbox.messages} == expected


def test_e_mails_and_text_messages_are_texts_and_not_json(run: RunState, application: Application) -> None:
    letters = application.mail()
    mails = [letter for letter in letters if letter["protocol"] == "email"]
    texts = [letter for letter in letters if letter["protocol"] == "sms"]
    assert len(mails) == len(texts) == len(not_empty(run.messages))
    assert all(len(text["text"].encode()) <= 140 for text in texts)
    assert all(mail["subject"] and len(mail["subject"]) < 100 and "{" not in mail["text"] for mail in mails)


def test_a_second_run_starts_no_scan_asks_ecr_about_no_image_and_reports_nothing(
    run: RunState, application: Application, inbox: Inbox
) -> None:
    application.emulator.control("ecr/calls/clear")
    second = ScanRun(application, inbox)
    second.begin()
    state = second.wait()
    calls = application.emulator.control("ecr/calls")
    assert state.images == run.images
    assert state.started == 0
    assert state.messages == []
    assert "StartImageScan" not in calls
    assert "DescribeImageScanFindings" not in calls


def _reporter_items(application: Application) -> list[dict[str, Any]]:
    return [item for item in application.ledger() if item["record"].endswith("#reporter")]
