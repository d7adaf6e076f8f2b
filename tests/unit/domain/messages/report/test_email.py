import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.report.email import email
from ecr_scan_reporter.domain.reports.reports import AppliedSuppression, ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.thresholds import ExploitedBreach
from tests.unit.samples import (
    DIGEST,
    RESULT,
    breached_report,
    compared_report,
    digest,
    failed_report,
    result_of,
)

AT = RESULT.completed_at
assert AT is not None
LOG4J = Finding(
    "CVE-2021-44228",
    Severity.CRITICAL,
    "log4j-core",
    "2.14.1",
    10.0,
    "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
    "JNDI features do not protect\nagainst attacker controlled LDAP servers. " + "More. " * 99,
    fix_available="YES",
    fixed_in="2.15.0",
    exploit_available=True,
)
CURL = Finding("CVE-2023-38545", Severity.HIGH, "curl", "7.88.1", first_seen_at=AT - timedelta(days=43))
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1")
NOTE = Finding("CVE-2010-1", Severity.INFORMATIONAL, "tar", "1")


def many(severity: Severity, number: int) -> tuple[Finding, ...]:
    return tuple(Finding(f"CVE-{severity.rank}000-{n:03}", severity, "linux", "6") for n in range(number))


def lines_of(mail: str, title: str) -> list[str]:
    """Return the lines of the section with a title, without it."""
    return mail.partition(f"\n{title}\n")[2].partition("\n\n")[0].splitlines()


def test_the_first_line_says_what_is_new_and_what_can_be_fixed_now() -> None:
    raised = replace(CURL, severity=Severity.CRITICAL)
    mail = email(compared_report((CURL, APT), (LOG4J, raised)))
    assert mail.splitlines()[:3] == [
        "1 new critical, 1 raised to critical; 1 low fixed; 1 of 2 findings fixable now.",
        "team/app:1.2 has 2 critical now.",
        "Compared with the scan of 2026-01-24 04:00 UTC.",
    ]


def test_what_basic_scanning_does_not_know_is_not_said() -> None:
    assert email(breached_report(result_of(CURL))).splitlines()[0] == "team/app:1.2 has 1 high."


def test_a_finding_has_one_line_and_its_details_a_second_one() -> None:
    mail = email(compared_report((CURL,), (LOG4J, CURL)))
    what = "JNDI features do not protect against attacker controlled LDAP servers. More. More..."
    assert lines_of(mail, "New (1):") == [
        "  CRITICAL  CVE-2021-44228  log4j-core 2.14.1  an exploit is available; fixed in 2.15.0; score 10.0",
        f"            {what}  https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
    ]
    assert lines_of(mail, "Known before (1):") == ["  HIGH  CVE-2023-38545  curl 7.88.1  found 43 days ago"]


def test_a_raised_finding_says_what_it_was() -> None:
    mail = email(compared_report((CURL,), (replace(CURL, severity=Severity.CRITICAL, version="8"),)))
    (line,) = lines_of(mail, "More severe than before (1):")
    assert line.endswith("curl 8  it was HIGH; known before in 7.88.1; found 43 days ago")


def test_a_finding_that_is_there_in_another_version_is_known_and_says_so() -> None:
    mail = email(compared_report((CURL,), (replace(CURL, version="8"), LOG4J)))
    (line,) = lines_of(mail, "Known before (1):")
    assert "curl 8  known before in 7.88.1;" in line


@pytest.mark.parametrize(
    ("now", "title", "shown"),
    [
        (many(Severity.HIGH, 40), "New (25 of 40):", 25),
        (many(Severity.HIGH, 25), "New (25):", 25),
    ],
)
def test_a_list_that_is_cut_says_how_many_there_are(now: tuple[Finding, ...], title: str, shown: int) -> None:
    assert len(lines_of(email(compared_report((), now)), title)) == shown


def test_each_list_says_how_many_there_are() -> None:
    known, gone = many(Severity.HIGH, 30), many(Severity.LOW, 40)
    raised = [replace(finding, severity=Severity.HIGH) for finding in many(Severity.MEDIUM, 50)]
    mail = email(compared_report((*known, *gone, *many(Severity.MEDIUM, 50)), (*known, *raised, LOG4J)))
    titles = [line for line in mail.splitlines() if re.fullmatch(r"[A-Z][a-z ]+ \(.*\):", line)]
    assert titles == [
        "New (1):",
        "More severe than before (25 of 50):",
        "Fixed (25 of 40):",
        "Known before (25 of 30):",
    ]


def test_nothing_is_left_only_where_nothing_at_all_is_left() -> None:
    clean, noted = email(compared_report((LOG4J,), ())), email(compared_report((LOG4J, NOTE), (NOTE,)))
    assert "team/app:1.2 has no findings now.\n" in clean
    assert "\nNo findings are left.\n" in clean
    assert "team/app:1.2 has 1 informational now.\n" in noted
    assert "No findings are left" not in noted


