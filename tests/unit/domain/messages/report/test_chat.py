import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.messages.chat_text import code, plain
from ecr_scan_reporter.domain.messages.digest.chat import compose_digest_chat
from ecr_scan_reporter.domain.messages.digest.notification import subject
from ecr_scan_reporter.domain.messages.report.chat import compose_chat, thread_of
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity
from scripts import sample_messages
from tests.unit.domain.digest.samples import week
from tests.unit.samples import ANY_FINDING, DIGEST, RESULT, SCANNED_IMAGE, breached_report, failed_report, image_id

SCHEMA_FILE = Path(__file__).parents[5] / "docs" / "chat-notification.schema.json"
SCHEMA = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))

MARKUP = ["<!channel>", "<@U1>", "@here", "`", "*", "_", "~", "[a](http://b)", "https://c.example", "www.d.example"]
hostile = st.lists(st.sampled_from([*MARKUP, "&", "\n", "\u202e", "a", "Z.", "\U0001f600", "\\"]), max_size=6).map(
    lambda parts: "".join(parts) * 9
)
findings = st.lists(
    st.builds(
        Finding,
        hostile,
        st.sampled_from(Severity),
        hostile,
        hostile,
        st.none() | st.floats(0, 10),
        hostile,
        hostile,
        st.lists(st.tuples(hostile, hostile), max_size=2).map(tuple),
        st.sampled_from(["", "YES", "NO", "PARTIAL"]),
        hostile,
        st.none() | st.booleans(),
        st.none() | st.floats(0, 1),
    ),
    max_size=3,
).map(tuple)
results = st.builds(
    ScanResult,
    st.sampled_from([ScanStatus.COMPLETE, ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE]),
    st.none() | st.just(RESULT.completed_at),
    hostile | hostile.map("The operating system '{}' version '1' is not supported".format),
    st.dictionaries(st.sampled_from(Severity), st.integers(1, 10**9)),
    findings,
)
repositories = st.builds(Repository, st.just("123456789012"), st.sampled_from(["eu-west-1", "cn-northwest-1"]), hostile)
images = st.builds(
    ScannedImage,
    st.builds(ImageId, repositories, st.just(DIGEST)),
    st.lists(hostile, max_size=2).map(tuple),
)


def reported(
    image: ScannedImage, result: ScanResult, before: tuple[Finding, ...] | None, owner: str, uri: str
) -> ScanReport | None:
    changes = None if before is None else compare(Baseline(DIGEST, None, before), result.findings)
    report = decide_report(image, result, ReportPolicy(ANY_FINDING), changes=changes, findings_uri=uri)
    return report and replace(report, owner=owner, suppressed=len(owner), tag_warnings=(owner, uri, owner))


reports = st.builds(reported, images, results, st.none() | findings, hostile, hostile).filter(bool)


def message_of(report: ScanReport) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(compose_chat(report))
    return message


def shown(message: dict[str, Any]) -> list[str]:
    content = message["content"]
    return [content["title"], content["description"], *content.get("nextSteps", ()), *content["keywords"]]


@given(reports)
def test_any_report_keeps_to_the_published_schema(report: ScanReport) -> None:
    SCHEMA.validate(message_of(report))


@given(reports)
def test_no_text_of_others_becomes_a_link_a_mention_or_formatting(report: ScanReport) -> None:
    for text in shown(message_of(report)):
        assert not re.search(r"[<>&]|@(?!sha256:)", text)
        assert text.count("`") % 2 == 0, "each code span ends"
        outside = re.sub(r"`[^`\n]*`", "", text)
        links = re.findall(r"\S+://\S+", outside)
        assert all(re.match(r"https://[a-z0-9.-]*(console\.|docs\.aws\.)", link) for link in links)
        rest = re.sub(r"https://\S+", "", outside)
        assert not re.search(r"[~\[\]\\]|www\.\w|\b_|_\b", rest)
        assert re.sub(r"\*[A-Za-z0-9 ,]+:?\*", "", rest).count("*") == 0, "only our own words are bold"


@pytest.mark.parametrize(
    ("text", "as_code", "as_plain"),
    [
        ("1.2.3-rc_1", "`1.2.3-rc_1`", "1.2.3-rc_1"),
        ("<!channel>", "`\u2039!channel\u203a`", "\u2039!channel\u203a"),
        ("@here", "`\uff20here`", "\uff20here"),
        ("app@sha256:7f5b", "`app@sha256:7f5b`", "app@sha256:7f5b"),
        ("a`b`", "`a'b'`", "a'b'"),
        ("https://evil.example", "`https://evil.example`", "https\uff1a//evil\u2024example"),
        ("_a_ *b* ~c~", "`_a_ *b* ~c~`", "\uff3fa\uff3f \u2217b\u2217 \u223cc\u223c"),
        ("[a](b)", "`[a](b)`", "(a)(b)"),
        ("two\nlines", "`two lines`", "two lines"),
        (" \n", "", ""),
    ],
)
def test_names_are_shown_as_they_are_and_texts_without_markup(text: str, as_code: str, as_plain: str) -> None:
    assert code(text) == as_code
    assert plain(text) == as_plain


