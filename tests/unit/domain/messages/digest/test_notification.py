import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.ledger.entries import DigestState, LedgerEntry
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.messages.digest.chat import compose_digest_chat
from ecr_scan_reporter.domain.messages.digest.document import digest_document
from ecr_scan_reporter.domain.messages.digest.notification import compose_digest, digest_lines
from ecr_scan_reporter.domain.messages.sns import MAX_BYTES, Notification
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.round import ScanRound
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED
from ecr_scan_reporter.domain.suppressions.kinds import SuppressionKind
from tests.unit.domain.digest.samples import APP, CART, asked, changed, failed, known, ledgers, repository, rule, week
from tests.unit.samples import NOW, UNSUPPORTED_SYSTEM, ago, scanned

SNS_BYTES = 262_144
EXPECTED = Path(__file__).parent / "expected"
SCHEMA_FILE = Path(__file__).parents[5] / "docs" / "scan-digest.schema.json"
PUBLISHED: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
SCHEMA = Draft202012Validator(PUBLISHED)
PROTOCOLS = {"default", "email", "sms", "sqs", "lambda", "http", "https", "firehose"}

QUIET = week(
    [RepositoryCoverage(APP, ago(hours=8), images=1), known(11, scanned(days=2), counts={Severity.LOW: 2}, tag="1.2")],
    rules=(),
    before=DigestState(ago(days=7), {Severity.LOW: 2}),
)


def texts_of(digest: Digest) -> dict[str, str]:
    texts: dict[str, str] = json.loads(compose_digest(digest).message)
    return texts


def size_of(notification: Notification) -> int:
    attributes = "".join(f"{name}String{value}" for name, value in notification.attributes.items())
    return len((notification.subject + notification.message + attributes).encode())


def rendered(digest: Digest) -> str:
    texts = texts_of(digest)
    title, lines = digest_lines(digest)
    short = [f"Subject: {compose_digest(digest).subject}", f"SMS: {texts['sms']}", f"Default: {texts['default']}"]
    return "\n".join([*short, f"Chat: {title}", *(f"  {line}" for line in lines), "", texts["email"]])


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        pytest.param("digest_week", week(), id="a week"),
        pytest.param("digest_first", week(before=None), id="the first digest"),
        pytest.param("digest_quiet", QUIET, id="a quiet week"),
        pytest.param("digest_of_nothing", week(entries=(), rules=(), before=None), id="an empty ledger"),
    ],
)
def test_subscribers_get_these_texts(name: str, digest: Digest) -> None:
    assert rendered(digest) == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("totals", "before", "subject"),
    [
        ({"CRITICAL": 12, "HIGH": 40}, {"CRITICAL": 9, "HIGH": 42}, "12 critical (+3), 40 high (-2)"),
        ({"CRITICAL": 12}, {"CRITICAL": 12, "HIGH": 1}, "12 critical, 0 high (-1)"),
        ({"MEDIUM": 3, "LOW": 1}, {"MEDIUM": 1}, "3 medium, 1 low"),
        ({}, {}, "no findings"),
        ({"CRITICAL": 2}, None, "2 critical"),
    ],
)
def test_the_subject_tells_totals_and_their_change(
    totals: dict[str, int], before: dict[str, int] | None, subject: str
) -> None:
    def counts(numbers: dict[str, int]) -> dict[Severity, int]:
        return {Severity(name): number for name, number in numbers.items()}

    last = None if before is None else DigestState(ago(days=7), counts(before))
    digest = week([known(1, scanned(days=1), counts=counts(totals))], before=last)
    news = "the first digest" if before is None else "nothing got worse"
    assert compose_digest(digest).subject == f"ECR digest: {news} - {subject}"


@given(ledgers)
@settings(max_examples=50)
def test_any_digest_keeps_to_the_rules_of_sns(entries: list[LedgerEntry]) -> None:
    notification = compose_digest(week(entries))
    texts = json.loads(notification.message)
    assert set(texts) == PROTOCOLS
    assert all(texts.values())
    assert 0 < len(notification.subject) < 100
    assert all(" " <= character <= "~" for character in notification.subject)
    assert 0 < len(texts["sms"].encode()) <= 140
    assert size_of(notification) <= SNS_BYTES
    assert set(notification.attributes) == {"severity", "newSeverity", "reason", "region", "registryId", "hasNew"}
    assert all(value and value.isprintable() for value in notification.attributes.values())


