from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.changes import (
    Baseline,
    Changes,
    OtherVersion,
    Raised,
    compare,
    fingerprint,
    with_history,
)
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity

CURL = Finding("CVE-2023-38545", Severity.CRITICAL, "curl", "7.88.1")
GLIBC = Finding("CVE-2024-2961", Severity.HIGH, "glibc", "2.36")
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1")

FINDINGS = st.lists(
    st.builds(
        Finding,
        name=st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]),
        severity=st.sampled_from(Severity),
        package=st.sampled_from(["a", "b"]),
        version=st.sampled_from(["1", "2"]),
    ),
    unique_by=lambda finding: finding.identity,
)


def changes(before: list[Finding], now: list[Finding]) -> Changes:
    return compare(Baseline("sha256:1", None, tuple(before)), now)


def identities(findings: list[Finding] | tuple[Finding, ...]) -> Counter[tuple[str, str, str]]:
    return Counter(finding.identity for finding in findings)


def packages(findings: list[Finding] | tuple[Finding, ...]) -> Counter[tuple[str, str]]:
    return Counter((finding.name, finding.package) for finding in findings)


@given(FINDINGS, FINDINGS)
def test_of_each_cve_in_a_package_only_what_is_more_is_new_and_what_is_less_is_fixed(
    before: list[Finding], now: list[Finding]
) -> None:
    found = changes(before, now)
    assert packages(found.new) == packages(now) - packages(before)
    assert packages(found.fixed) == packages(before) - packages(now)
    same_version = identities(before) & identities(now)
    assert not same_version & (identities(found.new) + identities(found.fixed))
    assert identities(tuple(each.finding for each in found.other_version)) <= identities(now) - same_version


@given(FINDINGS)
def test_the_same_findings_are_no_change(findings: list[Finding]) -> None:
    found = changes(findings, list(reversed(findings)))
    assert (found.new, found.fixed, found.raised) == ((), (), ())


def test_a_rebuild_with_another_version_that_has_the_same_cves_fixes_nothing_and_brings_nothing() -> None:
    cves = [Finding(f"CVE-2024-{n}", Severity.HIGH, "linux-libc-dev", "6.1.90") for n in range(9)]
    rebuilt = [replace(finding, version="6.1.94") for finding in cves]
    found = changes(cves, rebuilt)
    assert found.is_empty
    assert found.other_version == tuple(OtherVersion(finding, "6.1.90") for finding in rebuilt)


def test_equal_versions_match_first_where_an_image_has_a_package_in_several() -> None:
    old, other = replace(CURL, version="7.1"), replace(CURL, version="7.2")
    found = changes([old, CURL], [CURL, other])
    assert (found.new, found.fixed) == ((), ())
    assert found.other_version == (OtherVersion(other, "7.1"),)


def test_one_version_more_is_new_and_one_less_is_fixed() -> None:
    other = replace(CURL, version="8")
    assert changes([CURL], [CURL, other]).new == (other,)
    assert changes([CURL, other], [other]).fixed == (CURL,)


def test_another_version_is_raised_above_what_the_one_before_was() -> None:
    upgraded = replace(GLIBC, version="2.37")
    found = changes([replace(GLIBC, severity=Severity.LOW)], [upgraded])
    assert (found.new, found.raised) == ((), (Raised(upgraded, Severity.LOW),))


def test_a_package_with_a_new_cve_in_a_new_version_has_a_new_finding() -> None:
    other_cve = replace(CURL, name="CVE-2026-1", version="8")
    found = changes([CURL], [other_cve])
    assert (found.new, found.fixed) == ((other_cve,), (CURL,))


def test_only_a_higher_severity_is_raised() -> None:
    lowered = replace(GLIBC, severity=Severity.LOW)
    assert changes([lowered], [GLIBC]).raised == (Raised(GLIBC, Severity.LOW),)
    assert changes([GLIBC], [lowered]).raised == ()


