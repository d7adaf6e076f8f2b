import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.messages.report.document import document
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.messages.report.test_report import mark_document
from ecr_scan_reporter.domain.messages.sns import Notification
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import AppliedSuppression, ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from tests.unit.samples import (
    ANY_FINDING,
    DIGEST,
    IMAGE_ID,
    RESULT,
    SCANNED_IMAGE,
    breached_report,
    compared_report,
    digest,
    failed_report,
    result_of,
)

SNS_BYTES = 262_144
PROTOCOLS = {"default", "email", "sms", "sqs", "lambda", "http", "https", "firehose"}
SCHEMA_FILE = Path(__file__).parents[5] / "docs" / "scan-report.schema.json"
PUBLISHED: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
SCHEMA = Draft202012Validator(PUBLISHED)
FACE = "\U0001f600"
RISKY = "\n\r\t\x00\x07\x1b\x7f\x85\u200b\u202e\u2028\U0001f600\"\\'<>&"

hostile = st.text(st.sampled_from("aZ0-/:\u00e9\u4e2d" + RISKY), max_size=12)
named = hostile.map("x{}".format)
links = hostile.map("https://{}".format) | st.just("")
findings = st.lists(
    st.builds(Finding, named, st.sampled_from(Severity), hostile, hostile, st.none() | st.floats(0, 10), links),
    max_size=3,
).map(tuple)
results = st.builds(
    ScanResult,
    st.sampled_from([ScanStatus.COMPLETE, ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE]),
    st.none() | st.just(RESULT.completed_at),
    hostile,
    st.dictionaries(st.sampled_from(Severity), st.integers(1, 10**9)),
    findings,
)
repositories = st.builds(
    Repository, st.just("123456789012"), st.sampled_from(["eu-west-1", "us-gov-west-1", "cn-northwest-1"]), named
)
scanned_images = st.builds(
    ScannedImage, st.builds(ImageId, repositories, st.just(DIGEST)), st.lists(hostile, max_size=3).map(tuple)
)


def reported(image: ScannedImage, result: ScanResult, findings_uri: str = "") -> ScanReport | None:
    return decide_report(image, result, ReportPolicy(ANY_FINDING), findings_uri=findings_uri)


def compared(first: ScanReport, before: tuple[Finding, ...], other: str, ended: dict[str, End]) -> ScanReport:
    """Return the same report, of an image that was scanned before, with suppressions that hold and that ended."""
    hidden = [replace(finding, suppressed_by=id_) for id_ in ended for finding in first.result.findings[:1]]
    changes = compare(Baseline(other, RESULT.completed_at, (*before, *hidden)), first.result.findings)
    breaches = first.breaches
    applied = tuple(AppliedSuppression(id_, until, 1) for id_, until in ended.items())
    facts: dict[str, Any] = {"applied": applied, "suppressed": len(applied), "ended": ended, "owner": "team-a"}
    return replace(first, changes=changes, newly_breached=breaches, suppressions_table=other, **facts)


first_scans = st.builds(reported, scanned_images, results, hostile).filter(bool)
ends = st.dictionaries(hostile, st.none() | st.just(FIXED) | st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=3)
reports = first_scans | st.builds(compared, first_scans, findings, st.sampled_from([DIGEST, digest(3)]), ends)


def size_of(notification: Notification) -> int:
    """Return what SNS counts: subject, message, and the names, types and values of the attributes."""
    attributes = "".join(f"{name}String{value}" for name, value in notification.attributes.items())
    return len((notification.subject + notification.message + attributes).encode())


def texts_of(report: ScanReport) -> dict[str, str]:
    texts: dict[str, str] = json.loads(compose_notification(report).message)
    return texts


@given(reports)
def test_the_subject_keeps_to_the_rules_of_sns(report: ScanReport) -> None:
    subject = compose_notification(report).subject
    assert 0 < len(subject) < 100
    assert all(" " <= character <= "~" for character in subject)
    assert subject[0] > " "


@given(reports)
def test_a_text_message_fits_into_one_part(report: ScanReport) -> None:
    assert 0 < len(texts_of(report)["sms"].encode()) <= 140


@given(reports)
def test_there_is_a_text_for_each_protocol_and_one_document_for_machines(report: ScanReport) -> None:
    texts = texts_of(report)
    assert set(texts) == PROTOCOLS
    assert len({texts[protocol] for protocol in ("sqs", "lambda", "http", "https", "firehose")}) == 1
    assert all(texts.values())


@given(reports)
def test_the_document_keeps_to_the_published_schema(report: ScanReport) -> None:
    SCHEMA.validate(json.loads(texts_of(report)["sqs"]))


