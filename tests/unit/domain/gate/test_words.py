"""The verdict on one line, what it rests on, and what its reader has to know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.gate.checks import AppliedRule, Check, CheckedImage
from ecr_scan_reporter.domain.gate.words import check_facts, headline, image_facts, known_of, warnings
from tests.unit.domain.gate.checks import COPY, CRITICAL, EXPLOITED, HIGH, UNRATED, check, checked, policy, rule
from tests.unit.samples import NOW, SCANNED_IMAGE, ago

UNSCANNED = CheckedImage(SCANNED_IMAGE, problem="the image is archived")


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (check(checked(HIGH)), "PASSED: team/app:1.2 is within the policy critical=1,exploited=1: 1 high"),
        (
            check(checked()),
            "PASSED: team/app:1.2 is within the policy critical=1,exploited=1: no findings that count",
        ),
        (
            check(checked(CRITICAL, EXPLOITED)),
            "FAILED: team/app:1.2 is against the policy: 1 critical (allowed: none), 1 exploited (allowed: none)",
        ),
        (
            check(checked(HIGH, exploits=NOTHING_KNOWN), policy=policy(is_explicit=False)),
            "PASSED: team/app:1.2 is within the policy critical=1,exploited=1 (exploited not judged): 1 high",
        ),
        (check(UNSCANNED), "NOT SCANNED: team/app:1.2 has no scan result: the image is archived"),
        (
            check(checked(HIGH, exploits=NOTHING_KNOWN)),
            "NOT JUDGED: team/app:1.2 cannot be judged: exploited: nothing is known of exploited vulnerabilities (KEV)",
        ),
        (
            check(problem="there is no image team/app:1.2\nin its repository"),
            "NOT SCANNED: team/app:1.2 was not judged: there is no image team/app:1.2 in its repository",
        ),
        (
            check(checked(CRITICAL, platform="linux/arm64"), checked(HIGH, platform="linux/amd64")),
            "FAILED: team/app:1.2 is against the policy: 1 critical (allowed: none) in linux/arm64",
        ),
    ],
)
def test_the_verdict_and_its_reason_are_on_one_line(found: Check, line: str) -> None:
    assert headline(found) == line


def facts(found: Check) -> str:
    pairs = [*(fact for image in found.images for fact in image_facts(image)), *check_facts(found)]
    return "\n".join(f"{name}: {fact}" for name, fact in pairs)


def test_what_a_verdict_rests_on_is_named() -> None:
    image = checked(CRITICAL, HIGH, known=1, unfixable=2, notes=("ECR scans an image once in 24 hours",))
    applied = (AppliedRule(rule(), 3, is_ignored=False), AppliedRule(rule("two"), 1, is_ignored=True))
    overdue = policy("overdue", only_fixable=True)
    assert facts(check(image, policy=overdue, baseline="team/app:1.1", applied=applied)) == (
        "image: team/app@sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd12345678 in 123456789012, "
        "eu-west-1\n"
        "scanned: 2026-01-31 04:00 UTC, with ECR's vulnerabilities of 2026-01-31 01:02 UTC\n"
        "findings: 1 critical, 1 high; 1 in the baseline too; 2 without a fix\n"
        "note: ECR scans an image once in 24 hours\n"
        "policy: overdue=1 (--fail-on)\n"
        "counted: findings that have a fix, and those of which nobody knows whether they have one\n"
        "counted: findings that team/app:1.1 lacks, or has less severe\n"
        "deadlines: in days: exploited=7,critical=15,high=30\n"
        "exploits: KEV: as of 2026-01-31 12:00 UTC; EPSS: as of 2026-01-31 12:00 UTC (https://www.first.org/epss)\n"
        "suppressed: 3 findings by ours: CVE-1 (until never): not reachable\n"
        "suppressed: 1 finding by two: CVE-1 (of the file, until never): not reachable"
    )


def test_many_suppressions_are_counted() -> None:
    applied = tuple(AppliedRule(rule(f"r{number}"), 1, is_ignored=True) for number in range(25))
    assert "suppressed: by 5 further rules" in facts(check(checked(), applied=applied))


OLD = replace(COPY, fetched_at=ago(days=3))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (check(checked(HIGH)), ""),
        (check(checked(HIGH, UNRATED)), "1 finding without a severity: no condition counts them"),
        (check(checked(UNRATED), policy=policy("critical,high,medium,undefined=9")), ""),
        (check(checked(UNRATED, by=policy("any=9")), policy=policy("any=9")), ""),
        (check(checked(HIGH, by=policy("off")), policy=policy("off")), "whatever the scan finds passes"),
        (check(checked(HIGH, exploits=NOTHING_KNOWN)), "exploited could not be judged: nothing is known of"),
        (check(checked(HIGH), policy=policy("epss>=0.5")), "1 finding without EPSS (yet): the condition"),
        (check(checked(HIGH, unknown_fixes=1)), "the fix of 1 finding is unknown, as always in basic scanning"),
        (check(checked(HIGH), policy=policy("high=9")), "no condition is about critical findings"),
        (check(checked(HIGH), policy=policy("high=9", is_explicit=False)), ""),
        (check(checked(HIGH), exploits=Exploits(kev=OLD)), "the copy of KEV is old: it was fetched 2026-01-28"),
        (check(checked(HIGH), unmatched=("idle: CVE-9 matches no finding",)), "idle: CVE-9 matches no finding"),
        (check(checked(HIGH), notes=("tag x is not known",)), "tag x is not known"),
    ],
)
def test_a_reader_is_warned_of_what_a_verdict_lacks(found: Check, said: str) -> None:
    told = warnings(found, NOW)
    assert len(told) == bool(said)
    assert said in "".join(told)


def test_the_same_of_all_images_of_an_index_is_said_once() -> None:
    image = checked(HIGH, exploits=NOTHING_KNOWN)
    assert len(warnings(check(image, image), NOW)) == 1


def test_a_finding_says_how_far_its_deadline_is_away_where_that_counts() -> None:
    finding = replace(HIGH, first_seen_at=NOW - timedelta(days=40))
    overdue = policy("overdue")
    assert known_of(check(policy=overdue), finding).startswith("overdue by 10 days; ")
    assert "overdue" not in known_of(check(), finding)