def test_a_finding_that_is_listed_twice_counts_as_its_most_severe() -> None:
    found = changes([GLIBC, replace(GLIBC, severity=Severity.LOW)], [GLIBC])
    assert found.raised == ()


def test_each_part_has_the_most_severe_first() -> None:
    assert changes([], [APT, CURL, GLIBC]).new == (CURL, GLIBC, APT)


# --- packages that share a finding (enhanced scanning) ------------------------------------------------------------

SHARED = replace(CURL, also=(("libcurl4", "7.88.1"), ("libcurl3", "7.88.1")))


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(replace(SHARED, also=(("libcurl4", "7.88.1"),)), id="one of its packages is fixed"),
        pytest.param(replace(SHARED, package="libcurl3", also=()), id="only one is left, which was not the first"),
        pytest.param(replace(SHARED, also=(*SHARED.also, ("curl-dev", "7.88.1"))), id="one more package"),
    ],
)
def test_a_finding_stays_the_same_while_one_of_its_packages_has_it(now: Finding) -> None:
    found = changes([SHARED], [now])
    assert (found.new, found.fixed, found.raised) == ((), (), ())


def test_another_version_is_compared_with_that_of_the_same_package() -> None:
    before = replace(CURL, version="7.88.1", also=(("libcurl4", "7.88.9"),))
    now = replace(CURL, package="libcurl4", version="8.0.0")
    assert changes([before], [now]).other_version == (OtherVersion(now, "7.88.9"),)


def test_a_finding_in_other_packages_is_another_one() -> None:
    other = replace(SHARED, package="wget", also=())
    found = changes([SHARED], [other])
    assert (found.new, found.fixed) == ((other,), (SHARED,))


def test_a_shared_finding_is_raised_above_what_it_was() -> None:
    low = replace(SHARED, severity=Severity.LOW)
    assert changes([low], [replace(SHARED, package="libcurl3", also=())]).raised[0].before is Severity.LOW


# --- what people see ------------------------------------------------------------------------------------------------

SCANNED_AT = datetime(2026, 1, 31, 4, 0, 48, 123, tzinfo=UTC)
BEFORE = SCANNED_AT - timedelta(days=7)


def result(*findings: Finding, at: datetime = SCANNED_AT) -> ScanResult:
    return ScanResult(ScanStatus.COMPLETE, at, findings=findings)


def suppressed(finding: Finding) -> Finding:
    return replace(finding, suppressed_by="rule")


@pytest.mark.parametrize(
    ("before", "now", "new", "fixed"),
    [
        pytest.param([suppressed(CURL)], [CURL], [CURL], [], id="its suppression has ended"),
        pytest.param([CURL], [suppressed(CURL)], [], [], id="it is suppressed from now on"),
        pytest.param([suppressed(CURL)], [suppressed(CURL)], [], [], id="it stays suppressed"),
        pytest.param([suppressed(CURL)], [], [], [], id="a suppressed one is gone"),
        pytest.param([], [suppressed(CURL)], [], [], id="a new one is suppressed at once"),
        pytest.param([CURL], [suppressed(APT)], [], [CURL], id="another one is fixed"),
    ],
)
def test_suppressed_findings_are_no_news(
    before: list[Finding], now: list[Finding], new: list[Finding], fixed: list[Finding]
) -> None:
    found = compare(Baseline("sha256:1", BEFORE, tuple(before)), result(*now).findings)
    assert (list(found.new), list(found.fixed)) == (new, fixed)


def test_a_finding_has_the_date_of_the_scan_that_saw_it_first_and_keeps_its_epss() -> None:
    known = Baseline("sha256:1", BEFORE, (replace(CURL, first_seen_at=BEFORE, epss=0.9),))
    curl, glibc = with_history(result(CURL, GLIBC), known).findings
    assert (curl.first_seen_at, curl.epss) == (BEFORE, 0.9)
    assert (glibc.first_seen_at, glibc.epss) == (SCANNED_AT, None)