@given(reports)
def test_control_characters_of_others_never_reach_the_texts_for_people(report: ScanReport) -> None:
    texts = texts_of(report)
    for text in (texts["email"], texts["default"], texts["sms"]):
        assert all(line.isprintable() for line in text.split("\n"))


@given(first_scans)
def test_nobody_adds_a_line_to_the_texts_for_people(report: ScanReport) -> None:
    def lines(of: ScanReport) -> int:
        sections = texts_of(of)["email"].split("\n\n")
        steps = [section for section in sections if section.startswith("Next steps:")]
        assert all(line.startswith("  ") for section in steps for line in section.splitlines()[1:])
        return sum(section.count("\n") for section in sections if section not in steps)

    tame = replace(
        report,
        image=replace(report.image, id=IMAGE_ID, tags=()),
        findings_uri=report.findings_uri and "s3://b/k",
        result=replace(report.result, findings=tuple(map(tamed, report.result.findings))),
    )
    assert lines(report) == lines(tame)
    assert texts_of(report)["default"].count("\n") == 1


def tamed(finding: Finding) -> Finding:
    return replace(finding, name="CVE", package="p", version="1", uri=finding.uri and "https://x.example")


@given(reports)
def test_counts_are_never_dropped(report: ScanReport) -> None:
    counts = json.loads(texts_of(report)["sqs"])["counts"]
    assert {name: count for name, count in counts.items() if count} == {
        severity.value: count for severity, count in report.result.counts.items()
    }


@given(reports)
def test_no_attribute_is_empty_because_sns_refuses_that(report: ScanReport) -> None:
    attributes = compose_notification(report).attributes
    names = {"severity", "newSeverity", "repository", "reason", "region", "registryId", "hasNew", "hasExploited"}
    assert set(attributes) - {"owner"} == names
    assert all(value and value.isprintable() for value in attributes.values())


MANY = tuple(Finding(f"CVE-2026-{n:06}", Severity.HIGH, "p" * 100, "1") for n in range(12_000))

HUGE = [
    pytest.param(
        replace(breached_report(), changes=compare(Baseline(DIGEST, None, MANY[:8_000]), MANY[4_000:])),
        id="thousands of changes",
    ),
    pytest.param(breached_report(replace(RESULT, findings=RESULT.findings * 4_000)), id="12,000 findings"),
    pytest.param(
        breached_report(
            replace(
                RESULT,
                findings=tuple(replace(f, uri="https://x.example/" + "\u00e9" * 5_000) for f in RESULT.findings * 99),
            )
        ),
        id="findings with long links",
    ),
    pytest.param(
        breached_report(replace(RESULT, findings=(Finding("CVE-1", Severity.CRITICAL, "p" * 300_000),))),
        id="one finding that alone is too large",
    ),
    pytest.param(
        breached_report(image=replace(SCANNED_IMAGE, tags=tuple(f"{n:0300}" for n in range(1_000)))),
        id="1,000 tags of 300 characters",
    ),
    pytest.param(
        breached_report(
            replace(RESULT, findings=RESULT.findings * 4_000, description=FACE * 100_000),
            image=ScannedImage(
                ImageId(Repository("123456789012", "us-gov-west-1", "a" * 256), DIGEST),
                tuple(f"{n:0300}" for n in range(1_000)),
            ),
        ),
        id="everything at once",
    ),
    pytest.param(failed_report(FACE * 100_000), id="a failure with a long description"),
    pytest.param(
        failed_report(
            f"UnsupportedImageError: The operating system '{FACE * 800}' version '1' is not supported",
            image=replace(SCANNED_IMAGE, tags=tuple(f"{n:0300}" for n in range(1_000))),
        ),
        id="a failure with a hostile system and 1,000 tags",
    ),
]


@pytest.mark.parametrize("report", HUGE)
def test_a_message_never_exceeds_what_sns_takes(report: ScanReport) -> None:
    notification = compose_notification(report)
    assert size_of(notification) <= SNS_BYTES
    assert len(notification.subject) < 100
    texts = json.loads(notification.message)
    assert len(texts["sms"].encode()) <= 140
    told = json.loads(texts["sqs"])
    SCHEMA.validate(told)
    assert told["counts"] == document(report)["counts"]
    assert told["imageTagsTotal"] == len(report.image.tags)
    assert told["findingsTotal"] >= len(told["findings"])


@given(reports, st.integers(1, 60))
def test_a_message_that_is_too_large_loses_findings_and_no_facts(report: ScanReport, kilobytes: int) -> None:
    whole = json.loads(texts_of(report)["sqs"])
    small = json.loads(json.loads(compose_notification(report, kilobytes * 1_000).message)["sqs"])
    assert small["findings"] == whole["findings"][: len(small["findings"])]
    assert facts_of(small) == facts_of(whole)