@given(hostile, st.integers(5, 90))
def test_texts_are_cut_to_their_length(text: str, length: int) -> None:
    assert len(code(text, length)) <= length
    assert len(plain(text, length)) <= length


@pytest.mark.parametrize("sample", [sample() for sample in sample_messages.REPORTS], ids=lambda report: report.reason)
def test_the_samples_keep_to_the_schema(sample: ScanReport) -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    SCHEMA.validate(message_of(sample))


def test_a_message_with_a_member_that_is_not_of_the_schema_is_noticed() -> None:
    assert not SCHEMA.is_valid(message_of(breached_report()) | {"more": 1})


def test_a_report_says_what_is_new_first_with_what_is_known_of_it() -> None:
    curl, glibc, apt = RESULT.findings
    curl = replace(curl, fixed_in="7.88.1-11", exploit_available=True, epss=0.5)
    result = replace(RESULT, findings=(curl, glibc, apt))
    zlib = Finding("CVE-2022-37434", Severity.HIGH, "zlib", "1.2.13")
    before = (replace(glibc, severity=Severity.LOW), apt, zlib)
    changes = compare(Baseline(DIGEST, RESULT.completed_at, before), result.findings)
    facts = "an exploit is available, EPSS 0.50; fixed in 7.88.1-11; score 9.8"
    command = (
        "ecr-scan-reporter suppressions add --table rules --region eu-west-1"
        " --cve CVE-2023-38545 --repository team/app --package curl"
        " --reason 'say here why it does not concern this image' --until 2026-05-01"
    )
    content = message_of(
        breached_report(result, changes=changes, owner="team-a", suppressed=2, suppressions_table="rules")
    )["content"]
    assert (
        content["title"] == "CRITICAL: `team/app:1.2` - 1 new critical, 1 raised to high; now 1 critical, 1 high, 1 low"
    )
    assert content["description"].split("\n\n") == [
        "*1 new critical, 1 raised to high*; 1 high fixed; 1 of 3 findings fixable now",
        "Compared with the scan of 2026-01-31 04:00 UTC.",
        f"*New:* 1\n- CRITICAL `CVE-2023-38545` in `curl 7.88.1-10`: {facts}",
        "*More severe than before:* 1\n- HIGH `CVE-2024-2961` in `glibc 2.36-9`: it was LOW; score 8.8",
        "*Fixed:* 1\n- HIGH `CVE-2022-37434` in `zlib 1.2.13`",
        "*All together:* 1 critical, 1 high, 1 low",
        "*Suppressed:* 2",
        "*Owner:* `team-a`",
        f"*Image:* `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@{DIGEST}`",
        "*Tags:* `latest`, `1.2`",
        "*Exploits:* `EPSS by Amazon Inspector, see https://www.first.org/epss`",
        "*Scanned:* 2026-01-31 04:00 UTC, registry 123456789012 in eu-west-1",
    ]
    assert content["keywords"] == ["ECR", "CRITICAL", "team/app", "team-a"]
    assert content["nextSteps"][1:] == [
        "Read all findings: `s3://findings/findings/123456789012/eu-west-1/team/app/sha256-7f5b.json`",
        "Update `curl` to `7.88.1-11` (fixes 1 critical), build the image again and push it.",
        f"If it does not concern this image, suppress it for a time: `{command}`",
    ]


def test_a_first_scan_shows_the_most_severe_findings_and_how_many_more_there_are() -> None:
    many = tuple(Finding(f"CVE-2026-{number}", Severity.HIGH, "zlib", "1") for number in range(100, 130))
    result = replace(RESULT, findings=many, counts={Severity.HIGH: 30})
    description = message_of(breached_report(result))["content"]["description"]
    assert description.startswith(
        "*30 high*\n\nNo earlier scan is known to compare with.\n\n*Most important:* 30\n- HIGH `CVE-2026-100`"
    )
    assert description.count("- HIGH") == 10
    assert "- and 20 more" in description


def test_a_message_that_would_be_too_long_shows_fewer_findings_and_all_counts() -> None:
    long = "x" * 300
    many = tuple(
        Finding(f"{long}{number}", Severity.HIGH, long, long, 9.8, "", "", ((long, long),), "YES", long, True, 0.5)
        for number in range(40)
    )
    result = replace(RESULT, findings=many, counts={Severity.HIGH: 40})
    image = replace(
        SCANNED_IMAGE, id=ImageId(Repository("123456789012", "eu-west-1", "r" * 256), DIGEST), tags=(long,) * 100
    )
    changes = compare(Baseline(DIGEST, None, ()), many)
    report = breached_report(result, image=image, changes=changes, owner=long, tag_warnings=(long,) * 9)
    SCHEMA.validate(message_of(report))
    description = message_of(report)["content"]["description"]
    assert 1 <= description.count("- HIGH") < 10
    assert "*New:* 40" in description
    assert "*All together:* 40 high" in description