@given(ledgers)
@settings(max_examples=50)
def test_control_characters_of_others_never_reach_the_texts_for_people(entries: list[LedgerEntry]) -> None:
    texts = texts_of(week(entries))
    for text in (texts["email"], texts["default"], texts["sms"]):
        assert all(line.isprintable() for line in text.split("\n"))


@given(ledgers)
@settings(max_examples=50)
def test_the_document_keeps_to_the_published_schema_and_the_counts(entries: list[LedgerEntry]) -> None:
    digest = week(entries)
    document: dict[str, Any] = json.loads(texts_of(digest)["sqs"])
    SCHEMA.validate(document)
    assert {Severity(name): n for name, n in document["counts"].items() if n} == digest.totals
    coverage = document["coverage"]
    assert coverage["total"] == sum(coverage[status] for status in digest.coverage.counts) == document["images"]


def test_no_member_of_the_document_is_undocumented() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    document = digest_document(week())
    assert set(document) == set(PUBLISHED["properties"])
    for part in ("coverage", "repositories", "suppressions"):
        assert set(document[part]) == set(PUBLISHED["properties"][part]["properties"])


def test_the_document_tells_what_the_e_mail_does() -> None:
    document = json.loads(texts_of(week())["sqs"])
    (worse,) = document["worse"]
    assert (worse["name"], worse["owner"], worse["new"]["CRITICAL"]) == ("team/app:1.2", "team-a", 2)
    assert document["countsChange"] == {"CRITICAL": 2, "HIGH": -2, "MEDIUM": 12, "LOW": -1}
    assert document["coverage"]["systems"] == [{"system": "windows 10.0", "images": 2}]
    assert document["coverage"]["oldest"]["name"] == "shop/cart:2.9.4"
    assert document["repositories"]["refused"] == {"quotaExceeded": 0, "overBudget": 1}
    assert [rule["id"] for rule in document["suppressions"]["ended"]] == ["curl"]


def test_the_digest_says_of_a_suppression_that_it_holds_until_a_fix() -> None:
    texts = texts_of(week(rules=[rule("vendor", FIXED, kind=SuppressionKind.NOT_AFFECTED)]))
    (unmatched,) = json.loads(texts["sqs"])["suppressions"]["unmatched"]
    assert (unmatched["until"], unmatched["untilFixed"], unmatched["kind"]) == ("never", True, "not-affected")
    assert "\n  until fixed       vendor: CVE-2023-45853 (not-affected)\n" in texts["email"]


def test_subscribers_can_filter_by_attributes() -> None:
    assert compose_digest(week()).attributes == {
        "reason": "DIGEST",
        "severity": "CRITICAL",
        "newSeverity": "CRITICAL",
        "registryId": "123456789012",
        "region": "eu-west-1",
        "hasNew": "true",
    }
    quiet = compose_digest(QUIET).attributes
    assert (quiet["hasNew"], quiet["newSeverity"]) == ("false", "NONE")
    assert compose_digest(week(())).attributes["region"] == "NONE"


def test_registries_are_named_where_there_are_several() -> None:
    far = repository("team/app", "us-east-1")
    entries = [known(n, scanned(days=1), of, counts={Severity.LOW: n}, tag="1") for n, of in ((1, APP), (2, far))]
    digest = week(entries)
    assert "  123456789012/us-east-1/team/app:1\n" in texts_of(digest)["email"]
    assert "Registries  123456789012 in eu-west-1, 123456789012 in us-east-1\n" in texts_of(digest)["email"]
    assert "-1)" not in texts_of(digest)["sms"]
    attributes = compose_digest(digest).attributes
    assert (attributes["region"], attributes["registryId"]) == ("SEVERAL", "123456789012")


def test_the_e_mail_says_how_many_more_there_are() -> None:
    changes = [changed(n, ago(days=1), new={Severity.LOW: 1}, fixed={Severity.LOW: 1}) for n in range(14)]
    images = [known(n, scanned(days=1), counts={Severity.LOW: 1}) for n in range(14)]
    email = texts_of(week([*changes, *images], [rule(f"rule-{n:02}", None) for n in range(50)]))["email"]
    assert email.count("  and 4 more\n") == 2
    assert "WORST IMAGES: 10 of 14 images with findings\n" in email
    assert email.count("  and 30 more\n") == 1