def test_the_columns_stand_below_one_another_whatever_the_severity() -> None:
    mail = email(breached_report(result_of(CURL, NOTE), thresholds={Severity.HIGH: 0}))
    table = mail.partition("  Severity")[2].partition("\n\n")[0].splitlines()
    assert len({len(line.removesuffix("  reached")) for line in table[1:]}) == 1
    assert lines_of(mail, "Findings (2):") == [
        "  HIGH           CVE-2023-38545  curl 7.88.1  found 43 days ago",
        "  INFORMATIONAL  CVE-2010-1      tar 1",
    ]


def test_the_table_says_which_thresholds_are_reached_newly_reached_or_off() -> None:
    highs = many(Severity.HIGH, 4)
    report = compared_report(
        (*highs, LOG4J, Finding("CVE-1", Severity.UNTRIAGED)),
        (*highs, LOG4J, Finding("CVE-1", Severity.UNTRIAGED)),
        thresholds={Severity.CRITICAL: 0, Severity.HIGH: 3, Severity.UNDEFINED: 9},
        thresholds_before={Severity.CRITICAL: 0, Severity.HIGH: 5},
    )
    table = email(report).partition("  Severity")[2].partition("\n\n")[0].splitlines()
    assert [line.split(maxsplit=3) for line in table[1:]] == [
        ["CRITICAL", "1", "1", "reached"],
        ["HIGH", "4", "3", "reached, not before"],
        ["MEDIUM", "0", "off"],
        ["LOW", "0", "off"],
        ["UNTRIAGED", "1", "9"],
    ]


@pytest.mark.parametrize(
    ("until", "fix", "words"),
    [
        (date(2026, 1, 30), "NO", "suppression curl-socks ended on 2026-01-30"),
        (date(2026, 1, 31), "NO", "suppression curl-socks does not match any more"),
        (None, "YES", "suppression curl-socks does not match any more"),
        (FIXED, "NO", "suppression curl-socks does not match any more"),
        (FIXED, "YES", "suppression curl-socks ended: a fix is available"),
    ],
)
def test_a_finding_that_is_new_because_its_suppression_ended_says_so(until: End, fix: str, words: str) -> None:
    found = replace(CURL, fix_available=fix)
    report = compared_report((replace(CURL, suppressed_by="curl-socks"),), (found,), ended={"curl-socks": until})
    mail = email(report)
    assert mail.startswith("1 new high, 1 of the new ones no longer suppressed")
    (line,) = lines_of(mail, "New (1):")
    assert f"  {words}; " in line


def test_a_scan_that_is_compared_with_another_image_names_it() -> None:
    other = compared_report((CURL,), (CURL,), baseline_digest=digest(5))
    scan = "the scan of 2026-01-24 04:00 UTC of another image, sha256:000000000000, which had its tag before"
    assert f"\nCompared with {scan}.\n" in email(other)


def test_the_suppressions_that_hide_findings_are_named_with_their_end() -> None:
    applied = (AppliedSuppression("curl-socks", date(2026, 2, 10), 2), AppliedSuppression("headers", None, 1))
    mail = email(breached_report(suppressed=3, applied=applied))
    assert "\n3 suppressed: 2 by curl-socks until 2026-02-10, 1 by headers without end.\n" in mail
    mail = email(breached_report(suppressed=1, applied=(AppliedSuppression("vendor", FIXED, 1),)))
    assert "\n1 suppressed: 1 by vendor until a fix is available.\n" in mail
    several = tuple(replace(applied[0], id=f"rule-{n}") for n in range(9))
    assert "2 by rule-4 until 2026-02-10, 4 more suppressions.\n" in email(
        breached_report(suppressed=18, applied=several)
    )


def test_the_next_steps_group_the_updates_and_name_what_has_none() -> None:
    openssl = tuple(
        replace(finding, package="openssl", version="3.0.2", fixed_in=fixed_in, fix_available="YES")
        for finding, fixed_in in zip(many(Severity.HIGH, 6), ["3.0.13", "3.0.15"] * 3, strict=True)
    )
    waiting = Finding("CVE-2025-1", Severity.HIGH, "zlib", "1.3", fix_available="NO")
    assert lines_of(email(breached_report(result_of(LOG4J, *openssl, CURL, waiting))), "Next steps:") == [
        "  Update, build the image again, and push it:",
        "    log4j-core 2.14.1 -> 2.15.0 fixes 1 critical",
        "    openssl 3.0.2 -> 3.0.15 fixes 6 high",
        "  Build with updated packages or a newer base image. ECR names no fixed version for:",
        "    curl 7.88.1: CVE-2023-38545",
        "  No fix yet: CVE-2025-1",
    ]


def test_steps_that_are_cut_say_how_many_more_there_are() -> None:
    several = tuple(replace(finding, package=f"p{n:02}") for n, finding in enumerate(many(Severity.HIGH, 30)))
    same = many(Severity.CRITICAL, 12)
    steps = lines_of(email(breached_report(result_of(*several, *same))), "Next steps:")
    assert steps[1] == "    linux 6: CVE-0000-000, CVE-0000-001, CVE-0000-002, CVE-0000-003, CVE-0000-004 and 7 more"
    assert steps[-1] == "    and 23 more packages"