LONG = "A flaw of the parser, which reads beyond its buffer. " * 40
WITH_LONG_TEXTS = tuple(
    Finding(
        f"CVE-2026-{n:05}",
        Severity.HIGH,
        f"org.example.a-long-group-of-packages:package-{n}",
        "1.0.0",
        8.1,
        f"https://security.example/advisories/{n}/{'x' * 100}",
        LONG,
        also=tuple((f"another-package-{k}", "1.0.0") for k in range(20)),
    )
    for n in range(300)
)


@pytest.mark.parametrize("before", [None, ()], ids=["a first scan", "all of them new"])
def test_300_findings_with_long_texts_leave_an_e_mail_with_25(before: tuple[Finding, ...] | None) -> None:
    changes = None if before is None else compare(Baseline(DIGEST, None, before), WITH_LONG_TEXTS)
    report = breached_report(result_of(*WITH_LONG_TEXTS), changes=changes)
    notification = compose_notification(report)
    texts = json.loads(notification.message)
    assert size_of(notification) <= SNS_BYTES
    assert "(25 of 300):" in texts["email"]
    assert len(re.findall(r"^  HIGH  CVE-", texts["email"], re.MULTILINE)) == 25
    told = json.loads(texts["sqs"])
    assert len(told["findings"]) >= 5
    assert told["findingsTotal"] == 300


def test_descriptions_leave_the_document_before_findings_do() -> None:
    findings = tuple(replace(finding, also=()) for finding in WITH_LONG_TEXTS[:100])
    whole = breached_report(result_of(*findings[:20]))
    assert all("description" in finding for finding in json.loads(texts_of(whole)["sqs"])["findings"])
    large = json.loads(texts_of(breached_report(result_of(*findings)))["sqs"])
    assert len(large["findings"]) == 100
    assert not any("description" in finding for finding in large["findings"])


def test_the_document_names_suppressions_other_versions_and_the_other_image() -> None:
    curl, glibc, apt = RESULT.findings
    before = (replace(curl, version="7.80"), replace(glibc, suppressed_by="glibc-rule"), apt)
    report = compared_report(
        before,
        RESULT.findings,
        baseline_digest=digest(7),
        ended={"glibc-rule": date(2026, 1, 30)},
        suppressed=2,
        applied=(AppliedSuppression("curl-socks", date(2026, 2, 10), 1), AppliedSuppression("headers", None, 1)),
    )
    told = json.loads(texts_of(report)["sqs"])
    SCHEMA.validate(told)
    assert told["suppressions"] == [
        {"id": "curl-socks", "until": "2026-02-10", "count": 1},
        {"id": "headers", "until": None, "count": 1},
    ]
    changes = told["changes"]
    assert changes["comparedWith"]["isOtherImage"] is True
    assert changes["otherVersionTotal"] == 1
    assert [(found["name"], found["versionBefore"]) for found in changes["otherVersion"]] == [(curl.name, "7.80")]
    assert changes["new"][0]["suppressedBefore"] == {"id": "glibc-rule", "until": "2026-01-30"}


def test_the_document_says_of_a_suppression_that_it_holds_until_a_fix() -> None:
    curl, *others = RESULT.findings
    report = compared_report(
        (replace(curl, suppressed_by="vendor"), *others),
        RESULT.findings,
        ended={"vendor": FIXED},
        suppressed=1,
        applied=(AppliedSuppression("vendor", FIXED, 1),),
    )
    document = json.loads(texts_of(report)["sqs"])
    SCHEMA.validate(document)
    assert document["suppressions"] == [{"id": "vendor", "until": None, "untilFixed": True, "count": 1}]
    (new,) = document["changes"]["new"]
    assert new["suppressedBefore"] == {"id": "vendor", "until": None, "untilFixed": True}