LONG = "\u00e9" * 20_000
HUGE = week(
    [
        *(changed(n, ago(days=1), new={Severity.HIGH: 1}, news=(LONG,) * 9) for n in range(99)),
        RepositoryCoverage(APP, NOW, images=1, tag_warnings=(LONG,) * 99),
        *(known(n, scanned(days=1), counts={Severity.HIGH: 1}, tag=LONG, owner=LONG) for n in range(99)),
        *(known(n, failed(UNSUPPORTED_SYSTEM.replace("windows", f"{n}{LONG}"[:200]), days=1)) for n in range(100, 199)),
        *(RepositoryCoverage(replace(CART, name=f"{n}{LONG}"), ago(days=15)) for n in range(99)),
    ],
    [rule(f"{n}", None, reason=LONG, cve=LONG, package=LONG) for n in range(200)],
)


LARGE = week(
    [
        *(changed(n, ago(days=1), new={Severity.HIGH: 1}) for n in range(30)),
        RepositoryCoverage(APP, NOW, images=1, tag_warnings=tuple(f"tag {n} is wrong" for n in range(30))),
        *(known(n, scanned(days=1), counts={Severity.HIGH: 1}, tag=f"v{n}") for n in range(30)),
    ],
    [rule(f"{n}", None, reason="\u00e9" * 800) for n in range(200)],
)


def test_a_digest_that_is_too_large_has_shorter_lists_and_the_same_counts() -> None:
    notification = compose_digest(HUGE)
    assert len(notification.message) <= MAX_BYTES
    document = json.loads(json.loads(notification.message)["sqs"])
    SCHEMA.validate(document)
    assert (document["worseTotal"], document["suppressions"]["unmatchedTotal"]) == (99, 200)
    assert (document["counts"]["HIGH"], document["coverage"]["unsupportedSystem"]) == (99, 99)
    assert document["repositories"]["leftOutTotal"] == 99


def test_the_shortest_form_has_counts_alone() -> None:
    notification = compose_digest(HUGE, max_bytes=0)
    document = json.loads(json.loads(notification.message)["sqs"])
    assert (document["worse"], document["worst"], document["repositories"]["notes"]) == ([], [], [])
    assert len(notification.message) < 40_000


def test_lines_of_the_e_mail_are_of_a_length_that_mail_programs_do_not_break() -> None:
    long = [line for line in texts_of(HUGE)["email"].splitlines() if len(line) > 190]
    assert long == []
    assert max(map(len, texts_of(week())["email"].splitlines())) <= 120


def test_images_that_ecr_refuses_or_finds_too_large_are_counted_and_named() -> None:
    words = "ValidationException: This image is odd"
    digest = week(
        [
            asked(1, LastScan(ScanStatus.REFUSED, tried_at=ago(days=1), description=words)),
            known(2, LastScan(ScanStatus.IMAGE_SIZE_EXCEEDED, ago(days=1)), tag="huge"),
        ],
        rules=(),
        before=None,
    )
    mail = texts_of(digest)["email"]
    for name in ("Refused by ECR", "Too large to scan"):
        assert re.search(rf"^  {name} +1$", mail, re.MULTILINE)
    assert f": {words}" in mail
    assert f"{APP.name}:huge" in mail


def covered(current: int, **others: int) -> Digest:
    """Return the digest of a week without changes, with so many images of each coverage."""
    scans = [
        *[scanned(days=1)] * current,
        *[scanned(days=28)] * others.get("stale", 0),
        *[failed("Internal failure.", days=1)] * others.get("failed", 0),
        *[failed(UNSUPPORTED_SYSTEM, days=1)] * others.get("unsupported", 0),
    ]
    return week([known(n, scan) for n, scan in enumerate(scans)], rules=(), before=DigestState(ago(days=7)))


@pytest.mark.parametrize(
    ("digest", "subject"),
    [
        pytest.param(covered(9, stale=1), "nothing got worse", id="a tenth"),
        pytest.param(
            covered(8, stale=1, failed=1),
            "only 8 of 10 images scanned in time; no scan found anything worse",
            id="more than a tenth",
        ),
        pytest.param(
            covered(0, stale=4),
            "no image scanned in time; no scan found anything worse",
            id="not scanned for four weeks",
        ),
        pytest.param(covered(1, unsupported=9), "nothing got worse", id="no scan can cover them"),
    ],
)
def test_coverage_is_in_subject_and_text_message_when_it_is_low(digest: Digest, subject: str) -> None:
    notification = compose_digest(digest)
    assert notification.subject == f"ECR digest: {subject} - no findings"
    texts = json.loads(notification.message)
    assert texts["sms"] == f"ECR digest: {subject} - no findings (eu-west-1)"
    assert texts["email"].startswith(f"{subject[0].upper()}{subject[1:]}.\n")
    assert json.loads(texts["sqs"])["coverage"]["isLow"] is ("scanned in time" in subject)