def test_the_command_to_suppress_is_about_the_news_and_names_the_table() -> None:
    report = compared_report((LOG4J,), (LOG4J, CURL), suppressions_table="rules")
    assert lines_of(email(report), "Next steps:")[-5:] == [
        "  If CVE-2023-38545 does not concern this image, suppress it until 2026-05-01:",
        "    ecr-scan-reporter suppressions add \\",
        "      --table rules --region eu-west-1 \\",
        "      --cve CVE-2023-38545 --repository team/app --package curl \\",
        "      --reason 'say here why it does not concern this image' --until 2026-05-01",
    ]


@pytest.mark.parametrize(
    "finding",
    [
        replace(CURL, name="CVE-2026-1; rm -rf /"),
        replace(CURL, name="CVE-2026-*"),
        replace(CURL, name="--table"),
        replace(CURL, name="$(id)"),
        replace(CURL, package="curl*"),
        replace(CURL, package="@@curl"),
    ],
    ids=lambda finding: f"{finding.name}-{finding.package}",
)
def test_no_command_is_offered_that_a_name_could_change(finding: Finding) -> None:
    assert "suppressions add" not in email(breached_report(result_of(finding), suppressions_table="rules"))


def test_the_command_names_the_package_with_its_scope() -> None:
    mail = email(breached_report(result_of(replace(CURL, package="@babel/traverse")), suppressions_table="rules"))
    assert "--cve CVE-2023-38545 --repository team/app --package @babel/traverse \\\n" in mail


def test_a_package_that_is_not_the_only_one_is_left_out_of_the_command() -> None:
    finding = replace(CURL, also=(("libcurl", "7"),))
    mail = email(breached_report(result_of(finding), suppressions_table="rules"))
    assert "--cve CVE-2023-38545 --repository team/app \\\n" in mail


def test_a_suppression_that_was_removed_is_said_to_be_gone() -> None:
    report = compared_report((replace(CURL, suppressed_by="curl-socks"),), (CURL,), ended={})
    (line,) = lines_of(email(report), "New (1):")
    assert "  suppression curl-socks was removed; " in line


def test_where_there_is_no_table_no_command_is_offered() -> None:
    assert "suppressions add" not in email(breached_report())


def test_what_was_fixed_asks_for_nothing() -> None:
    report = compared_report((LOG4J,), (), suppressions_table="rules")
    assert report.reason is ReportReason.FINDINGS_FIXED
    assert email(report).startswith("1 critical fixed; nothing new.\n")
    assert "Next steps" not in email(report)


def test_a_failure_that_is_repeated_says_so() -> None:
    assert email(failed_report("Internal failure.", is_repeated=True)).startswith(
        "The scan of team/app:1.2 failed again, as the scan before did: Internal failure.\n"
    )


def test_an_e_mail_of_30_findings_has_no_line_between_findings() -> None:
    changes = compare(Baseline(DIGEST, None, ()), many(Severity.HIGH, 30))
    mail = email(breached_report(result_of(*many(Severity.HIGH, 30)), changes=changes))
    assert len(mail.splitlines()) < 60
    assert "\n\n\n" not in mail


EXPLOITED = replace(CURL, exploit=KnownExploit(date(2026, 1, 30), date(2026, 2, 20), has_ransomware=True), epss=0.84)
KEV = FeedCopy("https://feed.example/kev.json", datetime(2026, 1, 31, tzinfo=UTC))


def exploited_report(*before: Finding, now: Finding = EXPLOITED) -> ScanReport:
    return replace(
        compared_report(before, (now, LOG4J)), exploited_breach=ExploitedBreach(1, 0), kev=KEV, epss=replace(KEV)
    )


def test_what_is_exploited_comes_first_with_the_reason_in_words() -> None:
    mail = email(exploited_report())
    assert mail.startswith("1 exploited, 1 new critical")
    assert "  EXPLOITED           1           1  reached\n  CRITICAL" in mail
    assert "now; 1 known to be exploited.\n" in mail
    (first, *_) = lines_of(mail, "New (2):")
    assert "  exploited by ransomware (KEV, due 2026-02-20), EPSS 0.84" in first
    feeds = "KEV of 2026-01-31 00:00 UTC; EPSS of 2026-01-31 00:00 UTC, see https://www.first.org/epss"
    assert f"Exploits    {feeds}\n" in mail


def test_a_known_finding_that_is_exploited_by_now_has_a_list_of_its_own() -> None:
    mail = email(exploited_report(CURL, LOG4J))
    assert mail.startswith("1 exploited")
    line = lines_of(mail, "Known to be exploited since (1):")[0]
    assert "known before, and not yet exploited; exploited by ransomware" in line
    assert "Known before (1):" in mail


def test_without_exploits_the_mail_says_nothing_of_them() -> None:
    mail = email(compared_report((), (CURL,)))
    assert "xploit" not in mail
    assert "EPSS" not in mail
