"""Made-up scans and a made-up week, of which the sample messages tell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.digest.sums import sum_up
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.changes import Baseline, compare, with_history
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings, with_exploits
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence, Vulnerability
from ecr_scan_reporter.domain.inventory.exploited import ExploitedNews, ExploitedVulnerability, affected_images
from ecr_scan_reporter.domain.inventory.urgent import ExploitedCve, OverdueFinding, Urgent, UrgentTotals, WorstImage
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.records import ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.ledger.results import change_record, image_record
from ecr_scan_reporter.domain.rankings import ranked
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions, parse_options
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport, decide_report
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression, suppress

SCANNED_AT = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
WEEK_BEFORE = SCANNED_AT - timedelta(days=7)
THRESHOLDS = {Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 50}
POLICY = ReportPolicy(THRESHOLDS)
OPTIONS = parse_options({"owner": "team-payments"}, "owner")
FINDINGS = (
    Finding(
        "CVE-2021-44228",
        Severity.CRITICAL,
        "org.apache.logging.log4j:log4j-core",
        "2.14.1",
        10.0,
        "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
        "Apache Log4j2 JNDI features do not protect against attacker controlled LDAP and other JNDI related endpoints.",
    ),
    Finding(
        "CVE-2023-38545",
        Severity.CRITICAL,
        "curl",
        "7.88.1-10+deb12u1",
        9.8,
        "https://security-tracker.debian.org/tracker/CVE-2023-38545",
        "This flaw makes curl overflow a heap based buffer in the SOCKS5 proxy handshake.",
    ),
    Finding(
        "CVE-2024-2961",
        Severity.HIGH,
        "glibc",
        "2.36-9+deb12u3",
        8.8,
        "https://security-tracker.debian.org/tracker/CVE-2024-2961",
        "The iconv() function in the GNU C Library may overflow the output buffer passed to it by up to 4 bytes.",
    ),
    Finding(
        "CVE-2011-3374", Severity.LOW, "apt", "2.6.1", 3.7, "https://security-tracker.debian.org/tracker/CVE-2011-3374"
    ),
)
LOG4J, CURL, GLIBC, APT = FINDINGS
ZLIB = Finding("CVE-2022-37434", Severity.CRITICAL, "zlib", "1:1.2.13.dfsg-1", 9.8)
SUPPRESSION = Suppression(
    "curl-socks",
    CURL.name,
    "no SOCKS proxy is used",
    date(2026, 2, 10),
    "ada@example.com",
    WEEK_BEFORE - timedelta(days=60),
    repository="payments/*",
)
TYPO = replace(SUPPRESSION, id="old-openssl", cve="CVE-2024-0727", until=None, reason="only the headers are installed")
TABLE = "ecr-scan-reporter-Suppressions-1A2B3C4D5E6F7"
UNSUPPORTED = "UnsupportedImageError: The operating system 'fedora' version '31' is not supported."


def _image(name: str, *tags: str) -> ScannedImage:
    repository = Repository("123456789012", "eu-west-1", name)
    return ScannedImage(
        ImageId(repository, f"sha256:{'7f5b2640fe6fb4f4' * 4}"), tags, datetime(2025, 11, 3, 9, 12, tzinfo=UTC)
    )


CHECKOUT = _image("payments/checkout-api", "2.31.0", "latest")
CRM = _image("legacy/crm", "7.1-sp3")


def _result(*findings: Finding, at: datetime = SCANNED_AT, status: ScanStatus = ScanStatus.COMPLETE) -> ScanResult:
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    return ScanResult(status, at, "", {s: n for s, n in counts.items() if n}, sort_findings(findings))


def _report(
    image: ScannedImage,
    result: ScanResult,
    before: ScanResult | None = None,
    *,
    policy: ReportPolicy = POLICY,
    options: RepositoryOptions = OPTIONS,
    suppressions: tuple[Suppression, ...] = (),
    digest_before: str = "",
) -> ScanReport:
    digest = digest_before or image.digest
    baseline = Baseline(digest, before.completed_at, with_history(before, None).findings) if before else None
    dated = with_history(result, baseline)
    changes = compare(baseline, dated.findings) if baseline else None
    report = decide_report(image, dated, policy, options, changes=changes, suppressions=suppressions)
    if report is None:
        raise ValueError(f"nothing to report of {image.name}")
    return replace(report, suppressions_table=TABLE)


def vulnerable() -> ScanReport:
    """Return a report of a first scan with findings above the thresholds."""
    return _report(CHECKOUT, _result(*FINDINGS))


def with_news() -> ScanReport:
    """Return a report that knows of a scan before: one finding is new, one was raised, one is fixed."""
    seen = replace(GLIBC, version="2.36-9+deb12u2", first_seen_at=SCANNED_AT - timedelta(days=43))
    before = _result(ZLIB, replace(CURL, severity=Severity.HIGH), seen, APT, at=WEEK_BEFORE)
    return _report(CHECKOUT, _result(*FINDINGS), before)


def fixed() -> ScanReport:
    """Return a report of an image in which nothing is above the thresholds any more."""
    policy = replace(POLICY, notify_on=NotifyOn.CHANGED)
    return _report(CHECKOUT, _result(GLIBC, APT), _result(*FINDINGS, at=WEEK_BEFORE), policy=policy)


def _suppressed_result() -> ScanResult:
    name, tags, today = CHECKOUT.repository.name, CHECKOUT.tags, SCANNED_AT.date()
    return _result(*suppress(FINDINGS, repository=name, tags=tags, suppressions=[SUPPRESSION], today=today))


def suppressed() -> ScanReport:
    """Return a report of which one finding is suppressed; the repository also has a tag that is wrong."""
    tags = {"owner": "team-payments", "ecr-scan-reporter:high": "ten"}
    return _report(CHECKOUT, _suppressed_result(), options=parse_options(tags, "owner"), suppressions=(SUPPRESSION,))


def unsuppressed() -> ScanReport:
    """Return a report of a tag that moved to another image, after the suppression of a finding ended."""
    ended = replace(SUPPRESSION, until=SCANNED_AT.date() - timedelta(days=1))
    before = _result(replace(CURL, suppressed_by=ended.id), GLIBC, APT, at=WEEK_BEFORE)
    return _report(
        CHECKOUT, _result(CURL, GLIBC, APT), before, suppressions=(ended,), digest_before=f"sha256:{'0c' * 32}"
    )


def enhanced() -> ScanReport:
    """Return a report of enhanced scanning: which findings can be fixed, and which are exploited."""
    known = replace(
        LOG4J,
        fix_available="YES",
        fixed_in="2.15.0",
        exploit_available=True,
        epss=0.94,
        also=(("log4j-api", "2.14.1"),),
    )
    openssl = tuple(
        Finding(name, severity, "openssl", "3.0.2", score, fix_available="YES", fixed_in=fixed_in)
        for name, severity, score, fixed_in in (
            ("CVE-2024-5535", Severity.CRITICAL, 9.1, "3.0.15"),
            ("CVE-2023-5363", Severity.HIGH, 7.5, "3.0.12"),
            ("CVE-2023-0464", Severity.HIGH, 7.5, "3.0.9"),
        )
    )
    waiting = replace(GLIBC, fix_available="NO", first_seen_at=SCANNED_AT - timedelta(days=43))
    before = _result(waiting, *openssl, at=WEEK_BEFORE)
    return _report(CHECKOUT, _result(known, waiting, *openssl, status=ScanStatus.ACTIVE), before)


KEV = FeedCopy(
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
    SCANNED_AT - timedelta(hours=9),
    SCANNED_AT - timedelta(hours=13),
    "2026.01.30",
    1502,
)
EPSS = FeedCopy(
    "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    SCANNED_AT - timedelta(hours=9),
    SCANNED_AT - timedelta(hours=16),
    "v2026.01.15",
    381204,
)
EXPLOITS = Exploits(
    KEV,
    EPSS,
    {
        LOG4J.name: KnownExploit(date(2021, 12, 10), date(2021, 12, 24), has_ransomware=True),
        GLIBC.name: KnownExploit(date(2026, 1, 30), date(2026, 2, 20)),
    },
    {LOG4J.name: 0.94, CURL.name: 0.26, GLIBC.name: 0.84, APT.name: 0.0004},
)


def exploited() -> ScanReport:
    """Return a report of an image of which one finding is new and exploited, and another is exploited by now."""
    findings = with_exploits(FINDINGS, EXPLOITS, 0.1)
    before = _result(CURL, GLIBC, APT, at=WEEK_BEFORE)
    report = _report(CHECKOUT, _result(*findings), before, policy=replace(POLICY, known_exploited=1))
    return replace(report, kev=KEV, epss=EPSS)


def entered() -> ExploitedNews:
    """Return the news that a vulnerability entered KEV which three images have."""
    glibc = replace(GLIBC, first_seen_at=WEEK_BEFORE)
    web = _image("web/storefront", "v309")
    images = [
        InventoryImage(CHECKOUT.id, CHECKOUT.tags, CHECKOUT.pushed_at, owner="team-payments", is_in_use=True),
        InventoryImage(web.id, web.tags, web.pushed_at, owner="team-web", is_in_use=True),
        InventoryImage(CRM.id, CRM.tags, CRM.pushed_at, is_in_use=False),
    ]
    vulnerability = Vulnerability(
        glibc.name,
        glibc.severity,
        images=3,
        suppressed_images=1,
        score=glibc.score,
        packages=(glibc.package,),
        fixed_in=("2.36-9+deb12u7",),
        is_fixable=True,
        epss=0.84,
        uri=glibc.uri,
        description=glibc.description,
    )
    affected = affected_images([Occurrence(image, glibc) for image in images])
    news = ExploitedVulnerability(vulnerability, EXPLOITS.known[glibc.name], affected)
    return ExploitedNews(SCANNED_AT, KEV, (news,), EPSS)


def unsupported() -> ScanReport:
    """Return a report of an image whose operating system ECR cannot scan."""
    return _report(CRM, ScanResult(ScanStatus.FAILED, SCANNED_AT, UNSUPPORTED), options=RepositoryOptions())


def failed_again() -> ScanReport:
    """Return a report of an image whose scan failed for the second time."""
    result = ScanResult(ScanStatus.FAILED, SCANNED_AT, "Internal failure.")
    report = decide_report(CRM, result, POLICY, is_repeated=True)
    if report is None:
        raise ValueError("a failure is reported on ALL")
    return report


REPORTS = (vulnerable, with_news, fixed, suppressed, unsuppressed, enhanced, exploited, unsupported, failed_again)


def week() -> Digest:
    """Return the digest of a week in which one image got worse and another got better."""
    now = SCANNED_AT + timedelta(days=2, hours=3)
    before = DigestState(now - timedelta(days=7), {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.LOW: 1}, 0)
    digest = sum_up(
        _ledger(now),
        [SUPPRESSION, TYPO],
        before,
        last_look=now - timedelta(hours=3),
        max_age=parse_duration("7d"),
        now=now,
    )
    return digest.weighed_by(_urgent(now))


def _urgent(now: datetime) -> Urgent:
    checkout, storefront = "payments/checkout-api:2.31.0", "web/storefront:v290"
    reason = "exploited by ransomware (KEV, due 2021-12-24), EPSS 0.94"
    return Urgent(
        now - timedelta(minutes=12),
        UrgentTotals(exploited=1, exploited_images=1, overdue=3, overdue_images=2),
        ranked([ExploitedCve(LOG4J.name, LOG4J.severity, reason, images=1, in_use=1)]),
        ranked(
            [
                OverdueFinding(storefront, "team-web", GLIBC.name, GLIBC.severity, "EPSS 0.84", 41),
                OverdueFinding(checkout, "team-payments", GLIBC.name, GLIBC.severity, "EPSS 0.84", 15),
                OverdueFinding(checkout, "team-payments", "CVE-2023-5363", Severity.HIGH, "", 2),
            ]
        ),
        (
            WorstImage(CHECKOUT.id, "2.31.0", "team-payments", {Severity.CRITICAL: 1, Severity.HIGH: 1}, 1),
            WorstImage(CRM.id, "7.1-sp2", "", {Severity.CRITICAL: 2, Severity.LOW: 1}, 0),
            WorstImage(_image("web/storefront").id, "v290", "team-web", {Severity.HIGH: 1}, 0),
        ),
        KEV,
        EPSS,
    )


def _ledger(now: datetime) -> list[LedgerEntry]:
    seen = RepositoryCoverage(CRM.repository, now - timedelta(hours=3))
    web = replace(
        CHECKOUT, id=replace(CHECKOUT.id, repository=replace(CRM.repository, name="web/storefront")), tags=("v309",)
    )
    mobile = replace(web, id=replace(web.id, repository=replace(CRM.repository, name="shop/mobile-api")), tags=("1.0",))
    wrong = "tag ecr-scan-reporter:high is 'ten': allowed is a whole number of at least 0"
    return [
        replace(seen, images=1),
        _entry(CRM, ScanResult(ScanStatus.FAILED, SCANNED_AT, UNSUPPORTED)),
        *_changes(CHECKOUT, enhanced()),
        replace(
            seen, repository=CHECKOUT.repository, images=3, not_scannable={DueReason.INDEX: 1}, tag_warnings=(wrong,)
        ),
        _entry(CHECKOUT, _suppressed_result(), "team-payments"),
        ImageState(replace(CHECKOUT.id, digest=f"sha256:{'0c' * 32}"), None, LastScan(ScanStatus.NOT_SCANNED)),
        *_first_scan(mobile, _result(ZLIB, GLIBC)),
        replace(seen, repository=mobile.repository, images=1),
        _entry(mobile, _result(ZLIB, GLIBC), "team-mobile"),
        *_changes(web, fixed()),
        replace(seen, repository=web.repository, images=2, held_back={StartScanResult.QUOTA_EXCEEDED: 1}),
        _entry(web, _result(APT, at=WEEK_BEFORE), "team-web"),
        _entry(
            replace(web, id=replace(web.id, digest=f"sha256:{'1d' * 32}"), tags=("v290",)),
            _result(GLIBC, at=SCANNED_AT),
            "team-web",
        ),
    ]


def _entry(image: ScannedImage, result: ScanResult, owner: str = "") -> ImageState:
    record: ImageRecord = image_record(image, result, owner)
    return ImageState(image.id, record)


def _changes(image: ScannedImage, report: ScanReport) -> list[RecordedChange]:
    change = change_record(image, report.result, report.changes) if report.changes else None
    return [RecordedChange(change, SCANNED_AT)] if change else []


def _first_scan(image: ScannedImage, result: ScanResult) -> list[RecordedChange]:
    change = change_record(image, result, None)
    return [RecordedChange(change, SCANNED_AT)] if change else []