def facts_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without its lists of findings."""
    changes = {name: value for name, value in (document["changes"] or {}).items() if not isinstance(value, list)}
    return document | {"findings": None, "changes": changes}


def test_the_document_says_all_that_machines_want_to_know() -> None:
    assert json.loads(texts_of(breached_report())["sqs"]) == {
        "schemaVersion": "1.1",
        "type": "ECR_SCAN_REPORT",
        "reason": "THRESHOLDS_BREACHED",
        "summary": "CRITICAL: team/app:1.2 - 1 critical, 1 high, 1 low",
        "severity": "CRITICAL",
        "newSeverity": "CRITICAL",
        "isRepeated": False,
        "registryId": "123456789012",
        "region": "eu-west-1",
        "repository": "team/app",
        "owner": None,
        "imageDigest": DIGEST,
        "imageTags": ["latest", "1.2"],
        "imageTagsTotal": 2,
        "imageUri": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@{DIGEST}",
        "imagePushedAt": "2026-01-30T09:30:00Z",
        "scan": {
            "status": "COMPLETE",
            "description": "",
            "completedAt": "2026-01-31T04:00:48Z",
            "vulnerabilitySourceUpdatedAt": "2026-01-31T01:02:03Z",
        },
        "failure": None,
        "counts": {"CRITICAL": 1, "HIGH": 1, "MEDIUM": 0, "LOW": 1, "INFORMATIONAL": 0, "UNDEFINED": 0},
        "suppressedTotal": 0,
        "suppressions": [],
        "thresholds": {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 0, "LOW": 0},
        "breaches": [
            {"severity": "CRITICAL", "count": 1, "threshold": 0},
            {"severity": "HIGH", "count": 1, "threshold": 0},
            {"severity": "LOW", "count": 1, "threshold": 0},
        ],
        "newlyBreached": [],
        "findings": [
            {
                "name": "CVE-2023-38545",
                "severity": "CRITICAL",
                "package": "curl",
                "version": "7.88.1-10",
                "score": 9.8,
                "uri": "https://security.example/CVE-2023-38545",
            },
            {
                "name": "CVE-2024-2961",
                "severity": "HIGH",
                "package": "glibc",
                "version": "2.36-9",
                "score": 8.8,
                "uri": "https://security.example/CVE-2024-2961",
            },
            {"name": "CVE-2011-3374", "severity": "LOW", "package": "apt", "version": "2.6.1"},
        ],
        "exploitedTotal": 0,
        "exploitedBreach": None,
        "kev": None,
        "epss": None,
        "changes": None,
        "findingsTotal": 3,
        "findingsUri": "s3://findings/findings/123456789012/eu-west-1/team/app/sha256-7f5b.json",
        "notes": [],
        "consoleUrl": (
            "https://eu-west-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/app/_/image/"
            f"{DIGEST}/details?region=eu-west-1"
        ),
    }


def test_no_member_of_the_document_is_undocumented() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    members = document(breached_report())
    assert set(members) == set(PUBLISHED["required"])
    assert set(mark_document(members)) == set(PUBLISHED["properties"]), "a test report alone has one more"


def test_the_document_of_a_failed_scan_explains_it() -> None:
    told: dict[str, Any] = json.loads(texts_of(failed_report())["sqs"])
    assert (told["reason"], told["severity"], told["breaches"]) == ("SCAN_FAILED", None, [])
    assert told["failure"] == "ECR's scanner does not support the operating system of this image, windows 10.0."


@pytest.mark.parametrize(
    ("report", "severity", "reason"),
    [(breached_report(), "CRITICAL", "THRESHOLDS_BREACHED"), (failed_report(), "NONE", "SCAN_FAILED")],
    ids=["findings", "a failed scan"],
)
def test_subscribers_can_filter_by_attributes(report: ScanReport, severity: str, reason: str) -> None:
    assert compose_notification(report).attributes == {
        "severity": severity,
        "newSeverity": severity,
        "repository": "team/app",
        "reason": reason,
        "region": "eu-west-1",
        "registryId": "123456789012",
        "hasNew": "true",
        "hasExploited": "false",
    }


def test_the_e_mail_shows_the_25_most_severe_findings_and_says_how_many_there_are() -> None:
    findings = tuple(Finding(f"CVE-{n}", Severity.LOW) for n in range(300))
    email = texts_of(breached_report(replace(RESULT, counts={Severity.LOW: 300}, findings=findings)))["email"]
    assert "\nFindings (25 of 300):\n" in email
    assert email.partition("Next steps:")[0].count("CVE-") == 25


def test_the_e_mail_shows_20_tags_and_says_how_many_more_there_are() -> None:
    email = texts_of(breached_report(image=replace(SCANNED_IMAGE, tags=tuple(f"v{n}" for n in range(50)))))["email"]
    assert "v19 and 30 more\n" in email


def test_both_ends_of_a_long_name_stay_in_the_subject() -> None:
    image = replace(
        SCANNED_IMAGE, id=ImageId(Repository("123456789012", "eu-west-1", "team/" + "x" * 250), DIGEST), tags=("9.9",)
    )
    subject = compose_notification(breached_report(image=image)).subject
    assert subject.startswith("CRITICAL: team/xxx")
    assert subject.endswith("xxx:9.9 - 1 critical, 1 high, 1 low")
    assert len(subject) == 99
