"""A whole check against registries, suppressions, feeds and stored results in memory."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document, tag_key
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.checks import Check, Verdict
from ecr_scan_reporter.domain.gate.suppressing import Rules
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.gate.check_image import (
    GateRequest,
    Knowledge,
    ReporterThresholds,
    check_image,
)
from ecr_scan_reporter.use_cases.gate.scans import WaitPolicy
from ecr_scan_reporter.use_cases.gate.subjects import NamedSubject
from tests.unit.domain.gate.checks import COPY, CRITICAL, HIGH, KNOWN, policy, rule
from tests.unit.samples import NOW, REPOSITORY, ago, digest, image, image_id, result_of
from tests.unit.use_cases.fakes import FakeFindings
from tests.unit.use_cases.gate.registry import DENIED, ScriptedRegistry, Time

WAIT = WaitPolicy(parse_duration("24h"), timedelta(minutes=15))
DONE = LastScan(ScanStatus.COMPLETE, NOW)
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


def registry(**findings: tuple[Finding, ...]) -> ScriptedRegistry:
    """Return a registry with a scanned image for each tag."""
    found = ScriptedRegistry()
    images = [image(number, tags=(tag,)) for number, tag in enumerate(findings, 1)]
    found.listed = images
    for each, wanted in zip(images, findings.values(), strict=True):
        found.answers[each.digest] = [DONE]
        found.results[each.digest] = result_of(*wanted)
    return found


def subject(of: ScriptedRegistry, tag: str) -> NamedSubject:
    return NamedSubject(f"team/app:{tag}", "team/app", ImageReference(tag=tag), of)


def run(of: ScriptedRegistry, tag: str = "new", knowledge: Knowledge | None = None, **facts: Any) -> Check:
    baseline = facts.pop("baseline", None)
    request = GateRequest(
        subject(of, tag),
        facts.pop("policy", policy()),
        WAIT,
        subject(of, baseline) if baseline else None,
        **facts,
    )
    return check_image(request, knowledge or Knowledge(exploits=KNOWN), Time().clock, lambda _: None)


def names(check: Check) -> list[str]:
    return [finding.name for found in check.images for finding in found.judgement.counted]


def test_an_image_is_judged_by_what_its_scan_found() -> None:
    assert run(registry(new=(HIGH,))).verdict is Verdict.PASSED
    check = run(registry(new=(CRITICAL, HIGH)))
    assert (check.verdict, names(check)) == (Verdict.AGAINST_POLICY, ["CVE-1", "CVE-2"])


@pytest.mark.parametrize("listed", [None, ()])
def test_an_image_that_is_not_there_is_not_scanned(listed: tuple[Image, ...] | None) -> None:
    check = run(ScriptedRegistry(listed=listed))
    assert check.verdict is Verdict.NOT_SCANNED
    assert check.problem.startswith("there is no ")


def test_suppressions_of_the_account_and_of_the_file_hide_findings() -> None:
    rules = Rules([rule("account", "CVE-1")], [rule("file", "CVE-2"), rule("idle", "CVE-9")])
    check = run(registry(new=(CRITICAL, HIGH)), knowledge=Knowledge(rules, KNOWN))
    assert (check.verdict, names(check)) == (Verdict.PASSED, [])
    assert [(each.suppression.id, each.count, each.is_ignored) for each in check.applied] == [
        ("account", 1, False),
        ("file", 1, True),
    ]
    assert check.unmatched == ("idle: CVE-9 matches no finding",)


def test_a_rule_is_not_called_idle_where_nothing_was_scanned() -> None:
    found = registry(new=())
    found.answers[digest(1)] = [LastScan(ScanStatus.IMAGE_ARCHIVED)]
    assert run(found, knowledge=Knowledge(Rules([], [rule()]), KNOWN)).unmatched == ()


def test_what_is_exploited_comes_first_and_counts() -> None:
    exploits = Exploits(COPY, COPY, {"CVE-2": KnownExploit(date(2026, 1, 1))}, {})
    check = run(
        registry(new=(replace(CRITICAL, severity=Severity.MEDIUM), HIGH)), knowledge=Knowledge(exploits=exploits)
    )
    assert (check.verdict, names(check)) == (Verdict.AGAINST_POLICY, ["CVE-2", "CVE-1"])


def test_the_epss_of_a_finding_that_the_copy_leaves_out_is_read_where_a_condition_needs_it() -> None:
    asked: list[set[str]] = []

    def scores_of(names: Collection[str]) -> dict[str, float]:
        asked.append(set(names))
        return {"CVE-1": 0.3}

    knowledge = Knowledge(exploits=Exploits(COPY, COPY, {}, {"CVE-2": 0.05}), scores_of=scores_of)
    found = registry(new=(CRITICAL, HIGH))
    assert run(found, policy=policy("high=9"), knowledge=knowledge).verdict is Verdict.PASSED
    assert asked == []
    check = run(found, policy=policy("epss>=0.2"), knowledge=knowledge)
    assert (check.verdict, asked) == (Verdict.AGAINST_POLICY, [{"CVE-1"}])
    assert (
        run(found, policy=policy("epss>=0.2"), knowledge=Knowledge(scores_of=scores_of)).verdict is Verdict.NOT_JUDGED
    )
    assert len(asked) == 1, "without any feed there is none to read"


def test_only_what_is_new_since_the_baseline_counts() -> None:
    found = registry(new=(CRITICAL, HIGH), old=(CRITICAL,))
    check = run(found, baseline="old")
    assert (check.verdict, names(check), check.images[0].known) == (Verdict.PASSED, ["CVE-2"], 1)


def test_a_finding_that_has_become_more_severe_is_new() -> None:
    found = registry(new=(CRITICAL,), old=(replace(CRITICAL, severity=Severity.LOW),))
    assert run(found, baseline="old").verdict is Verdict.AGAINST_POLICY


def test_an_exploited_finding_that_the_baseline_has_too_is_not_new() -> None:
    exploits = Exploits(COPY, COPY, {"CVE-1": KnownExploit(date(2026, 1, 1)), "CVE-2": KnownExploit(date(2026, 1, 1))})
    found = registry(new=(CRITICAL, HIGH), old=(CRITICAL,))
    assert names(run(found, baseline="old", knowledge=Knowledge(exploits=exploits))) == ["CVE-2"]


def test_a_finding_in_another_version_of_its_package_is_not_new() -> None:
    found = registry(new=(replace(CRITICAL, version="1.1.1a"),), old=(CRITICAL,))
    assert names(run(found, baseline="old")) == []


def test_the_baseline_is_scanned_too() -> None:
    found = registry(new=(CRITICAL,), old=(CRITICAL,))
    found.answers[digest(2)] = [LastScan(ScanStatus.COMPLETE, ago(days=9)), LastScan(ScanStatus.IN_PROGRESS), DONE]
    assert run(found, baseline="old").verdict is Verdict.PASSED
    assert found.started == [digest(2)]


def test_a_baseline_without_a_result_leaves_no_verdict() -> None:
    found = registry(new=(CRITICAL,), old=())
    found.answers[digest(2)] = [LastScan(ScanStatus.IMAGE_ARCHIVED)]
    check = run(found, baseline="old")
    assert check.verdict is Verdict.NOT_SCANNED
    assert check.problem.startswith("the baseline team/app:old has no result to compare with: the image is archived")


def test_only_what_has_no_fix_for_sure_is_left_out() -> None:
    unknown = Finding("CVE-8", Severity.HIGH, "curl")
    check = run(registry(new=(CRITICAL, HIGH, unknown)), policy=policy("off", only_fixable=True))
    (found,) = check.images
    assert (names(check), found.unfixable, found.unknown_fixes) == (["CVE-1", "CVE-8"], 1, 1)


THRESHOLDS = ReporterThresholds({Severity.HIGH: 0}, 1)


@pytest.mark.parametrize(
    ("tags", "conditions", "verdict"),
    [
        ({}, "high=1,exploited=1", Verdict.AGAINST_POLICY),
        ({"ecr-scan-reporter:high": "5"}, "high=5,exploited=1", Verdict.PASSED),
        ({"ecr-scan-reporter:high": "off"}, "exploited=1", Verdict.PASSED),
        ({"ecr-scan-reporter:known-exploited": "off"}, "high=1", Verdict.AGAINST_POLICY),
        ({"ecr-scan-reporter:known-exploited": "3"}, "high=1,exploited=3", Verdict.AGAINST_POLICY),
        ({"ecr-scan-reporter:high": "many"}, "high=1,exploited=1", Verdict.AGAINST_POLICY),
        (DENIED, "high=1,exploited=1", Verdict.AGAINST_POLICY),
    ],
)
def test_thresholds_of_the_application_hold_and_those_of_the_repository_before(
    tags: Any, conditions: str, verdict: Verdict
) -> None:
    found = registry(new=(HIGH,))
    found.tags = tags
    check = run(found, policy=policy("off", is_explicit=False), thresholds=THRESHOLDS)
    assert (str(check.policy), check.verdict) == (conditions, verdict)
    has_own = not isinstance(tags, Exception) and "many" not in tags.values() and bool(tags)
    assert ("AWS tags of the repository" in check.policy.source) is has_own
    assert bool(check.notes) is (tags is DENIED or "many" in str(tags))


def stored(findings: FakeFindings, number: int, *found: Finding, tag: str = "new") -> None:
    """Store a result as the reporter does."""
    scanned = ScannedImage(image_id(number), (tag,))
    findings.saved[findings_key(scanned.id)] = result_document(scanned, result_of(*found))
    findings.saved[tag_key(REPOSITORY, tag)] = {"imageDigest": scanned.digest}


@pytest.mark.parametrize("number", [1, 77], ids=["the image itself", "the image that had the tag before"])
def test_deadlines_count_from_the_day_that_the_stored_results_have(number: int) -> None:
    history = FakeFindings()
    stored(history, number, replace(HIGH, first_seen_at=ago(days=40)))
    check = run(registry(new=(HIGH,)), policy=policy("overdue"), knowledge=Knowledge(exploits=KNOWN, history=history))
    assert check.verdict is Verdict.AGAINST_POLICY


def test_a_finding_that_no_stored_result_has_is_new_and_in_time() -> None:
    check = run(
        registry(new=(HIGH,)), policy=policy("overdue"), knowledge=Knowledge(exploits=KNOWN, history=FakeFindings())
    )
    assert check.verdict is Verdict.PASSED


def test_without_stored_results_deadlines_of_basic_scanning_are_not_judged() -> None:
    assert run(registry(new=(HIGH,)), policy=policy("overdue")).verdict is Verdict.NOT_JUDGED


def test_stored_results_are_read_for_deadlines_alone() -> None:
    class Refusing(FakeFindings):
        def load(self, key: str) -> Any:
            raise CallFailedError("get_object", "AccessDenied", "no")

    knowledge = Knowledge(exploits=KNOWN, history=Refusing())
    assert run(registry(new=(HIGH,)), knowledge=knowledge).verdict is Verdict.PASSED
    with pytest.raises(CallFailedError, match="AccessDenied"):
        run(registry(new=(HIGH,)), policy=policy("overdue"), knowledge=knowledge)


def index(found: ScriptedRegistry, *platforms: str) -> ScriptedRegistry:
    """Add an index with the tag `new` over the images of the registry."""
    named = Image(image_id(99), ("new",), manifest_media_type=INDEX_TYPE)
    entries = [
        {"digest": digest(number), "platform": dict(zip(("os", "architecture"), platform.split("/"), strict=True))}
        for number, platform in enumerate(platforms, 1)
    ]
    found.manifests = {named.digest: json.dumps({"manifests": entries})}
    found.listed = [*(found.listed or ()), named]
    return found


def test_of_an_index_each_image_is_judged() -> None:
    found = index(registry(a=(HIGH,), b=(CRITICAL,)), "linux/amd64", "linux/arm64")
    check = run(found)
    assert check.verdict is Verdict.AGAINST_POLICY
    assert [(each.platform, each.verdict(check.policy)) for each in check.images] == [
        ("linux/amd64", Verdict.PASSED),
        ("linux/arm64", Verdict.AGAINST_POLICY),
    ]


def test_images_of_one_platform_are_told_apart() -> None:
    found = index(registry(), *["windows/amd64"] * 2)
    manifest = found.manifests[digest(99)]
    for number, letter in ((1, "a"), (2, "b")):
        manifest = manifest.replace(digest(number), f"sha256:{letter * 64}")
    found.manifests = {digest(99): manifest}
    assert [each.platform for each in run(found).images] == [
        "windows/amd64 sha256:aaaaaaaaaaaa",
        "windows/amd64 sha256:bbbbbbbbbbbb",
    ]


def test_an_image_that_the_index_names_and_the_repository_lacks_is_not_scanned() -> None:
    check = run(index(registry(a=()), "linux/amd64", "linux/arm64"))
    assert check.verdict is Verdict.NOT_SCANNED
    assert check.images[1].problem == "the index names this image, and it is not in the repository"


def test_an_index_within_an_index_is_named() -> None:
    found = index(registry(a=()), "linux/amd64")
    found.listed = [replace(each, manifest_media_type=INDEX_TYPE) for each in found.listed or ()]
    assert "check the images in it by their digests" in run(found).images[0].problem


def test_an_index_without_images_and_one_that_goes_are_not_scanned() -> None:
    found = index(registry())
    assert "has no image that ECR could scan" in run(found).problem
    found.manifests = {}
    assert "not in its repository any more" in run(found).problem


def test_what_any_image_of_the_baseline_has_is_not_new() -> None:
    found = index(registry(a=(CRITICAL,), b=(HIGH,), candidate=(CRITICAL, HIGH)), "linux/amd64", "linux/arm64")
    check = run(found, "candidate", baseline="new")
    assert (check.verdict, names(check)) == (Verdict.PASSED, [])