def test_a_finding_keeps_its_date_in_another_version_of_its_package() -> None:
    known = Baseline("sha256:1", BEFORE, (CURL,))
    assert with_history(result(replace(CURL, version="8")), known).findings[0].first_seen_at == BEFORE


def test_what_inspector_says_of_a_first_sight_holds_where_nothing_is_known() -> None:
    (curl,) = with_history(result(replace(CURL, first_seen_at=BEFORE, epss=0.5)), None).findings
    assert (curl.first_seen_at, curl.epss) == (BEFORE, 0.5)


def test_a_finding_that_was_exploited_stays_so_until_somebody_knows_better() -> None:
    exploit = KnownExploit(date(2026, 11, 20))
    known = Baseline("sha256:1", BEFORE, (replace(CURL, exploit=exploit),))
    assert with_history(result(CURL), known).findings[0].exploit == exploit
    newer = KnownExploit(date(2026, 11, 21), has_ransomware=True)
    assert with_history(result(replace(CURL, exploit=newer)), known).findings[0].exploit == newer


def test_a_newer_epss_wins() -> None:
    known = Baseline("sha256:1", BEFORE, (replace(CURL, epss=0.1),))
    assert with_history(result(replace(CURL, epss=0.9)), known).findings[0].epss == 0.9


def test_a_finding_of_a_result_without_dates_was_known_when_that_was_made() -> None:
    known = Baseline("sha256:1", BEFORE, (CURL,))
    assert with_history(result(CURL), known).findings[0].first_seen_at == BEFORE


@given(FINDINGS, st.randoms())
def test_the_order_of_findings_is_not_in_their_fingerprint(findings: list[Finding], random: Random) -> None:
    shuffled = random.sample(findings, len(findings))
    assert fingerprint(findings) == fingerprint(shuffled)


@given(FINDINGS, FINDINGS)
def test_results_that_differ_have_other_fingerprints(some: list[Finding], others: list[Finding]) -> None:
    levels = [{(finding.identity, finding.severity) for finding in findings} for findings in (some, others)]
    assert (fingerprint(some) == fingerprint(others)) == (levels[0] == levels[1])


KEV = KnownExploit(date(2026, 1, 30))
TOLD_UNTIL = datetime(2026, 2, 1, tzinfo=UTC)


def seen(finding: Finding, day: int, exploit: KnownExploit | None = KEV) -> Finding:
    return replace(finding, exploit=exploit, first_seen_at=datetime(2026, 2, day, tzinfo=UTC))


@pytest.mark.parametrize(
    ("before", "now", "told", "is_news"),
    [
        pytest.param(APT, seen(APT, 1), {}, True, id="exploited since the scan before"),
        pytest.param(seen(APT, 1), seen(APT, 1), {}, False, id="exploited at the scan before too"),
        pytest.param(seen(APT, 1), seen(APT, 1, None), {}, False, id="not exploited any more"),
        pytest.param(APT, seen(APT, 1), {APT.name: TOLD_UNTIL}, False, id="all were told"),
        pytest.param(APT, seen(APT, 2), {APT.name: TOLD_UNTIL}, True, id="all were told, of earlier images"),
        pytest.param(APT, seen(APT, 2), {CURL.name: TOLD_UNTIL}, True, id="all were told of another one"),
        pytest.param(APT, replace(seen(APT, 1), suppressed_by="rule"), {}, False, id="suppressed"),
        pytest.param(CURL, seen(APT, 1), {}, False, id="new: that is news enough"),
    ],
)
def test_it_is_news_once_that_a_known_finding_is_exploited(
    before: Finding, now: Finding, told: dict[str, datetime], *, is_news: bool
) -> None:
    found = compare(Baseline("sha256:1", None, (before,)), [now], told)
    assert found.exploited == ((now,) if is_news else ())


def test_a_finding_that_is_raised_and_exploited_is_one_piece_of_news() -> None:
    now = replace(APT, severity=Severity.HIGH, exploit=KEV)
    found = changes([APT], [now])
    assert found.news == (now,)
    assert not found.is_empty