def test_a_report_of_what_was_fixed_asks_for_nothing() -> None:
    changes = compare(Baseline(DIGEST, None, RESULT.findings), ())
    fixed = breached_report(
        ScanResult(ScanStatus.COMPLETE), reason=ReportReason.FINDINGS_FIXED, changes=changes, findings_uri=""
    )
    content = message_of(fixed)["content"]
    assert content["title"] == "Fixed: `team/app:1.2` - 1 critical, 1 high, 1 low fixed; nothing left"
    assert [step.split(":")[0] for step in content["nextSteps"]] == ["Look at the image in the console"]


@pytest.mark.parametrize(
    ("description", "title", "step"),
    [
        (
            "UnsupportedImageError: The operating system 'windows' version '10.0' is not supported",
            "Scan failed: `team/app:1.2` - windows 10.0 is not supported",
            "Build the image on a system that ECR's scanner supports: https://docs.aws.amazon.com/",
        ),
        (
            "Internal failure.",
            "Scan failed: `team/app:1.2` - Internal failure",
            "Start the scan again (ECR scans an image once in 24 hours): `aws ecr start-image-scan --region eu-west-1 ",
        ),
    ],
)
def test_a_failed_scan_says_why_and_what_can_be_done(description: str, title: str, step: str) -> None:
    content = message_of(failed_report(description))["content"]
    assert content["title"] == title
    assert content["nextSteps"][1].startswith(step)
    assert "Its vulnerabilities stay unknown until a scan succeeds." in content["description"]


@pytest.mark.parametrize("name", ["CVE-2026-1; rm -rf /", "CVE-1 $(id)", "-h", "'"])
def test_no_command_is_offered_that_a_name_could_change(name: str) -> None:
    report = breached_report(replace(RESULT, findings=(Finding(name, Severity.CRITICAL),)), suppressions_table="rules")
    assert not [step for step in message_of(report)["content"]["nextSteps"] if "suppressions add" in step]


def test_the_scans_of_an_image_are_one_thread_and_those_of_others_are_others() -> None:
    report = breached_report()
    elsewhere = replace(SCANNED_IMAGE, id=ImageId(Repository("123456789012", "us-east-1", "team/app"), DIGEST))
    other_digest = replace(SCANNED_IMAGE, id=image_id(1))
    threads = [thread_of(replace(report, image=image)) for image in (SCANNED_IMAGE, elsewhere, other_digest)]
    assert len(set(threads)) == 3
    retagged = failed_report(image=replace(SCANNED_IMAGE, tags=("2.0",)))
    assert message_of(retagged)["metadata"]["threadId"] == threads[0]


def test_programs_find_the_facts_in_the_metadata() -> None:
    metadata = message_of(breached_report(owner="team-a", suppressed=3))["metadata"]
    assert metadata["relatedResources"] == [f"arn:aws:ecr:eu-west-1:123456789012:repository/team/app/{DIGEST}"]
    assert metadata["eventType"] == "ECR-Scan-Report"
    assert metadata["additionalContext"] == {
        "reason": "THRESHOLDS_BREACHED",
        "severity": "CRITICAL",
        "newSeverity": "CRITICAL",
        "hasNew": "true",
        "hasExploited": "false",
        "repository": "team/app",
        "owner": "team-a",
        "region": "eu-west-1",
        "registryId": "123456789012",
        "imageDigest": DIGEST,
        "suppressedTotal": "3",
    }


def test_commands_get_the_values_of_the_context_as_they_are() -> None:
    owner, name = "ada.b@example.com", "team/my.app_2~x"
    image = replace(SCANNED_IMAGE, id=ImageId(Repository("123456789012", "eu-west-1", name), DIGEST))
    report = breached_report(image=image, owner=f"{owner}\n\x1b\ud800")
    context = message_of(report)["metadata"]["additionalContext"]
    assert (context["owner"], context["repository"]) == (owner, name)
    assert owner not in message_of(report)["content"]["keywords"]
    assert len(message_of(replace(report, owner="x" * 999))["metadata"]["additionalContext"]["owner"]) == 300


def test_a_digest_keeps_to_the_schema_and_is_in_no_thread() -> None:
    SCHEMA.validate(json.loads(compose_digest_chat(sample_messages.week())))
    message = json.loads(compose_digest_chat(week()))
    SCHEMA.validate(message)
    assert message["content"]["title"] == subject(week())
    assert all(line.startswith("- ") for line in message["content"]["description"].splitlines())
    assert "threadId" not in message["metadata"]
    assert message["metadata"]["eventType"] == "ECR-Scan-Digest"