def appeared_week(number: int = 1, **facts: Any) -> Digest:
    counts = {Severity.CRITICAL: 5}
    first = [changed(n, ago(days=1), new=counts, is_first=True, news=("CVE-2026-1 curl",)) for n in range(number)]
    return week([*first, *(known(n, scanned(days=1), counts=counts, tag=f"v{n}") for n in range(number))], **facts)


def test_a_new_image_with_findings_is_news() -> None:
    notification = compose_digest(appeared_week(rules=()))
    assert notification.subject == "ECR digest: 1 new image with findings - 5 critical (+2), 0 high (-9)"
    assert (notification.attributes["hasNew"], notification.attributes["newSeverity"]) == ("true", "CRITICAL")
    texts = json.loads(notification.message)
    section = texts["email"].partition("\nNEW IMAGES: 1 image scanned for the first time, 5 critical\n")[2]
    assert section.startswith("  team/app:v0: 5 critical\n      CVE-2026-1 curl\n")
    document = json.loads(texts["sqs"])
    SCHEMA.validate(document)
    assert (document["appearedTotal"], document["appearedCounts"]["CRITICAL"]) == (1, 5)
    assert (document["appeared"][0]["name"], document["newSeverity"]) == ("team/app:v0", "CRITICAL")
    assert "new image team/app:v0: 5 critical" in digest_lines(appeared_week())[1]


def test_lists_of_new_images_that_are_cut_say_how_many_more_there_are() -> None:
    digest = appeared_week(12)
    assert (
        "\n  and 2 more\n"
        in texts_of(digest)["email"].partition("NEW IMAGES: 12 images")[2].partition("\n\n")[0] + "\n"
    )
    assert "and 7 more images that got worse or are new" in digest_lines(digest)[1]


def test_lists_that_people_act_on_are_cut_last() -> None:
    document = json.loads(texts_of(LARGE)["sqs"])
    assert (len(document["worse"]), len(document["worst"])) == (10, 5)
    assert len(document["repositories"]["notes"]) == 20
    assert len(document["suppressions"]["unmatched"]) == 5


def test_the_e_mail_of_a_large_digest_is_not_cut_because_the_document_is() -> None:
    assert texts_of(HUGE)["email"].partition("GOT WORSE")[2].partition("\n\n")[0].count(": 1 new high") == 10


def test_what_to_act_on_comes_before_what_was_fixed() -> None:
    mail = texts_of(week())["email"]
    sections = ["GOT WORSE", "WORST IMAGES", "COVERAGE", "SUPPRESSIONS", "WRONG TAGS", "FIXED"]
    places = [mail.index(section) for section in sections]
    assert places == sorted(places)


def test_a_subject_that_would_be_too_long_drops_totals_before_news() -> None:
    digest = replace(week(), worse=replace(week().worse, total=123_456), appeared=replace(week().worse, total=123_456))
    assert compose_digest(digest).subject == (
        "ECR digest: 123456 images got worse, 123456 new with findings; only 4 of 9 images scanned in time"
    )


def test_a_round_of_several_days_is_in_every_form() -> None:
    digest = replace(week(), round=ScanRound(1_350_000, 80_000, parse_duration("7d")))
    texts = texts_of(digest)
    assert "At 80,000 scans a day, re-scanning everything (1,350,000 images) takes 17 days" in texts["email"]
    document = json.loads(texts["sqs"])
    SCHEMA.validate(document)
    assert document["repositories"]["round"] == {
        "images": 1_350_000,
        "scansPerDay": 80_000,
        "days": 17,
        "isTooSlow": True,
        "maxAge": "1w",
    }
    said = [line for line in digest_lines(digest)[1] if "re-scanning" in line]
    assert len(said) == 1
    assert said[0] in json.loads(compose_digest_chat(digest))["content"]["description"]


def test_a_digest_counts_the_round_over_the_images_that_ecr_can_scan() -> None:
    assert week().round == ScanRound(week().coverage.scannable, 80_000, parse_duration("7d"))


def test_the_published_schema_names_every_member_of_a_round() -> None:
    documented = PUBLISHED["properties"]["repositories"]["properties"]["round"]["properties"]
    assert set(digest_document(week())["repositories"]["round"]) == set(documented)
