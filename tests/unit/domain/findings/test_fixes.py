from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.facts import describe_effect
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import newest_version, updates
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.severities import Severity

OPENSSL = Finding("CVE-2026-1", Severity.HIGH, "openssl", "3.0.2", fixed_in="3.0.13", fix_available="YES")
CURL = Finding("CVE-2026-9", Severity.CRITICAL, "curl", "7.88")


@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        ((), ""),
        (("2.0~rc1",), "2.0~rc1"),
        (("2.15.0", "2.17.1", "2.16"), "2.17.1"),
        (("2.9", "2.10"), "2.10"),
        (("7.88.1-10+deb12u5", "7.88.1-10+deb12u12"), "7.88.1-10+deb12u12"),
        (("1:2.3", "1:2.10"), "1:2.10"),
        pytest.param(("3.0.7", "4.0.1"), "", id="two branches"),
        pytest.param(("1:2.3", "2.10"), "", id="another epoch"),
        pytest.param(("1:2.3", "1:3.0"), "", id="two branches of an epoch"),
        pytest.param(("2.0~rc1", "2.0"), "", id="a release candidate"),
        pytest.param(("1.1.1w", "1.1.1x"), "", id="letters"),
        pytest.param(("1" * 5_000, "2"), "", id="no version at all"),
    ],
)
def test_the_newest_version_is_named_only_where_every_package_manager_agrees(
    versions: tuple[str, ...], newest: str
) -> None:
    assert newest_version(versions) == newest


def test_one_update_fixes_all_findings_of_a_package() -> None:
    others = [replace(OPENSSL, name=f"CVE-2026-{n}", fixed_in="3.0.15", severity=Severity.CRITICAL) for n in (2, 3)]
    (update,) = updates([OPENSSL, *others])
    assert (update.package, update.version, update.fixed_in) == ("openssl", "3.0.2", "3.0.15")
    assert update.counts == {Severity.CRITICAL: 2, Severity.HIGH: 1}


def test_versions_that_cannot_be_compared_are_updates_of_their_own() -> None:
    other = replace(OPENSSL, name="CVE-2026-2", fixed_in="4.0.1")
    assert [(update.fixed_in, len(update.findings)) for update in updates([OPENSSL, other])] == [
        ("3.0.13", 1),
        ("4.0.1", 1),
    ]


def test_a_package_without_a_named_fix_comes_with_its_findings() -> None:
    first, second = updates([OPENSSL, CURL])
    assert (first.package, first.fixed_in, first.findings) == ("curl", "", (CURL,))
    assert second.package == "openssl"


def test_an_update_says_what_it_fixes_in_part_and_which_packages_belong_to_it() -> None:
    shared = replace(OPENSSL, also=(("libssl3", "3.0.2"), ("openssl", "3.0.1")))
    partial = replace(OPENSSL, name="CVE-2026-2", fix_available="PARTIAL")
    (update,) = updates([shared, partial, replace(partial, name="CVE-2026-3")])
    assert describe_effect(update) == "1 high, a part of 2 high, together with libssl3"


def test_what_has_no_fix_or_no_package_is_in_no_update() -> None:
    assert updates([replace(OPENSSL, fix_available="NO", fixed_in=""), Finding("CVE-1", Severity.HIGH)]) == ()


VERSIONS = st.text(st.sampled_from("0123456789.-:~a"), max_size=8)


@given(
    st.lists(
        st.builds(
            Finding,
            st.text("12", max_size=3),
            st.sampled_from(Severity),
            st.sampled_from("ab"),
            st.sampled_from("12"),
            fixed_in=VERSIONS,
        ),
        max_size=8,
    )
)
def test_each_finding_is_in_one_update(findings: list[Finding]) -> None:
    found = [finding for update in updates(findings) for finding in update.findings]
    assert sort_findings(found) == sort_findings(findings)


@pytest.mark.parametrize(
    ("fix_available", "fixed_in", "is_fixable"),
    [("YES", "", True), ("", "1.1", True), ("PARTIAL", "1.1", False), ("NO", "", False), ("", "", False)],
)
def test_a_finding_is_fixable_when_all_of_its_packages_are(fix_available: str, fixed_in: str, is_fixable: bool) -> None:
    assert Finding("CVE-1", Severity.LOW, fix_available=fix_available, fixed_in=fixed_in).is_fixable is is_fixable
